"""Faults of the machine: its disk, its power, its network.  These need root."""

import contextlib
import json
import os
import pathlib
import shutil
import tempfile
import threading
import time

import zmq
from ground import DURABLE, Cluster, Ground, finish
from house import House
from machine import wait_until
from quiet import figures_of, project
from root import as_root, must_as_root


@contextlib.contextmanager
def mounted(source, kind, options):
    """A file system under a folder of its own."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="redkite-chaos-"))
    must_as_root("mount", "-t", kind, "-o", options, source, folder)
    try:
        must_as_root("chown", os.geteuid(), folder)
        yield folder
    finally:
        for _ in range(50):
            if as_root("umount", folder).returncode == 0:
                break
            time.sleep(0.1)
        folder.rmdir()


# ----------------------------------------------------------------- disk full

SMALL = ("max_wal_size=48MB", "min_wal_size=32MB", "shared_buffers=64MB")


def fill(folder):
    """The last byte of it."""
    with open(folder / "fill", "wb", buffering=0) as file:
        size = 1 << 20
        while size:
            try:
                file.write(b"\0" * size)
            except OSError:
                size >>= 1


class Keeper(Cluster):
    """Starts the server again when it has ended, as an init system does."""

    def keep(self):
        if not self.process.running:
            with contextlib.suppress(AssertionError):
                self.start()
        return True


def full_disk(commands):
    """No space where the data is; then there is some again."""
    with mounted("none", "tmpfs", "size=240m") as disk:
        keeper = Keeper(disk, SMALL)
        with Ground("disk", postgres=keeper) as ground:
            ground.house.start()
            load = ground.load(4, commands)
            wait_until(lambda: ground.acked() > commands / 10, 60, "the load")
            fill(disk)
            wait_until(lambda: keeper.keep() and ground.house.ask(
                "cases", "project.open", project(), seconds=3).status
                == "busy", 60, "an answer of busy")
            time.sleep(1)
            (disk / "fill").unlink()
            freed = time.monotonic()
            wait_until(lambda: keeper.keep() and ground.house.ask(
                "cases", "project.open", project(), seconds=2).ok, 60,
                "an answer after there was space again")
            took = time.monotonic() - freed
            status = finish(load, 600)
            ground.settled()
            assert status == 0
            line = figures_of(ground)
    return f"busy while full, answers {took:.1f} s after; {line}"


# ----------------------------------------------------------------- power cut

@contextlib.contextmanager
def cut_rig():
    """A disk whose image can be taken at once: (where it is mounted, the file
    that it is in).  The copy has what had reached the disk, and nothing of what
    the kernel still held back: as after a power cut."""
    outer = pathlib.Path(tempfile.mkdtemp(prefix="redkite-chaos-"))
    try:
        with open(outer / "xfs", "wb") as file:
            file.truncate(3 << 30)
        must_as_root("mkfs.xfs", "-q", "-m", "reflink=1", outer / "xfs")
        with mounted(outer / "xfs", "xfs", "loop") as under:
            with open(under / "disk", "wb") as file:
                file.truncate(1 << 30)
            must_as_root("mkfs.ext4", "-q", "-F", under / "disk")
            with mounted(under / "disk", "ext4", "loop") as disk:
                yield disk, under / "disk"
    finally:
        shutil.rmtree(outer)


def acked_calls(ground):
    return {line.split()[2] for line in ground.log.read_text().splitlines()
            if line.startswith("ack")}


def on_copy(ground, image, query):
    """The rows of `query` on a copy of the disk; None: it does not start."""
    with mounted(image, "ext4", "loop") as disk:
        copy = Cluster(disk, ground.postgres.settings, fresh=False)
        as_root("rm", "-f", disk / "pg/postmaster.pid")
        try:
            copy.start()
        except AssertionError:
            return None
        try:
            connection = copy.connect("superuser", ground.store.name)
            with connection.cursor() as cursor:
                cursor.execute(query)
                rows = cursor.fetchall()
            connection.close()
            return rows
        except Exception:
            return None
        finally:
            copy.stop()


@contextlib.contextmanager
def cut(image):
    """The disk as it is found after a power cut now."""
    copy = image.with_name("cut")
    must_as_root("cp", "--reflink=always", image, copy)
    yield copy
    copy.unlink()


def lost_by_cut(ground, image, answered):
    """How many of the answered commands a copy of the disk does not know."""
    known = on_copy(ground, image, "select call::text from bus.handled") or ()
    return len(answered - {row[0] for row in known})


def cut_power(cuts, commands, settings):
    """(answered before the cuts, lost in them) over so many cuts."""
    answered = lost = 0
    with cut_rig() as (disk, image):
        with Ground("power", postgres=Cluster(
                disk, settings)) as ground:
            ground.house.start()
            load = ground.load(8, commands)
            for turn in range(cuts):
                wait_until(lambda t=turn: ground.acked() > commands
                           * (t + 1) / (cuts + 1), 600, "the load")
                before = acked_calls(ground)
                with cut(image) as copy:
                    answered += len(before)
                    lost += lost_by_cut(ground, copy, before)
            assert finish(load, 600) == 0
    return answered, lost


def power_cut(cuts, commands):
    answered, lost = cut_power(cuts, commands, DURABLE)
    assert lost == 0, f"{lost} of {answered} answered commands are lost"
    return f"{cuts} cuts, {lost} of {answered} answered commands lost"


def power_cut_without_fsync(commands):
    answered, lost = cut_power(1, commands, (*DURABLE, "fsync=off"))
    assert lost > 0, "without fsync nothing was lost: the rig shows nothing"
    return f"{lost} of {answered} answered commands lost, as they must be"


# ----------------------------------------------------------- told to the world

PLACES = """
    select p.seq, o.event::text from bus.position p
    join bus.outbox o on o.month = p.month and o.id = p.id
    where p.source = 'cases'"""


def told_and_cut(cuts):
    """Nothing comes after a lone event that would bring it to the disk: only
    whoever tells it."""
    idle = (*DURABLE, "wal_writer_delay=10s")
    with cut_rig() as (disk, image), Ground("told", postgres=Cluster(
            disk, idle)) as ground:
        ground.house.start("cases")
        ear = ground.house.socket(zmq.SUB, "cases")
        ear.subscribe("project.")
        ear.subscribe("~")
        ear.rcvtimeo = 10000
        ear.recv_multipart()
        ear.unsubscribe("~")
        for _ in range(cuts):
            ground.house.must("cases", "project.open", project())
            topic = b"~"
            while topic == b"~":
                topic, _, seq, envelope = ear.recv_multipart()
            with cut(image) as copy:
                kept = dict(on_copy(ground, copy, PLACES) or ())
            assert kept.get(int(seq)) == json.loads(envelope)["id"], (
                f"the world heard of event {int(seq)}, the disk has {kept}")
        ear.close()
    return f"{cuts} events heard of, each on the disk by then"


# --------------------------------------------------------------- network cut

NET = "10.213.77"


class SplitHouse(House):
    """cases in a network of its own, across a wire from everything else."""

    space = f"rk{os.getpid()}"

    def endpoint(self, service, events=False):
        host = f"{NET}.2" if service == "cases" else "127.0.0.1"
        return f"tcp://{host}:{self.port(service, events)}"

    def program(self, service):
        inside = ["ip", "netns", "exec", self.space]
        return (inside if service == "cases" else []) + super().program(service)


@contextlib.contextmanager
def wire():
    space, ours = SplitHouse.space, f"v{os.getpid()}"
    must_as_root("ip", "netns", "add", space)
    try:
        must_as_root("ip", "link", "add", ours, "type", "veth", "peer", "name",
                     "eth0", "netns", space)
        must_as_root("ip", "addr", "add", f"{NET}.1/24", "dev", ours)
        must_as_root("ip", "link", "set", ours, "up")
        inside = ("ip", "netns", "exec", space)
        must_as_root(*inside, "ip", "addr", "add", f"{NET}.2/24", "dev", "eth0")
        must_as_root(*inside, "ip", "link", "set", "eth0", "up")
        must_as_root(*inside, "ip", "link", "set", "lo", "up")
        yield inside
    finally:
        as_root("ip", "netns", "del", space)


def drop(inside, cut):
    """All packets vanish, both ways, without a word; or pass again."""
    for chain in ("INPUT", "OUTPUT"):
        must_as_root(*inside, "iptables", "-A" if cut else "-D", chain, "-i"
                     if chain == "INPUT" else "-o", "eth0", "-j", "DROP")
    return time.monotonic()


def open_to_the_wire(ground):
    """The server listens there too, and lets cases in from there."""
    hba = ground.folder / "pg/pg_hba.conf"
    with open(hba, "a", encoding="ascii") as file:
        file.write(f"host all all {NET}.0/24 scram-sha-256\n")
    ground.postgres.stop()
    ground.postgres.settings += (f"listen_addresses=127.0.0.1,{NET}.1",)
    ground.postgres.start()
    ground.house.environment["cases"]["REDKITE_DATABASE_URL"] = \
        ground.store.conninfo.replace("127.0.0.1", f"{NET}.1")


def links(inside, port):
    """The connections that a side still believes in, to a port of the other."""
    return as_root(*inside, "ss", "-Htn", "state", "established",
                   f"( dport = :{port} )").stdout.strip()


@contextlib.contextmanager
def hung_query(ground):
    """A command of cases that waits in the store when the wire is cut."""
    holder = ground.store.connect()
    holder.autocommit = False
    holder.cursor().execute("lock table cases.project in exclusive mode")
    asking = threading.Thread(target=lambda: ground.house.ask(
        "cases", "project.open", project(), seconds=1))
    asking.start()
    time.sleep(0.3)
    yield
    holder.close()
    asking.join()


def note_times(noticed, began, conditions):
    for name, condition in conditions.items():
        if name not in noticed and condition():
            noticed[name] = time.monotonic() - began
    return all(name in noticed for name in conditions)


def one_cut(ground, inside):
    """Seconds until every dead connection was given up, by the followers' side
    of the bus and by cases' side of the store, and until it worked again."""
    house, noticed, body, call = ground.house, {}, project(), ground.house.new_id()
    events = house.port("cases", events=True)
    wait_until(lambda: links((), events), 15, "a follower's connection")
    with hung_query(ground):
        began = drop(inside, True)
        wait_until(lambda: note_times(noticed, began, {
            "bus": lambda: not links((), events),
            "store": lambda: not links(inside, ground.postgres.port)}),
            30, "both sides to notice")
    healed = drop(inside, False)
    wait_until(lambda: house.ask("cases", "project.open", body, id=call,
                                 seconds=1).ok, 30, "an answer")
    noticed["healed"] = time.monotonic() - healed
    wait_until(lambda: ground.store.value(
        "select count(*) from reporting.project where id = %s",
        [body["id"]]), 30, "its effect")
    noticed["followed"] = time.monotonic() - healed
    return noticed


def network_cut(times):
    with wire() as inside, Ground("network", house=SplitHouse) as ground:
        open_to_the_wire(ground)
        ground.house.start("cases", "reporting")
        ground.log.touch()
        seen = [one_cut(ground, inside) for _ in range(times)]
        ground.settled()
    worst = {name: max(s[name] for s in seen) for name in seen[0]}
    line = (f"{times} cuts: the bus noticed in {worst['bus']:.1f} s, the store"
            f" in {worst['store']:.1f} s; after healing answers in"
            f" {worst['healed']:.1f} s, effects in {worst['followed']:.1f} s")
    assert worst["healed"] < 2 and worst["followed"] < 2, line
    assert worst["bus"] < 3.5 and worst["store"] < 3.5, line
    return line

