#include "services/reporting/http/listen.h"

#include "common/service/log.h"

#include <errno.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

/* "127.0.0.1:8080", "[::1]:8080", "*:8080". */
static struct addrinfo *look_up(const char *place, struct arena *arena)
{
    static const struct addrinfo want = { .ai_flags = AI_PASSIVE,
                                          .ai_socktype = SOCK_STREAM };
    const char *colon = strrchr(place, ':');
    struct addrinfo *found = NULL;

    if (!colon)
        return NULL;
    size_t size = (size_t)(colon - place);
    bool is_v6 = size > 1 && place[0] == '[' && place[size - 1] == ']';
    const char *host = is_v6 ? arena_slice(arena, place + 1, size - 2)
                             : arena_slice(arena, place, size);
    if (getaddrinfo(strcmp(host, "*") == 0 ? NULL : host, colon + 1, &want,
                    &found)
        != 0)
        return NULL;
    return found;
}

int listen_at(const char *place, const char *setting, struct arena *arena)
{
    static const int on = 1;
    struct addrinfo *at = look_up(place, arena);

    if (!at)
        log_fatal(
            "cannot open the HTTP door",
            arena_format(arena, "%s is not an address", place),
            arena_format(arena, "%s is HOST:PORT, as 127.0.0.1:8080", setting));
    int fd =
        socket(at->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (fd < 0 || bind(fd, at->ai_addr, at->ai_addrlen) < 0
        || listen(fd, SOMAXCONN) < 0)
        log_fatal("cannot open the HTTP door", strerror(errno),
                  arena_format(arena, "is the port taken? see %s", setting));
    freeaddrinfo(at);
    log_info("http open", "address", place, "setting", setting, NULL);
    return fd;
}

int reach(const char *place, struct arena *arena)
{
    static const struct timeval patience = { .tv_sec = 5 };
    struct addrinfo *at = look_up(place, arena);

    if (!at)
        return -1;
    int fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (fd >= 0 && connect(fd, at->ai_addr, at->ai_addrlen) < 0) {
        close(fd);
        fd = -1;
    }
    freeaddrinfo(at);
    return fd;
}
