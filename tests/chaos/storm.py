"""Load and faults together, and the checker's word on what is left.

The two controls are the same run with one thing done wrong: the checker has to
see it, or its silence would mean nothing.
"""

import datetime
import time

from check import Checker
from faults import FAULTS, Injector
from ground import Ground, finish
from machine import wait_until
from readers import Naive
from root import leave, may


def checked(ground, naive=False):
    """The checker's figures and deviations."""
    checker = Checker(
        f"{ground.store.conninfo} user=postgres password="
        + ground.postgres.secret("superuser"), ground.log, naive)
    return checker.check(), checker.figures


def told(found):
    return "; ".join(f"{what}: {count}, as {some}"
                     for what, count, some in found)


def whole(found, figures):
    """Nothing deviates: a line of the figures."""
    assert not found, told(found)
    return ", ".join(f"{n} {name}" for name, n in figures.items())


def fire_deadlines(ground):
    """Nine days later: what was signed takes effect, once each."""
    standing = ground.store.value(
        "select count(*) from cases.agreement where withdrawn_at is null")
    ground.house.set_time(datetime.timedelta(days=9))
    ground.settled()

    def fired():
        return ground.store.value("select count(*) from bus.alarm"
            " where topic = 'agreement.cooled'") == 0
    wait_until(fired, 60, "every deadline")
    ground.settled()
    effective = ground.store.value(
        "select count(*) from bus.outbox where topic = 'household.effective'")
    assert effective == standing, (effective, standing)
    return standing


def storm(faults, commands, seed, clients=8, pause=0.06):
    """The whole of it: faults during commands, then the count."""
    if not may():
        for fault in FAULTS:
            if fault.root:
                leave(fault.name)
    with Ground("storm") as ground:
        ground.house.start()
        began = time.monotonic()
        load = ground.load(clients, commands)
        injector = Injector(ground, seed, pause)
        injector.trouble(load, faults)
        status = finish(load, 3600)
        while injector.done.total() < faults:  # none falls on an idle house
            load = ground.load(clients, commands // 4)
            injector.trouble(load, faults)
            status |= finish(load, 3600)
        took = time.monotonic() - began
        ground.settled()
        found, figures = checked(ground)
        line = whole(found, figures)
        assert status == 0
        fired = fire_deadlines(ground)
        found, figures = checked(ground)
        whole(found, figures)
    done = ", ".join(f"{n} x {name}" for name, n in injector.done.items())
    return (f"{injector.done.total()} faults in {took:.0f} s ({done});"
            f" {line}; {fired} deadlines fired once")


def control(name, manner, naive, kinds, commands, seed, wanted=()):
    """A run with one thing done wrong; what the checker has to name.

    What goes wrong between commit and answer is a matter of luck: the load goes
    on, twenty times at most, until the checker named all that is wanted."""
    with Ground(name) as ground:
        ground.house.start()
        reader = Naive(ground.store) if naive else None
        if reader:
            reader.start()
        for turn in range(20 if wanted else 1):
            load = ground.load(8, commands, manner=manner)
            if kinds:
                Injector(ground, seed + turn, 0.1, kinds).trouble(load, 10**6)
            finish(load, 600)
            ground.settled()
            if reader:
                reader.finish()
            found, _ = checked(ground, naive)
            if {what for what, _, _ in found} >= set(wanted):
                break
    return found


def control_of_the_reader(commands, seed):
    found = control("naive", "careful", True, (), commands, seed)
    lost = [f for f in found if f[0].startswith("lost by the reader of id")]
    assert lost, f"a naive reader was not caught: {told(found)}"
    rest = [f for f in found if f not in lost]
    assert not rest, told(rest)
    return f"the checker finds {lost[0][1]} events lost by `id > last`"


DONE_WRONG = ("a command took effect and nobody was told",
              "a work was done twice")


def control_of_the_client(commands, seed):
    found = control("forgetful", "forgetful", False,
                    ("SIGKILL of a service", "SIGSTOP of a service",
                     "cut on the bus"), commands, seed, DONE_WRONG)
    counts = {what: count for what, count, _ in found}
    for what in DONE_WRONG:
        assert what in counts, f"not caught: {what}; {told(found)}"
    return ("the checker finds"
            f" {counts['a command took effect and nobody was told']} commands"
            " that nobody was told of and"
            f" {counts['a work was done twice']} done twice")
