"""The scenarios: one table for `make chaos` (long) and `make test` (short)."""

import collections
import os

import broken
import quiet
import storm
from root import leave, may

SEED = int(os.environ.get("SEED") or 0) or int.from_bytes(os.urandom(3), "big")
FAULTS = int(os.environ.get("FAULTS") or 1000)
COMMANDS = int(os.environ.get("COMMANDS") or 100000)

Scenario = collections.namedtuple("Scenario", "name must run short long root")

# What is done, what must hold, and how much of it in a test and in `make chaos`.
SCENARIOS = [
    Scenario("storm", "commands = rows = events = positions = effects",
             storm.storm, (30, 2000, SEED), (FAULTS, COMMANDS, SEED, 24),
             False),
    Scenario("control: id > last", "the checker finds what it loses",
             storm.control_of_the_reader, (1200, SEED), (10000, SEED), False),
    Scenario("control: no call ids", "the checker finds what is done twice",
             storm.control_of_the_client, (800, SEED), (6000, SEED), False),
    Scenario("unknown commits", "none doubled, each answered in the end",
             quiet.unknown_commits, (60, SEED), (300, SEED), False),
    Scenario("late commits", "no event skipped or doubled",
             quiet.late_commits, (32, 10, SEED), (32, 200, SEED), False),
    Scenario("dropped bells", "events come with the look of each second",
             quiet.dropped_bells, (4,), (30,), False),
    Scenario("stopped follower", "it catches up",
             quiet.stopped_follower, (4, 600), (60, 20000), False),
    Scenario("poison event", "its subject is set aside, the rest flows",
             quiet.poison_event, (400,), (5000,), False),
    Scenario("PostgreSQL restarted", "busy meanwhile, recovers unattended",
             quiet.restarted_store, (600,), (10000,), False),
    Scenario("clock moved", "no deadline is missed, early or fired twice",
             quiet.moved_clock, (6,), (30,), False),
    Scenario("flood", "all are answered, memory is bounded",
             quiet.flood, (1000,), (5000,), False),
    Scenario("disk full", "busy meanwhile, nothing answered is lost",
             broken.full_disk, (400,), (5000,), True),
    Scenario("power cut", "what was answered is on the disk",
             broken.power_cut, (1, 1500), (10, 40000), True),
    Scenario("control: fsync off", "the power cut loses what was answered",
             broken.power_cut_without_fsync, (1500,), (20000,), True),
    Scenario("network cut", "noticed in 3.5 s, mended 2 s after healing",
             broken.network_cut, (1,), (5,), True),
]


def run(scenario, given):
    """The figures of a run, or why it was left to root."""
    if scenario.root and not may():
        leave(scenario.name)
        return "left to root"
    return scenario.run(*given)
