"""Faults one at a time, each with what must hold and how long it took."""

import datetime
import json
import os
import random
import signal
import statistics
import threading
import time

import zmq
from ground import OFFICER, Ground, finish, timed
from house import ACTOR
from machine import BIN, free_ports, new_id, wait_until
from program import run_program
from proxy import Proxy
from readers import Naive
from storm import checked, fire_deadlines, told, whole


def project():
    fresh = new_id()
    return {"id": fresh, "name": fresh, "track": "agreed",
            "district_code": "370214004", "plan_published_on": "2026-09-01"}


def figures_of(ground):
    return whole(*checked(ground))


# ------------------------------------------------------------ unknown commits

def unknown_commits(cuts, seed):
    """Connections cut at commit: none doubled, each answered in the end."""
    with Ground("commits") as ground:
        port = free_ports(1)
        proxy = Proxy(("127.0.0.1", ground.postgres.port), port,
                      random.Random(seed))
        proxy.start()
        settings = ground.house.environment["cases"]
        settings["REDKITE_DATABASE_URL"] = ground.store.conninfo.replace(
            f"port={ground.postgres.port}", f"port={port}")
        ground.house.start("cases")
        proxy.rate = 0.25
        while sum(proxy.cuts.values()) < cuts:
            assert finish(ground.load(8, 240), 240) == 0, "not all answered"
        proxy.rate = 0.0
        ground.house.start()
        ground.settled()
        line = figures_of(ground)
        proxy.close()
    assert proxy.cuts["passed on"] >= cuts / 3, proxy.cuts
    return (f"{sum(proxy.cuts.values())} commits cut, of which"
            f" {proxy.cuts['passed on']} passed on with their answer lost and"
            f" {proxy.cuts['swallowed']} swallowed; {line}")


# --------------------------------------------------------------- late commits

SAY = """
    with said as (
        insert into bus.outbox (event, source, topic, subject, call, actor,
                                trace, data, at)
        values (gen_random_uuid(), 'cases', %s, %s, gen_random_uuid(), %s,
                repeat('a', 32), %s, now())
        returning source, id
    ) insert into bus.pending select source, id from said
"""


def write_late(ground, dice, times):
    """Transactions of two events about a subject that commit when they like."""
    connection = ground.store.connect("cases")
    connection.autocommit = False
    for _ in range(times):
        home = new_id()
        data = json.dumps({"household": home, "project": OFFICER,
                           "community": OFFICER, "state": "offered"})
        with connection.cursor() as cursor:
            for topic in ("household.registered", "household.withdrew"):
                cursor.execute(SAY, [topic, home, ACTOR, data])
                time.sleep(dice.expovariate(1 / 0.02))
        if dice.random() < 0.05:
            connection.rollback()
        else:
            connection.commit()
    connection.close()


def late_commits(writers, times, seed):
    """Ids in one order, commits in another: readers skip and double nothing."""
    with Ground("late") as ground:
        ground.log.touch()
        ground.house.start()
        naive = Naive(ground.store)
        naive.start()
        threads = [threading.Thread(target=write_late, args=(
            ground, random.Random(seed + i), times)) for i in range(writers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        ground.settled()
        naive.finish()
        found, figures = checked(ground, naive=True)
    lost = [f for f in found if f[0].startswith("lost by the reader of id")]
    rest = [f for f in found if f not in lost]
    assert lost, "the naive reader lost nothing: the race was not provoked"
    assert not rest, told(rest)
    return (f"{writers} writers, {figures['events']} events, three followers:"
            f" none skipped or doubled; `id > last` lost {lost[0][1]}")


# --------------------------------------------------------------------- groups

def calls_in_groups(calls, seed):
    """Whoever travels with others is answered as if he had been alone."""
    with Ground("groups") as ground:
        run_program("test_group", ground.store, seconds=1800,
                    CALLS=str(calls), SEED=str(seed))
    return (f"{calls} calls one by one and in groups of 1, 2, 7, 64 and 128:"
            " the same answers, tables and events")


# ----------------------------------------------------------- bells, followers

def dropped_bells(times):
    """Nobody is rung: the look once a second finds what happened."""
    with Ground("bells") as ground:
        for settings in ground.house.environment.values():
            settings["REDKITE_EVENTS_FROM"] = "cases=tcp://127.0.0.1:1"
        ground.house.start("cases", "reporting")
        seen, took = ground.store.connect(), []

        def is_there(body):
            with seen.cursor() as cursor:
                cursor.execute("select 1 from reporting.project where id = %s",
                               [body["id"]])
                return cursor.fetchone()
        for _ in range(times):
            body = project()
            ground.house.must("cases", "project.open", body)
            took.append(timed(lambda b=body: is_there(b)))
        seen.close()
    assert statistics.median(took) < 1.5 and max(took) < 6, took
    return (f"{times} events without a bell: median"
            f" {statistics.median(took):.2f} s, at most {max(took):.2f} s")


def stopped_follower(seconds, commands):
    """Two followers stand still while commands go on, then catch up."""
    with Ground("stopped") as ground:
        ground.house.start()
        ground.house.pause("reporting")
        ground.house.pause("notifications")
        began = time.monotonic()
        load = ground.load(8, commands)
        status = finish(load, 600)
        rate = commands / (time.monotonic() - began)
        time.sleep(max(0.0, seconds - (time.monotonic() - began)))
        stood = time.monotonic() - began
        ground.house.resume("reporting")
        ground.house.resume("notifications")
        took = timed(ground.is_settled, 60, "the followers")
        assert status == 0
        line = figures_of(ground)
    return (f"stopped {stood:.0f} s at {rate:.0f} commands/s, caught up in"
            f" {took:.1f} s; {line}")


def poison_event(commands):
    """What cannot be applied waits with its subject; the rest flows on."""
    with Ground("poison") as ground:
        ground.house.start()
        load = ground.load(4, commands)
        wait_until(lambda: ground.acked() > commands / 10, 60, "the load")
        sick, connection = new_id(), ground.store.connect("cases")
        for data in ({}, {"household": sick, "project": OFFICER,
                          "community": OFFICER, "state": "offered"}):
            with connection.cursor() as cursor:
                cursor.execute(SAY, ["household.withdrew", sick, ACTOR,
                                     json.dumps(data)])
        connection.close()
        ground.house.kill("reporting")  # a crash in the middle of its tries
        ground.house.start("reporting", wait=False)
        status = finish(load, 600)
        ground.house.start()
        ground.settled()
        parked = ground.store.rows("select reader, subject::text from"
                                   " bus.parked order by reader, seq")
        found, figures = checked(ground)
    expected = [("notifications", sick)] * 2 + [("reporting", sick)] * 2
    assert parked == expected, parked
    rest = [f for f in found if f[0] != "an event was set aside"
            and any(str(row[0]) != sick for row in f[2])]
    assert status == 0 and not rest, told(rest)
    return (f"the poisoned subject's 2 events are set aside with both readers,"
            f" {figures['events'] - 2} others reached them")


# ------------------------------------------------------------- the store away

def restarted_store(commands):
    """PostgreSQL is stopped as an operator stops it, and started again."""
    with Ground("restart") as ground:
        ground.house.start()
        load = ground.load(8, commands)
        wait_until(lambda: ground.acked() > commands / 10, 60, "the load")
        ground.postgres.stop()
        time.sleep(1.5)
        status = ground.house.ask("cases", "project.open", project()).status
        assert status == "busy", status
        ground.postgres.start()
        before = ground.acked()
        took = timed(lambda: ground.acked() > before, 30, "an answer")
        status = finish(load, 600)
        ground.settled()
        assert status == 0
        line = figures_of(ground)
    return f"busy meanwhile, answers {took:.2f} s after its start; {line}"


def hung_store(times):
    """The server's processes stand still; the kernel answers for them."""
    took = []
    with Ground("hung") as ground:
        house = ground.house
        house.start("cases")
        for _ in range(times):
            house.must("cases", "project.open", project())
            pids = [row[0] for row in ground.store.rows(
                "select pid from pg_stat_activity"
                " where usename = 'redkite_cases'")]
            body, call = project(), ground.house.new_id()
            for pid in [ground.postgres.process.pid, *pids]:
                os.kill(pid, signal.SIGSTOP)
            try:
                began = time.monotonic()
                answer = house.ask("cases", "project.open", body, id=call,
                                   seconds=60)
                took.append(time.monotonic() - began)
                assert answer.status == "busy", answer
            finally:
                for pid in [ground.postgres.process.pid, *pids]:
                    os.kill(pid, signal.SIGCONT)
            healed = timed(lambda b=body, c=call: house.ask(
                "cases", "project.open", b, id=c).ok, 30, "an answer")
    assert max(took) < 40, took
    return (f"busy after {max(took):.1f} s at most while it hangs, answers"
            f" {healed:.1f} s after it goes on")


# ------------------------------------------------------------------ the clock

STEPS = [(hours, -hours) for hours in (1, 24)]


def moved_clock(homes):
    """The clock leaps by an hour and a day, and back, before and after the
    deadlines: each fires once, none before its time."""
    with Ground("clock") as ground:
        ground.house.start()
        status = finish(ground.load(2, homes * 10, homes=homes), 300)

        def leap(hours):
            ground.house.set_time(datetime.timedelta(hours=hours))
            time.sleep(1.2)

        def fired():
            return ground.store.value("select count(*) from bus.outbox where"
                                      " topic = 'household.effective'")
        for there, back in STEPS:
            leap(there)
            leap(back)
        assert fired() == 0, "a deadline fired before its time"
        leap(-24)
        leap(24)
        standing = fire_deadlines(ground)
        for there, back in STEPS:
            leap(back)
            leap(there)
        leap(48)
        ground.settled()
        assert fired() == standing and standing > 0, (fired(), standing)
        status |= finish(ground.load(2, 20), 120)
        ground.settled()
        assert status == 0
        figures_of(ground)
    return f"{standing} deadlines fired, each once, none early"


# ------------------------------------------------------------------ the flood

# The sanitizer keeps what was freed for a while, to catch its late users.
GROWTH_MB = 300 if BIN.parent.name == "asan" else 24


def memory_mb(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return int(status.read().split("VmRSS:")[1].split()[0]) / 1024


def flood(requests):
    """One client sends all at once; others are answered all the same."""
    with Ground("flood") as ground:
        house = ground.house
        house.start("cases")
        house.must("cases", "project.list")
        before, peak, took = memory_mb(house.pid("cases")), 0.0, []
        rude = house.socket(zmq.DEALER, "cases", sndhwm=0, rcvhwm=0)
        for _ in range(requests):
            meta = json.dumps({"id": house.new_id(), "actor": ACTOR,
                               "roles": "dept"}).encode()
            rude.send_multipart([b"RK1", b"project.open", meta,
                                 json.dumps(project()).encode()])
        answers, ends = 0, time.monotonic() + 240
        while answers < requests and time.monotonic() < ends:
            began = time.monotonic()
            assert house.ask("cases", "project.list", seconds=60).ok
            took.append(time.monotonic() - began)
            peak = max(peak, memory_mb(house.pid("cases")))
            while rude.poll(200 if took[-1] < 0.2 else 0):
                rude.recv_multipart()
                answers += 1
                if answers % 200 == 0:
                    break
        rude.close()
    assert answers == requests, f"{answers} of {requests} were answered"
    assert max(took) < 10, max(took)
    assert peak - before < GROWTH_MB, (before, peak)
    return (f"{requests} requests at once, all answered; others waited"
            f" {statistics.median(took) * 1000:.0f} ms (median),"
            f" {max(took):.2f} s at most; memory {before:.0f} to {peak:.0f} MB")


