"""The store's second life: a dump that is restored into a new cluster."""

import json
import subprocess
import threading
import time

import pytest
from cluster import Store
from house import ACTOR, House
from machine import clean_env, new_id, wait_until

TELLING = {"household.offered": "offered", "household.signed": "signed_cooling",
           "household.effective": "effective"}
READERS = {"reporting": ["cases"], "scheduling": ["cases"],
           "notifications": ["cases", "scheduling"]}
MESSAGES = ("select event::text, person::text, id::text"
            " from notifications.message order by 1, 2")


class Cases:
    """What cases would say about households; its relay numbers it."""

    def __init__(self, store):
        self.connection = store.connect("cases")
        self.project, self.community = new_id(), new_id()

    def say(self, topic, subject, **data):
        with self.connection.cursor() as cursor:
            cursor.execute(
                """with said as (
                       insert into bus.outbox (event, source, topic, subject,
                                               call, actor, trace, data, at)
                       values (%s, 'cases', %s, %s, %s, %s, %s, %s, now())
                       returning source, id)
                   insert into bus.pending (source, id)
                   select source, id from said""",
                [new_id(), topic, subject, new_id(), ACTOR, "0" * 32,
                 json.dumps(data)])

    def open(self):
        self.say("project.opened", self.project, project=self.project,
                 name="红石崖旧村改造", track="collective_land")
        self.say("community.added", self.community, community=self.community,
                 project=self.project, code="C1", name="青禾社区", position=1)
        self.say("community.added", new_id(), community=new_id())  # is refused

    def live(self, until):
        """Households go their way, one step an event, until told to stop."""
        while not until.is_set():
            home = {"household": new_id(), "project": self.project,
                    "community": self.community}
            day = "2026-11-30T00:00:00+08:00"
            self.say("household.registered", home["household"],
                     state="registered", **home)
            for topic, state in TELLING.items():
                self.say(topic, home["household"], state=state, sign_from=day,
                         cooling_until=day, **home)


def caught_up(store):
    """Every event has its position, and every reader has read them all."""
    heads = dict(store.rows("select source, max(seq) from bus.position"
                            " group by source"))
    return store.value("select count(*) from bus.pending") == 0 and all(
        store.rows("select c.seq from bus.cursor c join bus.life l using"
                   " (source, epoch) where reader = %s and source = %s",
                   [reader, source]) == [(heads.get(source, 0),)]
        for reader, sources in READERS.items() for source in sources)


def restore(dump, old, new, name):
    """As docs/operations.md says: the roles, the dump, the passwords."""
    def server(postgres, *words):
        return [*words, "-h", "127.0.0.1", "-p", str(postgres.port), "-U",
                "postgres"]
    roles = subprocess.run(
        server(old, "pg_dumpall", "--roles-only", "--no-role-passwords"),
        check=True, capture_output=True, text=True,
        env=clean_env(PGPASSWORD=old.secret("superuser")))
    env = clean_env(PGPASSWORD=new.secret("superuser"))
    subprocess.run(server(new, "psql", "-qX", "-d", "postgres"), text=True,
                   check=True, input=roles.stdout, capture_output=True, env=env)
    store = Store(new, name, template="template0")
    subprocess.run(
        server(new, "pg_restore", "--exit-on-error", "-d", name) + [dump],
        check=True, env=env)
    store.migrate()
    return store


def effects_are_those_of_the_events(store):
    topics = tuple(TELLING)
    state = ("select distinct on (o.subject) o.subject::text,"
             " o.data->>'state', p.seq from bus.outbox o join bus.position p"
             " using (id, month) where o.topic like 'household.%%'"
             " order by o.subject, p.seq desc")
    assert store.rows("select id::text, state, seq from reporting.household"
                      " order by id") == store.rows(state)
    assert store.rows("select id from scheduling.household order by 1") \
        == store.rows("select subject from bus.outbox where topic ="
                      " 'household.registered' order by 1")
    assert store.rows("select event, person from notifications.message"
                      " order by 1, 2") == store.rows(
        "select event, subject from bus.outbox where topic in %s"
        " order by 1, 2", [topics])
    assert store.rows("select reader, source, count(*) from bus.parked"
                      " group by 1, 2") == [("reporting", "cases", 1)]


def test_a_dump_restored_elsewhere_is_a_new_life_without_loss_or_doubles(
        postgres, own_postgres, quiet_house, tmp_path):
    house, old = quiet_house, quiet_house.store
    house.start()
    cases, stop, dump = Cases(old), threading.Event(), tmp_path / "dump"
    cases.open()
    flow = threading.Thread(target=cases.live, args=(stop,))
    flow.start()
    try:
        wait_until(lambda: old.value(
            "select count(*) from notifications.message") > 30)
        subprocess.run(
            ["pg_dump", "-Fc", "-h", "127.0.0.1", "-p", str(postgres.port),
             "-U", "postgres", "-f", dump, old.name], check=True,
            env=clean_env(PGPASSWORD=postgres.secret("superuser")))
        time.sleep(1)
    finally:
        stop.set()
        flow.join()
    wait_until(lambda: caught_up(old), 60, "the first life")
    last = house.must("cases", "events.since", {"after": 0, "limit": 1})
    for service in list(house.processes):
        house.stop(service)

    store = restore(dump, postgres, own_postgres, old.name)
    told = store.rows(MESSAGES)
    events = store.value("select count(*) from bus.outbox")
    assert 0 < events < old.value("select count(*) from bus.outbox")
    again = House(store, tmp_path, "restored")
    try:
        again.start()
        wait_until(lambda: caught_up(store), 60, "the second life")
        for reader in READERS:
            assert again.logs(reader).count(
                "stream has a new epoch") >= len(READERS[reader])
        effects_are_those_of_the_events(store)
        assert set(told) <= set(store.rows(MESSAGES)), "told anew"

        stale = again.must("cases", "events.since", {
            "after": 100, "limit": 1, "epoch": last["epoch"]})
        assert stale["epoch"] != last["epoch"]
        assert stale["events"][0]["seq"] == 1 and stale["head"] == events
        Cases(store).say("household.registered", new_id(),
                         household=new_id(), project=cases.project,
                         community=cases.community, state="registered")
        wait_until(lambda: caught_up(store), 30, "going on")
    finally:
        again.close()


LIVES = [
    ("another database of the cluster", None),
    ("the stream's table, dropped and restored in its place",
     "create table bus.again (like bus.stream including all);"
     " insert into bus.again select * from bus.stream;"
     " drop table bus.stream cascade;"
     " alter table bus.again rename to stream"),
]


@pytest.mark.parametrize("what, change", LIVES, ids=[w for w, _ in LIVES])
def test_the_epoch_is_that_of_this_table_in_this_database(
        postgres, store, what, change):
    view = store.value("select pg_get_viewdef('bus.life'::regclass)")
    epochs = "select source, epoch from bus.life order by 1"
    before = store.rows(epochs)
    assert store.rows(epochs) == before
    if change:
        store.run_as("owner", f"{change}; create view bus.life as {view}")
        after = store.rows(epochs)
    else:
        store.let_go()
        copy = Store(postgres, store.name + "_copy", template=store.name)
        after = copy.rows(epochs)
        copy.drop()
    assert not set(before) & set(after)


def test_a_promoted_cluster_begins_a_new_epoch(own_postgres):
    """As after a restore to a moment in time: another timeline."""
    store = Store(own_postgres, "promoted", template="template0")
    store.migrate()
    before = store.rows("select * from bus.life")
    own_postgres.stop()
    (own_postgres.folder / "pg/standby.signal").touch()
    own_postgres.start()
    wait_until(lambda: store.value("select pg_is_in_recovery()"))
    assert store.value("select pg_promote()")
    assert not set(before) & set(store.rows("select * from bus.life"))


def test_streams_are_renewed_by_hand_and_it_is_on_record(house, store):
    cursor = ("select epoch, seq from bus.cursor where reader = 'reporting'"
              " and source = 'cases'")
    Cases(store).open()
    before = wait_until(lambda: store.rows(cursor + " and seq = 3"))[0]
    refused = house.redkite("stream", "renew", check=False)
    assert refused.returncode == 1
    done = house.redkite("stream", "renew", "--json", roles="it_operator")
    streams = {s["service"]: s for s in json.loads(done.stdout)["streams"]}
    assert len(streams) == 4
    after = wait_until(lambda: (lambda rows: rows != [before] and rows)(
        store.rows(cursor + " and seq = 3")))[0]
    assert after[0] == streams["cases"]["epoch"]
    assert store.value("select count(*) from bus.audit"
                       " where command = 'stream.renew'") == 4
