"""Statements a second of a rule pack: no service, no store, one core; and a
whole register reckoned anew by the service."""

import json
import os
import random
import statistics
import subprocess
import time

from district import entered, household
import village
from machine import BIN, TOP, wait_until
from kit import ROUNDS, judge, say
from register import fill

PACK = TOP / "deploy/packs/qingdao-state-land.json"
RECKONED = os.environ.get("RECKONED", "2")  # seconds of processor a round
MADE_UP = 1000  # households
RECOUNTED = int(os.environ.get("RECOUNTED", "10000"))


def bench_statements(house):
    """The pack of Qingdao, with what a district would enter where its sources
    gave no number, for made-up households; always the same ones."""
    dice = random.Random(1)
    pack = entered(json.loads(PACK.read_text()))
    pack_path, facts_path = house.folder / "pack", house.folder / "facts"
    pack_path.write_text(json.dumps(pack, ensure_ascii=False))
    facts_path.write_text("".join(
        json.dumps(household(dice, pack), ensure_ascii=False) + "\n"
        for _ in range(MADE_UP)))
    say(f"## Statements of {PACK.stem} for {MADE_UP} made-up households, one"
        f" core, {RECKONED} s of it a round, {ROUNDS} rounds")
    told = [json.loads(subprocess.run(
        [BIN.parent / "bench/reckon", pack_path, facts_path, RECKONED],
        check=True, stdout=subprocess.PIPE).stdout) for _ in range(ROUNDS)]
    for got in told:
        say(f"     {got['rate']}/s; {got['chunks'] / got['statements']:.2f}"
            f" chunks of the arena each, {got['others']} other allocations")
    judge("statements a second on one core",
          statistics.median(got["rate"] for got in told), 20000)
    if any(got["others"] for got in told):
        raise SystemExit("something was allocated outside the arena")


def bench_recount(house):
    """After a change of the rules: nobody has an offer, so that each household
    has a result to be written."""
    say(f"## {RECOUNTED} households reckoned anew by the pack in force, a hundred"
        " in a transaction")
    project, _ = fill(house, RECOUNTED)
    brought = village.bring(house, project, village.pack())
    if not brought.ok:
        raise SystemExit(f"the pack was refused: {brought}")
    began = time.monotonic()
    started = house.must("cases", "recount.start", {"project": project},
                         roles="auditor")
    wait_until(lambda: house.store.value(
        "select count(*) from cases.recount where ended_at is not null") == 1,
        600, "the recount")
    took = time.monotonic() - began
    written = house.store.value("select count(*) from cases.recount_result")
    if (started["total"], written) != (RECOUNTED, RECOUNTED):
        raise SystemExit(f"{written} results of {started['total']}")
    judge("households recounted a second", RECOUNTED / took, 500)
