"""The frame by itself, with a service that does next to nothing
(tests/bench/serve.c): tools/bench catchup, quick."""

import os
import statistics
import time

from house import BIN, House, wait_until
from kit import (HERE, ROUNDS, drive_command, judge, say,
                 start_driver, told_by, used)

EVENTS = int(os.environ.get("EVENTS", "1000000"))
QUICK = int(os.environ.get("QUICK", "6400"))


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


SLOW = 20
