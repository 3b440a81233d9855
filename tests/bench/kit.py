"""What every bench uses: the verdict, the driver, memory and processor time."""

import json
import os
import pathlib
import re
import resource
import subprocess

from machine import BIN, wait_until

ROUNDS = int(os.environ.get("ROUNDS", "9"))
HERE = pathlib.Path(__file__).resolve().parent
failures = []


def say(text=""):
    print(text, flush=True)


def judge(name, value, limit, at_least=True, unit=""):
    """One line of the verdict; `unit` is what both figures are in."""
    held = value >= limit if at_least else value <= limit
    word = "at least" if at_least else "below"
    say(f"{'ok  ' if held else 'MISS'} {name}: {value:.2f}{unit}"
        f" (asked: {word} {limit}{unit})")
    if not held:
        failures.append(name)


def start_driver(house, command, body, clients, count, first=1, depth=1,
                 **more):
    """tests/bench/drive, under way: `depth` in flight on each of `clients`
    connections; `more` goes into its environment."""
    return subprocess.Popen(
        [BIN.parent / "bench/drive", f"cases={house.endpoint('cases')}",
         command, str(clients), str(depth), str(count), str(first),
         json.dumps(body)],
        text=True, stdout=subprocess.PIPE,
        env={**os.environ, **house.moved_clock(), **house.shell(), **more})


def told_by(driver):
    """What it measured; fails when something was not answered "ok"."""
    told, _ = driver.communicate()
    if driver.returncode:
        raise SystemExit(f"the driver ended with {driver.returncode}")
    return json.loads(told)


def drive_command(*what, **more):
    return told_by(start_driver(*what, **more))


def peak_mb(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status).group(1)) / 1024


def resident_mb(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1024


def reset_peak(pid):
    """Only root may, of a process that gives away none of its memory; else the
    peak is that since its start, which is no lower."""
    try:
        pathlib.Path(f"/proc/{pid}/clear_refs").write_text("5")
    except PermissionError:
        pass


def used(pid):
    """Seconds of processor time of a process and of its ended children."""
    try:
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return 0.0
    ticks = sum(int(n) for n in stat.rsplit(")", 1)[1].split()[11:15])
    return ticks / os.sysconf("SC_CLK_TCK")


def spent(house):
    """Seconds of processor so far: the store's, the services', the clients'."""
    store = house.store.postgres.process.pid
    backends = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(store)], check=True, text=True,
        capture_output=True).stdout.split()
    client = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (used(store) + sum(used(int(pid)) for pid in backends),
            sum(used(house.pid(s)) for s in house.processes),
            client.ru_utime + client.ru_stime)


def costed(house, run, clients, count, first):
    """What `run` tells, and its "cost": microseconds of processor a command,
    with what the follower of the events still has to do."""
    before = spent(house)
    told = run(clients, count, first)
    wait_until(lambda: house.store.value(BEHIND) == 0, 60, "the follower")
    parts = [1e6 * (b - a) / count for a, b in zip(before, spent(house))]
    return {**told, "cost": sum(parts),
            "parts": "+".join(f"{part:.0f}" for part in parts)}


BEHIND = """
    select (select count(*) from bus.pending)
         + coalesce((select sum(p.head - c.seq) from bus.cursor c
                     join (select source, max(seq) as head from bus.position
                           group by source) p using (source)), 0)"""
