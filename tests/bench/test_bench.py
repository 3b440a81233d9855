"""Every line of tools/bench runs, at a tiny size, and prints its figures: how
good they are is not asked here."""

import os
import re
import subprocess

import pytest

from bench import BENCHES
from machine import BUILD, TOP, clean_env

TINY = {
    "ROUNDS": "1", "IDLE": "1", "CLIENTS": "32", "TURNS": "1", "LINES": "1000",
    "HOMES": "200", "HOPS": "100", "CROWD": "20", "EVENTS": "20000",
    "PACED": "100", "HEARD": "320", "SIGNED": "320", "MOST": "320", "SECONDS": "1",
    "PUT": "320", "JOBS": "64", "QUICK": "320", "RECKONED": "0.1",
    "RECOUNTED": "300"}
FIGURES = {
    "idle": 8, "signing": 3, "near": 0, "import": 3, "register": 10, "hop": 1, "crowd": 1,
    "catchup": 1, "applied": 2, "subscribers": 1, "quick": 2, "statements": 1,
    "recount": 1,
    "fastify": 1, "queues": 2}
WITH_PACKAGES = ("fastify", "queues")


@pytest.mark.parametrize("name", BENCHES)
def test_the_line_prints_its_figures(name):
    if name in WITH_PACKAGES and not (BUILD / "bench/node_modules").exists():
        print(f"left out: {name}, until make bench has fetched its packages")
        return
    done = subprocess.run(
        [TOP / "tools/bench", name], check=False, text=True,
        capture_output=True, timeout=200,
        env=clean_env(**{**TINY, "BUILD": os.environ.get("BUILD", "build")}))
    told = done.stdout + done.stderr
    print(told)
    assert done.returncode in (0, 1) and "Traceback" not in told, told
    verdicts = re.findall(r"^(?:ok  |MISS) .+: \d+\.\d+.* \(asked: .*\d", told,
                          re.M)
    assert len(verdicts) == FIGURES[name], told
    assert re.search(r": \d+\.\d+", told), told
    missed = told.count("\nMISS ")
    last = f"{missed} missed" if missed else "every goal was reached"
    assert done.stdout.splitlines()[-1] == last


def test_a_line_that_is_not_there_is_named_with_those_that_are():
    done = subprocess.run([TOP / "tools/bench", "nothing"], check=False,
                          text=True, capture_output=True, env=clean_env())
    assert done.returncode == 2
    assert "nothing" in done.stderr and " ".join(BENCHES) in done.stderr
