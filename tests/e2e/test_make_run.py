"""`make run` as a newcomer meets it: in a folder with blanks in its name, while
another copy runs beside it."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import time
import urllib.request

import pytest

from machine import BIN, TOP, clean_env, wait_until

pytestmark = pytest.mark.alone

LOADED_WITHIN = 120  # seconds, with the sample project, on a busy machine
AGAIN_WITHIN = 5


class Copy:
    """A checkout of its own, with what is built already."""

    def __init__(self, place):
        self.place = place
        shutil.copytree(TOP, place, symlinks=True, ignore=lambda at, names: [
            n for n in names if n in (".git", "build", "var", "__pycache__")])
        shutil.copytree(BIN.parent.parent / "fast", place / "build/fast")
        self.process = None

    def start(self):
        env = clean_env()
        for name in ("BUILD", "MODE"):
            env.pop(name, None)
        self.talk = self.place / "talk.txt"
        with open(self.talk, "wb") as out:
            self.process = subprocess.Popen(
                ["make", "run"], cwd=self.place, env=env,
                stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
                start_new_session=True)

    def said(self):
        return self.talk.read_text(errors="replace")

    def address(self, seconds=LOADED_WITHIN):
        """Where the page is, once all is ready."""
        def look():
            assert self.process.poll() is None, self.said()
            file = self.place / "var/address"
            return file.exists() and file.read_text().strip()
        return wait_until(look, seconds, "the address")

    def communities(self):
        """What the public sees of each community."""
        page = urllib.request.urlopen(
            self.address() + "api/v1/progress", timeout=10)
        return json.load(page)["projects"][0]["communities"]

    def ctrl_c(self):
        """What a terminal does: the whole foreground group gets it."""
        os.killpg(self.process.pid, signal.SIGINT)
        self.process.wait(30)

    def inhabitants(self):
        """Every process that works in the folder."""
        found = []
        for process in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                at = os.readlink(process / "cwd")
                if pathlib.Path(at).is_relative_to(self.place):
                    found.append((process / "cmdline").read_text())
            except OSError:
                pass
        return found

    def end(self):
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(30)


@pytest.fixture
def copies(tmp_path):
    pair = [Copy(tmp_path / "red kite" / name) for name in ("one", "与 two")]
    yield pair
    for copy in pair:
        copy.end()


def test_two_copies_run_side_by_side_and_leave_nothing(copies):
    for copy in copies:
        copy.start()
    addresses = [copy.address() for copy in copies]
    assert addresses[0] != addresses[1]
    for copy, address in zip(copies, addresses):
        page = urllib.request.urlopen(address, timeout=10).read().decode()
        assert "<html" in page.lower()
        assert address in copy.said()
    one, two = copies
    before = one.communities()

    # A second start in the same folder says where the first one is.
    again = subprocess.run(["make", "run"], cwd=one.place, env=clean_env(),
                           check=False, capture_output=True, text=True,
                           timeout=30)
    assert "already running" in again.stdout and addresses[0] in again.stdout

    # The commands that it prints to try next work as they are pasted.
    tried = [line.strip() for line in one.said().splitlines()
             if line.startswith("    ")]
    assert len(tried) >= 5
    pasted = subprocess.run(
        ["bash", "-e"], input="\n".join(tried), check=False, text=True,
        capture_output=True, timeout=60, env=clean_env())
    assert pasted.returncode == 0, pasted.stdout + pasted.stderr

    one.ctrl_c()
    assert one.inhabitants() == []
    assert len(two.inhabitants()) >= 5  # the other copy did not notice

    # Again: quick, and with the same data.
    begun = time.monotonic()
    one.start()
    one.address()
    took = time.monotonic() - begun
    assert len(before) == 11
    assert one.communities() == before
    assert took < AGAIN_WITHIN, f"{took:.1f} s"

    # Even when it is killed there is nothing left after it.
    two.process.kill()
    wait_until(lambda: two.inhabitants() == [], 30, "an empty house")
    one.ctrl_c()
    assert one.inhabitants() == []
