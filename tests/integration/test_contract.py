"""The contract of the bus: told by the services, well-formed, and enough for
a stranger."""

import copy
import json
import subprocess

import pytest
import yaml

from contract import faults, resolve, validator
from cluster import make_key
from house import FAKETIME, SERVICES
from machine import TOP, clean_env, free_ports, wait_until
from test_cases_commands import OFFICER, Office, at

DOCUMENT = TOP / "docs/bus.asyncapi.yaml"
STRANGER = TOP / "tests/integration/foreign_client.py"


@pytest.fixture(scope="module")
def document():
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(DOCUMENT.read_text(), loader)


# ------------------------------------------------------------------- it is true

@pytest.fixture
def storeless_house(quiet_house):
    """The four services, with nothing where their store should be."""
    nowhere = {"REDKITE_DATABASE_URL":
               f"host=127.0.0.1 port={free_ports(1)} dbname=nowhere"}
    for service in SERVICES:
        quiet_house.environment[service] = nowhere
    quiet_house.start(wait=False)
    return quiet_house


def test_the_document_in_the_tree_is_what_the_services_tell(storeless_house):
    printed = storeless_house.redkite("docs", "bus").stdout
    assert DOCUMENT.read_text() == printed, (
        "the tables have changed: redkite docs bus > docs/bus.asyncapi.yaml")


# ------------------------------------------------------------ it is well-formed

def test_the_document_keeps_the_rules_of_asyncapi(document):
    assert faults(document) == []


def test_the_document_is_tidy_yaml():
    rules = "{extends: default, rules: {line-length: {max: 120}}}"
    done = subprocess.run(["yamllint", "-s", "-d", rules, DOCUMENT],
                          check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


SIGN = "operations/cases.agreement.sign/"
BREACHES = [
    ("asyncapi", "2.6.0", "is not 3.0.0"),
    ("info/version", None, "version is missing"),
    ("info/author", "x", "no field of a info"),
    ("servers/cases.events/protocol", None, "protocol is missing"),
    ("servers/cases.events/security/0/$ref", "#/nowhere", "leads nowhere"),
    ("channels/cases.events/servers/0/$ref", "#/info", "is no server"),
    ("channels/cases.events/messages/more",
     {"$ref": "#/components/messages/problem"}, "nobody says more"),
    (SIGN + "action", "ask", "neither sends nor receives"),
    (SIGN + "channel", None, "channel is missing"),
    (SIGN + "messages", [], "has no message"),
    (SIGN + "messages/0/$ref", "#/components/messages/problem",
     "is not of its channel"),
    (SIGN + "reply/messages/0/$ref",
     "#/channels/cases.events/messages/beat", "is not of its channel"),
    ("components/messages/problem/payload", None, "payload is missing"),
    ("components/securitySchemes/curve/type", "curve", "no known type"),
    ("components/schemas/id/type", "uuid", "is not valid"),
    ("components/schemas/a b", {}, "is no name"),
]


@pytest.mark.parametrize("path, value, fault", BREACHES)
def test_a_breach_of_the_rules_is_found(path, value, fault, document):
    broken = copy.deepcopy(document)
    *way, last = (int(p) if p.isdigit() else p for p in path.split("/"))
    place = broken
    for part in way:
        place = place[part]
    if value is None:
        del place[last]
    else:
        place[last] = value
    assert any(fault in one for one in faults(broken)), faults(broken)


# ------------------------------------------------------- it is enough to go by

class Stranger:
    """The foreign client at work; what it says, in order."""

    def __init__(self, house, household, statement):
        moved = {**house.moved_clock(), "LD_PRELOAD": FAKETIME}
        given = {"commands": house.endpoint("cases"),
                 "events": house.endpoint("cases", events=True),
                 "secret": house.keys / "secret/stranger",
                 "server": house.keys / "public/cases", "actor": OFFICER,
                 "roles": "t2_signing", "household": household,
                 "statement": statement}
        self.said = []
        self.process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", STRANGER,
             *(word for name, value in given.items()
               for word in (f"--{name}", str(value)))],
            env=clean_env(**moved), text=True, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def until(self, what):
        """Its line of that kind; it ends by itself when it waits too long."""
        for line in self.process.stdout:
            self.said.append(json.loads(line))
            if self.said[-1]["what"] == what:
                return self.said[-1]
        raise AssertionError(
            f"no {what!r} from the stranger: {self.process.stderr.read()}")

    def all(self, what):
        return [one for one in self.said if one["what"] == what]

    def close(self):
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def offered(quiet_house):
    """A household that may sign, and a member's key for the stranger."""
    office = Office(quiet_house)
    assert office.publish().ok
    household = office.register()
    statement = office.offer(household)
    quiet_house.set_time(at("2026-11-10T09:00:00"))
    wait_until(lambda: quiet_house.events("cases")[-1]["topic"]
               == "recount.ended", 20, "the proof of the nights in between")
    make_key(quiet_house.keys, "stranger", "member", actor=OFFICER,
             roles="t2_signing")
    return office, household, statement


@pytest.fixture
def stranger(offered):
    office, household, statement = offered
    guest = Stranger(office.house, household, statement)
    yield guest
    guest.close()


def fits(document, schema, values):
    check = validator(document, resolve(document, schema))
    for value in values:
        check.validate(value)


def test_a_stranger_signs_and_follows_by_the_document_alone(
        offered, stranger, document):
    office, household, _ = offered
    before = stranger.until("caught up")
    known = len(office.house.events("cases"))
    assert before["position"] == known > 4

    office.must("community.add", {  # which it does not listen for
        "id": household, "project": office.project, "code": "LQ",
        "name": "柳泉社区", "position": 2})
    stranger.process.stdin.write("\n")
    stranger.process.stdin.flush()
    assert stranger.until("rung")["holes"] > 0
    renewed = office.must("stream.renew", {}, roles="it_operator")
    after = stranger.until("done")
    assert after["epoch"] == renewed["epoch"] != before["epoch"]
    assert after["position"] == after["events"] == known + 2

    told = stranger.all("event")
    assert [e["topic"] for e in told] == [
        e["topic"] for e in office.house.events("cases")]
    signed = [e for e in told if e["topic"] == "household.signed"]
    assert len(signed) == 1 and signed[0]["subject"] == household
    assert [e["topic"] for e in stranger.all("heard")] == ["household.signed"]

    for event in told:
        fits(document, f"#/components/schemas/cases.{event['topic']}",
             [event["data"]])
    fits(document, "#/components/messages/cases.household.signed/payload",
         [e["envelope"] for e in stranger.all("heard")])
    fits(document, "#/components/schemas/cases.agreement.sign.answer",
         [stranger.all("signed")[0]["answer"]])
