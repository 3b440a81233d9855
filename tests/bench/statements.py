"""Statements a second of a rule pack: no service, no store, one core."""

import json
import os
import random
import statistics
import subprocess

from district import entered, household
from house import BIN, TOP
from kit import ROUNDS, judge, say

PACK = TOP / "deploy/packs/qingdao-state-land.json"
RECKONED = os.environ.get("RECKONED", "2")  # seconds of processor a round
MADE_UP = 1000  # households


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
