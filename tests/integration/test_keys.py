"""Who is let in, what each key may say, and how keys change without a stop."""

import json
import os
import pathlib
import random
import re
import shutil
import socket
import subprocess
import threading
import time

import pytest
import zmq
from cluster import Store, make_key, read_key
from house import ACTOR, SERVICES, House, answer_of
from machine import BIN, Process, clean_env, new_id, wait_until

MEMBER = "01890000-0000-7000-8000-000000000a01"
OTHER = "01890000-0000-7000-8000-000000000a02"
SOON = 10  # seconds: a folder is looked at once a second


def project(**more):
    fresh = new_id()
    return {"id": fresh, "name": f"示例项目 {fresh}", "track": "agreed",
            "district_code": "370214004", "plan_published_on": "2026-09-01",
            **more}


@pytest.fixture(scope="module")
def city(postgres, tmp_path_factory):
    """Four services, and a key of each kind."""
    store = Store(postgres, "keys_of_a_city")
    house = House(store, tmp_path_factory.mktemp("city"), "keys_of_a_city")
    make_key(house.keys, "wang", "member", MEMBER, "dept,t2_signing")
    make_key(house.keys, "map", "system", commands="service. project.list")
    make_key(house.keys, "door", "front")
    house.start()
    yield house
    house.close()
    store.drop()


class Line:
    """A connection that stays, as a program of somebody's would hold it."""

    def __init__(self, house, key, service="cases", kind=zmq.DEALER):
        self.socket = house.socket(kind, service, key)
        if kind == zmq.SUB:
            self.socket.subscribe("")

    def ask(self, command, body=None, actor=MEMBER, roles="", seconds=5):
        meta = {"id": new_id(), "actor": actor, "roles": roles}
        self.socket.send_multipart([
            b"RK1", command.encode(), json.dumps(meta).encode(),
            json.dumps(body or {}).encode()])
        return answer_of(self.socket.recv_multipart()
                         if self.socket.poll(seconds * 1000) else None)

    def hears(self, seconds):
        """Whether anything comes in this time that was not there already."""
        while self.socket.poll(0):
            self.socket.recv_multipart()
        return bool(self.socket.poll(seconds * 1000))

    def close(self):
        self.socket.close()


# ------------------------------------------------------------ who is let in

@pytest.mark.parametrize("kind", ["unknown", "none", "plain", "wrong server"])
def test_a_stranger_is_not_let_in(city, tmp_path, kind):
    make_key(tmp_path, "stranger", "front")
    for events in (False, True):
        sock = city.zmq.socket(zmq.SUB if events else zmq.DEALER)
        sock.linger = 0
        if kind == "plain":
            sock.plain_username, sock.plain_password = b"cases", b"cases"
        elif kind != "none":
            mine = (tmp_path / "secret/stranger" if kind == "unknown"
                    else city.keys / "secret/tester")
            sock.curve_publickey = read_key(mine)
            sock.curve_secretkey = read_key(mine, "secret")
            sock.curve_serverkey = read_key(city.keys / "public" / (
                "cases" if kind == "unknown" else "reporting"))
        sock.connect(city.endpoint("cases", events=events))
        if events:
            sock.subscribe("")
        else:
            meta = json.dumps({"id": new_id(), "actor": ACTOR}).encode()
            sock.send_multipart([b"RK1", b"service.live", meta, b"{}"])
        assert not sock.poll(1200), sock.recv_multipart()
        sock.close()
    assert city.ask("cases", "service.live").ok


# -------------------------------------------------------- what each may say

MAY = [
    # key, command, actor, roles, answer, what it says
    ("wang", "project.open", MEMBER, "dept", "ok", None),
    ("wang", "project.list", MEMBER, "", "ok", None),
    ("wang", "project.list", OTHER, "dept", "denied",
     "the key wang may not speak for somebody else"),
    ("wang", "project.open", MEMBER, "chair", "denied",
     "the key wang was not given the role chair"),
    ("wang", "project.open", MEMBER, "t2_signing", "denied",
     "none of these roles may do that"),
    ("door", "project.open", OTHER, "dept", "ok", None),
    ("reporting", "project.open", MEMBER, "dept", "ok", None),
    ("scheduling", "service.ready", None, "", "ok", None),
    ("scheduling", "events.since", None, "", "ok", None),
    ("scheduling", "project.list", None, "", "denied",
     "the key scheduling may not ask that"),
    ("scheduling", "service.live", MEMBER, "", "denied", "somebody else"),
    ("operator", "events.since", None, "", "ok", None),
    ("operator", "events.since", None, "dept", "denied", "the role dept"),
    ("operator", "project.open", None, "", "denied", "may not ask that"),
    ("map", "project.list", None, "", "ok", None),
    ("map", "events.since", None, "", "denied",
     "it may ask: service. project.list"),
]
NOBODY = "00000000-0000-0000-0000-000000000000"


@pytest.mark.parametrize("key,command,actor,roles,status,said", MAY)
def test_a_key_says_what_its_file_grants_and_no_more(
        city, key, command, actor, roles, status, said):
    body = project() if command == "project.open" else {}
    answer = city.ask("cases", command, body, key=key, roles=roles,
                      actor=actor or NOBODY)
    assert answer.status == status, answer
    assert said is None or said in answer.body["why"]
    if key in ("wang", "map", "operator") and status == "ok":
        assert f" key={key} " in city.logs("cases")


def test_every_key_that_is_let_in_hears_events(city):
    for key in ("wang", "map", "scheduling"):
        line = Line(city, key, kind=zmq.SUB)
        assert line.socket.poll(5000)
        line.close()


def test_a_replayed_request_has_no_second_effect(city):
    """The very same frames, by the same key, by another, and by a third."""
    call, body = new_id(), project()
    frames = [b"RK1", b"project.open", json.dumps(
        {"id": call, "actor": MEMBER, "roles": "dept"}).encode(),
        json.dumps(body).encode()]
    make_key(city.keys, "li", "member", OTHER, "dept")
    wait_until(lambda: city.ask("cases", "project.list", key="li", roles="",
                                actor=OTHER).ok, SOON)
    said = {key: answer_of(city.send("cases", *frames, key=key))
            for key in ("wang", "wang", "door", "li", "scheduling")}
    assert said["wang"].ok and said["door"].body == said["wang"].body
    assert said["li"].status == said["scheduling"].status == "denied"
    assert city.store.value("select count(*) from cases.project where id = %s",
                            [body["id"]]) == 1
    assert city.store.value("select count(*) from bus.outbox where call = %s",
                            [call]) == 1


def test_random_bytes_on_every_port_do_no_harm(city):
    """From threads that connect, send and go as fast as they can."""
    dice = random.Random(7)
    before = {s: memory(city, s) for s in SERVICES}
    greeting = b"\xff" + bytes(8) + b"\x7f\x03\x00CURVE" + bytes(15 + 32)
    bytes_to_send = [dice.randbytes(dice.randrange(1, 400))
                     for _ in range(100)] + [
        greeting, greeting + dice.randbytes(300), b"GET / HTTP/1.0\r\n\r\n"]

    def storm(seed):
        mine = random.Random(seed)
        for n in range(500):
            with socket.socket() as raw:
                raw.connect(("127.0.0.1", city.port(
                    SERVICES[n % 4], events=n // 4 % 2 == 1)))
                raw.send(mine.choice(bytes_to_send))

    threads = [threading.Thread(target=storm, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    assert city.ask("cases", "service.live", seconds=20).ok  # in the midst
    for thread in threads:
        thread.join()
    for service in SERVICES:
        assert city.ask(service, "service.live", seconds=20).ok
        assert memory(city, service) - before[service] < 24 << 20


def memory(house, service):
    """Resident bytes."""
    with open(f"/proc/{house.pid(service)}/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGESIZE")


# ------------------------------------------------------- given and taken back

def move_in(house, name, text):
    """As an administrator's editor does: a new file in the place of the old."""
    fresh = house.keys / "public" / f".{name}.new"
    fresh.write_text(text)
    fresh.replace(house.keys / "public" / name)


def test_a_key_that_is_taken_back_is_cut_off_where_it_is_connected(city):
    make_key(city.keys, "zhao", "member", MEMBER, "dept")
    public = city.keys / "public/zhao"
    text = public.read_text()
    asking, hearing = Line(city, "zhao"), Line(city, "zhao", kind=zmq.SUB)
    other = Line(city, "wang", kind=zmq.SUB)
    wait_until(lambda: asking.ask("project.list").ok, SOON)
    assert hearing.hears(5) and other.hears(5)

    public.unlink()
    refused = wait_until(lambda: (a := asking.ask("project.list")).status
                         == "denied" and a, SOON)
    assert "not admitted" in refused.body["why"]
    assert city.ask("cases", "project.list", key="zhao", roles="",
                    actor=MEMBER, seconds=1).status == "silent"
    wait_until(lambda: not hearing.hears(1.5), SOON, "silence")
    wait_until(lambda: other.hears(1.5), SOON, "the others' bell")
    assert 'msg="key taken back" key=zhao' in city.logs("cases")

    # Given anew, it is heard again on the line that stood all the time; with
    # other roles, it may do other things.
    move_in(city, "zhao", text.replace('"dept"', '"chair"'))
    wait_until(lambda: asking.ask("project.list").ok, SOON)
    assert asking.ask("project.open", project(),
                      roles="dept").status == "denied"
    move_in(city, "zhao", text)
    wait_until(lambda: asking.ask("project.open", project(),
                                  roles="dept").ok, SOON)
    for line in (asking, hearing, other):
        line.close()


@pytest.mark.parametrize("text,why", [
    ("nonsense", "no public-key"),
    ("metadata\n    kind = \"king\"\ncurve\n    public-key = \"%s\"\n",
     "is not service, front, member or system"),
    ("metadata\n    kind = \"member\"\ncurve\n    public-key = \"%s\"\n",
     "a member's key speaks for one"),
    ("metadata\n    kind = \"front\"\n    roles = \"king\"\ncurve\n"
     "    public-key = \"%s\"\n", "names a role that is not known"),
    ("%s\x00", "is not a key file"),
    ("metadata\n    kind = \"front\"\ncurve\n    public-key = \"%s\"\n"
     "    secret-key = \"%s\"\n", "is no business of anybody else"),
])
def test_a_file_that_makes_no_sense_admits_nobody_and_says_why(
        city, tmp_path, text, why):
    """Nor is it ever printed: it may be a secret."""
    make_key(tmp_path, "odd", "front")
    public = read_key(tmp_path / "public/odd").decode()
    shutil.copy(tmp_path / "secret/odd", city.keys / "secret/odd")
    move_in(city, "odd", text.replace("%s", public))
    try:
        wait_until(lambda: re.search(f"key=odd.*{why}", city.logs("cases")),
                   SOON)
        assert city.ask("cases", "service.live", key="odd",
                        seconds=1).status == "silent"
        assert public not in city.logs("cases")
    finally:
        (city.keys / "public/odd").unlink()


def test_one_key_in_two_files_is_admitted_by_neither(city):
    """A copy that was left behind must not lend its rights to the other; and
    czmq's own handler would abort the service."""
    make_key(city.keys, "twin", "member", MEMBER, "dept")
    line = Line(city, "twin")
    assert line.ask("project.list").ok
    text = (city.keys / "public/twin").read_text()
    move_in(city, "twin-2", text.replace('"member"', '"front"'))
    wait_until(lambda: line.ask("project.list").status == "denied", SOON)
    assert city.ask("cases", "project.list", key="twin", roles="",
                    actor=MEMBER, seconds=1).status == "silent"
    assert "it is in another file too" in city.logs("cases")
    (city.keys / "public/twin-2").unlink()
    wait_until(lambda: line.ask("project.list").ok, SOON)
    line.close()


# ------------------------------------------------------------------ rotation

class Crowd:
    """Callers that ask again under the same call id until they are answered."""

    def __init__(self, house, count=3):
        self.house = house
        self.asked, self.acked = [], []
        self.stop = threading.Event()
        self.threads = [threading.Thread(target=self.load)
                        for _ in range(count)]
        for thread in self.threads:
            thread.start()

    def load(self):
        while not self.stop.is_set():
            body, call = project(), new_id()
            self.asked.append(body["id"])
            for _ in range(60):
                answer = self.house.ask("cases", "project.open", body, id=call,
                                        seconds=1)
                if answer.ok:
                    self.acked.append(body["id"])
                    break
                assert answer.status in ("busy", "silent"), answer

    def end(self):
        self.stop.set()
        for thread in self.threads:
            thread.join()


def heard_by(house, service):
    """Connections that stand to the port where a service rings."""
    port = f":{house.port(service, events=True):04X}"
    rows = pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]
    return sum(row.split()[1].endswith(port) and row.split()[3] == "01"
               for row in rows)


def test_a_services_key_changes_without_a_stop_and_nothing_is_lost(
        house, tmp_path):
    store = house.store
    wait_until(lambda: heard_by(house, "cases") >= 3, SOON, "the listeners")
    listeners = heard_by(house, "cases")
    make_key(tmp_path, "cases", "service")
    crowd = Crowd(house)
    tail = Process([BIN / "redkite", "events", "tail", "cases", "--plain"],
                   tmp_path / "tail", clean_env(**house.shell()))
    try:
        time.sleep(1)
        old = house.keys / "public/cases"
        new = (tmp_path / "public/cases").read_text()
        # The new one beside the old; then the service's own; then its name.
        move_in(house, "cases-new", new)
        wait_until(lambda: all("key=cases-new" in house.logs(s)
                               for s in SERVICES), SOON)
        os.replace(tmp_path / "secret/cases", house.keys / "secret/cases")
        os.replace(house.keys / "public/cases-new", old)
        wait_until(lambda: "own key changed" in house.logs("cases"), SOON)
        time.sleep(2)
    finally:
        crowd.end()
    assert set(crowd.acked) == set(crowd.asked) and len(crowd.acked) > 10
    assert store.value("select count(*) from cases.project") == len(crowd.asked)
    assert store.value("select count(*) from bus.outbox where source = 'cases'"
                       ) == len(crowd.asked)
    # Everybody hears it ring again, and is heard by it; the tail goes on.
    wait_until(lambda: heard_by(house, "cases") >= listeners, 20, "listeners")
    wait_until(lambda: (tmp_path / "tail").read_text().count("project.opened")
               >= 1, SOON)
    marker = house.must("cases", "project.open", project())["id"]
    wait_until(lambda: marker in (tmp_path / "tail").read_text(), SOON)
    tail.end(within=5)


def test_a_clients_key_changes_under_a_program_that_runs(house, tmp_path):
    """The new public file beside the old, the new secret in the place of the
    old, then the old public file away: an import does not notice."""
    house.must("cases", "project.open", project())
    tail = Process([BIN / "redkite", "events", "tail", "cases", "--plain"],
                   tmp_path / "tail", clean_env(**house.shell("tester")))
    time.sleep(1)
    make_key(tmp_path, "tester", "front")
    move_in(house, "tester-2", (tmp_path / "public/tester").read_text())
    wait_until(lambda: "key=tester-2" in house.logs("cases"), SOON)
    os.replace(tmp_path / "secret/tester", house.keys / "secret/tester")
    time.sleep(2.5)
    (house.keys / "public/tester").unlink()
    wait_until(lambda: "taken back" in house.logs("cases"), SOON)
    marker = house.must("cases", "project.open", project())["id"]
    wait_until(lambda: marker in (tmp_path / "tail").read_text(), SOON)
    tail.end(within=5)
    assert "status=denied" not in house.logs("cases")


# ------------------------------------------------------------------ key files

def start(house, service, tmp_path, **settings):
    process = Process([BIN / service], tmp_path / "start.log", clean_env(
        **{**house.settings(service),
           "REDKITE_BIND_COMMANDS": f"ipc://{tmp_path}/c",
           "REDKITE_BIND_EVENTS": f"ipc://{tmp_path}/e", **settings}))
    assert process.popen.wait(10) == 1
    return process.log.read_text()


def test_a_bad_key_file_ends_the_start_and_says_what_to_do(
        city, tmp_path):
    house = city
    secret = house.keys / "secret/cases"
    crossed = tmp_path / "crossed"
    crossed.write_text(secret.read_text().replace(
        read_key(secret).decode(),
        read_key(house.keys / "public/reporting").decode()))
    crossed.chmod(0o600)
    open_one = tmp_path / "open"
    shutil.copy(secret, open_one)
    open_one.chmod(0o640)
    for name, value, said in (
            ("REDKITE_KEY_FILE", open_one, "chmod 600"),
            ("REDKITE_KEY_FILE", "/nowhere", "cannot be opened"),
            ("REDKITE_KEY_FILE", crossed, "do not belong together"),
            ("REDKITE_KEY_FILE", house.keys / "public/cases", "chmod 600"),
            ("REDKITE_KEY_FILE", tmp_path, "is not a file"),
            ("REDKITE_KEYS", "/nowhere", "see REDKITE_KEYS"),
            ("REDKITE_EVENTS_FROM", "tcp://127.0.0.1:1",
             "cases=tcp://host:port")):
        assert said in start(house, "scheduling", tmp_path,
                             **{name: str(value)})
    for name in ("REDKITE_KEY_FILE", "REDKITE_KEYS"):  # there is no way without
        settings = house.settings("cases")
        del settings[name]
        process = Process([BIN / "cases"], tmp_path / name,
                          clean_env(**settings))
        assert process.popen.wait(10) == 1
        assert name in process.log.read_text()


def redkite(*args, **env):
    return subprocess.run([BIN / "redkite", *map(str, args)], check=False,
                          text=True, capture_output=True, env=clean_env(**env))


def test_keys_are_made_and_listed_by_the_command_line(tmp_path):
    made = redkite("keys", "make", "wang", "--kind", "member", "--for", MEMBER,
                   "--may-be", "t2_signing,dept", "--into", tmp_path)
    assert made.returncode == 0, made.stderr
    secret, public = tmp_path / "secret/wang", tmp_path / "public/wang"
    assert secret.stat().st_mode & 0o777 == 0o600
    assert secret.parent.stat().st_mode & 0o777 == 0o700
    assert "secret-key" not in public.read_text()
    assert read_key(secret) == read_key(public)
    assert redkite("keys", "make", "wang", "--kind", "front", "--into",
                   tmp_path).returncode == 1  # nothing is written over
    for args, said in ((["--kind", "king"], "kind is not"),
                       (["--kind", "member"], "actor is missing"),
                       (["--kind", "front", "--may-be", "king"], "roles names"),
                       (["--kind", "front", "--commands", 'a"b'], "quotation"),
                       ([], "--kind is missing")):
        bad = redkite("keys", "make", "li", "--into", tmp_path, *args)
        assert bad.returncode == 2 and said in bad.stderr, bad.stderr
    assert redkite("keys", "make", "../x", "--kind", "front", "--into",
                   tmp_path).returncode == 2
    (tmp_path / "public/odd").write_text("nonsense")
    shutil.copy(public, tmp_path / "public/twin")
    rows = json.loads(redkite("keys", "list", tmp_path / "public",
                              "--json").stdout)["keys"]
    assert [(r["name"], r["admitted"]) for r in rows] == [
        ("odd", False), ("twin", False), ("wang", False)]
    (tmp_path / "public/twin").unlink()
    row = json.loads(redkite("keys", "list", tmp_path / "public",
                             "--json").stdout)["keys"][1]
    assert row["admitted"] and row["actor"] == MEMBER
    assert row["roles"] == "t2_signing,dept"


def test_the_command_line_speaks_for_whom_its_key_names(city):
    shell = city.shell("wang")
    assert redkite("project", "list", **shell).returncode == 0
    opened = redkite("project", "open", "一", "--track", "agreed", "--district",
                     "370214", "--published", "2026-09-01", **shell)
    assert opened.returncode == 0, opened.stderr
    other = redkite("project", "list", "--actor", OTHER, **shell)
    assert other.returncode == 1 and "the key wang may not" in other.stderr
    assert redkite("health", **city.shell("operator")).returncode == 0
    assert redkite("health", "cases", **{
        **shell, **city.key_settings("cases")}).returncode == 0


def test_a_client_whose_key_is_in_order_or_not_is_told_so(city, tmp_path):
    wide = tmp_path / "wide"
    shutil.copy(city.keys / "secret/wang", wide)
    wide.chmod(0o644)
    make_key(tmp_path, "stranger", "front")
    for file, said in ((wide, "chmod 600"), ("/nowhere", "cannot be opened"),
                       (tmp_path / "secret/stranger", "know this key")):
        done = redkite("project", "list", "--timeout", "3", **{
            **city.shell("wang"), "REDKITE_KEY_FILE": str(file)})
        assert done.returncode == 1 and said in done.stderr, done.stderr
        checked = redkite("config", "check", **{
            **city.shell("wang"), "REDKITE_KEY_FILE": str(file)})
        assert (checked.returncode == 0) == ("stranger" in str(file))
    bare = city.shell("wang")
    del bare["REDKITE_KEY_FILE"]
    done = redkite("project", "list", **bare)
    assert done.returncode == 1 and "REDKITE_KEY_FILE" in done.stderr
