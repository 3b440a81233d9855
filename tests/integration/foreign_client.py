#!/usr/bin/python3
"""A stranger's client, written from docs/bus.asyncapi.yaml alone.

It knows ZeroMQ and nothing of this project: no module of the tests, no setting,
no program.  It follows the events of cases, signs an agreement when it is told
to (a line on stdin), and follows on until the stream has got another epoch.
What it sees it says in lines of JSON on stdout.
"""

import argparse
import json
import os
import re
import sys
import time
import uuid

import zmq


class Wrong(Exception):
    """The bus does not do what its document says."""


def expect(condition, what):
    if not condition:
        raise Wrong(what)


def say(what, **more):
    print(json.dumps({"what": what, **more}, ensure_ascii=False), flush=True)


def uuid7():
    """A UUIDv7 of now (RFC 9562)."""
    ms = time.time_ns() // 1_000_000
    raw = bytearray(ms.to_bytes(6, "big") + os.urandom(10))
    raw[6] = 0x70 | raw[6] & 0x0F
    raw[8] = 0x80 | raw[8] & 0x3F
    return str(uuid.UUID(bytes=bytes(raw)))


def key_in(file, half):
    with open(file, encoding="utf-8") as text:
        return re.search(half + r'-key = "(.{40})"', text.read()).group(1)


class Bus:
    """One service, by its two endpoints and its key."""

    def __init__(self, args):
        self.args = args
        self.context = zmq.Context()
        self.dealer = self.connect(zmq.DEALER, args.commands)
        self.sub = self.connect(zmq.SUB, args.events)

    def connect(self, kind, endpoint):
        sock = self.context.socket(kind)
        sock.linger = 0
        sock.curve_publickey = key_in(self.args.secret, "public").encode()
        sock.curve_secretkey = key_in(self.args.secret, "secret").encode()
        sock.curve_serverkey = key_in(self.args.server, "public").encode()
        sock.connect(endpoint)
        return sock

    def frames(self, command, body, call=None):
        meta = {"id": call or uuid7(), "actor": self.args.actor,
                "roles": self.args.roles}
        return [b"RK1", command.encode(), json.dumps(meta).encode(),
                json.dumps(body).encode()]

    def send(self, frames):
        """The frames of the answer; asks again as the document says."""
        call = json.loads(frames[2])["id"]
        pause = 1000
        for _ in range(5):
            self.dealer.send_multipart(frames)
            while self.dealer.poll(pause):
                answer = self.dealer.recv_multipart()
                expect(len(answer) == 4 and answer[0] == b"RK1",
                       f"an answer of frames {answer}")
                if json.loads(answer[2]).get("id") == call:
                    return answer
            pause *= 2
        raise Wrong(f"no answer to {frames[1]}")

    def ask(self, command, body, status="ok", **more):
        answer = self.send(self.frames(command, body, **more))
        expect(answer[1].decode() == status, f"{command}: {answer}")
        return json.loads(answer[3])


class Reader:
    """Follows the stream: its place, and what it knows by then."""

    def __init__(self, bus, topics):
        self.bus = bus
        self.epoch, self.position = None, 0
        self.seen = {}  # events by their own id
        self.heard = []  # topics, from the channel
        self.filled = 0  # holes
        self.starts = 0
        for topic in topics:
            bus.sub.setsockopt(zmq.SUBSCRIBE, topic.encode())

    def take(self, event):
        expect(event["seq"] == self.position + 1,
               f"{event['seq']} comes after {self.position}")
        self.position = event["seq"]
        if event["event"] not in self.seen:
            self.seen[event["event"]] = event
            say("event", topic=event["topic"], subject=event["subject"],
                data=event["data"])

    def fetch(self):
        """Whatever there is behind our place."""
        while True:
            body = {"after": self.position, "limit": 3}
            if self.epoch:
                body["epoch"] = self.epoch
            page = self.bus.ask("events.since", body)
            self.enter(page["epoch"])
            for event in page["events"]:
                self.take(event)
            if self.position >= page["head"]:
                return

    def enter(self, epoch):
        if epoch != self.epoch:
            self.epoch, self.position = epoch, 0
            self.starts += 1

    def listen(self, ms):
        """Takes what is heard; true when something was."""
        if not self.bus.sub.poll(ms):
            return False
        topic, epoch, position, payload = self.bus.sub.recv_multipart()
        if not epoch:
            return True
        self.heard.append(topic.decode())
        if topic != b"~":
            say("heard", topic=topic.decode(), envelope=json.loads(payload))
        if epoch.decode() != self.epoch or int(position) > self.position + 1:
            self.filled += 1
            self.fetch()
        elif int(position) == self.position + 1:
            self.fetch()
        return True

    def follow(self, until, what, seconds=30):
        end = time.monotonic() + seconds
        while not until():
            expect(time.monotonic() < end, f"{what} did not come about")
            self.listen(200)


def sign(bus, args):
    body = {"household": args.household, "statement": args.statement,
            "place": "counter", "choice": "money", "signers": [args.actor]}
    frames = bus.frames("agreement.sign", body)
    first = bus.send(frames)
    expect(first[1] == b"ok", first)
    expect(bus.send(frames) == first, "a resend has another answer")
    say("signed", answer=json.loads(first[3]))

    call = json.loads(frames[2])["id"]
    other = bus.ask("agreement.sign", {**body, "choice": "swap"}, "conflict",
                    call=call)
    expect(other["code"] == "conflict" and other["why"], other)


def refusals(bus):
    """What the document says of keys, commands and members."""
    frames = bus.frames("project.list", {})
    meta = {**json.loads(frames[2]), "actor": str(uuid.uuid4())}
    frames[2] = json.dumps(meta).encode()
    expect(bus.send(frames)[1] == b"denied", "it may speak for others")
    bus.ask("no.such", {}, "not_found")
    wrong = bus.ask("project.list", {"unknown": 1}, "bad_request")
    expect(wrong["field"] == "unknown", wrong)


def main():
    parser = argparse.ArgumentParser()
    for name in ("commands", "events", "secret", "server", "actor", "roles",
                 "household", "statement"):
        parser.add_argument("--" + name, required=True)
    args = parser.parse_args()
    bus = Bus(args)

    live = bus.ask("service.live", {})
    expect(live == {"service": "cases", "live": True}, live)
    refusals(bus)

    reader = Reader(bus, ["household.", "~"])
    reader.follow(lambda: "~" in reader.heard, "the beat")
    reader.fetch()
    say("caught up", epoch=reader.epoch, position=reader.position)

    sys.stdin.readline()
    sign(bus, args)
    reader.follow(lambda: "household.signed" in reader.heard, "the bell")
    say("rung", holes=reader.filled)

    reader.follow(lambda: reader.starts == 2, "another epoch")
    reader.fetch()
    say("done", epoch=reader.epoch, position=reader.position,
        events=len(reader.seen))
    bus.context.destroy(linger=0)


if __name__ == "__main__":
    try:
        main()
    except Wrong as wrong:
        sys.exit(f"the document says otherwise: {wrong}")
