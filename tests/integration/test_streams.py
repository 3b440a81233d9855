"""Live streams of the board: server-sent events."""

import http.client
import json
import time

import pytest

from machine import wait_until
from town import JSON, SECURITY, Town, port_of, problem

pytestmark = pytest.mark.alone


@pytest.fixture
def door(quiet_house):
    quiet_house.start("reporting")
    return quiet_house


@pytest.fixture
def town(door):
    return Town(door)


class Stream:
    """A reader of server-sent events."""

    def __init__(self, house, **headers):
        self.connection = http.client.HTTPConnection(
            "127.0.0.1", port_of(house), timeout=20)
        self.connection.request("GET", "/api/v1/events", headers={
            k.replace("_", "-"): v for k, v in headers.items()})
        self.answer = self.connection.getresponse()

    def next(self):
        """The fields of the next block that is not a sign of life."""
        fields = {}
        while (line := self.answer.readline().decode().rstrip("\n")):
            name, _, value = line.partition(": ")
            fields[name] = value
        return fields if "" not in fields else self.next()

    def close(self):
        self.answer.close()
        self.connection.close()


def test_a_stream_tells_every_change(town):
    stream = Stream(town.house)
    assert stream.answer.status == 200
    assert stream.answer.headers["Content-Type"] == "text/event-stream"
    assert {n: stream.answer.headers[n] for n in SECURITY} == SECURITY
    assert "retry" in stream.next()
    first = stream.next()
    assert (first["event"], first["id"]) == ("progress", "0")

    began = time.monotonic()
    town.open()
    second = stream.next()
    assert time.monotonic() - began < 4  # not only with the next sign of life
    board = json.loads(second["data"])
    assert second["id"] == "1" and board["sequence"] == 1
    assert board == town.board()
    stream.close()


def test_who_comes_back_is_not_told_again_what_is_known(town):
    town.open()
    town.board()
    knows = Stream(town.house, Last_Event_ID="1")
    missed = Stream(town.house, Last_Event_ID="0")
    for stream in (knows, missed):
        stream.next()
    assert missed.next()["id"] == "1"
    town.add("青禾社区", 1)
    assert knows.next()["id"] == "2"
    knows.close()
    missed.close()


def test_a_flood_of_changes_is_told_four_times_a_second_at_most(town):
    town.open()
    community = town.add("青禾社区", 1)
    town.board()
    stream = Stream(town.house, Last_Event_ID=str(town.said))
    stream.next()
    began, told = time.monotonic(), 0
    town.settle(community, *["registered"] * 300)
    while int(stream.next()["id"]) < town.said:
        told += 1
    assert told <= 4 * (time.monotonic() - began) + 2
    stream.close()


def test_a_quiet_stream_gives_a_sign_of_life(door):
    stream = Stream(door)
    stream.next()
    stream.next()
    assert stream.answer.readline() == b": beat\n"
    stream.close()


def test_streams_are_bounded_and_places_come_free(door):
    streams = [Stream(door) for _ in range(200)]
    try:
        assert {s.answer.status for s in streams} == {200}
        answer = door.get("/api/v1/events")
        problem(answer, 503, "crowded")
        assert answer[1]["Retry-After"]
        assert door.get(JSON)[0] == 200
    finally:
        for stream in streams:
            stream.close()
    Town(door).open()  # what is sent shows the door who has gone

    def is_free():
        Town(door).open()
        stream = Stream(door)
        stream.close()
        return stream.answer.status == 200
    wait_until(is_free, 20, "a free place")


def test_streams_are_told_goodbye_when_the_service_stops(door):
    stream = Stream(door)
    stream.next()
    stream.next()
    assert door.stop("reporting") == 0
    assert stream.answer.read() == b""
    stream.close()
