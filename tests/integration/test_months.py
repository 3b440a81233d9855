"""The outbox by months, its archive, and the memory that ends."""

import datetime
import hashlib
import json
import re
import threading
import uuid

import psycopg2
import pytest

from house import ACTOR
from machine import TOP, new_id, wait_until

SCHEMA = TOP / "common/service/schema"
SESSION = ("set plan_cache_mode = force_generic_plan;"
           " set enable_seqscan = off; set enable_bitmapscan = off;"
           " set jit = off")
EVENT = ("gen_random_uuid(), 'cases', 'old.said', gen_random_uuid(),"
         " gen_random_uuid(), gen_random_uuid(), repeat('a', 32),"
         " json_build_object('n', i)")


def months_ago(count):
    """The first day of a month before this one."""
    now = datetime.datetime.now(datetime.timezone.utc)
    month = now.year * 12 + now.month - 1 - count
    return datetime.date(month // 12, month % 12 + 1, 1)


def fill(store, ago, count=300):
    """A month in the past, open, with events that have their positions."""
    month = months_ago(ago)
    store.rows("select bus.open_month(%s)", [month], role="owner")
    store.rows(
        f"""with said as (
                insert into bus.outbox (month, event, source, topic, subject,
                                        call, actor, trace, data, at)
                select %s, {EVENT}, %s from generate_series(1, %s) i
                returning id, month)
            insert into bus.position (source, seq, id, month)
            select 'cases', h.seq + row_number() over (order by id), id, month
            from said, (select coalesce(max(seq), 0) as seq from bus.position
                        where source = 'cases') h""",
        [month, month, count], role="owner")
    return month


def project():
    fresh = new_id()
    return {"id": fresh, "name": f"示例项目 {fresh}", "track": "agreed",
            "district_code": "370214004", "plan_published_on": "2026-09-01"}


def statement(name, *params):
    """A statement of the frame, its named parameters as $1, $2 ..."""
    text = (TOP / "common/service/frame.sql").read_text()
    body = re.search(rf"-- name: {name}\n(.*?;)\n", text, re.S).group(1)
    for number, param in enumerate(params, 1):
        body = re.sub(rf"(?<!:):{param}\b", f"${number}", body)
    return body


def touched(store, name, types, values, *params):
    """(partitions that a generic plan went into, the plan's text)."""
    connection = store.connect("cases")
    connection.autocommit = False
    with connection.cursor() as cursor:
        cursor.execute(SESSION)
        cursor.execute(f"prepare p({types}) as {statement(name, *params)}")
        cursor.execute(f"explain (analyze, costs off) execute p({values})")
        lines = [row[0] for row in cursor.fetchall()]
    connection.close()
    return {found.group(1) for line in lines if "never executed" not in line
            for found in [re.search(r" on ((?:outbox|archive)_\w+)", line)]
            if found}, "\n".join(lines)


# ------------------------------------------------------------------ the moving

def test_events_of_a_store_without_months_are_moved_and_read_as_before(
        empty_store):
    first = (SCHEMA / "0001_bus.sql").read_text()
    empty_store.run_as("owner", """
        create schema redkite_meta;
        create table redkite_meta.migration (
            number int primary key, name text not null, checksum text not null,
            applied_at timestamptz not null, took_ms int not null)""")
    empty_store.run_as("owner", first)
    empty_store.rows("insert into redkite_meta.migration values"
                     " (1, '0001_bus', %s, now(), 1)",
                     [hashlib.sha256(first.encode()).hexdigest()],
                     role="owner")
    empty_store.run_as("owner", f"""
        insert into bus.outbox (event, source, topic, subject, call, actor,
                                trace, data, at)
        select {EVENT}, timestamptz '2026-03-15' + i * interval '7 days'
        from generate_series(1, 20) i;
        insert into bus.position select 'cases', 19 - id, id from bus.outbox
        where id <= 18;
        insert into bus.pending select source, id from bus.outbox
        where id > 18;
        insert into bus.cursor
        select 'reporting', source, epoch, 7 from bus.stream
        where source = 'cases'""")
    stream = ("select p.seq, o.id, o.event, o.topic, o.subject, o.call,"
              " o.actor, o.trace, o.data::text, o.at from bus.position p"
              " join bus.outbox o on o.id = p.id order by seq")
    before = empty_store.rows(stream)
    empty_store.migrate()
    assert empty_store.rows(stream) == before and len(before) == 18
    assert empty_store.value(
        "select count(*) from bus.outbox o join bus.position p"
        " on p.id = o.id and p.month = o.month"
        " and o.month = date_trunc('month', o.at at time zone 'UTC')") == 18
    assert empty_store.value(
        "select count(*) from bus.outbox o join bus.pending p"
        " using (id, month)") == 2
    assert empty_store.value("select count(*) from bus.outbox_rest") == 0
    assert empty_store.value("select c.epoch = l.epoch and seq = 7"
                             " from bus.cursor c join bus.life l using"
                             " (source)"), "a reader would start over"
    assert empty_store.value("select nextval('bus.outbox_id')") == 21
    assert empty_store.value(
        "select seq from bus.told where source = 'cases'") == 18


# ---------------------------------------------------------------- what is read

def test_a_batch_goes_into_the_months_that_it_needs_alone(store):
    for ago in range(6, 0, -1):
        fill(store, ago)
    store.value("select bus.archive_month(4)", role="cases")
    store.run_as("owner", "update bus.told set seq = 1200 where source = 'cases'")
    name = "outbox_" + months_ago(3).strftime("%Y_%m")
    into, plan = touched(store, "events_after", "text, bigint, bigint",
                         "'cases', 950, 200", "source", "seq", "batch")
    assert into == {name} and "Seq Scan" not in plan, plan
    into, plan = touched(store, "events_after", "text, bigint, bigint",
                         "'cases', 250, 100", "source", "seq", "batch")
    assert into == {"archive_" + months_ago(6).strftime("%Y_%m"),
                    "outbox_" + months_ago(5).strftime("%Y_%m")}, plan
    store.run_as("cases", f"""
        with said as (
            insert into bus.outbox (event, source, topic, subject, call, actor,
                                    trace, data, at)
            select {EVENT}, now() from generate_series(1, 50) i
            returning source, id)
        insert into bus.pending (source, id) select source, id from said""")
    into, plan = touched(store, "relay_number", "text", "'cases'", "source")
    assert into == {"outbox_" + months_ago(0).strftime("%Y_%m")}, plan
    assert "Seq Scan" not in plan


def test_an_archived_month_is_read_and_nobody_changes_it(quiet_house, store):
    months = [fill(store, ago, 120) for ago in (5, 4, 1)]
    store.value("select bus.archive_month(2)", role="cases")
    quiet_house.environment["cases"]["REDKITE_OPEN_MONTHS"] = "2"
    quiet_house.start("cases")  # its housekeeper takes the next one
    archived = "select month from bus.month where archived is not null" \
               " order by 1"
    wait_until(lambda: len(store.rows(archived)) == 2)
    assert [row[0] for row in store.rows(archived)] == months[:2]
    quiet_house.must("cases", "project.open", project())
    events = wait_until(lambda: (lambda e: len(e) == 361 and e)(
        quiet_house.events("cases")))
    assert [e["seq"] for e in events] == list(range(1, 362))
    assert [e["data"]["n"] for e in events[:240]] == [*range(1, 121)] * 2

    archive = months[0].strftime("bus.archive_%Y_%m")
    for role in ("owner", "superuser"):
        for sql in (f"update {archive} set topic = 'x'",
                    f"delete from {archive}", f"truncate {archive}",
                    "truncate bus.outbox",
                    "update bus.outbox set topic = 'x' where id = 1",
                    "set session_replication_role = replica;"
                    f" delete from {archive}",
                    f"insert into {archive} select * from {archive} limit 1"):
            if role == "owner" and "replication_role" in sql:
                continue
            with pytest.raises(psycopg2.Error, match="read-only"):
                store.rows(sql, role=role)
    with pytest.raises(psycopg2.Error, match="permission denied"):
        store.rows(f"select * from {archive}", role="cases")


def test_a_service_cannot_archive_the_months_that_are_still_written(store):
    fill(store, 2, 3), fill(store, 1, 3)
    for months in (0, -5, 2):
        assert store.value("select bus.archive_month(%s)", [months],
                           role="cases") is None


# ------------------------------------------------- a month that nobody opened

def forget_month(store):
    """As if nobody had opened this month, nor the next ones."""
    store.run_as("owner", "".join(
        f"drop table bus.outbox_{m:%Y_%m};" for (m,) in store.rows(
            "select month from bus.month")) + "delete from bus.month")


def test_a_month_that_nobody_opened_loses_nothing_and_is_opened_under_way(
        quiet_house, store):
    house = quiet_house
    house.start("cases")
    forget_month(store)
    statuses, stop = [], threading.Event()

    def load():
        while not stop.is_set():
            statuses.append(house.ask("cases", "project.open",
                                      project()).status)

    threads = [threading.Thread(target=load) for _ in range(4)]
    for t in threads:
        t.start()
    try:
        wait_until(lambda: len(statuses) > 10)
        assert store.value("select count(*) from bus.outbox_rest") > 0
        wait_until(lambda: opened(store), what="this month, opened")
        more = len(statuses) + 10
        wait_until(lambda: len(statuses) > more)
    finally:
        stop.set()
        for t in threads:
            t.join()
    assert set(statuses) == {"ok"}
    assert store.value("select count(*) from bus.outbox_rest") == 0
    wait_until(lambda: [e["seq"] for e in house.events("cases")]
               == list(range(1, len(statuses) + 1)))


def opened(store):
    try:
        return store.value("select bus.open_months()", role="cases")
    except psycopg2.errors.LockNotAvailable:
        return None  # in a minute, as the housekeeper says


def test_nothing_fails_when_a_clock_jumps_by_months(quiet_house, store):
    house = quiet_house
    house.start("cases")
    for days in (150, -300, 150):  # the services' clock, and back
        house.set_time(datetime.timedelta(days=days))
        house.must("cases", "project.open", project())
    for month in ("2027-08-01", "2026-01-01"):  # the store's clock
        store.run_as("owner", "create or replace function bus.this_month()"
                     " returns date language sql stable"
                     f" return date '{month}'")
        house.must("cases", "project.open", project())
        assert store.value("select count(*) from bus.outbox_rest"
                           " where month = %s", [month]) == 1
    wait_until(lambda: [e["seq"] for e in house.events("cases")]
               == [1, 2, 3, 4, 5])


def test_an_archived_month_gets_no_events_when_the_clock_goes_back(store):
    month = fill(store, 5, 3)
    store.value("select bus.archive_month(2)", role="cases")
    floor = store.value("select bus.this_month()")
    text = store.value("select pg_get_functiondef('bus.this_month()'"
                       "::regprocedure)")
    assert f"'{months_ago(4)}'::date" in text and floor > month


# ----------------------------------------------------------------- the memory

def remember(store, days, count=1):
    """Answers of so many days ago."""
    then = (datetime.datetime.now(datetime.timezone.utc)
            - datetime.timedelta(days=days))
    with store.connect() as connection, connection.cursor() as cursor:
        cursor.executemany(
            "insert into bus.handled values ('cases', %s, %s, %s, '{}', %s)",
            [(new_id(then.timestamp()), ACTOR, b"x", then)
             for _ in range(count)])


def test_old_answers_are_forgotten_and_young_ones_are_not(quiet_house, store):
    remember(store, 40, 1500)
    remember(store, 31.9, 5)
    remember(store, 2, 5)
    store.run_as("superuser", "insert into bus.audit (at, service, call, actor,"
                 " command) select at, service, call, actor, 'x'"
                 " from bus.handled")
    quiet_house.start("cases")
    count = "select count(*) from bus.handled"
    wait_until(lambda: store.value(count) == 10, what="ten answers")
    assert store.value("select count(*) from bus.audit") == 1510
    for before in ("now()", "now() + interval '1 year'"):
        store.rows(f"select bus.forget_handled('cases', {before}, 100)",
                   role="cases")
    assert store.value(count) == 10, "a service's clock alone forgets nothing"


AGES = [
    ("as old as the memory", -29.9, "ok"),
    ("older than the memory", -30.1, "older than what is remembered"),
    ("a little ahead", 0.9, "ok"),
    ("far ahead", 1.1, "from the future"),
]


def test_a_call_older_than_the_memory_is_refused(quiet_house, store):
    house = quiet_house
    house.start("cases")
    for what, days, said in AGES:
        call = new_id(house.now.timestamp() + days * 86400)
        answer = house.ask("cases", "project.open", project(), id=call)
        if said == "ok":
            assert answer.ok, what
            continue
        assert answer.status == "bad_request", what
        assert answer.body["field"] == "meta.id"
        assert said in answer.body["why"], what
        assert house.ask("cases", "project.list", id=call).ok, "it only reads"
    answer = house.ask("cases", "project.open", project(), id=str(uuid.uuid4()))
    assert "UUIDv7" in answer.body["why"]
    assert store.value("select count(*) from cases.project") == 2


def test_a_resend_is_answered_or_refused_but_never_done_twice(
        quiet_house, store):
    """From the day of the answer on, day by day, with the housekeeper."""
    house = quiet_house
    house.start("cases")
    body, call = project(), new_id()
    first = house.ask("cases", "project.open", body, id=call)
    for day in (0, 15, 29):
        house.set_time(datetime.timedelta(days=day) - house.offset)
        again = house.ask("cases", "project.open", body, id=call)
        assert json.dumps(again.body) == json.dumps(first.body)
    house.set_time(datetime.timedelta(days=31) - house.offset)
    assert house.ask("cases", "project.open", body,
                     id=call).body["field"] == "meta.id"
    assert store.value("select count(*) from bus.outbox") == 1
