"""The main job, as the office does it: eleven sheets go in, a visit is agreed,
a statement is made, an agreement is signed, people are told, anyone sees."""

import csv
import datetime
import io
import json
import os
import subprocess

import pytest

from house import SERVICES
from machine import BIN, TOP, wait_until

DISTRICT = datetime.timezone(datetime.timedelta(hours=8))
PROJECT = "01890000-0000-7000-8000-000000000100"
MEMBERS = [f"01890000-0000-7000-8000-0000000003{n:02}" for n in range(5)]


def at(text):
    return datetime.datetime.fromisoformat(text).replace(tzinfo=DISTRICT)


class Office:
    """The four services on Monday 2026-11-23 at ten, the sample loaded."""

    def __init__(self, house):
        self.house = house
        house.set_time(at("2026-11-23T10:00:00"))
        house.start()
        subprocess.run(
            [TOP / "deploy/sample/load"], check=True, cwd=TOP,
            stdout=subprocess.DEVNULL, env={
                **os.environ, **house.moved_clock(),
                "PATH": f"{BIN}:{os.environ['PATH']}",
                # Python itself is preloaded too, and leaks.
                "ASAN_OPTIONS": "detect_leaks=0:"
                                "allocator_release_to_os_interval_ms=-1",
                "REDKITE_ROLES": "dept,t2_signing,t3_front,t5_quality,"
                                 "t6_service,rule_approver,finance",
                **house.shell()})

    def do(self, *args, **more):
        """One command of the command line; its answer."""
        done = self.house.redkite(*args, "--json", **more)
        return json.loads(done.stdout) if done.stdout.strip() else {}

    def show(self, no):
        return self.do("household", "show", no, "--purpose", "办理签约")

    def told(self, person):
        return [m["subject"] for m in self.house.must(
            "notifications", "inbox.list", {"person": person},
            purpose="核对", roles="t6_service")["messages"]]

    def effective(self):
        _, _, body = self.house.get("/api/v1/progress")
        stages = json.loads(body)["projects"][0]["communities"][0]["stages"]
        return stages[2]


@pytest.fixture
def office(quiet_house):
    return Office(quiet_house)


def test_from_the_sheets_to_the_public_bar(office, mailbox):
    house = office.house
    communities = office.do("community", "list", "--project", PROJECT)
    assert sum(c["households"] for c in communities["communities"]) == 1269

    # A visit, by appointment and within the caps.
    household = office.show("QH-0001")
    office.do("contact", "set", household["id"], "--kind", "household",
              "--email", "-", stdin="someone@home.example\n")
    booked = office.do(
        "visit", "book", "QH-0002", "--start", "2026-11-25T14:00:00+08:00",
        "--minutes", "40", "--topic", "service", "--visitors",
        f"{MEMBERS[2]},{MEMBERS[4]}")
    assert booked["visit"]
    refused = house.redkite(
        "visit", "book", "QH-0002", "--start", "2026-11-25T20:00:00+08:00",
        "--minutes", "40", "--topic", "service", "--visitors",
        f"{MEMBERS[2]},{MEMBERS[4]}", check=False)
    assert refused.returncode == 1 and "next" in refused.stderr

    # Five households of one community sign after their days of reading.
    early = house.redkite("agreement", "sign", "QH-0001", "--statement",
                          household["statement"], "--place", "counter",
                          "--choice", "money", "--signers", MEMBERS[0],
                          check=False)
    assert early.returncode == 1 and "2026-12-01T08:30" in early.stderr
    house.set_time(at("2026-12-01T10:00:00"))
    agreements = []
    for n in range(1, 6):
        one = office.show(f"QH-{n:04}")
        agreements.append(office.do(
            "agreement", "sign", one["id"], "--statement", one["statement"],
            "--place", "counter", "--choice", "money", "--signers",
            MEMBERS[0])["agreement"])
    wait_until(lambda: len(office.told(household["id"])) >= 2)
    assert office.effective()["shown"] == "few"

    # The service is away when the days to withdraw end: it is made up for,
    # once.
    house.stop("cases")
    house.set_time(at("2026-12-10T09:00:00"))
    house.start("cases")
    wait_until(lambda: sum(e["topic"] == "household.effective"
                           for e in house.events("cases")) == 5)
    wait_until(lambda: office.effective().get("reached") == 5)
    assert office.show("QH-0001")["state"] == "effective"
    late = house.redkite("agreement", "withdraw", agreements[0], "--channel",
                         "phone", check=False)
    assert late.returncode == 1 and "withdraw" in late.stderr

    # Told once each: the inbox, and the mail that was asked for.
    subjects = wait_until(lambda: (lambda s: len(s) >= 3 and s)(
        office.told(household["id"])))
    assert len(subjects) == len(set(subjects))
    wait_until(lambda: mailbox.messages, what="a mail")

    # Anyone sees it, and can take it away as a sheet.
    status, headers, body = house.get("/api/v1/progress.csv")
    assert status == 200 and body.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    assert len(rows) == 12
    assert "attachment" in headers["Content-Disposition"]
    (bar,) = [line for line in house.redkite("progress").stdout.splitlines()
              if line.startswith("青禾社区")]
    assert "[#=-" in bar

    no_personal_data_anywhere(office)


def no_personal_data_anywhere(office):
    """Neither in a log, nor in an event, nor in a dump of the database."""
    house = office.house
    person = office.show("QH-0001")
    secrets = [person["name"], person["phone"], person["address"],
               "someone@home.example", "370214200110223854"]
    places = {f"the log of {s}": house.logs(s) for s in SERVICES}
    places["the events"] = json.dumps(
        [house.events(s) for s in SERVICES], ensure_ascii=False)
    postgres = house.store.postgres
    places["a dump"] = subprocess.run(
        ["pg_dump", "--data-only", house.store.conninfo + " user=postgres"],
        check=True, capture_output=True, text=True,
        env={**os.environ, "PGPASSWORD": postgres.secret("superuser")}).stdout
    for place, text in places.items():
        assert len(text) > 100, place
        for secret in secrets:
            assert secret not in text, f"{place} holds {secret}"
