"""The frame by itself, with a service that does next to nothing
(tests/bench/serve.c): tools/bench catchup, quick; and what follows a signing:
tools/bench applied, subscribers."""

import contextlib
import json
import os
import statistics
import subprocess
import time

from house import House
from machine import BIN, wait_until
from kit import (BEHIND, HERE, ROUNDS, drive_command, judge, say,
                 start_driver, told_by, used)
from signing import ID, SIGN, drive, offered_households

EVENTS = int(os.environ.get("EVENTS", "1000000"))
QUICK = int(os.environ.get("QUICK", "6400"))
SLOW = 20  # of each client of slow ones, a round
PACED = int(os.environ.get("PACED", "2000"))  # signings at RATE, a round
RATE = 200
HEARD = int(os.environ.get("HEARD", "8000"))  # signings, a round


class BareHouse(House):
    """cases is the service of the bench."""

    def program(self, service):
        return [BIN.parent / "bench/serve"]

    def __init__(self, store, folder, name):
        super().__init__(store, folder, name)
        store.run_as("superuser", (HERE / "serve.sql").read_text())


# ------------------------------------------------------------------- catchup

def fill_stream(store):
    """EVENTS of the bench, numbered, of which nobody has taken any."""
    store.run_as("superuser", f"""
        set session_replication_role = replica;
        select bus.open_months();
        insert into bus.outbox (event, source, topic, subject, call, actor,
            trace, data, at)
        select event, 'cases', 'item.seen', subject, gen_random_uuid(),
            gen_random_uuid(), repeat('a', 32),
            json_build_object('subject', subject, 'kind', n % 11), now()
        from (select n, gen_random_uuid() as event,
                  gen_random_uuid() as subject
              from generate_series(1, {EVENTS}) n) s;
        insert into bus.position (source, seq, id, month)
        select 'cases', row_number() over (order by id), id, month
        from bus.outbox""")
    for table in ("outbox", "position"):
        store.run_as("superuser", f"vacuum analyze bus.{table}")


def bench_catchup(house):
    say(f"## A follower that finds {EVENTS} events waiting; its reaction is"
        " set-based SQL, its place is durable with its effect")
    store, rates = house.store, []
    at = "select seq, clock_timestamp() from bus.cursor where reader = 'cases'"
    fill_stream(store)
    for _ in range(ROUNDS):
        house.stop("cases")
        store.run_as("superuser", "truncate bench.tally")
        store.run_as("superuser", "update bus.cursor set seq = 0")
        house.start("cases", wait=False)
        first = wait_until(lambda: [row for row in store.rows(at) if row[0]],
                           30, "the first batch")[0]
        last = wait_until(lambda: [row for row in store.rows(at)
                                   if row[0] == EVENTS], 120, "the last")[0]
        rates.append((last[0] - first[0])
                     / (last[1] - first[1]).total_seconds())
        assert store.value("select sum(seen) from bench.tally") == EVENTS
        say(f"     {rates[-1]:.0f} events/s; processor of ours"
            f" {1e6 * used(house.pid('cases')) / EVENTS:.1f} µs an event")
    judge("thousands of events a second, caught up on",
          statistics.median(rates) / 1000, 100)


# --------------------------------------------------------------------- quick

ITEM = {"subject": "%ID"}


def bench_quick(house):
    say("## 32 clients of quick commands, alone and beside 4 of slow ones"
        " (100 ms each)")
    first = 1
    for name, command in (("in a group", "item.put"), ("a read", "item.look")):
        ratios = []
        for _ in range(ROUNDS + 1):
            alone = drive_command(house, command, ITEM, 32, QUICK, first)
            slow = start_driver(house, "item.wait", ITEM, 4, 4 * SLOW, 1)
            time.sleep(0.3)
            beside = drive_command(house, command, ITEM, 32, QUICK,
                                   first + QUICK)
            told_by(slow)
            first += 2 * QUICK
            ratios.append(beside["p99_us"] / alone["p99_us"])
            say(f"     {name}: alone p50 {alone['p50_us']} µs, p99"
                f" {alone['p99_us']} µs; beside p50 {beside['p50_us']} µs,"
                f" p99 {beside['p99_us']} µs")
        judge(f"quick commands' p99 beside slow ones / alone, {name}",
              statistics.median(ratios[1:]), 2, at_least=False)


# ------------------------------------------------------------------- applied

def paced(house, first):
    """When each of PACED signings was sent, by the store's clock, and how long
    its answer took: in microseconds."""
    told = subprocess.run(
        [BIN.parent / "bench/pace", f"cases={house.endpoint('cases')}",
         "agreement.sign", str(RATE), str(PACED), str(first),
         json.dumps(SIGN)], check=True, text=True, stdout=subprocess.PIPE,
        env={**os.environ, **house.moved_clock(), **house.shell()}).stdout
    ahead = int(house.moved_clock().get("SHIFT", 0)) * 10**6
    return [(int(sent) - ahead, int(took)) for sent, took in
            (line.split() for line in told.splitlines())]


def nth(values, percent):
    return sorted(values)[len(values) * percent // 100]


def bench_applied(house):
    say(f"## {RATE} signings a second: when the answer is there, and when the"
        " reporting follower has committed the event's effect (its commit's"
        " own time)")
    offered_households(house.store, PACED * (ROUNDS + 1))
    ratios, tails = [], []
    for turn in range(ROUNDS + 1):
        first = 1 + turn * PACED
        sent = paced(house, first)
        wait_until(lambda: house.store.value(BEHIND) == 0, 60, "the follower")
        at = house.store.rows(f"""
            select (extract(epoch from pg_xact_commit_timestamp(h.xmin))
                    * 1000000)::bigint
            from generate_series({first}, {first + PACED - 1}) k
            left join reporting.household h on h.id = {ID.replace(":k::", "k::")}
            order by k""")
        applied = [done - s for (done,), (s, _) in zip(at, sent)]
        answered = [took for _, took in sent]
        if turn == 0:
            continue  # the first round warms
        ratios.append(nth(applied, 50) / nth(answered, 50))
        tails.append(nth(applied, 99) / 1000)
        say(f"     answered p50 {nth(answered, 50)} µs, p99"
            f" {nth(answered, 99)} µs; applied p50 {nth(applied, 50)} µs, p99"
            f" {nth(applied, 99)} µs")
    judge("p50 of sent to applied / of sent to answered",
          statistics.median(ratios), 1.6, at_least=False)
    judge("p99 of sent to applied", statistics.median(tails), 20,
          at_least=False, unit=" ms")


# --------------------------------------------------------------- subscribers

@contextlib.contextmanager
def hearing(house, count):
    """So many subscribers who take every event."""
    ear = subprocess.Popen(
        [BIN.parent / "bench/hear",
         f"cases={house.endpoint('cases', events=True)}", str(count)],
        text=True, stdout=subprocess.PIPE,
        env={**os.environ, **house.moved_clock(), **house.shell()})
    try:
        if ear.stdout.readline() != "hearing\n":
            raise SystemExit("hear does not hear")
        yield
    finally:
        ear.terminate()
        ear.communicate()


def bench_subscribers(house):
    say("## Signings of 32 clients while so many CURVE subscribers take every"
        " event")
    offered_households(house.store, 2 * HEARD * (ROUNDS + 1))
    first, ratios = 1, []
    for _ in range(ROUNDS + 1):
        rates = []
        for count in (1, 16):
            with hearing(house, count):
                rates.append(drive(house, 32, HEARD, first)["rate"])
            first += HEARD
        ratios.append(rates[1] / rates[0])
        say(f"     1: {rates[0]:.0f}/s, 16: {rates[1]:.0f}/s")
    judge("signings with 16 subscribers / with 1",
          statistics.median(ratios[1:]), 0.7)
