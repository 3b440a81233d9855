#!/usr/bin/python3
"""Every fault that must do no harm, at length: a line for each scenario.

    tools/chaos [SCENARIO...]       e.g. tools/chaos storm "network cut"
    FAULTS=1000 COMMANDS=100000 SEED=7 tools/chaos
"""

import os
import pathlib
import sys
import time
import traceback

os.environ.setdefault("MODE", "fast")
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import root  # noqa: E402
from scenarios import SCENARIOS, SEED, run  # noqa: E402


def main():
    wanted = sys.argv[1:] or [s.name for s in SCENARIOS]
    unknown = set(wanted) - {s.name for s in SCENARIOS}
    if unknown:
        sys.exit(f"no such scenario: {', '.join(unknown)}\n"
                 f"there are: {', '.join(s.name for s in SCENARIOS)}")
    print(f"seed {SEED}, {os.cpu_count()} cores", flush=True)
    failed = 0
    for scenario in (s for s in SCENARIOS if s.name in wanted):
        began = time.monotonic()
        try:
            word, told = "ok  ", run(scenario, scenario.long)
        except Exception as wrong:
            word, told = "FAIL", f"({scenario.must}) {wrong}"
            failed += 1
            traceback.print_exc(limit=-3)
        print(f"{word} {scenario.name} [{time.monotonic() - began:.0f} s]:"
              f" {told}", flush=True)
    for what in root.left:
        print(f"left to root: {what}")
    print(f"{len(wanted) - failed} passed, {failed} failed (seed {SEED})")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
