#!/usr/bin/python3
"""make bench: ratios, measured in one run on one PostgreSQL.

Absolute figures depend on the machine and on its neighbours; each line
therefore compares us with something that ran a moment before or after, and
prints the median of several rounds.

    make bench                all of it
    tools/bench NAME...       one line; docs/frame.md says what each asks
    ROUNDS=3 tools/bench      fewer rounds; each line has sizes of its own,
                              too, such as CLIENTS="1 8" of signing
"""

import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

os.environ.setdefault("MODE", "fast")
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from cluster import Postgres, Store  # noqa: E402
from house import SERVICES, House  # noqa: E402
from machine import BIN  # noqa: E402
from frame import (BareHouse, bench_applied, bench_catchup,  # noqa: E402
                   bench_quick, bench_subscribers)
from kit import (HERE, ROUNDS, drive_command, failures, judge,  # noqa: E402
                 peak_mb, reset_peak, resident_mb, say, used)
from peers import bench_fastify, bench_queues  # noqa: E402
from register import bench_register  # noqa: E402
from signing import bench_near, bench_signing  # noqa: E402
from statements import bench_recount, bench_statements  # noqa: E402

LINES = int(os.environ.get("LINES", "200000"))
IDLE = int(os.environ.get("IDLE", "30"))  # seconds
HOPS = int(os.environ.get("HOPS", "4000"))
CROWD = int(os.environ.get("CROWD", "1000"))
SCHEMA_OF_IMPORT = ("cases.household", "cases.household_person",
                    "cases.hardship_note", "cases.timeline")


# -------------------------------------------------------------------- import

def make_sheet(path, lines):
    subprocess.run(["awk", "-v", f"lines={lines}", "-f", HERE / "sheet.awk"],
                   check=True, stdout=open(path, "wb"))


def import_once(house, folder, lines, name):
    """(seconds, peak MB of the command line, peak MB of cases)."""
    sheet = folder / f"{lines}.csv"
    make_sheet(sheet, lines)
    project = house.must("cases", "project.open", {
        "id": name, "name": name, "track": "agreed",
        "district_code": "370214004", "plan_published_on": "2026-01-01"})["id"]
    house.must("cases", "community.add", {
        "id": name.replace("-7", "-8", 1), "project": project, "code": "QH",
        "name": "青禾社区", "position": 1})
    reset_peak(house.pid("cases"))
    began = time.monotonic()
    run = subprocess.Popen(
        [BIN / "redkite", "import", "survey", sheet, "--project", project,
         "--json"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**os.environ, **house.moved_clock(),
             **house.shell(),
             "REDKITE_ACTOR": "01890000-0000-7000-8000-000000000001",
             "REDKITE_ROLES": "t3_front"})
    peak = 0
    while run.poll() is None:
        try:
            peak = max(peak, peak_mb(run.pid))
        except (OSError, AttributeError):
            pass
        time.sleep(0.02)
    if run.returncode != 0:
        raise SystemExit(f"the import ended with {run.returncode}")
    return time.monotonic() - began, peak, peak_mb(house.pid("cases"))


def copy_once(store, folder):
    """Seconds for COPY of what the import wrote into the same tables."""
    twin = Store(store.postgres, "copied")
    for table in ("cases.project", "cases.community"):
        move_table(store, twin, table, folder)
    for table in SCHEMA_OF_IMPORT:
        copy_out(store, table, folder)
    began = time.monotonic()
    for table in SCHEMA_OF_IMPORT:
        copy_in(twin, table, folder)
    took = time.monotonic() - began
    twin.drop()
    return took


def copy_out(store, table, folder):
    with store.connect() as connection, connection.cursor() as cursor, \
            open(folder / table, "wb") as out:
        cursor.copy_expert(f"copy {table} to stdout", out)


def copy_in(store, table, folder):
    with store.connect() as connection, connection.cursor() as cursor, \
            open(folder / table, "rb") as rows:
        cursor.copy_expert(f"copy {table} from stdin", rows)


def move_table(store, twin, table, folder):
    copy_out(store, table, folder)
    copy_in(twin, table, folder)


def bench_import(house):
    store, folder = house.store, house.folder
    say(f"## The import of a sheet of {LINES} lines, against COPY into the"
        " same tables")
    _, small, cases_small = import_once(
        house, folder, LINES // 10, "20000000-0000-7000-8000-000000000001")
    seconds, peak, cases_peak = import_once(
        house, folder, LINES, "20000000-0000-7000-8000-000000000002")
    copied = store.value("select count(*) from cases.household_person")
    copy_seconds = copy_once(store, folder)
    ours, theirs = LINES / seconds, copied / copy_seconds
    say(f"     import {ours:.0f} lines/s, COPY {theirs:.0f} households/s")
    judge("import / COPY", ours / theirs, 0.33)
    say(f"     peak memory at {LINES // 10} and {LINES} lines: redkite"
        f" {small:.1f} and {peak:.1f} MB, cases {cases_small:.1f} and"
        f" {cases_peak:.1f} MB")
    judge("redkite's peak memory, ten times the lines", peak / small, 1.25,
          at_least=False)
    judge("cases' peak memory, ten times the lines", cases_peak / cases_small,
          1.25, at_least=False)


# ---------------------------------------------------------------------- idle

def bench_idle(house):
    say(f"## Each service idle, over {IDLE} s")
    time.sleep(3)
    before = {s: used(house.pid(s)) for s in SERVICES}
    time.sleep(IDLE)
    for service in SERVICES:
        pid = house.pid(service)
        share = 100 * (used(pid) - before[service]) / IDLE
        judge(f"{service} resident", resident_mb(pid), 20, at_least=False,
              unit=" MB")
        judge(f"{service} of a core", share, 0.5, at_least=False, unit=" %")


# ---------------------------------------------------------------------- wire

def bench_hop(house):
    say(f"## Request and answer of a command that touches nothing, with CURVE,"
        f" one client, {HOPS} requests a round, {ROUNDS} rounds")
    drive_command(house, "service.live", {}, 1, HOPS)  # warms
    told = [drive_command(house, "service.live", {}, 1, HOPS)
            for _ in range(ROUNDS)]
    for got in told:
        say(f"     {got['rate']:.0f}/s, p50 {got['p50_us']} µs,"
            f" p99 {got['p99_us']} µs")
    judge("p50 of request and answer",
          statistics.median(got["p50_us"] for got in told) / 1000, 0.4,
          at_least=False, unit=" ms")


def bench_crowd(house):
    say(f"## {CROWD} connected clients, each with a request in flight,"
        f" {ROUNDS} rounds; memory is the highest that cases had in a round")
    pid = house.pid("cases")
    alone, peaks = resident_mb(pid), []
    for _ in range(ROUNDS):
        reset_peak(pid)
        got = drive_command(house, "service.live", {}, CROWD, 4 * CROWD)
        peaks.append(peak_mb(pid))
        time.sleep(11)  # the housekeeper comes every ten seconds
        say(f"     {got['rate']:.0f}/s, p99 {got['p99_us']} µs, cases"
            f" {peaks[-1]:.1f} MB; {alone:.1f} MB before anybody came,"
            f" {resident_mb(pid):.1f} MB when all had left")
    judge(f"cases with {CROWD} clients", max(peaks), 64, at_least=False,
          unit=" MB")


SETTINGS = ("shared_buffers=512MB", "wal_compression=lz4", "jit=off",
            "max_wal_size=4GB", "checkpoint_timeout=15min",
            "track_commit_timestamp=on")


# Signing has hours: its clocks start at ten in the morning.
NOW, MORNING = 0, 10 * 3600 - (int(time.time()) + 8 * 3600) % 86400


def clock(folder, shift):
    """What moves a program's clock; the library by a name without blanks, which
    part what is preloaded."""
    link = folder / "shift.so"
    if not link.exists():
        link.symlink_to((BIN.parent / "bench/shift.so").resolve())
    return {"LD_PRELOAD": str(link), "SHIFT": str(shift)} if shift else {}


class NearHouse(House):
    """Its bus goes through local sockets, as what pgbench sends does."""

    def endpoint(self, service, events=False):
        return f"ipc://{self.folder}/{self.port(service, events)}"


# What to measure, by which clock, with which services, of which house.
BENCHES = {
    "idle": (bench_idle, NOW, SERVICES),
    "signing": (bench_signing, MORNING, ("cases", "reporting")),
    "near": (bench_near, MORNING, ("cases", "reporting"), NearHouse),
    "import": (bench_import, NOW, SERVICES),
    "register": (bench_register, NOW, SERVICES),
    "statements": (bench_statements, NOW, ("cases",)),
    "recount": (bench_recount, NOW, ("cases",)),
    "hop": (bench_hop, NOW, ("cases",)),
    "crowd": (bench_crowd, NOW, ("cases",)),
    "catchup": (bench_catchup, NOW, ("cases",), BareHouse),
    "applied": (bench_applied, MORNING, ("cases", "reporting")),
    "subscribers": (bench_subscribers, MORNING,
                    ("cases", "reporting")),
    "fastify": (bench_fastify, MORNING, ("cases", "reporting")),
    "queues": (bench_queues, NOW, ("cases",), BareHouse),
    "quick": (bench_quick, NOW, ("cases",), BareHouse),
}


def run(postgres, folder, name):
    """One bench in a house and a database of its own."""
    bench, shift, services, *other = BENCHES[name]
    store = Store(postgres, name)
    house = (*other, House)[0](store, folder, "bench " + name)
    house.moved_clock = lambda: clock(folder, shift)
    try:
        house.start(*services)
        bench(house)
    finally:
        house.close()
        store.drop()


def main():
    unknown = [name for name in sys.argv[1:] if name not in BENCHES]
    if unknown:
        print(f"bench: no such line: {' '.join(unknown)}; there are:"
              f" {' '.join(BENCHES)}", file=sys.stderr)
        sys.exit(2)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="redkite-bench-"))
    postgres = None
    try:
        postgres = Postgres(folder, settings=SETTINGS, unix=True)
        Store.there(postgres).migrate()
        for name in sys.argv[1:] or BENCHES:
            run(postgres, folder, name)
    finally:
        if postgres:
            postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)
    say(f"{len(failures)} missed" if failures else "every goal was reached")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
