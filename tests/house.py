"""The house under test: a private PostgreSQL and the four real services.

Everything is on free ports and in temporary folders; each process has its own
session and dies with the tests.  conftest.py makes fixtures of these classes.
"""

import contextlib
import datetime
import json
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import urllib.error
import urllib.request

import zmq

from cluster import Store, read_key
from machine import (BIN, LOGS, READY_WITHIN, TOP, Process, clean_env,
                     free_ports, new_id, wait_until)

SERVICES = ("cases", "scheduling", "notifications", "reporting")
FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"

UNTOLD = """
    select (select count(*) from bus.pending where source = t.source)
         + coalesce((select max(seq) from bus.position
                     where source = t.source), 0) - t.seq
    from bus.told t where t.source = %s"""

STAFF = "dept,t2_signing,t3_front,t5_quality,t6_service"


class Answer:
    """What came back: `status` is "ok" or an error's name, `body` the JSON."""

    def __init__(self, status, body):
        self.status = status
        self.body = body

    @property
    def ok(self):
        return self.status == "ok"

    def __repr__(self):
        return f"{self.status} {json.dumps(self.body, ensure_ascii=False)}"


def answer_of(frames):
    if frames is None:
        return Answer("silent", {})
    assert len(frames) == 4 and frames[0] == b"RK1", frames
    return Answer(frames[1].decode(), json.loads(frames[3] or b"{}"))


class House:
    """The four services against one store."""

    def __init__(self, store, folder, name, smtp_url=None):
        self.store = store
        self.folder = pathlib.Path(folder)
        self.logs_folder = LOGS / re.sub(r"[^\w.-]+", "_", name)
        shutil.rmtree(self.logs_folder, ignore_errors=True)
        self.smtp_url = smtp_url
        # Of its own, since a test may change them; and there is a blank in it.
        self.keys = self.folder / f"keys {self.logs_folder.name}"
        shutil.copytree(store.postgres.keys, self.keys)
        self.processes = {}
        self.environment = {service: {} for service in SERVICES}
        self.base = free_ports(10)
        self.zmq = zmq.Context()
        self.clock = self.folder / "clock"
        self.clock.write_text("+0")
        self.offset = datetime.timedelta()

    # -------------------------------------------------------------- processes
    def port(self, service, events=False):
        return self.base + 2 * SERVICES.index(service) + int(events)

    def endpoint(self, service, events=False):
        return f"tcp://127.0.0.1:{self.port(service, events)}"

    @property
    def address(self):
        return f"http://127.0.0.1:{self.base + 8}"

    @property
    def admin(self):
        """Where health and metrics are."""
        return f"http://127.0.0.1:{self.base + 9}"
    def key_settings(self, name="tester"):
        """Whose key a process has, and which keys it knows."""
        return {"REDKITE_KEY_FILE": str(self.keys / "secret" / name),
                "REDKITE_KEYS": str(self.keys / "public")}

    def shell(self, key="tester"):
        """What the command line needs to find the services."""
        return {**self.key_settings(key), **{
            f"REDKITE_{s.upper()}": self.endpoint(s) for s in SERVICES}}

    def settings(self, service):
        env = {
            **self.store.settings(service),
            **self.key_settings(service),
            "REDKITE_BIND_COMMANDS": self.endpoint(service),
            "REDKITE_BIND_EVENTS": self.endpoint(service, events=True),
            "REDKITE_EVENTS_FROM": ",".join(
                f"{s}={self.endpoint(s, events=True)}" for s in SERVICES),
        }
        if service in ("cases", "notifications"):
            env["REDKITE_FIELD_KEY_FILE"] = str(
                self.store.postgres.secrets / "field_key")
        if service == "notifications" and self.smtp_url:
            env["REDKITE_SMTP_URL"] = self.smtp_url
            env["REDKITE_MAIL_FROM"] = "hongfengzheng@redkite.example"
        if service == "reporting":
            env["REDKITE_HTTP_BIND"] = f"127.0.0.1:{self.base + 8}"
            env["REDKITE_ADMIN_BIND"] = f"127.0.0.1:{self.base + 9}"
            env.update({f"REDKITE_{s.upper()}": self.endpoint(s)
                        for s in SERVICES})
        return {**env, **self.environment[service]}

    def moved_clock(self):
        """The services' clock is a file's offset away from the real one."""
        preload = [FAKETIME]
        if BIN.parent.name == "asan":  # the sanitizer insists on being first
            asan = subprocess.run(["gcc", "-print-file-name=libasan.so"],
                                  check=True, capture_output=True, text=True)
            preload.insert(0, asan.stdout.strip())
        return {"LD_PRELOAD": ":".join(preload), "FAKETIME_NO_CACHE": "1",
                "FAKETIME_TIMESTAMP_FILE": str(self.clock),
                "FAKETIME_DONT_FAKE_MONOTONIC": "1"}

    def program(self, service):
        """What is run; a house that is spread out says where."""
        return [BIN / service]

    def start(self, *services, wait=True):
        """Starts the named services, or all that do not run."""
        for service in services or SERVICES:
            if service in self.processes and self.processes[service].running:
                continue
            self.processes[service] = Process(
                self.program(service), self.logs_folder / f"{service}.log",
                clean_env(**self.settings(service)), self.moved_clock())
        for service in (services or SERVICES) if wait else ():
            wait_until(lambda s=service: self.is_ready(s), READY_WITHIN,
                       f"{service} ready")

    def is_ready(self, service):
        if not self.processes[service].running:
            raise AssertionError(f"{service} ended:\n{self.logs(service)}")
        answer = self.ask(service, "service.ready", seconds=1)
        return answer.ok and answer.body.get("ready")

    def pid(self, service):
        return self.processes[service].pid

    def kill(self, service):
        """As a crash."""
        self.processes[service].end(signal.SIGKILL)

    def stop(self, service):
        """As an operator; fails unless it drains in time.  Its exit status."""
        return self.processes[service].end(signal.SIGTERM)

    def pause(self, service):
        self.processes[service].signal(signal.SIGSTOP)

    def resume(self, service):
        self.processes[service].signal(signal.SIGCONT)

    def logs(self, service):
        log = self.logs_folder / f"{service}.log"
        return log.read_text(errors="replace") if log.exists() else ""

    def close(self):
        """Ends all; fails for a crash, a leak or a report of a sanitizer."""
        wrong = []
        for process in self.processes.values():
            process.signal(signal.SIGCONT)
            process.signal(signal.SIGTERM)
        for service, process in self.processes.items():
            already = process.popen.poll()
            try:
                status = process.end(0) if already is None else already
            except AssertionError as late:
                wrong.append(str(late))
                continue
            if status not in (0, -signal.SIGKILL):
                wrong.append(f"{service} ended with {status}")
            found = re.search(r"^.*((ERROR|WARNING): \w+Sanitizer|runtime error:).*$",
                              self.logs(service), re.M)
            if found:
                wrong.append(f"{service}: {found.group(0)}")
        self.zmq.destroy(linger=0)
        if wrong:
            raise AssertionError(
                "; ".join(wrong) + f" (logs in {self.logs_folder})")

    # ------------------------------------------------------------------- time
    @property
    def now(self):
        """The services' time, in UTC."""
        return datetime.datetime.now(datetime.timezone.utc) + self.offset

    def new_id(self):
        """A call id of the services' time."""
        return new_id(self.now.timestamp())

    def set_time(self, moment):
        """Moves the services' clock: to a datetime with a zone, or by a
        timedelta from where it stands.  It runs on from there."""
        if isinstance(moment, datetime.timedelta):
            self.offset += moment
        else:
            self.offset = moment - datetime.datetime.now(datetime.timezone.utc)
        fresh = self.clock.with_suffix(".new")
        fresh.write_text(f"{self.offset.total_seconds():+.6f}")
        fresh.replace(self.clock)

    # ------------------------------------------------------------------- wire
    def socket(self, kind, service, key="tester", **options):
        """A zmq.DEALER or zmq.SUB connected to a service, proven by a key."""
        secret = self.keys / "secret" / key
        sock = self.zmq.socket(kind)
        for name, value in {"linger": 0, **options}.items():
            setattr(sock, name, value)
        sock.curve_publickey = read_key(secret)
        sock.curve_secretkey = read_key(secret, "secret")
        sock.curve_serverkey = read_key(self.keys / "public" / service)
        sock.connect(self.endpoint(service, events=kind == zmq.SUB))
        return sock

    def send(self, service, *frames, seconds=10, key="tester"):
        """Any frames to a service; the frames of the answer, or None."""
        dealer = self.socket(zmq.DEALER, service, key)
        try:
            dealer.send_multipart(frames)
            if not dealer.poll(seconds * 1000):
                return None
            return dealer.recv_multipart()
        finally:
            dealer.close()

    def ask(self, service, command, body=None, roles=STAFF, actor=None,
            id=None, purpose=None, seconds=10, meta=None, key="tester"):
        """One command.  `body` is a dict, or bytes as they are."""
        said = {"id": id or self.new_id(),
                "actor": actor or ACTOR, "roles": roles}
        if purpose:
            said["purpose"] = purpose
        said.update(meta or {})
        if not isinstance(body, bytes):
            body = json.dumps(body or {}, ensure_ascii=False).encode()
        frames = self.send(service, b"RK1", command.encode(),
                           json.dumps(said).encode(), body, seconds=seconds,
                           key=key)
        return answer_of(frames)

    def must(self, service, command, body=None, **more):
        """As ask(), for what has to succeed: the answer's body."""
        answer = self.ask(service, command, body, **more)
        assert answer.ok, f"{command}: {answer}"
        return answer.body

    def events(self, service, after=0):
        """The events of a service so far, in order: once all that is committed
        may be told."""
        wait_until(lambda: self.store.value(UNTOLD, [service]) == 0, 10,
                   "all to be told")
        events = []
        while True:
            page = self.must(service, "events.since",
                             {"after": after, "limit": 200})["events"]
            events += page
            if not page:
                return events
            after = page[-1]["seq"]

    # ----------------------------------------------------- the command line
    def redkite(self, *args, check=True, stdin=None, roles=STAFF, actor=None,
                key="tester", **env):
        """The command line, as an operator in a shell would use it."""
        done = subprocess.run(
            [BIN / "redkite", *map(str, args)], check=False, text=True,
            capture_output=True, cwd=TOP, input=stdin, env=clean_env(
                REDKITE_ACTOR=actor or ACTOR, REDKITE_ROLES=roles,
                **self.shell(key), **self.moved_clock(), **env))
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done

    # ------------------------------------------------------------------- http
    def get(self, path, at=None, **headers):
        """(status, headers, bytes) of the page; `at` is the public address."""
        request = urllib.request.Request(
            (at or self.address) + path,
            headers={k.replace("_", "-"): v for k, v in headers.items()})
        try:
            with urllib.request.urlopen(request, timeout=15) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, refused.headers, refused.read()


@contextlib.contextmanager
def house_of_cases(postgres, folder, name, now):
    """One house for the tests of a whole file: cases alone, from a moment on,
    with a store of its own."""
    store = Store(postgres, name)
    house = House(store, folder, name)
    house.set_time(now)
    house.start("cases")
    yield house
    house.close()
    store.drop()


ACTOR = "01890000-0000-7000-8000-000000000001"


def connect_raw(port):
    """A plain TCP connection, for bytes that no library would send."""
    raw = socket.create_connection(("127.0.0.1", port), timeout=10)
    raw.settimeout(10)
    return raw
