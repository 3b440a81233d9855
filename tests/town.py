"""What cases would say, without cases; and the manners of the door."""

import http.client
import json

from house import ACTOR
from machine import new_id, wait_until

JSON = "/api/v1/progress"
SECURITY = {
    "Content-Security-Policy":
        "default-src 'none'; script-src 'self'; style-src 'self'; "
        "img-src 'self' data:; connect-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Town:
    """What cases says, without cases."""

    def __init__(self, house):
        self.house = house
        self.project = new_id()
        self.said = 0
        self.cursor = house.store.connect().cursor()

    def say(self, topic, subject, **data):
        self.cursor.execute(
            "insert into bus.outbox (event, source, topic, subject, call,"
            " actor, trace, data, at) values (%s, 'cases', %s, %s, %s, %s, %s,"
            " %s, '2026-11-23 17:05+08') returning id",
            (new_id(), topic, subject, new_id(), ACTOR, "0" * 32,
             json.dumps(data)))
        self.cursor.execute(
            "insert into bus.position (source, seq, id) select 'cases',"
            " coalesce(max(seq), 0) + 1, %s from bus.position"
            " where source = 'cases'", (self.cursor.fetchone()[0],))
        self.said += 1

    def open(self, name="红石崖旧村改造"):
        self.say("project.opened", self.project, project=self.project,
                 name=name, track="collective_land")

    def document(self, kind, number, day):
        self.say("project.documented", self.project, project=self.project,
                 document=new_id(), kind=kind, number=number, day=day)

    def add(self, name, position):
        community = new_id()
        self.say("community.added", community, community=community,
                 project=self.project, code=f"C{position}", name=name,
                 position=position)
        return community

    def move(self, household, community, state):
        topic = {"signed_cooling": "signed"}.get(state, state)
        self.say(f"household.{topic}", household, household=household,
                 project=self.project, community=community, state=state)

    def settle(self, community, *states):
        """New households, each by all the states up to its own."""
        way = ["registered", "offered", "signed_cooling", "effective"]
        households = []
        for state in states:
            household = new_id()
            for step in way[:way.index(state) + 1]:
                self.move(household, community, step)
            households.append(household)
        return households

    def board(self):
        """The board, once everything said has been taken in."""
        def taken():
            status, _, body = self.house.get(JSON)
            board = json.loads(body)
            return status == 200 and board["sequence"] == self.said and board
        return wait_until(taken, 20, "the read model")


def port_of(house):
    return int(house.address.rsplit(":", 1)[1])


def shown(place):
    return [step["text"] for step in place["stages"]]


def problem(answer, status, name):
    """The refusal is complete, and its address leads somewhere."""
    code, headers, body = answer
    assert code == status
    assert headers["Content-Type"] == "application/problem+json"
    told = json.loads(body)
    assert told["type"] == f"/problems/{name}"
    assert told["status"] == status
    assert told["title"] and told["detail"]
    assert told["instance"].startswith("urn:uuid:")
    return told


def request(house, method, path, body=None, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", port_of(house),
                                            timeout=15)
    try:
        connection.request(method, path, body, {
            k.replace("_", "-"): v for k, v in headers.items()})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()
