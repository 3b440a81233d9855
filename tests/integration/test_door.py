"""The door: whoever comes is let in, whatever the others do."""

import json
import random
import time

import pytest
import zmq
from house import ACTOR, STAFF
from machine import new_id, wait_until


@pytest.mark.alone
def test_a_client_that_reads_no_answers_holds_up_nobody(house):
    deaf = house.socket(zmq.DEALER, "cases", rcvhwm=1, sndhwm=0)
    for _ in range(2500):
        meta = json.dumps({"id": new_id(), "actor": ACTOR}).encode()
        deaf.send_multipart([b"RK1", b"service.describe", meta, b"{}"])
    slowest, ends = 0.0, time.monotonic() + 20
    while time.monotonic() < ends:
        began = time.monotonic()
        assert house.ask("cases", "service.live", seconds=60).ok
        slowest = max(slowest, time.monotonic() - began)
    deaf.close()
    assert slowest < 5


def signing():
    """Of a household that is not there; it goes with a group."""
    meta = {"id": new_id(), "actor": ACTOR, "roles": STAFF}
    body = {"household": new_id(), "statement": new_id(),
            "place": "counter", "choice": "money", "signers": [new_id()]}
    return meta, (b"RK1", b"agreement.sign", json.dumps(meta).encode(),
                  json.dumps(body).encode())


def test_a_line_that_was_put_off_is_written_though_nobody_comes(house):
    meta, frames = signing()
    with house.socket(zmq.DEALER, "cases") as client:
        client.send_multipart(frames)
        assert client.poll(3000)
        assert client.recv_multipart()[1] == b"not_found"
        wait_until(lambda: meta["id"] in house.logs("cases"), 3, "the line")


def test_who_was_answered_is_counted_when_somebody_looks(house):
    def ask(frames):
        client.send_multipart(frames)
        return client.recv_multipart()

    def counted():
        families = json.loads(ask(look)[3])["families"]
        points = next(family["points"] for family in families
                      if family["name"] == "redkite_calls_total")
        return next(point["value"] for point in points if point["labels"] == {
            "name": "agreement.sign", "status": "not_found"})

    meta = {"id": new_id(), "actor": ACTOR}
    look = (b"RK1", b"service.metrics", json.dumps(meta).encode(), b"{}")
    with house.socket(zmq.DEALER, "cases") as client:
        before = counted()
        for n in range(1, 51):
            assert ask(signing()[1])[1] == b"not_found"
            assert counted() == before + n


def test_no_request_is_slept_over(house):
    """The word that one came can be swallowed while another is answered; so
    it comes at any moment of the other's way."""
    def answered(client):
        assert client.poll(3000), "a request was slept over"
        assert client.recv_multipart()[1] in (b"not_found", b"refused")

    def took():
        began = time.perf_counter()
        one.send_multipart(signing()[1])
        answered(one)
        return time.perf_counter() - began

    one, other = (house.socket(zmq.DEALER, "cases") for _ in range(2))
    with one, other:
        usual = sorted(took() for _ in range(50))[25]
        for _ in range(3000):
            one.send_multipart(signing()[1])
            late = signing()[1]
            until = time.perf_counter() + random.uniform(0.4, 1) * usual
            while time.perf_counter() < until:
                pass
            other.send_multipart(late)
            answered(one)
            answered(other)
