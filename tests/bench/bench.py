#!/usr/bin/python3
"""make bench: ratios, measured in one run on one PostgreSQL.

Absolute figures depend on the machine and on its neighbours; each line
therefore compares us with something that ran a moment before or after, and
prints the median of several rounds.

    make bench                      all of it
    tools/bench signing             one of idle, signing, import, register,
                                    hop, crowd
    ROUNDS=3 LINES=20000 tools/bench
    CLIENTS="1 8" tools/bench signing    with so many clients only
    HOPS=4000 tools/bench hop       requests a round
    CROWD=1000 tools/bench crowd    clients connected at once
"""

import functools
import json
import os
import pathlib
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

os.environ.setdefault("MODE", "fast")
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from house import (BIN, SERVICES, TOP, House,  # noqa: E402
                   Postgres, Store, wait_until)
from register import bench_register  # noqa: E402

ROUNDS = int(os.environ.get("ROUNDS", "9"))
LINES = int(os.environ.get("LINES", "200000"))
HOPS = int(os.environ.get("HOPS", "4000"))
CROWD = int(os.environ.get("CROWD", "1000"))
HERE = pathlib.Path(__file__).resolve().parent
SCHEMA_OF_IMPORT = ("cases.household", "cases.household_person",
                    "cases.hardship_note", "cases.timeline")
failures = []


def say(text=""):
    print(text, flush=True)


def judge(name, value, limit, at_least=True, unit=""):
    """One line of the verdict; `unit` is what both figures are in."""
    held = value >= limit if at_least else value <= limit
    word = "at least" if at_least else "below"
    say(f"{'ok  ' if held else 'MISS'} {name}: {value:.2f}{unit}"
        f" (asked: {word} {limit}{unit})")
    if not held:
        failures.append(name)


# ------------------------------------------------------------------- signing

def statements():
    """Every named statement of the frame and of cases, by its name."""
    found = {}
    for path in (TOP / "common/service/frame.sql",
                 *TOP.glob("services/cases/*/store.sql")):
        for part in path.read_text().split("-- name: ")[1:]:
            name, _, text = part.partition("\n")
            text = text.partition("-- set: ")[0]  # pgbench sends one by one
            lines = [line for line in text.splitlines()
                     if not line.lstrip().startswith("--")]
            found[name.strip()] = " ".join(lines).strip().rstrip(";")
    return found


ID = "('00000000-0000-7000-8000-' || lpad(to_hex(:k::bigint), 12, '0'))::uuid"
FRESH = "('10000000-0000-7000-8000-' || lpad(to_hex(:k::bigint), 12, '0'))::uuid"
NONE = "'01890000-0000-7000-8000-000000000001'::uuid"
NEWS = ('{"household":"00000000-0000-7000-8000-000000000000",'
        '"project":"00000000-0000-7000-8000-000000000000",'
        '"community":"00000000-0000-7000-8000-000000000000",'
        '"state":"signed_cooling",'
        '"agreement":"00000000-0000-7000-8000-000000000000",'
        '"cooling_until":"2026-12-01T16:00:00.000000Z"}')
# What the signing command binds, as cheaply as SQL can say it.
BOUND = {
    "service": "'cases'", "source": "'cases'", "topic": "'household.signed'",
    "call": FRESH, "id": FRESH, "agreement": FRESH, "about": FRESH,
    "event": FRESH, "household": ID, "subject": ID, "statement": ID,
    "offer": ID, "actor": NONE, "signed_by": NONE, "signers": f"array[{NONE}]",
    "to_state": "'signed_cooling'", "from_state": "'considering'",
    "place": "'counter'", "choice": "'money'", "trace": "repeat('a', 32)",
    "asked": "'\\x00112233445566778899aabbccddeeff'::bytea",
    "command": "'agreement.sign'", "purpose": "null",
    "offer_released_at": "'2026-10-01T02:00:00Z'::timestamptz",
    "signed_at": "'2026-11-20T02:00:00Z'::timestamptz",
    "at": "'2026-11-20T02:00:00Z'::timestamptz",
    "cooling_until": "'2026-12-01T16:00:00Z'::timestamptz",
    "answer": "'{\"agreement\":\"00000000-0000-7000-8000-000000000000\","
              "\"state\":\"signed_cooling\","
              "\"cooling_until\":\"2026-12-01T16:00:00.000000Z\"}'",
    "data": f"'{NEWS}'::json", "body": "'{\"agreement\":"
            "\"00000000-0000-7000-8000-000000000000\"}'::json",
}
SIGNING = ("handled_find", "agreement_ground", "agreement_add",
           "household_move", "household_entry", "alarm_put", "outbox_append",
           "handled_keep")
# These differ by statement: the timeline's event and the alarm's topic.
APART = {"household_entry": {"event": "'sign'"},
         "alarm_put": {"topic": "'agreement.cooled'", "subject": FRESH,
                       "at": BOUND["cooling_until"]}}


def pgbench_script(first):
    """The statements of one signing, one by one, as pgbench sends them."""
    known, lines = statements(), [
        f"\\set n :n + 1\n\\set k {first} + :client_id * :each + :n", "begin;"]
    for name in SIGNING:
        bound = {**BOUND, **APART.get(name, {})}
        text = re.sub(r"(?<!:):([a-z_]+)", lambda m, b=bound: b[m[1]],
                      known[name])
        lines.append(text + ";")
    return "\n".join(lines + ["commit;", ""])


def offered_households(store, count):
    """Households with an offer that was read long ago, by plain SQL."""
    store.run_as("superuser", f"""
        set session_replication_role = replica;
        insert into cases.project values ({NONE}, 'bench', 'agreed',
            '370214004', '2026-01-01', '2026-01-01');
        insert into cases.community values ({NONE}, {NONE}, 'B', 'bench', 1);
        insert into cases.rule_pack select {NONE}, {NONE}, 'bench',
            '2026-01-01', 'bench', 1, 1, 1, 1, 1, 1, true, 1000000, 1000000,
            0, 0, 0, 1, {NONE}, '2026-01-01';
        insert into cases.statement
        select {ID.replace(":k::", "k::")}, {ID.replace(":k::", "k::")}, {NONE},
               {NONE}, '2026-09-01', '{{}}', 1, 100
        from generate_series(1, {count}) k;
        insert into cases.offer
        select id, household, made_by, {FRESH.replace(":k::", "1::")},
               '2026-10-01T02:00:00Z' from cases.statement;
        insert into cases.household (id, project, track, community, no, state,
            state_since, registered_at, facts_since, offer)
        select id, {NONE}, 'agreed', {NONE}, id::text, 'considering',
               '2026-10-01', '2026-01-01', '2026-01-01', id
        from cases.statement;""")
    # No vacuum after the load would be measured as somebody's slowness.
    for table in ("statement", "offer", "household"):
        store.run_as("superuser", f"vacuum analyze cases.{table}")


def pgbench(store, clients, count, first):
    each = count // clients
    with tempfile.TemporaryDirectory() as folder:
        script = pathlib.Path(folder) / "signing.sql"
        script.write_text(pgbench_script(first))
        done = subprocess.run(
            ["pgbench", "-n", "-M", "prepared", "-c", str(clients), "-j", "2",
             "-t", str(each), "-D", "n=-1", "-D", f"each={each}",
             "-l", "--log-prefix", f"{folder}/took", "-f",
             script, store.conninfo + " user=redkite_cases"],
            check=False, text=True, capture_output=True, env={
                **os.environ, "PGOPTIONS": "-c plan_cache_mode="
                "force_generic_plan -c jit=off",
                "PGPASSWORD": store.postgres.secret("roles/cases")})
        if done.returncode or "failed transactions: 0 " not in done.stdout:
            raise SystemExit(done.stdout + done.stderr)
        took = sorted(
            int(line.split()[2]) for log in pathlib.Path(folder).glob("took.*")
            for line in log.read_text().splitlines())
    return {"rate": float(re.search(r"tps = ([\d.]+)", done.stdout).group(1)),
            "p50_us": took[len(took) // 2],
            "p99_us": took[-1 - len(took) // 100]}


SIGN = {"household": "%ID", "statement": "%ID", "place": "counter",
        "choice": "money",
        "signers": ["01890000-0000-7000-8000-000000000001"]}


def drive_command(house, command, body, clients, count, first=1):
    done = subprocess.run(
        [BIN.parent / "bench/drive", f"cases={house.endpoint('cases')}",
         command, str(clients), str(count), str(first), json.dumps(body)],
        check=True, text=True, stdout=subprocess.PIPE,
        env={**os.environ, **house.moved_clock(), **house.shell()})
    return json.loads(done.stdout)


def drive(house, clients, count, first):
    return drive_command(house, "agreement.sign", SIGN, clients, count, first)


def used(pid):
    """Seconds of processor time of a process and of its ended children."""
    try:
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return 0.0
    ticks = sum(int(n) for n in stat.rsplit(")", 1)[1].split()[11:15])
    return ticks / os.sysconf("SC_CLK_TCK")


def spent(house):
    """Seconds of processor so far: the store's, the services', the clients'."""
    store = house.store.postgres.process.pid
    backends = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(store)], check=True, text=True,
        capture_output=True).stdout.split()
    client = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (used(store) + sum(used(int(pid)) for pid in backends),
            sum(used(house.pid(s)) for s in house.processes),
            client.ru_utime + client.ru_stime)


def costed(house, run, clients, count, first):
    """What `run` tells, and its "cost": microseconds of processor a command,
    with what the follower of the events still has to do."""
    before = spent(house)
    told = run(clients, count, first)
    wait_until(lambda: house.store.value(BEHIND) == 0, 60, "the follower")
    parts = [1e6 * (b - a) / count for a, b in zip(before, spent(house))]
    return {**told, "cost": sum(parts),
            "parts": "+".join(f"{part:.0f}" for part in parts)}


BEHIND = """
    select (select count(*) from bus.pending)
         + coalesce((select sum(p.head - c.seq) from bus.cursor c
                     join (select source, max(seq) as head from bus.position
                           group by source) p using (source)), 0)"""


# clients of ours, of pgbench, signings a round, goal of the rates' ratio
SIGNINGS = ((1, 1, 1000, 1.0), (8, 8, 4000, 1.0), (32, 32, 8000, 2.0),
            (256, 32, 12288, 4.0))


def bench_signing(house):
    plain = Store(house.store.postgres, "plain")
    say("## A signing through the bus, with relay and one follower, against"
        f" pgbench sending the very same {len(SIGNING) + 2} statements one by"
        " one (prepared); processor time is that of store+services+client")
    wanted = os.environ.get("CLIENTS", "1 8 32 256").split()
    signings = [row for row in SIGNINGS if str(row[0]) in wanted]
    total = 1 + (ROUNDS + 1) * sum(row[2] for row in signings)
    for store in (house.store, plain):
        offered_households(store, total)
    first = 1
    for clients, theirs, count, goal in signings:
        rates, costs, tails = [], [], []
        for turn in range(ROUNDS + 1):
            base = costed(house, functools.partial(pgbench, plain), theirs,
                          count, first)
            told = costed(house, functools.partial(drive, house), clients,
                          count, first)
            first += count
            if turn == 0:
                continue  # the first round warms both
            rates.append(told["rate"] / base["rate"])
            costs.append(told["cost"] / base["cost"])
            tails.append(told["p99_us"] / base["p99_us"])
            for who, got in ((f"{clients} clients", told),
                             (f"pgbench, {theirs}", base)):
                say(f"     {who}: {got['rate']:.0f}/s, p50 {got['p50_us']} µs,"
                    f" p99 {got['p99_us']} µs, processor {got['cost']:.0f}"
                    f" ({got['parts']}) µs")
        judge(f"signing at {clients} client(s) / pgbench at {theirs}",
              statistics.median(rates), goal)
        if clients == 32:
            judge("processor time of a signing / pgbench's",
                  statistics.median(costs), 0.45, at_least=False)
            judge("p99 of a signing / pgbench's",
                  statistics.median(tails), 0.4, at_least=False)
    plain.drop()


# -------------------------------------------------------------------- import

def peak_mb(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status).group(1)) / 1024


def resident_mb(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1024


def reset_peak(pid):
    pathlib.Path(f"/proc/{pid}/clear_refs").write_text("5")


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

def bench_idle(house, seconds=30):
    say(f"## Each service idle, over {seconds} s")
    time.sleep(3)
    before = {s: used(house.pid(s)) for s in SERVICES}
    time.sleep(seconds)
    for service in SERVICES:
        pid = house.pid(service)
        share = 100 * (used(pid) - before[service]) / seconds
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
            "max_wal_size=4GB", "checkpoint_timeout=15min")


# Signing has hours: every clock of the run starts at ten in the morning.
SHIFT = 10 * 3600 - (int(time.time()) + 8 * 3600) % 86400


def ten_in_the_morning():
    return {"LD_PRELOAD": str(BIN.parent / "bench/shift.so"),
            "SHIFT": str(SHIFT)}


# What to measure, by which clock, with which services.
BENCHES = {
    "idle": (bench_idle, dict, SERVICES),
    "signing": (bench_signing, ten_in_the_morning, ("cases", "reporting")),
    "import": (bench_import, dict, SERVICES),
    "register": (functools.partial(bench_register,
                                   tools=sys.modules[__name__]), dict,
                 SERVICES),
    "hop": (bench_hop, dict, ("cases",)),
    "crowd": (bench_crowd, dict, ("cases",)),
}


def run(postgres, folder, name):
    """One bench in a house and a database of its own."""
    bench, clock, services = BENCHES[name]
    store = Store(postgres, name)
    house = House(store, folder, "bench " + name)
    house.moved_clock = clock
    try:
        house.start(*services)
        bench(house)
    finally:
        house.close()
        store.drop()


def main():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="redkite-bench-"))
    postgres = None
    try:
        postgres = Postgres(folder, settings=SETTINGS)
        template = Store.__new__(Store)
        template.postgres, template.name = postgres, "redkite"
        template.migrate()
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
