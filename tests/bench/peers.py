"""What others do with the same work: tools/bench fastify, queues.

Their packages come from package-lock.json into build/bench, by npm; RabbitMQ
and wrk from Debian (tools/install-packages peers).  What is not there is left
out, and told so.
"""

import contextlib
import functools
import json
import os
import re
import shutil
import statistics
import subprocess
import time

from cluster import Store
from machine import BUILD, Process, clean_env, free_ports, wait_until
from kit import BEHIND, HERE, ROUNDS, drive_command, judge, say
from signing import (APART, BOUND, SIGN, SIGNING, drive, offered_households,
                     statements)

SIGNED = int(os.environ.get("SIGNED", "16000"))  # of ours, a round
PUT = int(os.environ.get("PUT", "16000"))  # of our events, a round
JOBS = int(os.environ.get("JOBS", "4000"))  # of each queue, a round
SECONDS = int(os.environ.get("SECONDS", "3"))  # of Fastify, a round
IN_FLIGHT = 32
FRONTS = 4  # connections of ours that they go over, as from four services
FASTEST = 6000  # signings a second that Fastify will not reach
POOL = "16"
MODULES = BUILD / "bench"


def missing(*programs):
    """Says what is left out when a program is not there."""
    absent = [p for p in programs if not shutil.which(p)]
    if "node" in programs and "node" not in absent:
        version = subprocess.run(["node", "--version"], check=True, text=True,
                                 capture_output=True).stdout
        if int(re.search(r"\d+", version).group(0)) < 20:
            absent.append("node of version 20")
    if absent:
        say(f"left out: no {', '.join(absent)}"
            " (tools/install-packages peers; Node 20 or newer)")
    return absent


@functools.cache
def install():
    """The packages of package-lock.json, once."""
    MODULES.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, MODULES)
    kept = MODULES / "node_modules/.package-lock.json"
    lock = MODULES / "package-lock.json"
    if not kept.exists() or json.loads(kept.read_text())["packages"].keys() \
            != json.loads(lock.read_text())["packages"].keys() - {""}:
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit",
                        "--no-fund", "--silent"], cwd=MODULES, check=True)


def node_env(store, **more):
    return clean_env(
        NODE_PATH=str(MODULES / "node_modules"), NODE_ENV="production",
        PGHOST=store.postgres.host, PGPORT=str(store.postgres.port),
        PGDATABASE=store.name, **more)


def node(store, script, *args):
    """What a script prints, as the superuser of the store."""
    done = subprocess.run(
        ["node", HERE / script, *map(str, args)], check=True, text=True,
        stdout=subprocess.PIPE, timeout=300, env=node_env(
            store, PGUSER="postgres",
            PGPASSWORD=store.postgres.secret("superuser")))
    return json.loads(done.stdout)


# ------------------------------------------------------------------- fastify

def bound_statements():
    """Those of a signing, for pg: `$1` is the household's number."""
    known = statements()
    for name in SIGNING:
        bound = {**BOUND, **APART.get(name, {})}
        text = re.sub(r"(?<!:):([a-z_]+)", lambda m, b=bound: b[m[1]],
                      known[name])
        yield {"name": name, "text": text.replace(":k::", "$1::")}


@contextlib.contextmanager
def fastify(store, folder, last):
    (folder / "signing.json").write_text(json.dumps(list(bound_statements())))
    port = free_ports(1)
    server = Process(
        ["node", HERE / "fastify.js", port, folder / "signing.json", 1, last],
        folder / "fastify.log", node_env(
            store, POOL=POOL, PGUSER="redkite_cases",
            PGPASSWORD=store.postgres.secret("roles/cases"),
            PGOPTIONS="-c plan_cache_mode=force_generic_plan -c jit=off"))
    try:
        wait_until(lambda: subprocess.run(
            ["ss", "-Hltn", f"sport = :{port}"], check=True,
            capture_output=True).stdout, 20, "Fastify")
        yield port
    finally:
        server.end()


def post(folder, port):
    """Signings a second, by a client that costs next to nothing."""
    script = folder / "sign.lua"
    body = json.dumps({k: SIGN[k] for k in ("place", "choice", "signers")})
    script.write_text(f"wrk.method = 'POST'\nwrk.body = '{body}'\n"
                      "wrk.headers['Content-Type'] = 'application/json'\n")
    told = subprocess.run(
        ["wrk", "-t1", f"-c{IN_FLIGHT}", f"-d{SECONDS}s", "--latency", "-s",
         script, f"http://127.0.0.1:{port}/sign"],
        check=True, text=True, capture_output=True).stdout
    if "Non-2xx" in told or "Socket errors" in told:
        raise SystemExit(told)
    return (float(re.search(r"Requests/sec:\s+([\d.]+)", told).group(1)),
            re.search(r"99%\s+(\S+)", told).group(1))


def bench_fastify(house):
    say("## A signing through the bus, against one by HTTP with Fastify and pg"
        f" (the same statements, prepared), {IN_FLIGHT} in flight")
    if missing("node", "npm", "wrk"):
        return
    install()
    last = FASTEST * SECONDS * (ROUNDS + 1)
    plain, ratios, first = Store(house.store.postgres, "fastified"), [], 1
    offered_households(plain, last)
    offered_households(house.store, SIGNED * (ROUNDS + 1))
    with fastify(plain, house.folder, last) as port:
        for turn in range(ROUNDS + 1):
            theirs, tail = post(house.folder, port)
            told = drive(house, FRONTS, SIGNED, first,
                         depth=IN_FLIGHT // FRONTS)
            first += SIGNED
            if turn == 0:
                continue  # the first round warms both
            ratios.append(told["rate"] / theirs)
            say(f"     ours {told['rate']:.0f}/s, p99 {told['p99_us']} µs;"
                f" Fastify {theirs:.0f}/s, p99 {tail}")
    plain.drop()
    judge("signings / those of Fastify and pg", statistics.median(ratios), 5)


# -------------------------------------------------------------------- queues

def ours(house, first):
    """(handled a second, answered a second): in by a command with its event,
    out by the follower."""
    began = time.monotonic()
    told = drive_command(house, "item.put", {"subject": "%ID"}, IN_FLIGHT,
                         PUT, first)
    wait_until(lambda: house.store.value(BEHIND) == 0, 60, "the follower")
    return PUT / (time.monotonic() - began), told["rate"]


@contextlib.contextmanager
def rabbitmq(folder):
    """A node of its own; its folders, ports and port mapper are ours."""
    port = free_ports(3)
    env = clean_env(
        HOME=str(folder), ERL_EPMD_PORT=str(port + 1),
        ERL_EPMD_ADDRESS="127.0.0.1", RABBITMQ_NODENAME="bench@localhost",
        RABBITMQ_NODE_IP_ADDRESS="127.0.0.1", RABBITMQ_NODE_PORT=str(port),
        RABBITMQ_DIST_PORT=str(port + 2), RABBITMQ_MNESIA_BASE=str(folder),
        RABBITMQ_LOG_BASE=str(folder), RABBITMQ_PID_FILE=str(folder / "pid"),
        RABBITMQ_ENABLED_PLUGINS_FILE=str(folder / "plugins"))
    server = Process(["/usr/lib/rabbitmq/bin/rabbitmq-server"],
                     folder / "rabbitmq.log", env)
    try:
        wait_until(lambda: "Server startup complete" in
                   server.log.read_text(errors="replace")
                   or any("Server startup complete" in log.read_text()
                          for log in folder.glob("bench@*.log")), 60,
                   "RabbitMQ")
        yield port
    finally:
        server.end(within=30)
        subprocess.run(["epmd", "-kill"], env=env, check=False,
                       capture_output=True)


def bench_queues(house):
    say(f"## {IN_FLIGHT} at a time put in durably and handled: a command's"
        " event, against jobs of queues in PostgreSQL")
    if missing("node", "npm"):
        return
    install()
    names = ("pg-boss", "graphile-worker")
    ratios, first = {name: [] for name in names}, 1
    for turn in range(ROUNDS + 1):
        handled, answered = ours(house, first)
        first += PUT
        line = f"     ours {handled:.0f}/s (in {answered:.0f}/s)"
        for name in names:
            queue = Store(house.store.postgres, "queue")
            told = node(queue, "queues.js", name, JOBS, IN_FLIGHT)
            queue.drop()
            ratios[name].append(handled / told["rate"])
            line += f", {name} {told['rate']:.0f}/s (in {told['put']:.0f}/s)"
        if turn:
            say(line)
    for name in names:
        judge(f"handled events / jobs of {name}",
              statistics.median(ratios[name][1:]), 3)
    if not missing("rabbitmq-server"):
        with rabbitmq(house.folder) as port:
            rates = [node(house.store, "rabbit.js", port, JOBS, IN_FLIGHT)
                     ["rate"] for _ in range(ROUNDS + 1)]
        say(f"     RabbitMQ, confirms of a quorum queue (one node):"
            f" {statistics.median(rates[1:]):.0f}/s")
