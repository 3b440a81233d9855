"""The scenarios: one table for `make chaos` (long) and `make test` (short)."""

import collections
import os

import broken
import quiet
import root
import storm

SEED = int(os.environ.get("SEED") or 0) or int.from_bytes(os.urandom(3), "big")
FAULTS = int(os.environ.get("FAULTS") or 1000)
COMMANDS = int(os.environ.get("COMMANDS") or 100000)

Scenario = collections.namedtuple("Scenario", "name must run short long able")

# What must hold, how much is done in a test and in `make chaos`, and what one
# has to be able to do for it.
SCENARIOS = [
    Scenario("storm", "commands = rows = events = positions = effects",
             storm.storm, (30, 900, SEED), (FAULTS, COMMANDS, SEED, 24),
             None),
    Scenario("control: id > last", "the checker finds what it loses",
             storm.control_of_the_reader, (1000, SEED), (10000, SEED), None),
    Scenario("control: no call ids", "the checker finds what is done twice",
             storm.control_of_the_client, (800, SEED), (6000, SEED), None),
    Scenario("unknown commits", "none doubled, each answered in the end",
             quiet.unknown_commits, (60, SEED), (300, SEED), None),
    Scenario("late commits", "no event skipped or doubled",
             quiet.late_commits, (32, 10, SEED), (32, 200, SEED), None),
    Scenario("calls in groups", "the effect of one after the other",
             quiet.calls_in_groups, (400, SEED), (COMMANDS, SEED), None),
    Scenario("dropped bells", "events come with the look of each second",
             quiet.dropped_bells, (4,), (30,), None),
    Scenario("stopped follower", "it catches up",
             quiet.stopped_follower, (4, 600), (60, 20000), None),
    Scenario("poison event", "its subject is set aside, the rest flows",
             quiet.poison_event, (400,), (5000,), None),
    Scenario("PostgreSQL restarted", "busy meanwhile, recovers unattended",
             quiet.restarted_store, (300,), (10000,), None),
    Scenario("PostgreSQL hangs", "busy meanwhile, nobody waits for ever",
             quiet.hung_store, (1,), (3,), None),
    Scenario("clock moved", "no deadline is missed, early or fired twice",
             quiet.moved_clock, (6,), (30,), None),
    Scenario("flood", "all are answered, memory is bounded",
             quiet.flood, (2500,), (5000,), None),
    Scenario("disk full", "busy meanwhile, nothing answered is lost",
             broken.full_disk, (400,), (5000,), root.mounts),
    Scenario("power cut", "what was answered is on the disk",
             broken.power_cut, (1, 1500), (10, 40000), root.loops),
    Scenario("control: fsync off", "the power cut loses what was answered",
             broken.power_cut_without_fsync, (1500,), (20000,), root.loops),
    Scenario("told, then cut", "what the world heard of is on the disk",
             broken.told_and_cut, (1,), (10,), root.loops),
    Scenario("network cut", "noticed in 3.5 s, mended 2 s after healing",
             broken.network_cut, (1,), (5,), root.nets),
]


def run(scenario, given):
    """The figures of a run, or why it was left to root."""
    if scenario.able and not scenario.able():
        root.leave(scenario.name)
        return "left to root"
    return scenario.run(*given)
