"""The house under test: a private PostgreSQL and the four real services.

Everything is on free ports and in temporary folders; each process has its own
session and dies with the tests.  conftest.py makes fixtures of these classes.
"""

import contextlib
import datetime
import json
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
import uuid

import psycopg2
import zmq

TOP = pathlib.Path(__file__).resolve().parent.parent
BUILD = TOP / os.environ.get("BUILD", "build")
BIN = BUILD / os.environ.get("MODE", "asan") / "bin"
LOGS = BUILD / "test" / "logs"
SERVICES = ("cases", "scheduling", "notifications", "reporting")
FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"
READY_WITHIN = 30  # seconds, under the sanitizers on a busy machine
STOP_WITHIN = 12  # a service drains within ten

STAFF = "dept,t2_signing,t3_front,t5_quality,t6_service"


def clean_env(**more):
    """The environment without our own settings: services refuse strange ones."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("REDKITE_")}
    for name in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "LOG_FORMAT"):
        env.pop(name, None)
    # From the top, where every process starts: a blank would end the option.
    env["LSAN_OPTIONS"] = "suppressions=tests/lsan.supp:print_suppressions=0"
    # Else the sanitizer's allocator asks the clock, libfaketime wakes up and
    # wants memory, and both wait for each other for ever.
    env["ASAN_OPTIONS"] = "allocator_release_to_os_interval_ms=-1"
    env["TSAN_OPTIONS"] = "suppressions=tests/tsan.supp:history_size=4"
    return {**env, **more}


def free_ports(count):
    """The first of `count` free ports in a row, below the kernel's own range."""
    first = str(random.randrange(9000, 30000, 16))
    told = subprocess.run(
        [TOP / "tools/free-ports", first, "16", str(count)],
        check=True, capture_output=True, text=True)
    return int(told.stdout)


def wait_until(condition, seconds=15, what="it"):
    """The first true answer of `condition`; fails after so many seconds."""
    deadline = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not come about in {seconds} s")
        time.sleep(0.02)


def new_id(moment=None):
    """A UUIDv7."""
    ms = int((moment or time.time()) * 1000)
    number = (ms << 80) | random.getrandbits(80)
    number = number & ~(0xF << 76) | (0x7 << 76)
    number = number & ~(0x3 << 62) | (0x2 << 62)
    return str(uuid.UUID(int=number))


def make_keys(folder):
    """An installation's keys, and `tester`, which speaks for anybody."""
    env = clean_env(PATH=f"{BIN}:{os.environ['PATH']}")
    subprocess.run([TOP / "tools/keys", folder], check=True, cwd=TOP, env=env,
                   stderr=subprocess.DEVNULL)
    make_key(folder, "tester", "front")


def make_key(folder, name, kind, actor=None, roles=None, commands=None):
    """folder/secret/NAME and folder/public/NAME, as an operator makes them."""
    more = [a for option, text in (("--for", actor), ("--may-be", roles),
                                   ("--commands", commands)) if text
            for a in (option, text)]
    subprocess.run([BIN / "redkite", "keys", "make", name, "--kind", kind,
                    "--into", folder, *more], check=True, cwd=TOP,
                   capture_output=True, env=clean_env())


def read_key(file, half="public"):
    """One half of a key file, as libzmq takes it."""
    return re.search(rf'{half}-key = "(.{{40}})"',
                     pathlib.Path(file).read_text()).group(1).encode()


class Process:
    """A program of its own session, its log in a file."""

    def __init__(self, args, log, env=None, preload=None):
        self.log = log
        args = [f"{k}={v}" for k, v in (preload or {}).items()] + list(args)
        log.parent.mkdir(parents=True, exist_ok=True)
        with open(log, "ab") as out:
            self.popen = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", "env", *map(str, args)],
                cwd=TOP,
                env=env or clean_env(), stdin=subprocess.DEVNULL, stdout=out,
                stderr=subprocess.STDOUT, start_new_session=True)
        self.pid = self.popen.pid

    @property
    def running(self):
        return self.popen.poll() is None

    def end(self, number=signal.SIGTERM, within=STOP_WITHIN):
        """Its exit status; fails when it did not end in time."""
        self.signal(number)
        try:
            status = self.popen.wait(within)
            self.forget_clock()
            return status
        except subprocess.TimeoutExpired:
            os.killpg(self.pid, signal.SIGKILL)
            self.popen.wait()
            raise AssertionError(
                f"{self.log.stem} was still there {within} s after signal "
                f"{number}") from None

    def forget_clock(self):
        """What libfaketime leaves behind of a killed process would stop the
        next one that gets the same number."""
        for name in ("faketime_shm", "sem.faketime_sem"):
            pathlib.Path(f"/dev/shm/{name}_{self.pid}").unlink(missing_ok=True)

    def signal(self, number):
        if self.running:
            os.killpg(self.pid, number)


class Postgres:
    """A private cluster; quick rather than durable, unless told otherwise.
    Over TCP, unless its socket is to be in the folder (whose name is short)."""

    host = "127.0.0.1"

    def __init__(self, folder, settings=("fsync=off",), unix=False):
        self.folder = pathlib.Path(folder)
        self.settings = tuple(settings)
        if unix:
            self.host = str(self.folder)
            self.settings += (f"unix_socket_directories={self.folder}",)
        self.secrets = self.folder / "secrets"
        self.process = None
        subprocess.run([TOP / "tools/secrets", self.secrets], check=True)
        self.keys = self.folder / "keys"
        make_keys(self.keys)
        subprocess.run(
            [TOP / "tools/postgres", "init", self.folder / "pg",
             self.secrets / "superuser"],
            check=True, stdout=subprocess.DEVNULL)
        self.port = free_ports(1)
        self.start()
        subprocess.run(
            ["psql", "-qXv", "ON_ERROR_STOP=1", "-v",
             "owner_password=" + self.secret("owner"), "-f",
             TOP / "deploy/owner.sql",
             f"host=127.0.0.1 port={self.port} user=postgres dbname=postgres"],
            check=True, env=clean_env(PGPASSWORD=self.secret("superuser")))

    def secret(self, name):
        return (self.secrets / name).read_text().strip()

    def start(self):
        self.process = Process(
            [TOP / "tools/postgres", "run", self.folder / "pg", self.port,
             "max_connections=200", "log_min_messages=fatal", *self.settings],
            self.folder / "postgres.log")
        wait_until(self.answers, READY_WITHIN, "PostgreSQL")

    def answers(self):
        if not self.process.running:
            raise AssertionError(self.process.log.read_text())
        ready = subprocess.run(
            ["pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)],
            check=False)
        return ready.returncode == 0

    def revive(self):
        """Starts it when it has ended, as a supervisor does."""
        if not self.process.running:
            self.start()

    def kill(self):
        """As a crash: nothing is flushed, no client is told."""
        self.process.signal(signal.SIGSTOP)  # it has no more children now
        children = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(self.process.pid)],
            check=False, capture_output=True, text=True).stdout.split()
        for pid in [self.process.pid, *map(int, children)]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.popen.wait()

    def stop(self):
        if self.process.running:
            self.process.end(signal.SIGINT, within=30)

    def connect(self, role, database):
        """Autocommit, as "superuser", "owner" or a service."""
        users = {"superuser": "postgres", "owner": "redkite"}
        name = role if role in users else f"roles/{role}"
        connection = psycopg2.connect(
            host=self.host, port=self.port, dbname=database,
            user=users.get(role, f"redkite_{role}"),
            password=self.secret(name))
        connection.autocommit = True
        return connection


class Store:
    """One database in a cluster: copied from the migrated template, or empty."""

    def __init__(self, postgres, name, template="redkite"):
        self.postgres = postgres
        self.name = name
        self.run_as("superuser", f'create database "{name}" owner redkite'
                    f' template "{template}"', database="postgres")

    def run_as(self, role, sql, database=None):
        connection = self.postgres.connect(role, database or self.name)
        with connection.cursor() as cursor:
            cursor.execute(sql)
        connection.close()

    def connect(self, role="superuser"):
        return self.postgres.connect(role, self.name)

    def rows(self, sql, given=(), role="superuser"):
        """The rows of a query, as tuples."""
        connection = self.connect(role)
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql, given)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def value(self, sql, given=(), role="superuser"):
        return self.rows(sql, given, role)[0][0]

    @property
    def conninfo(self):
        return (f"host={self.postgres.host} port={self.postgres.port}"
                f" dbname={self.name}")

    def password_file(self, role):
        name = role if role == "owner" else f"roles/{role}"
        return str(self.postgres.secrets / name)

    def settings(self, service):
        """What a process needs to reach this store as a service or owner."""
        url = self.conninfo + (" user=redkite" if service == "owner" else "")
        return {"REDKITE_DATABASE_URL": url,
                "REDKITE_DATABASE_PASSWORD_FILE": self.password_file(service)}

    def migrate(self, *args, check=True):
        return subprocess.run(
            [BIN / "redkite", "migrate", *args], check=check, text=True,
            capture_output=True, cwd=TOP, env=clean_env(
                **self.settings("owner"), REDKITE_ROLE_PASSWORDS=str(
                    self.postgres.secrets / "roles")))

    def drop(self):
        self.run_as("superuser", f'drop database if exists "{self.name}"'
                    " with (force)", database="postgres")


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
        """The events of a service so far, in order."""
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
