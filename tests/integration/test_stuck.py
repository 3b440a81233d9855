"""What cannot go on: set aside with its subject, tried again, counted where a
crash is counted too, and handled by an operator one at a time."""

import json
import time

import pytest
from cluster import Store
from house import ACTOR, House
from machine import new_id, wait_until
from town import Town

pytestmark = pytest.mark.alone

OPERATOR = "it_operator"
REFUSE = ("alter table reporting.community add constraint {}"
          " check (code <> 'XX') not valid")
MEND = "alter table reporting.community drop constraint {}"
SEEN = """
create table public.seen (n bigint generated always as identity, id uuid,
                          seq bigint);
create function public.see() returns trigger language plpgsql
security definer as $$ begin
    insert into public.seen (id, seq) values (new.id, new.seq);
    return new;
end $$;
create trigger see after insert or update on reporting.community
for each row execute function public.see();
"""


@pytest.fixture(scope="module")
def reader(postgres, tmp_path_factory):
    """cases and reporting, for all tests of this file that break nothing."""
    store = Store(postgres, "stuck_reader")
    store.rows(SEEN)
    house = House(store, tmp_path_factory.mktemp("house"), "stuck_reader")
    house.start("cases", "reporting", "notifications")
    yield house
    house.close()
    store.drop()


@pytest.fixture
def town(reader):
    """A project of its own; nothing is parked before or after."""
    town = Town(reader)
    town.open()
    yield town
    wait_until(lambda: not parked(reader.store), 60, "the end of all waiting")


def parked(store, subject=None):
    return store.rows(
        "select seq, attempts, cause, due is not null from bus.parked"
        " where reader = 'reporting' and (%s is null or subject = %s::uuid)"
        " order by seq", [subject, subject])


def add(town, subject, code, name):
    town.say("community.added", subject, community=subject,
             project=town.project, code=code, name=name, position=1)


def name_of(store, community):
    rows = store.rows("select name from reporting.community where id = %s",
                      [community])
    return rows[0][0] if rows else None


def stuck(house, *args, **more):
    more.setdefault("roles", OPERATOR)
    return house.redkite("stuck", *args, **more)


def end_tries(store, subject):
    store.rows("update bus.parked set attempts = 5 where subject = %s"
               " and due is not null", [subject])


# ------------------------------------------------------------------ by itself

def test_what_is_refused_holds_up_nobody_else_for_a_second(reader, town):
    """Six poisoned subjects in a row, and a healthy one behind them."""
    store = reader.store
    store.rows(REFUSE.format("slow"))
    wait_until(lambda: store.rows(
        "select 1 from reporting.project where id = %s", [town.project]))
    sick, well = [new_id() for _ in range(6)], new_id()
    for subject in sick:
        add(town, subject, "XX", "病")
    add(town, well, "OK", "好")
    wait_until(lambda: parked(store))
    began = time.monotonic()
    wait_until(lambda: name_of(store, well))
    assert time.monotonic() - began < 1
    assert {row[2] for row in parked(store)} == {
        "a rule of the store forbids it (slow)"}
    store.rows(MEND.format("slow"))


def test_events_set_aside_are_taken_up_in_order_once_the_cause_is_mended(
        reader, town):
    """New events of the subject arrive all the while: none overtakes."""
    store, subject = reader.store, new_id()
    store.rows(REFUSE.format("wait"))
    add(town, subject, "XX", "第一")
    for n in range(150):
        add(town, subject, "OK", f"名称{n}")
    wait_until(lambda: len(parked(store, subject)) == 151, 30)
    first = parked(store, subject)[0]
    assert first[3] and not any(row[3] for row in parked(store, subject)[1:])
    store.rows(MEND.format("wait"))
    for n in range(150, 250):
        add(town, subject, "OK", f"名称{n}")
    wait_until(lambda: name_of(store, subject) == "名称249", 60)
    seen = [row[0] for row in store.rows(
        "select seq from public.seen where id = %s order by n", [subject])]
    assert seen == list(range(first[0], first[0] + 251))
    assert "event taken up" in reader.logs("reporting")


MANY = """
    with said as (
        insert into bus.outbox (event, source, topic, subject, call, actor,
            trace, data, at)
        select gen_random_uuid(), 'cases', 'community.added', subject,
            gen_random_uuid(), %s, repeat('a', 32),
            json_build_object('community', subject, 'project', %s::text,
                'code', case when n = %s then 'XX' else 'C' || n end,
                'name', 'N' || n, 'position', 1), now()
        from (select n, gen_random_uuid() as subject
              from generate_series(1, %s) n) s
        returning id)
    insert into bus.position (source, seq, id)
    select 'cases', (select max(seq) from bus.position where source = 'cases')
        + row_number() over (order by id), id
    from said"""


def test_one_refused_among_thousands_that_wait_costs_no_other(reader, town):
    """A batch is read while the one before it takes effect: when that is
    undone, what was read is not taken for what comes next."""
    store, guilty, count = reader.store, 2300, 3500
    first = store.value("select max(seq) from bus.position"
                        " where source = 'cases'")
    wait_until(lambda: store.value(
        "select seq from bus.cursor where reader = 'reporting'"
        " and source = 'cases'") == first)
    store.rows(REFUSE.format("many"))
    reader.pause("reporting")
    store.rows(MANY, [ACTOR, town.project, guilty, count])
    reader.resume("reporting")
    wait_until(lambda: store.value(
        "select seq from bus.cursor where reader = 'reporting'"
        " and source = 'cases'") == first + count, 60)
    assert [row[0] for row in parked(store)] == [first + guilty]
    assert [row[0] for row in store.rows(
        "select seq from public.seen where seq > %s order by n", [first])] == [
            first + n for n in range(1, count + 1) if n != guilty]
    store.rows(MEND.format("many"))


def test_tries_come_with_growing_pauses_and_end(reader, town):
    store, subject = reader.store, new_id()
    store.rows(REFUSE.format("grow"))
    add(town, subject, "XX", "病")

    def pause():
        return store.rows(
            "select attempts, extract(epoch from due - now())::float"
            " from bus.parked where subject = %s", [subject])

    one, two = [wait_until(lambda n=n: [row for row in pause() if row[0] == n])
                for n in (1, 2)]
    assert 0 < one[0][1] <= 1.25 < two[0][1] <= 2.5
    end_tries(store, subject)
    store.rows("update bus.parked set due = now() where subject = %s",
               [subject])
    time.sleep(2.5)
    assert parked(store, subject)[0][1] == 5
    store.rows(MEND.format("grow"))
    stuck(reader, "retry", f"reporting/cases/{subject}")
    wait_until(lambda: name_of(store, subject))


def test_an_event_that_ends_the_process_is_set_aside_after_five_times(
        quiet_house, store):
    """Each try sleeps in the store and is killed there; nobody could count it
    in memory."""
    store.rows("""
        create function public.hang() returns trigger language plpgsql as $$
        begin
            if new.code = 'XX' then perform pg_sleep(4); end if;
            return new;
        end $$;
        create trigger hang before insert on reporting.community
        for each row execute function public.hang()""")
    town = Town(quiet_house)
    town.open()
    sick, well = new_id(), new_id()
    add(town, sick, "XX", "病")
    add(town, well, "OK", "好")
    kills = 0
    while kills < 12:
        quiet_house.start("reporting", wait=False)
        wait_until(lambda: name_of(store, well) or store.rows(
            "select 1 from pg_stat_activity where datname = %s and state ="
            " 'active' and wait_event = 'PgSleep'", [store.name]), 30)
        if name_of(store, well):
            break
        quiet_house.kill("reporting")
        kills += 1
        wait_until(lambda: not store.rows(
            "select 1 from pg_stat_activity where datname = %s and"
            " wait_event = 'PgSleep'", [store.name]), 3.5,
            "the end of a dead client's statement")
    assert 5 <= kills <= 9
    assert parked(store, sick) == [
        (2, 5, "5 processes ended while they took it", True)]


# ---------------------------------------------------------------- an operator

def test_an_operator_handles_one_subject_at_a_time(reader, town):
    store, subject = reader.store, new_id()
    name = f"reporting/cases/{subject}"
    store.rows(REFUSE.format("once"))
    for code, called in (("XX", "甲"), ("XX", "乙"), ("OK", "丙")):
        add(town, subject, code, called)
    wait_until(lambda: len(parked(store, subject)) == 3)
    end_tries(store, subject)

    listed = json.loads(stuck(reader, "list", "reporting", "--json").stdout)
    row, = listed["stuck"]
    assert (row["id"], row["topic"], int(row["waiting"])) == (
        name, "community.added", 3)
    assert "forbids it (once)" in row["cause"] and row["since"]
    shown = json.loads(stuck(reader, "show", name, "--json").stdout)
    seqs = [int(event["seq"]) for event in shown["events"]]
    assert seqs == [row[0] for row in parked(store, subject)]
    assert "甲" not in json.dumps(shown, ensure_ascii=False)

    store.rows(MEND.format("once") + ";" + REFUSE.format("twice"))
    stuck(reader, "retry", name)
    wait_until(lambda: "(twice)" in parked(store, subject)[0][2])
    assert len(parked(store, subject)) == 3

    end_tries(store, subject)
    refused = stuck(reader, "drop", name, check=False, stdin="no\n")
    assert refused.returncode == 1 and len(parked(store, subject)) == 3
    stuck(reader, "drop", name, stdin="community.added\n")
    rest = parked(store, subject)
    assert [row[0] for row in rest] == seqs[1:]
    assert rest[0][1:] == (5, "the event before it was given up", True)
    time.sleep(1.5)
    assert len(parked(store, subject)) == 2, "what is behind waits for a word"

    store.rows(MEND.format("twice"))
    stuck(reader, "retry", name)
    wait_until(lambda: name_of(store, subject) == "丙")
    assert store.rows(
        "select command, actor::text from bus.audit where subject = %s"
        " order by id", [subject]) == [
            ("stuck.retry", ACTOR), ("stuck.drop", ACTOR),
            ("stuck.retry", ACTOR)]


def test_only_the_first_event_can_be_given_up_by_an_operator_alone(
        reader, town):
    store, subject = reader.store, new_id()
    store.rows(REFUSE.format("first"))
    add(town, subject, "XX", "甲")
    add(town, subject, "OK", "乙")
    first, second = [row[0] for row in wait_until(
        lambda: (lambda rows: len(rows) == 2 and rows)(
            parked(store, subject)))]
    body = {"source": "cases", "subject": subject, "seq": second}
    ask = reader.ask
    assert ask("reporting", "stuck.drop", body,
               roles=OPERATOR).status == "conflict"
    for command in ("stuck.drop", "stuck.retry", "stuck.show", "stuck.list"):
        assert ask("reporting", command, body).status == "denied"
    assert ask("reporting", "stuck.drop", {**body, "subject": new_id()},
               roles=OPERATOR).status == "conflict"
    for role, sql in (
            ("reporting", "delete from bus.parked"),
            ("cases", f"select bus.unpark('reporting', 'cases', {first}, 0,"
                      " now())"),
            ("cases", "select bus.begin_anew('reporting', 'cases')")):
        with pytest.raises(Exception, match="denied|own waiting"):
            store.rows(sql, role=role)
    assert len(parked(store, subject)) == 2
    store.rows(MEND.format("first"))


PUT_ALARMS = """
    insert into bus.alarm (id, service, topic, subject, at, due, body, actor,
        trace)
    select gen_random_uuid(), 'cases', %s, gen_random_uuid(), now(),
        now() + interval '1 hour',
        replace(%s, 'NEW', gen_random_uuid()::text)::json, %s, repeat('a', 32)
    from generate_series(1, %s)"""


def test_alarms_that_are_due_at_once_go_together_but_for_the_guilty(reader):
    store = reader.store
    store.rows("delete from bus.alarm where service = 'cases'")
    store.rows(PUT_ALARMS, ["clock.step", '{"clock":"NEW","step":0}', ACTOR,
                            250])
    # No such agreement: its handler says no, in the middle of the others.
    store.rows(PUT_ALARMS, ["agreement.cooled", '{"agreement":"NEW"}', ACTOR,
                            1])
    store.rows("update bus.alarm set due = now() where service = 'cases'")

    def left():
        return store.rows("select topic, attempts, cause from bus.alarm"
                          " where service = 'cases'")

    wait_until(lambda: left() == [("agreement.cooled", 1,
                                   "there is no such thing")], 20, "the rest")
    fired = [line for line in reader.logs("cases").splitlines()
             if "topic=clock.step" in line]
    assert len(fired) == 250
    assert all("status=ok" in line for line in fired)
    assert len({line.split("call=")[1].split()[0] for line in fired}) == 250
    store.rows("delete from bus.alarm where service = 'cases'")


def test_an_alarm_that_cannot_fire_is_stuck_with_its_cause(reader):
    store, alarm, subject = reader.store, new_id(), new_id()
    store.rows(
        "insert into bus.alarm (id, service, topic, subject, at, due, body,"
        " actor, trace, attempts) values (%s, 'notifications', 'no.such', %s,"
        " now() - interval '1 hour', now(), '{}', %s, repeat('a', 32), 8)",
        [alarm, subject, ACTOR])

    def row():
        return store.rows("select attempts, cause, due > now() from bus.alarm"
                          " where id = %s", [alarm])

    # While it is tried its row says that it "did not come to its end".
    wait_until(lambda: row() == [(9, "nothing handles this alarm", True)])
    store.rows("update bus.alarm set due = now() where id = %s", [alarm])
    wait_until(lambda: row()[0][:2] == (10, "nothing handles this alarm"))
    store.rows("update bus.alarm set due = now() where id = %s", [alarm])
    time.sleep(2)
    assert row()[0][0] == 10

    name = f"notifications/alarm/{alarm}"
    assert name in stuck(reader, "list", "notifications").stdout
    lag = reader.redkite("lag", "notifications", check=False)
    assert lag.returncode == 1 and "stuck" in lag.stderr
    assert "nothing handles" in stuck(reader, "show", name).stdout
    stuck(reader, "retry", name)
    wait_until(lambda: row()[0][:2] == (1, "nothing handles this alarm"))
    stuck(reader, "drop", name, "--force")
    assert not row()
    assert store.rows("select command from bus.audit where subject = %s"
                      " order by id", [subject]) == [
                          ("stuck.retry",), ("stuck.drop",)]


# ------------------------------------------------------------- lag and replay

def test_lag_tells_who_is_behind_and_fails_when_it_is_far(reader, town):
    store, subject = reader.store, new_id()
    wait_until(lambda: reader.redkite(
        "lag", "reporting", check=False).returncode == 0)
    store.rows(REFUSE.format("lag"))
    add(town, subject, "XX", "病")
    wait_until(lambda: parked(store, subject))
    told = reader.redkite("lag", "reporting", "--json", check=False)
    rows = json.loads(told.stdout)["lag"]
    assert told.returncode == 1
    assert [(r["reader"], r["source"], int(r["stuck"])) for r in rows] == [
        ("reporting", "cases", 1), ("reporting", "alarm", 0)]
    store.rows(MEND.format("lag"))
    wait_until(lambda: not parked(store))

    reader.pause("reporting")
    try:
        town.move(new_id(), new_id(), "registered")
        rows = store.rows("""
            select head - seq from bus.cursor, (select max(seq) as head
            from bus.position where source = 'cases') p
            where reader = 'reporting'""")
        assert rows == [(1,)]
    finally:
        reader.resume("reporting")


def test_peek_shows_stored_events(reader, town):
    town.add("青禾社区", 1)
    told = reader.redkite("events", "peek", "cases", "--limit", 2, "--after",
                          1, "--json").stdout
    assert [int(json.loads(line)["seq"]) for line in told.splitlines()] == [
        2, 3]
    bad = reader.redkite("events", "peek", "cases", "--limit", "x",
                         check=False)
    assert bad.returncode == 2


def digest(store):
    return store.value("""
        select md5(coalesce(string_agg(t, E'\\n' order by t), '')) from (
            select 'p' || p::text as t from reporting.project p
            union all select 'c' || c::text from reporting.community c
            union all select 'h' || h::text from reporting.household h) rows""")


def test_a_replay_makes_the_same_read_model_again(reader, town):
    store = reader.store
    places = [town.add(f"社区{n}", n) for n in range(3)]
    for place in places:
        town.settle(place, "registered", "offered", "effective")
    head = store.value("select max(seq) from bus.position"
                       " where source = 'cases'")

    def caught_up():
        return store.value("select seq from bus.cursor where reader ="
                           " 'reporting' and source = 'cases'") == head

    wait_until(caught_up)
    before, count = digest(store), store.value("select count(*) from seen")
    refused = reader.redkite("events", "replay", "reporting", check=False,
                             roles=OPERATOR, stdin="no\n")
    assert refused.returncode == 1 and digest(store) == before
    reader.redkite("events", "replay", "reporting", roles=OPERATOR,
                   stdin="reporting\n")
    wait_until(lambda: store.value("select count(*) from seen") > count
               and caught_up(), 30)
    assert digest(store) == before
    assert store.value("select count(*) from bus.audit where command ="
                       " 'events.replay' and service = 'reporting'") == 1


def test_a_service_that_cannot_do_its_effects_again_refuses_replay(reader):
    done = reader.redkite("events", "replay", "notifications", "--force",
                          check=False, roles=OPERATOR)
    assert done.returncode == 1 and "cannot be done again" in done.stderr
