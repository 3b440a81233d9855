"""A door before PostgreSQL that slams when a COMMIT goes through it.

Each slam leaves a commit whose outcome the service cannot know: it was passed on
and its answer swallowed, or it was swallowed itself.
"""

import collections
import select
import socket
import struct
import threading
import time

SWALLOW_S = 0.03  # for the server to have done it; its answer goes nowhere


def reset(sock):
    """Gone as a cut line is: no farewell."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                    struct.pack("ii", 1, 0))
    sock.close()


class Proxy(threading.Thread):
    def __init__(self, target, port, dice):
        super().__init__(daemon=True)
        self.target, self.dice = target, dice
        self.rate = 0.0  # of commits that are cut
        self.cuts = collections.Counter()
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", port))

    def run(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,),
                             daemon=True).start()

    def close(self):
        self.rate = 0.0
        self.listener.close()

    def fate(self, data):
        """What becomes of these bytes: "pass on", "swallow" or None."""
        if b"commit" not in data.lower() or self.rate == 0:
            return None
        with self.lock:
            if self.dice.random() >= self.rate:
                return None
            what = self.dice.choice(("passed on", "passed on", "swallowed"))
            self.cuts[what] += 1
            return what

    def serve(self, client):
        try:
            server = socket.create_connection(self.target)
        except OSError:
            reset(client)
            return
        for sock in (client, server):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            while True:
                ready, _, _ = select.select([client, server], [], [])
                if server in ready:
                    data = server.recv(65536)
                    if not data:
                        break
                    client.sendall(data)
                if client in ready:
                    data = client.recv(65536)
                    if not data:
                        break
                    what = self.fate(data)
                    if what:
                        self.slam(what, data, client, server)
                        break
                    server.sendall(data)
        except OSError:
            pass
        reset(client)
        reset(server)

    def slam(self, what, data, client, server):
        if what == "swallowed":
            return
        server.sendall(data)
        ends = time.monotonic() + SWALLOW_S
        while (left := ends - time.monotonic()) > 0:
            ready, _, _ = select.select([client], [], [], left)
            if ready:
                more = client.recv(65536)
                if not more:
                    return
                server.sendall(more)
