"""A signing through the bus against pgbench (tools/bench signing)."""

import functools
import os
import pathlib
import re
import statistics
import subprocess
import tempfile

from cluster import Store
from machine import TOP
from kit import ROUNDS, costed, drive_command, judge, say


def statements():
    """Every named statement of the frame and of cases, by its name."""
    found = {}
    for path in (TOP / "common/service/frame.sql",
                 *TOP.glob("services/cases/*/store.sql")):
        for part in path.read_text().split("-- name: ")[1:]:
            name, _, text = part.partition("\n")
            # pgbench sends one by one, and of now
            text = re.split("-- (?:set|then): ", text)[0]
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
        f"\\set n :n + 1\n\\set k {first} + :client_id + :n * :clients",
        "begin;"]
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
        insert into cases.statement (id, household, pack, made_by, made_at,
            total, reckoning)
        select {ID.replace(":k::", "k::")}, {ID.replace(":k::", "k::")}, {NONE},
               {NONE}, '2026-09-01', 100, 'bench'
        from generate_series(1, {count}) k;
        insert into cases.offer
        select id, household, made_by, {FRESH.replace(":k::", "1::")},
               '2026-10-01T02:00:00Z', reckoning from cases.statement;
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
             "-t", str(each), "-D", "n=-1", "-D", f"clients={clients}",
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


def drive(house, clients, count, first, depth=1):
    return drive_command(house, "agreement.sign", SIGN, clients, count, first,
                         depth)


MOST = int(os.environ.get("MOST", "16384"))  # signings of a turn
TURNS = int(os.environ.get("TURNS", "16"))  # of a lone one, a round
# clients of ours, in flight of each, turns a round, signings a turn, goal of
# the rates' ratio to as many of pgbench's, which have one in flight.  A lone
# one is measured in many short turns: machines change their speed from second
# to second, and its goal is near to what it reaches.
SIGNINGS = tuple(
    (clients, depth, turns, min(count, MOST), goal)
    for clients, depth, turns, count, goal in (
        (1, 1, TURNS, 400, 1.0), (8, 1, 1, 4000, 1.0), (32, 1, 1, 8000, 2.0),
        (32, 8, 1, 16384, 4.0)))


def one_turn(house, plain, row, first):
    """What pgbench did and what we did, one after the other."""
    clients, depth, _, count, _ = row
    base = costed(house, functools.partial(pgbench, plain), clients, count,
                  first)
    told = costed(house, functools.partial(drive, house, depth=depth), clients,
                  count, first)
    return base, told


def say_turns(row, turns):
    """Each of few, the medians of many."""
    clients, depth, many, _, _ = row
    names = f"pgbench, {clients}", f"{clients} clients, {depth} in flight each"
    for name, got in zip(names, zip(*turns)):
        if many > 1:
            got = [{**{key: statistics.median(one[key] for one in got)
                       for key in ("rate", "p50_us", "p99_us", "cost")},
                    "parts": f"medians of {len(got)} turns"}]
        for one in got:
            say(f"     {name}: {one['rate']:.0f}/s, p50 {one['p50_us']:.0f} µs,"
                f" p99 {one['p99_us']:.0f} µs, processor {one['cost']:.0f}"
                f" ({one['parts']}) µs")


def ratios(turns, what):
    return statistics.median(told[what] / base[what] for base, told in turns)


def in_turn(house, plain, row, first):
    """The turns of all rounds; those that warm both are left out."""
    turns = [one_turn(house, plain, row, first + n * row[3])
             for n in range(ROUNDS * row[2] + 1)][1:]
    say_turns(row, turns)
    return turns


def needed(row):
    return (ROUNDS * row[2] + 1) * row[3]


def bench_signing(house):
    plain = Store(house.store.postgres, "plain")
    say("## A signing through the bus, with relay and one follower, against"
        f" pgbench sending the very same {len(SIGNING) + 2} statements one by"
        " one (prepared); processor time is that of store+services+client")
    wanted = os.environ.get("CLIENTS", "1 8 32 256").split()
    signings = [row for row in SIGNINGS if str(row[0] * row[1]) in wanted]
    for store in (house.store, plain):
        offered_households(store, 1 + sum(map(needed, signings)))
    first = 1
    for row in signings:
        turns = in_turn(house, plain, row, first)
        first += needed(row)
        clients, depth, _, _, goal = row
        judge(f"signing with {clients * depth} in flight / pgbench at"
              f" {clients}", ratios(turns, "rate"), goal)
        if (clients, depth) == (32, 1):
            judge("processor time of a signing / pgbench's",
                  ratios(turns, "cost"), 0.45, at_least=False)
            judge("p99 of a signing / pgbench's",
                  ratios(turns, "p99_us"), 0.4, at_least=False)
    plain.drop()


def bench_near(house):
    """No goal: what a lone one costs where the bus needs no TCP."""
    row = SIGNINGS[0]
    plain = Store(house.store.postgres, "plain")
    say("## A lone signing whose bus goes through local sockets, as what pgbench"
        " sends")
    for store in (house.store, plain):
        offered_households(store, 1 + needed(row))
    told = ratios(in_turn(house, plain, row, 1), "rate")
    say(f"     signing with 1 in flight / pgbench at 1: {told:.2f}")
    plain.drop()
