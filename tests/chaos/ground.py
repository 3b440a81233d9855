"""Where the faults happen: a durable cluster, a house, prepared households.

The services' clock stands at ten in the morning of a day long ago in the
households' lives: they have read their offers and may sign.
"""

import atexit
import datetime
import functools
import pathlib
import shutil
import subprocess
import tempfile
import time

import village
from cluster import Postgres, Store
from house import House
from machine import BIN, clean_env, free_ports, wait_until

LOAD = BIN.parent / "chaos/load"
OFFICER = "01890000-0000-7000-8000-000000000001"
MAKER = "01890000-0000-7000-8000-000000000002"
MORNING = datetime.datetime(2026, 11, 20, 2, 0, tzinfo=datetime.timezone.utc)
# A day's worth of WAL is not wanted, but checkpoints must not be the fault.
DURABLE = ("max_wal_size=2GB", "shared_buffers=256MB", "jit=off")

ID = "('00000000-0000-7000-8000-' || lpad(to_hex(k::bigint), 12, '0'))::uuid"

# An offer was read long ago: written as the register would have left it.
HOMES = f"""
    set session_replication_role = replica;
    insert into cases.project values ('{OFFICER}', 'chaos', 'agreed',
        '370214004', '2026-01-01', '2026-01-01') on conflict do nothing;
    insert into cases.community values ('{OFFICER}', '{OFFICER}', 'C', 'chaos', 1)
        on conflict do nothing;
    {village.stored(OFFICER, OFFICER, village.pack())}
    insert into cases.statement (id, household, pack, made_by, made_at, total,
        reckoning)
    select {ID}, {ID}, '{OFFICER}', '{OFFICER}', '2026-09-01', 100, 'chaos'
    from generate_series(%(first)s, %(last)s) k;
    insert into cases.offer
    select id, household, made_by, '{MAKER}', '2026-10-01T02:00:00Z', reckoning
    from cases.statement
    where id in (select {ID} from generate_series(%(first)s, %(last)s) k);
    insert into cases.household (id, project, track, community, no, state,
        state_since, registration, use, structure, registered_area,
        measured_area, registered_at, facts_since, offer)
    select id, '{OFFICER}', 'agreed', '{OFFICER}', id::text,
           case when signs then 'considering' else 'explaining' end,
           '2026-10-01', 'registered', 'residential', 'frame', 12000, 12000,
           '2026-01-01', '2026-01-01', case when signs then id end
    from (select {ID} as id, (k - %(first)s + 1) %% %(homes)s <> 0 as signs
          from generate_series(%(first)s, %(last)s) k) as home;
"""


@functools.cache
def original():
    """A stopped cluster with the newest schema, made once, to be copied."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="redkite-chaos-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    cluster = Postgres(folder)
    Store(cluster, "chaos", template="template0").migrate()
    cluster.stop()
    return folder


class Cluster(Postgres):
    """A copy of the original: durable, and of one scenario alone."""

    def __init__(self, folder, settings=DURABLE, fresh=True):
        self.folder, self.settings = pathlib.Path(folder), settings
        self.secrets = self.folder / "secrets"
        self.keys = original() / "keys"
        self.process = None
        self.port = free_ports(1)
        if fresh:
            subprocess.run(["cp", "-a", original() / "pg",
                            original() / "secrets", self.folder], check=True)
            subprocess.run(["sync", "-f", self.folder], check=True)
            self.start()

    def store(self, name="chaos"):
        return Store.there(self, name)


class Ground:
    """One scenario's own world; closed at its end, whatever came of it."""

    def __init__(self, name, postgres=None, house=House):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="redkite-chaos-"))
        self.postgres = postgres or Cluster(self.folder)
        self.store = self.postgres.store()
        self.house = house(self.store, self.folder, "chaos_" + name)
        self.house.set_time(MORNING)
        self.log = self.folder / "asked"
        self.made = 1  # the number of the next household
        self.asked = 0  # commands, of all loads
        self.read = self.answered = 0  # of the log: bytes, commands
        self.loads = []

    def close(self):
        for load in self.loads:
            load.kill()
            load.wait()
        try:
            self.house.close()
        finally:
            self.postgres.stop()
            shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        try:
            self.close()
        except AssertionError:
            if kind is None:
                raise

    def prepare_homes(self, count, homes=1 << 30):
        """Households that may sign, but for every `homes`-th, which has no
        offer yet; the number of the first."""
        first, self.made = self.made, self.made + count
        connection = self.store.connect()
        with connection.cursor() as cursor:
            cursor.execute(HOMES % {
                "first": first, "last": first + count - 1, "homes": homes})
        connection.close()
        return first

    def load(self, clients, commands, homes=4, manner="careful"):
        """Starts the load; its log grows in self.log."""
        first = self.prepare_homes(clients * homes, homes)
        self.asked += commands
        self.loads.append(subprocess.Popen(
            [LOAD, "cases=" + self.house.endpoint("cases"), self.log, str(clients),
             str(commands), str(first), str(homes), manner],
            env={**clean_env(**self.house.key_settings()),
                 **self.house.moved_clock()}))
        return self.loads[-1]

    def acked(self):
        """How many commands have been answered so far."""
        if self.log.exists():
            with open(self.log, "rb") as log:
                log.seek(self.read)
                for line in log:
                    if not line.endswith(b"\n"):
                        break
                    self.read += len(line)
                    self.answered += line.startswith(b"ack ")
        return self.answered

    def settled(self, seconds=60):
        """Waits until every event has its position and every reader has it."""
        wait_until(self.is_settled, seconds, "all events with all readers")

    def is_settled(self):
        return self.store.value("""
            select not exists (select from bus.pending)
               and not exists (
                   select from bus.cursor c
                   where c.seq < (select coalesce(max(p.seq), 0)
                                  from bus.position p
                                  where p.source = c.source))""")


def finish(load, seconds):
    """The load's end; fails when a client gave up or hangs."""
    try:
        return load.wait(seconds)
    except subprocess.TimeoutExpired:
        load.kill()
        load.wait()
        raise AssertionError(
            f"commands were still unanswered after {seconds} s") from None


def timed(condition, seconds=30, what="it"):
    """How long it took until `condition` was true."""
    began = time.monotonic()
    wait_until(condition, seconds, what)
    return time.monotonic() - began
