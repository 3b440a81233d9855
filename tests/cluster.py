"""A private PostgreSQL, its secrets and keys, and the databases in it."""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile

import psycopg2

from machine import (BIN, READY_WITHIN, TOP, Process, clean_env, free_ports,
                     wait_until)


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


def quick_folder():
    """A new folder, in memory where there is enough: most of what a test waits
    for is a database's files being made."""
    memory = pathlib.Path("/dev/shm")
    enough = memory.is_dir() and shutil.disk_usage(memory).free > 4 << 30
    return tempfile.mkdtemp(prefix="redkite-test-",
                            dir=memory if enough else None)


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
        self.find(postgres, name)
        self.run_as("superuser", f'create database "{name}" owner redkite'
                    f' template "{template}" strategy file_copy',
                    database="postgres")

    def find(self, postgres, name):
        self.postgres = postgres
        self.name = name
        self.looks = {}  # connections, by role
        return self

    @classmethod
    def there(cls, postgres, name="redkite"):
        """One that somebody else makes, or has made."""
        return cls.__new__(cls).find(postgres, name)

    def run_as(self, role, sql, database=None):
        connection = self.postgres.connect(role, database or self.name)
        with connection.cursor() as cursor:
            cursor.execute(sql)
        connection.close()

    def connect(self, role="superuser"):
        return self.postgres.connect(role, self.name)

    def kept(self, role):
        """A connection for one look after the other; a new one when it ended."""
        found = self.looks.get(role)
        if found is None or found.closed:
            found = self.looks[role] = self.connect(role)
        return found

    def rows(self, sql, given=(), role="superuser"):
        """The rows of a query, as tuples."""
        connection = self.kept(role)
        try:
            return self.ask(connection, sql, given)
        except (psycopg2.OperationalError, psycopg2.InterfaceError):
            if not connection.closed:
                raise
            return self.ask(self.kept(role), sql, given)

    @staticmethod
    def ask(connection, sql, given):
        with connection.cursor() as cursor:
            cursor.execute(sql, given)
            return cursor.fetchall() if cursor.description else []

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

    def let_go(self):
        """Nobody looks: it can be a template."""
        for connection in self.looks.values():
            connection.close()

    def drop(self):
        self.let_go()
        self.run_as("superuser", f'drop database if exists "{self.name}"'
                    " with (force)", database="postgres")
