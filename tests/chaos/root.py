"""What only root may do, and a plain word about what was therefore not done."""

import functools
import os
import subprocess
import tempfile

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


@functools.cache
def mounts():
    """May mount a file system in memory."""
    if not may():
        return False
    with tempfile.TemporaryDirectory() as folder:
        if as_root("mount", "-t", "tmpfs", "none", folder).returncode:
            return False
        return as_root("umount", folder).returncode == 0


@functools.cache
def loops():
    """May mount a file, too."""
    free = as_root("losetup", "-f").stdout.strip() if mounts() else ""
    return bool(free) and os.path.exists(free)


@functools.cache
def nets():
    """May make a network and live in it: root itself, since sudo would drop
    the environment of what runs there."""
    name = f"rkp{os.getpid()}"
    if os.geteuid() != 0 or as_root("ip", "netns", "add", name).returncode:
        return False
    inside = ("ip", "netns", "exec", name)
    able = as_root(*inside, "iptables", "-S").returncode == 0
    as_root("ip", "netns", "del", name)
    return able


def leave(what):
    """Says that something was left undone for want of root."""
    if what not in left:
        left.append(what)
