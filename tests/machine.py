"""What every test stands on: where things are, ports, time, a process."""

import os
import pathlib
import random
import signal
import subprocess
import time
import uuid

TOP = pathlib.Path(__file__).resolve().parent.parent
BUILD = TOP / os.environ.get("BUILD", "build")
BIN = BUILD / os.environ.get("MODE", "asan") / "bin"
# Of several at once (pytest -n) each has a name, logs and ports of its own.
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
WORKERS = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
LOGS = BUILD / "test" / "logs" / WORKER
READY_WITHIN = 30  # seconds, under the sanitizers on a busy machine
STOP_WITHIN = 12  # a service drains within ten


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
    share = 21000 // WORKERS
    mine = 9000 + share * int(WORKER[2:] or 0)
    first = str(random.randrange(mine, mine + share - 1000, 16))
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
