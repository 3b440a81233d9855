"""What only root may do, and a plain word about what was therefore not done."""

import functools
import os
import subprocess

left = []  # what could not be done, for the last lines of the run


@functools.cache
def may():
    """True for root, and for a user whose sudo wants no password."""
    if os.geteuid() == 0:
        return True
    try:
        return subprocess.run(["sudo", "-n", "true"], check=False,
                              capture_output=True).returncode == 0
    except FileNotFoundError:
        return False


def as_root(*command, check=False, **more):
    if os.geteuid() != 0:
        command = ("sudo", "-n", *command)
    return subprocess.run(list(map(str, command)), check=check,
                          capture_output=True, text=True, **more)


def must_as_root(*command):
    done = as_root(*command)
    assert done.returncode == 0, f"{command}: {done.stderr}"
    return done.stdout


def leave(what):
    """Says that something was left undone for want of root."""
    if what not in left:
        left.append(what)
