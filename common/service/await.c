#include "common/service/await.h"

#include <poll.h>
#include <sys/socket.h>

enum { SILENCE_MS = 6000 }; /* more than the sessions' statement_timeout */

void db_await(PGconn *conn)
{
    struct pollfd answer = { PQsocket(conn), POLLIN, 0 };

    while (PQisBusy(conn)) {
        if (poll(&answer, 1, SILENCE_MS) == 0)
            (void)shutdown(answer.fd, SHUT_RDWR);
        if (!PQconsumeInput(conn))
            return;
    }
}
