"""What is done to the system while it works: a table, and the dice."""

import collections
import os
import random
import signal
import subprocess
import time

from house import SERVICES
from machine import wait_until
from root import as_root, may

Fault = collections.namedtuple("Fault", "name weight root act must")


def backends(ground):
    """The processes of the cluster's server, its postmaster not among them."""
    told = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(ground.postgres.process.pid)],
        check=False, capture_output=True, text=True).stdout
    return [int(pid) for pid in told.split()]


def kill_service(ground, dice):
    service = dice.choice(SERVICES)
    ground.house.kill(service)
    ground.house.start(service, wait=False)


def kill_backend(ground, dice):
    """The server then ends all its processes and recovers by itself; killed
    while it recovers, it ends, and is started as a supervisor does."""
    found = backends(ground)
    try:
        os.kill(dice.choice(found), signal.SIGKILL)
    except (IndexError, ProcessLookupError):
        pass


def stop_service(ground, dice):
    process = ground.house.processes[dice.choice(SERVICES)]
    process.signal(signal.SIGSTOP)
    time.sleep(dice.uniform(0.05, 1.5))
    process.signal(signal.SIGCONT)


def stop_backend(ground, dice):
    """A server process that hangs with its locks held."""
    found = backends(ground)
    try:
        pid = dice.choice(found)
        os.kill(pid, signal.SIGSTOP)
        time.sleep(dice.uniform(0.05, 0.8))
        os.kill(pid, signal.SIGCONT)
    except (IndexError, ProcessLookupError):
        pass


def cut(port):
    """Every connection to and from a port is gone, as by a firewall's reset."""
    as_root("ss", "-K", "state", "established", f"( sport = :{port} or dport = :{port} )")


def cut_store(ground, _dice):
    cut(ground.postgres.port)


def cut_bus(ground, dice):
    cut(ground.house.port(dice.choice(SERVICES), events=dice.random() < 0.5))


def crash_store(ground, dice):
    ground.postgres.kill()
    time.sleep(dice.uniform(0, 0.5))
    ground.postgres.start()


# Weights: how often each comes up.  What needs root is left out without it.
FAULTS = [
    Fault("SIGKILL of a service", 40, False, kill_service,
          "what it answered stands, what it did not is asked again"),
    Fault("SIGKILL of a server process", 4, False, kill_backend,
          "PostgreSQL recovers, the services connect anew"),
    Fault("SIGSTOP of a service", 14, False, stop_service,
          "others work on, its locks are freed"),
    Fault("SIGSTOP of a server process", 8, False, stop_backend,
          "it goes on where it stood"),
    Fault("cut to PostgreSQL", 20, True, cut_store,
          "a commit whose answer was lost is found out by its call id"),
    Fault("cut on the bus", 20, True, cut_bus,
          "a lost answer is given again, a lost bell costs a second"),
    Fault("crash of PostgreSQL", 3, False, crash_store,
          "what was answered is on the disk"),
]


class Injector:
    """Faults one after another, with pauses, while a load runs.

    In the caller's thread: what a thread starts dies with it (pdeathsig)."""

    def __init__(self, ground, seed, pause, kinds=None):
        self.ground, self.pause = ground, pause
        self.dice = random.Random(seed)
        self.table = [f for f in FAULTS if (not f.root or may())
                      and (kinds is None or f.name in kinds)]
        self.done = collections.Counter()

    def strike(self):
        time.sleep(self.dice.expovariate(1 / self.pause))
        fault = self.dice.choices(self.table,
                                  [f.weight for f in self.table])[0]
        fault.act(self.ground, self.dice)
        self.done[fault.name] += 1

    def trouble(self, load, most):
        """Until the load is done, or there were so many, which are spread over
        all of its commands."""
        ground = self.ground
        while load.poll() is None and self.done.total() < most:
            self.strike()
            share = self.done.total() / most
            while load.poll() is None and ground.acked() < share * ground.asked:
                ground.postgres.revive()
                time.sleep(0.02)
        self.calm()

    def is_back(self):
        self.ground.postgres.revive()
        return self.ground.postgres.answers()

    def calm(self):
        """Sees that everything runs again."""
        wait_until(self.is_back, 30, "PostgreSQL")
        for process in self.ground.house.processes.values():
            process.signal(signal.SIGCONT)
        self.ground.house.start()
