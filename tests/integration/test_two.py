"""Two of everything: two replicas of each service against one store."""

import datetime
import re
import statistics
import threading
import time

import psycopg2
import pytest
from house import ACTOR, SERVICES, House
from machine import BIN, TOP, Process, clean_env, new_id, wait_until
from town import Town
from zmq import SUB

pytestmark = pytest.mark.alone

MORNING = datetime.datetime(2026, 11, 25, 2, tzinfo=datetime.timezone.utc)
HANDOVER = 3  # seconds after a replica is gone, until its work goes on


@pytest.fixture
def pair(store, mailbox, tmp_path, request):
    """Two houses on one store; each hears the bells of both."""
    houses = []
    for name in ("a", "b"):
        folder = tmp_path / name
        folder.mkdir()
        houses.append(House(store, folder, f"{request.node.name}_{name}",
                            mailbox.url))
    bells = ",".join(f"{s}={h.endpoint(s, events=True)}"
                     for h in houses for s in SERVICES)
    for house in houses:
        for service in SERVICES:
            house.environment[service]["REDKITE_EVENTS_FROM"] = bells
    yield houses
    for house in houses:
        house.close()


def project():
    fresh = new_id()
    return {"id": fresh, "name": f"示例项目 {fresh}", "track": "agreed",
            "district_code": "370214004", "plan_published_on": "2026-09-01"}


class Load:
    """Opens projects at both houses, without a pause, until it is stopped."""

    def __init__(self, houses):
        self.houses, self.opened = houses, []
        self.over = threading.Event()
        self.threads = [threading.Thread(target=self.run, args=(n,))
                        for n in range(2)]
        for thread in self.threads:
            thread.start()

    def run(self, n):
        while not self.over.is_set():
            body, call = project(), self.houses[0].new_id()
            while True:
                answer = self.houses[n % 2].ask("cases", "project.open", body,
                                                id=call, seconds=1)
                n += 1  # a caller that gets no answer asks the other one
                if answer.ok:
                    break
                assert answer.status in ("busy", "silent"), answer
            self.opened.append(body["id"])

    def go_on(self):
        """Until some more were opened, however slow the machine is."""
        enough = len(self.opened) + 5
        wait_until(lambda: len(self.opened) >= enough)

    def stop(self):
        self.over.set()
        for thread in self.threads:
            thread.join()


def goes_on(store, house):
    """How long a new event takes to have its effect at the other end."""
    body, began = project(), time.monotonic()
    house.must("cases", "project.open", body)
    wait_until(lambda: store.rows("select 1 from reporting.project"
                                  " where id = %s", [body["id"]]), 20)
    return time.monotonic() - began


def test_events_that_another_brought_to_the_disk_are_told_all_the_same(
        quiet_house, store):
    """Whoever numbered an event tells it, also when a replica has moved bus.told
    meanwhile.  One in fifty meets the look of each second in between."""
    quiet_house.start("cases")
    ear = quiet_house.socket(SUB, "cases", rcvtimeo=3000)
    ear.subscribe("project.")
    time.sleep(1)  # until the subscription is there
    over = threading.Event()

    def replica():
        connection = store.connect()
        while not over.is_set():
            connection.cursor().execute(
                "update bus.told t set seq = p.seq from (select max(seq) as seq"
                " from bus.position where source = 'cases') p"
                " where t.source = 'cases' and t.seq < p.seq")
        connection.close()

    other = threading.Thread(target=replica)
    other.start()
    try:
        for seq in range(1, 301):
            quiet_house.must("cases", "project.open", project())
            assert int(ear.recv_multipart()[2]) == seq
    finally:
        over.set()
        other.join()
        ear.close()


def write_down(store):
    """Each effect of a reader and each mail that an alarm sends, as it is."""
    store.rows("""
        create table public.seen (no bigserial, id uuid, seq bigint);
        create function public.see() returns trigger language plpgsql
        security definer as $$ begin
            insert into public.seen (id, seq) values (new.id, new.seq);
            return new;
        end $$;
        create trigger see after insert or update on reporting.project
        for each row execute function public.see()""")


def letters(house, store, count):
    """So many households with an address are told of a visit."""
    people = [new_id() for _ in range(count)]
    for person in people:
        house.must("notifications", "contact.set",
                   {"person": person, "kind": "household",
                    "email": f"{person}@example.org"},
                   actor=person, roles="resident,t1_explainer")
        store.rows(
            """with o as (
                   insert into bus.outbox (event, source, topic, subject, call,
                                           actor, trace, data, at)
                   values (%s, 'scheduling', 'visit.booked', %s, %s, %s,
                           repeat('0', 32), json_build_object(
                               'household', %s, 'visit', %s, 'start',
                               '2026-11-27T14:00:00+08:00', 'minutes', 45,
                               'topic', 'service', 'visitors',
                               json_build_array()), '2026-11-25 10:00+08')
                   returning id)
               insert into bus.pending select 'scheduling', id from o""",
            [new_id(), person, new_id(), ACTOR, person, new_id()])
    return people


def test_either_of_two_replicas_can_be_killed_at_any_time(pair, store,
                                                          mailbox):
    write_down(store)
    one, two = pair
    for house in pair:
        house.set_time(MORNING)  # mails are sent by day
        house.start(wait=False)
    for house in pair:
        house.start()
    people = letters(one, store, 4)
    load = Load(pair)
    slowest = {}
    try:
        for service in SERVICES:
            one.kill(service)
            slowest[service] = goes_on(store, two)
            load.go_on()
            one.start(service, wait=False)
        people += letters(two, store, 4)
        wait_until(lambda: one.is_ready("reporting"))
        two.kill("reporting")
        slowest["reporting of the other"] = goes_on(store, two)
    finally:
        load.stop()
    assert max(slowest.values()) < HANDOVER, slowest

    count = store.value("select count(*) from bus.outbox"
                        " where source = 'cases'")
    assert count >= len(load.opened)
    wait_until(lambda: store.value("select seq from bus.cursor where source ="
                                   " 'cases' and reader = 'reporting'")
               == count, 60)
    assert store.rows("select count(*), min(seq), max(seq) from bus.position"
                      " where source = 'cases'") == [(count, 1, count)]
    effects = [row[0] for row in store.rows("select seq from public.seen"
                                             " order by no")]
    assert sorted(effects) == list(range(1, count + 1))
    assert effects == sorted(effects)
    assert store.value("select count(*) from bus.parked") == 0

    # The one that was in the talk when its sender was killed is not sent
    # again: it stays "sending" until it is given up (test_mail.py).
    wait_until(lambda: dict(store.rows(
        "select state, count(*) from notifications.delivery group by state"))
        in ({"sent": len(people)}, {"sent": len(people) - 1, "sending": 1}), 40)
    told = [row[0] for row in store.rows(
        "select subject::text from bus.outbox where topic = 'message.sent'")]
    assert len(told) == len(set(told)) >= len(people) - 1
    for house in pair:
        for service in SERVICES:
            assert "level=error" not in house.logs(service)


def test_two_idle_replicas_are_quiet(pair, store):
    one, two = pair
    for house in pair:
        house.start("cases", "reporting", wait=False)
    for house in pair:
        house.start("cases", "reporting")
    goes_on(store, one)
    before = [len(h.logs("reporting")) for h in pair]

    def transactions():
        return store.value("select xact_commit + xact_rollback from"
                           " pg_stat_database where datname = %s",
                           [store.name])

    was = transactions()
    time.sleep(4)
    assert (transactions() - was) / 4 < 80, "a busy loop"
    for house, size in zip(pair, before):
        assert "level=" not in house.logs("reporting")[size:]
    assert goes_on(store, two) < 1.5


def test_a_replica_that_passes_by_reads_no_events(pair, store):
    one, two = pair
    one.start("cases", "reporting")
    for _ in range(40):
        one.must("cases", "project.open", project())
    wait_until(lambda: store.value("select count(*) from reporting.project")
               == 40)
    gate = store.connect()  # holds the place: both pass by
    gate.autocommit = False
    gate.cursor().execute("select from bus.cursor for update")
    two.start("reporting")

    def read():
        return store.value(
            "select sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))"
            " from pg_stat_user_tables where schemaname = 'bus'"
            " and relname like 'outbox%%'")

    time.sleep(6)  # the last figures of before come in
    before = read()
    time.sleep(4)
    assert read() - before < 40  # the other one looks four times
    gate.rollback()
    gate.close()


def test_a_stopped_replica_is_passed_by_and_does_no_harm_when_it_wakes(
        pair, store):
    write_down(store)
    one, two = pair
    one.start("reporting")
    town = Town(one)
    town.open("先")
    wait_until(lambda: store.rows("select 1 from reporting.project"))
    gate = store.connect()  # the next look at the place waits here
    gate.autocommit = False
    gate.cursor().execute("lock table bus.parked in access exclusive mode")
    town.open("慢")
    wait_until(lambda: store.rows(
        "select 1 from pg_stat_activity where datname = %s"
        " and usename = 'redkite_reporting' and wait_event_type = 'Lock'",
        [store.name]))
    one.pause("reporting")
    gate.rollback()  # the place is its own now, and the news wait for it
    gate.close()
    began = time.monotonic()
    try:
        two.start("reporting", wait=False)
        later = Town(two)
        later.open("快")
        wait_until(lambda: store.rows(
            "select 1 from reporting.project where name = '快'"), 30)
        assert time.monotonic() - began < 5 + 3  # the server's time-out
    finally:
        one.resume("reporting")
    wait_until(lambda: "passed by" in one.logs("reporting"))
    Town(two).open("后")
    wait_until(lambda: store.rows(
        "select 1 from reporting.project where name = '后'"))
    assert [r[0] for r in store.rows("select seq from seen"
                                     " order by no")] == [1, 2, 3, 4]
    assert one.is_ready("reporting")
    assert "level=error" not in one.logs("reporting")


# -------------------------------------------------------------------- fencing

def statement(name):
    """A statement of the frame, as the relay says it, for psycopg2."""
    text = (TOP / "common/service/frame.sql").read_text()
    body = re.search(rf"-- name: {name}\n(.*?);\n", text, re.S).group(1)
    return re.sub(r"(?<!:):([a-z_]+)", r"%(\1)s", body)


class Relay:
    """A relay's statements, by hand, in a transaction of its own."""

    def __init__(self, store):
        self.connection = store.connect("cases")
        self.connection.autocommit = False
        self.cursor = self.connection.cursor()

    def say(self, name):
        self.cursor.execute(statement(name), {"source": "cases"})
        return self

    def number(self):
        return [row[0] for row in self.say("relay_number").cursor.fetchall()]


def say_event(store):
    store.rows(
        """with o as (
               insert into bus.outbox (event, source, topic, subject, call,
                                       actor, trace, data, at)
               values (%s, 'cases', 'fence.built', %s, %s, %s,
                       repeat('0', 32), '{}', now()) returning id)
           insert into bus.pending select 'cases', id from o""",
        [new_id(), new_id(), new_id(), ACTOR], role="cases")


def test_a_deposed_relay_cannot_write_positions_twice(store):
    """Without the lock the store refuses it; with the lock it waits."""
    for _ in range(3):
        say_event(store)
    deposed, fresh = Relay(store), Relay(store)
    assert deposed.number() == [1, 2, 3]
    say_event(store)
    failed = []

    def second():
        try:
            failed.append(fresh.number())
        except psycopg2.errors.UniqueViolation as refusal:
            failed.append(refusal)

    thread = threading.Thread(target=second)
    thread.start()
    time.sleep(0.5)
    assert not failed, "it waits for the rows that the other has taken"
    deposed.connection.commit()
    thread.join()
    assert isinstance(failed[0], psycopg2.errors.UniqueViolation)
    fresh.connection.rollback()
    for seq, row in ((1, 4), (9, 1)):
        with pytest.raises(psycopg2.errors.UniqueViolation):
            store.rows("insert into bus.position select 'cases', %s, id"
                       " from bus.outbox order by id offset %s limit 1",
                       [seq, row - 1], role="cases")

    deposed.say("relay_lock")
    thread = threading.Thread(
        target=lambda: failed.append(fresh.say("relay_lock").number()))
    thread.start()
    assert deposed.number() == [4]
    say_event(store)
    deposed.connection.commit()
    thread.join()
    fresh.connection.commit()
    assert failed[1] == [5]
    for relay in (deposed, fresh):
        relay.connection.close()


# ---------------------------------------------------------------------- chains

def test_a_chain_of_reactions_does_not_wait_for_anybodys_look(
        quiet_house, tmp_path):
    """Event, reaction, event ...: six hops, each of which would take a second
    if what a reaction emits did not ring."""
    process = Process([BIN.parent / "integration/serve_chain"],
                      tmp_path / "chain.log",
                      clean_env(**quiet_house.settings("cases")))
    try:
        quiet_house.processes["cases"] = process
        wait_until(lambda: quiet_house.is_ready("cases"), 30)
        ear = quiet_house.socket(SUB, "cases")
        ear.subscribe("chain.ended")
        ear.rcvtimeo = 15000
        took = []
        for _ in range(9):
            time.sleep(0.3)
            began = time.monotonic()
            quiet_house.must("cases", "chain.start",
                             {"subject": new_id(), "left": 6})
            ear.recv_multipart()
            took.append(time.monotonic() - began)
        ear.close()
        assert statistics.median(took) < 0.7, took
    finally:
        process.end()


def test_r_pub_nobody_tells_of_an_outage_while_the_other_one_is_there(pair):
    """Of two public pages one is enough; when both were away, it is told once."""
    a, b = pair

    def pass_time(**time_):
        for house in pair:
            house.set_time(datetime.timedelta(**time_))

    def seen():
        return a.store.value("select seen_at from reporting.uptime")

    def looked(since):
        return wait_until(lambda: seen() != since and seen(), 20, "a look")

    def told():
        return a.store.rows("select data from bus.outbox"
                            " where topic = 'public.outage'")

    for house in pair:
        house.set_time(MORNING)
    a.start("reporting")
    mark = looked(None)
    b.start("reporting")
    a.stop("reporting")
    for seconds in (61, 61, 600):  # in time; by itself; with a clock that is set
        pass_time(seconds=seconds)
        mark = looked(mark)
    a.start("reporting")  # away for twelve minutes, and the page was not
    pass_time(seconds=61)
    mark = looked(mark)
    assert told() == []

    for house in pair:
        house.stop("reporting")
    pass_time(seconds=600)
    for house in pair:
        house.start("reporting")
    looked(mark)
    pass_time(seconds=61)
    looked(seen())
    assert len(told()) == 1
