"""The frame under every service: what a caller, an operator and a crash see."""

import json
import os
import threading
import time
import uuid

import pytest
import zmq
from cluster import Store
from house import ACTOR, House
from machine import BIN, Process, clean_env, new_id, wait_until

OTHER = "01890000-0000-7000-8000-0000000000ff"


def project(**more):
    fresh = new_id()
    return {"id": fresh, "name": f"示例项目 {fresh}", "track": "agreed",
            "district_code": "370214004", "plan_published_on": "2026-09-01",
            **more}


# ------------------------------------------------------------------- resends

def test_a_resend_gets_the_same_answer_and_has_no_second_effect(house):
    call, body = new_id(), project()
    first = house.ask("cases", "project.open", body, id=call)
    again = house.ask("cases", "project.open", body, id=call)
    assert first.ok and again.body == first.body
    wait_until(lambda: house.events("cases"))
    assert len(house.events("cases")) == 1


def test_the_same_id_with_another_body_or_actor_is_refused(house):
    call, body = new_id(), project()
    assert house.ask("cases", "project.open", body, id=call).ok
    for answer in (
            house.ask("cases", "project.open", project(), id=call),
            house.ask("cases", "project.open", body, id=call, actor=OTHER),
            house.ask("cases", "community.add", {
                "id": new_id(), "project": body["id"], "code": "QH",
                "name": "青禾社区", "position": 1}, id=call)):
        assert answer.status == "conflict"
        assert "new id" in answer.body["why"]


def test_a_resend_while_the_first_is_under_way_waits_for_it(house, store):
    """Two of the same at once: one effect, one answer twice."""
    call, body, answers = new_id(), project(), []

    def ask():
        answers.append(house.ask("cases", "project.open", body, id=call))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert [a.status for a in answers] == ["ok"] * 6
    assert store.value("select count(*) from cases.project") == 1


def test_a_resend_that_waited_for_the_first_gets_its_answer(house, store):
    """Both have looked the id up before either can write: one then finds what
    the other has left, and must not take it for somebody else's."""
    call, body, answers = new_id(), project(), []
    holder = store.connect()
    holder.autocommit = False
    holder.cursor().execute("lock table cases.project in exclusive mode")
    threads = [threading.Thread(target=lambda: answers.append(
        house.ask("cases", "project.open", body, id=call)))
        for _ in range(2)]
    for t in threads:
        t.start()
    wait_until(lambda: store.value(
        "select count(*) from pg_stat_activity where usename = 'redkite_cases'"
        " and wait_event_type = 'Lock'") == 2)
    holder.rollback()
    holder.close()
    for t in threads:
        t.join()
    assert [a.status for a in answers] == ["ok"] * 2, answers
    assert answers[0].body == answers[1].body


# ----------------------------------------------------------------- bad input

BAD = [
    ("there is no such command", "project.shut", b"{}", "not_found", "command"),
    ("a missing member", "project.open", b"{}", "bad_request", "id"),
    ("an unknown member", "project.list", b'{"x":1}', "bad_request", "x"),
    ("a wrong type", "project.open",
     json.dumps(project(name=7)).encode(), "bad_request", "name"),
    ("a wrong name", "project.open",
     json.dumps(project(track="mine")).encode(), "bad_request", "track"),
    ("a day that is none", "project.open",
     json.dumps(project(plan_published_on="2026-02-30")).encode(),
     "bad_request", "plan_published_on"),
    ("no JSON", "project.list", b"{", "bad_request", "byte 2"),
    ("nothing", "project.list", b"", "bad_request", "byte 1"),
    ("nested 10,000 deep", "project.list", b"[" * 10000,
     "bad_request", "byte 33"),
    ("a doubled member", "project.list", b'{"a":1,"a":2}',
     "bad_request", None),
    ("a number past 2^53", "project.list", b'{"a":9007199254740993}',
     "bad_request", None),
    ("invalid UTF-8", "project.list", b'{"a":"\xff"}', "bad_request", None),
    ("U+0000", "project.list", b'{"a":"\\u0000"}', "bad_request", None),
    ("a raw NUL", "project.list", b'{}\0{}', "bad_request", "body"),
    ("65 KiB", "project.list", b'{"a":"' + b"x" * 65536 + b'"}',
     "bad_request", None),
]


@pytest.mark.parametrize("what,command,body,status,field", BAD,
                         ids=[row[0] for row in BAD])
def test_a_bad_body_is_refused_by_its_place(
        shared_house, what, command, body, status, field):
    answer = shared_house.ask("cases", command, body)
    assert answer.status == status
    assert answer.body["why"]
    if field:
        assert answer.body["field"] == field
    assert shared_house.ask("cases", "service.live").ok


@pytest.fixture(scope="module")
def shared_house(postgres, tmp_path_factory):
    store = Store(postgres, "frame_bad_input")
    house = House(store, tmp_path_factory.mktemp("house"), "frame_bad_input")
    house.start()
    yield house
    house.close()
    store.drop()


META = [
    ({"id": "x"}, "meta.id"),
    ({"actor": 7}, "meta.actor"),
    ({"roles": "king"}, "meta.roles"),
    ({"deadline": "soon"}, "meta.deadline"),
    ({"hat": 1}, "meta.hat"),
]


@pytest.mark.parametrize("meta,field", META)
def test_a_bad_meta_is_refused_by_its_place(shared_house, meta, field):
    answer = shared_house.ask("cases", "project.list", meta=meta)
    assert answer.status == "bad_request"
    assert answer.body["field"] == field


FRAMES = [
    [b""], [b"RK1"], [b"RK1", b"project.list"],
    [b"RK1", b"project.list", b"{}"],
    [b"RK2", b"project.list", b"{}", b"{}"],
    [b"RK1", b"project.list", b"{}", b"{}", b""],
    [b"RK1", b"project\0list", b"{}", b"{}"],
    [b"\xff" * 300, b"\xff" * 300, b"\0" * 300, b"\xff"],
    [b"$TERM"],
]


@pytest.mark.parametrize("frames", FRAMES, ids=range(len(FRAMES)))
def test_wrong_frames_are_refused(shared_house, frames):
    answer = shared_house.send("cases", *frames)
    assert answer[1] == b"bad_request"
    assert json.loads(answer[3])["field"]
    assert shared_house.ask("cases", "service.live").ok


def test_a_2_mb_body_is_cut_off_and_costs_no_memory(shared_house):
    before = memory(shared_house, "cases")
    for _ in range(20):
        assert shared_house.send("cases", b"RK1", b"project.list", b"{}",
                                 b"x" * 2_000_000, seconds=0.3) is None
    assert shared_house.ask("cases", "service.live").ok
    assert memory(shared_house, "cases") - before < 16 << 20


def memory(house, service):
    pid = house.processes[service].pid
    with open(f"/proc/{pid}/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGESIZE")


# --------------------------------------------------------------------- roles

def test_a_command_wants_one_of_its_roles(house):
    assert house.ask("cases", "project.open", project(),
                     roles="resident").status == "denied"
    assert house.ask("cases", "project.open", project(),
                     roles="").status == "denied"
    assert house.ask("cases", "project.open", project(),
                     roles="resident,dept").ok


def test_personal_data_is_read_for_a_purpose_and_leaves_a_row(house, store):
    body = {"id": new_id()}
    answer = house.ask("cases", "household.show", body)
    assert answer.body["field"] == "meta.purpose"
    house.ask("cases", "project.open", project())
    row = store.rows("select service, command, actor::text from bus.audit")
    assert row == [("cases", "project.open", ACTOR)]


def test_what_happened_and_what_was_audited_cannot_be_changed(store):
    for role in ("cases", "scheduling", "notifications", "reporting"):
        for table in ("bus.outbox", "bus.audit", "bus.position",
                      "bus.handled"):
            for sql in (f"delete from {table}",
                        f"update {table} set at = at"
                        if table != "bus.position"
                        else "update bus.position set seq = seq + 1"):
                with pytest.raises(Exception, match="permission denied"):
                    store.rows(sql, role=role)
    with pytest.raises(Exception, match="permission denied"):
        store.rows("select * from bus.audit", role="cases")


# ------------------------------------------------------ starting and stopping

def test_services_start_before_postgresql_and_find_it(own_postgres, tmp_path):
    empty = Store(own_postgres, "late", template="template0")
    empty.migrate()
    own_postgres.stop()
    house = House(empty, tmp_path, "late")
    try:
        house.start(wait=False)
        answer = wait_until(
            lambda: (lambda a: a.status != "silent" and a)(
                house.ask("cases", "service.ready", seconds=2)), 20)
        assert answer.body["ready"] is False
        assert {"name": "db", "ok": False,
                "detail": "the store is away"} in answer.body["checks"]
        assert house.ask("cases", "project.open",
                         project()).status == "busy"
        own_postgres.start()
        wait_until(lambda: all(
            house.ask(s, "service.ready").body.get("ready")
            for s in house.processes), 20)
        assert house.ask("cases", "project.open", project()).ok
    finally:
        house.close()


def test_a_killed_postgresql_loses_nothing_that_was_answered(
        own_postgres, tmp_path):
    store = Store(own_postgres, "killed", template="template0")
    store.migrate()
    house = House(store, tmp_path, "killed")
    asked, acked = [], []
    stop = threading.Event()

    def load():
        while not stop.is_set():
            body = project()
            asked.append(body["id"])
            call = new_id()
            for _ in range(60):
                answer = house.ask("cases", "project.open", body, id=call,
                                   seconds=5)
                if answer.ok:
                    acked.append(body["id"])
                    break
                assert answer.status in ("busy", "silent"), answer
                time.sleep(0.1)

    try:
        house.start()
        threads = [threading.Thread(target=load) for _ in range(4)]
        for t in threads:
            t.start()
        for _ in range(3):
            time.sleep(1)
            own_postgres.kill()
            time.sleep(0.3)
            own_postgres.start()
        time.sleep(1)
        stop.set()
        for t in threads:
            t.join()
        assert set(acked) == set(asked)
        in_order_and_once(store, "cases", len(asked))
    finally:
        stop.set()
        house.close()


def in_order_and_once(store, source, count):
    """Every event has a position, without holes, and one row each."""
    wait_until(lambda: store.value(
        "select count(*) from bus.pending where source = %s", [source]) == 0)
    assert store.rows(
        "select count(*), min(seq), max(seq) from bus.position"
        " where source = %s", [source]) == [(count, 1, count)]
    assert store.value(
        "select count(distinct event) from bus.outbox where source = %s",
        [source]) == count


def test_a_killed_service_loses_nothing_that_was_answered(house, store):
    acked, bodies = [], [project() for _ in range(60)]

    def load(part):
        for body in part:
            call = new_id()
            for _ in range(100):
                if house.ask("cases", "project.open", body, id=call,
                             seconds=2).ok:
                    acked.append(body["id"])
                    break

    threads = [threading.Thread(target=load, args=(bodies[i::4],))
               for i in range(4)]
    for t in threads:
        t.start()
    for _ in range(3):
        time.sleep(0.4)
        house.kill("cases")
        house.start("cases", wait=False)
    for t in threads:
        t.join()
    house.start("cases")  # the last one may have been too late for the load
    assert sorted(acked) == sorted(b["id"] for b in bodies)
    in_order_and_once(store, "cases", len(bodies))


def test_sigterm_finishes_what_is_under_way(house, store):
    """A call waits for a lock; the service is told to stop; it is answered."""
    body = project()
    house.must("cases", "project.open", body)
    holder = store.connect()
    holder.autocommit = False
    holder.cursor().execute("lock table cases.community in exclusive mode")
    answers = []
    asking = threading.Thread(target=lambda: answers.append(house.ask(
        "cases", "community.add",
        {"id": new_id(), "project": body["id"], "code": "QH",
         "name": "青禾社区", "position": 1})))
    asking.start()
    time.sleep(0.4)
    threading.Timer(0.3, holder.rollback).start()
    began = time.monotonic()
    assert house.stop("cases") == 0
    assert time.monotonic() - began < 10
    asking.join()
    assert answers[0].ok, answers
    holder.close()


def test_an_unknown_or_bad_setting_ends_the_start_and_names_itself(
        quiet_house, tmp_path):
    for name, value, expected in (
            ("REDKITE_WORKRES", "4", "REDKITE_WORKRES is not a setting"),
            ("REDKITE_WORKERS", "none", "REDKITE_WORKERS is not a whole"),
            ("REDKITE_WORKERS", "0", "REDKITE_WORKERS is out of range"),
            ("REDKITE_FIELD_KEY_FILE", "/nowhere", "key file")):
        process = Process(
            [BIN / "cases"], tmp_path / "bad.log",
            clean_env(**{**quiet_house.settings("cases"), name: value}))
        assert process.popen.wait(10) == 1
        assert expected in process.log.read_text()


def test_a_taken_port_ends_the_start(house, tmp_path):
    process = Process([BIN / "cases"], tmp_path / "twin.log",
                      clean_env(**house.settings("cases")))
    assert process.popen.wait(10) == 1
    assert "is another copy running?" in process.log.read_text()


# --------------------------------------------------------------------- events

OUTBOX = """
with said as (
    insert into bus.outbox (event, source, topic, subject, call, actor, trace,
                            data, at)
    values (gen_random_uuid(), 'cases', %s, %s, gen_random_uuid(), %s,
            repeat('a', 32), %s, now())
    returning source, id
)
insert into bus.pending select source, id from said returning id
"""


def said(connection, topic, subject, data):
    with connection.cursor() as cursor:
        cursor.execute(OUTBOX, [topic, subject, ACTOR, json.dumps(data)])
        return cursor.fetchone()[0]


def test_an_event_that_commits_late_is_not_passed_over(house, store):
    """The race that loses events to a reader of `id > last`: shown, and held."""
    late, quick = store.connect("cases"), store.connect("cases")
    late.autocommit = False
    first = said(late, "race.run", new_id(), {})
    second = said(quick, "race.run", new_id(), {})
    wait_until(lambda: store.value("select count(*) from bus.position") == 1)
    naive_cursor = store.value("select max(id) from bus.outbox"
                               " where topic = 'race.run'")
    late.commit()
    wait_until(lambda: store.value("select count(*) from bus.position") == 2)
    assert first < second == naive_cursor, "the naive reader has lost `first`"
    assert [e["seq"] for e in house.events("cases")] == [1, 2]
    late.close()
    quick.close()


def test_an_event_that_cannot_be_applied_waits_with_its_subject_alone(
        house, store):
    body = project()
    house.must("cases", "project.open", body)
    sick, well = new_id(), new_id()
    connection = store.connect("cases")
    community = {"project": body["id"], "code": "QH", "name": "青禾社区",
                 "position": 1}
    said(connection, "community.added", sick, {"community": sick})
    said(connection, "community.added", sick, {"community": sick, **community})
    said(connection, "community.added", well, {"community": well, **community})
    connection.close()
    parked = wait_until(lambda: (lambda rows: len(rows) == 2 and rows)(
        store.rows("select subject::text, cause from bus.parked"
                   " where reader = 'reporting' order by seq")))
    assert [row[0] for row in parked] == [sick, sick]
    assert parked[0][1] == "project: is missing"
    assert "set aside" in parked[1][1]
    wait_until(lambda: store.value(
        "select seq from bus.cursor where reader = 'reporting'"
        " and source = 'cases'") == 4)
    assert "set aside" in house.logs("reporting")


def test_a_reader_that_was_away_catches_up(house, store):
    house.kill("reporting")
    for _ in range(250):
        house.must("cases", "project.open", project())
    house.start("reporting")
    wait_until(lambda: store.value(
        "select seq from bus.cursor where reader = 'reporting'"
        " and source = 'cases'") == 250)


def test_a_new_epoch_makes_readers_start_over_loudly(house, store):
    house.must("cases", "project.open", project())
    cursor = ("select seq from bus.cursor where reader = 'reporting'"
              " and source = 'cases'")
    wait_until(lambda: store.value(cursor) == 1)
    store.run_as("superuser", "update bus.stream set"
                 " epoch = gen_random_uuid() where source = 'cases'")
    house.must("cases", "project.open", project())
    wait_until(lambda: store.value(cursor) == 2)
    assert "stream has a new epoch" in house.logs("reporting")


def test_events_since_pages_and_starts_over_for_another_epoch(house):
    for _ in range(5):
        house.must("cases", "project.open", project())
    wait_until(lambda: len(house.events("cases")) == 5)
    page = house.must("cases", "events.since", {"after": 2, "limit": 2})
    assert [e["seq"] for e in page["events"]] == [3, 4]
    assert page["head"] == 5
    page = house.must("cases", "events.since",
                      {"after": 2, "limit": 2, "epoch": str(uuid.uuid4())})
    assert [e["seq"] for e in page["events"]] == [1, 2]


def test_the_world_is_told_what_is_on_the_disk(house, store):
    """The relay numbers without waiting for the disk; bus.told says how far it
    has come, and a relay that ended before it told is made good."""
    told = "select seq from bus.told where source = 'cases'"
    for _ in range(5):
        house.must("cases", "project.open", project())
    wait_until(lambda: store.value(told) == 5)
    store.run_as("superuser", "update bus.told set seq = 3 where source = 'cases'")
    page = house.must("cases", "events.since", {"after": 1, "limit": 9})
    assert ([e["seq"] for e in page["events"]], page["head"]) == ([2, 3], 3)
    house.stop("cases")
    house.start("cases")
    wait_until(lambda: store.value(told) == 5)
    assert house.must("cases", "events.since", {"after": 4})["head"] == 5


def test_events_are_heard_when_they_are_told(house, store):
    ear = house.socket(zmq.SUB, "cases")
    ear.subscribe("")
    ear.rcvtimeo = 5000
    ear.recv_multipart()
    for _ in range(20):
        house.must("cases", "project.open", project())
        topic = b"~"
        while topic == b"~":
            topic, _, seq, _ = ear.recv_multipart()
        page = house.must("cases", "events.since", {"after": int(seq) - 1})
        assert [e["seq"] for e in page["events"]][:1] == [int(seq)]
    ear.close()


def test_the_bell_rings_with_an_envelope_and_beats(house):
    ear = house.socket(zmq.SUB, "cases")
    ear.subscribe("")
    beats, topics = 0, []

    def listen():
        nonlocal beats
        topic, epoch, seq, body = ear.recv_multipart()
        uuid.UUID(epoch.decode())
        if topic == b"~":
            beats += 1
            assert body == b"cases"
        else:
            topics.append((topic, int(seq), json.loads(body)))
        return beats > 4 and topics

    ear.rcvtimeo = 5000
    ear.recv_multipart()
    trace = "0af7651916cd43dd8448eb211c80319c"
    house.must("cases", "project.open", project(), meta={
        "traceparent": f"00-{trace}-b7ad6b7169203331-01"})
    wait_until(listen)
    topic, seq, envelope = topics[0]
    assert (topic, seq) == (b"project.opened", 1)
    assert envelope["specversion"] == "1.0"
    assert envelope["source"] == "/redkite/cases"
    assert envelope["type"] == "redkite.project.opened.v1"
    assert envelope["sequence"] == "1"
    assert trace in envelope["traceparent"]
    assert f"trace={trace}" in house.logs("cases")
    ear.close()


def test_a_beat_tells_the_new_head_after_each_numbering(house):
    """Followers hear beats alone: one every 250 ms would keep them waiting."""
    ear = house.socket(zmq.SUB, "cases")
    ear.subscribe("~")
    ear.rcvtimeo = 5000
    ear.recv_multipart()
    for _ in range(20):
        house.must("cases", "project.open", project())
        time.sleep(0.02)
    heads = []
    while not heads or heads[-1] < 20:
        heads.append(int(ear.recv_multipart()[2]))
    ear.close()
    assert len(set(heads)) > 10


def test_a_request_past_its_deadline_is_dropped(house, store):
    answer = house.ask("cases", "project.open", project(),
                       meta={"deadline": "2026-01-01T00:00:00Z"})
    assert answer.status == "busy"
    assert store.value("select count(*) from cases.project") == 0


def test_every_service_describes_itself(house):
    for service in house.processes:
        told = house.must(service, "service.describe")
        names = [c["name"] for c in told["commands"]]
        assert told["service"] == service
        assert "events.since" in names and len(set(names)) == len(names)
