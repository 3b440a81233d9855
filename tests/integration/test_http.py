"""The public door: what it answers, what it refuses, and what it never tells.

reporting runs alone here; what cases would say is written into its stream, so
that every number is known."""

import concurrent.futures
import csv
import http.client
import io
import json
import socket
import time

import pytest

from cluster import Store
from house import House, connect_raw
from machine import new_id, wait_until
from town import JSON, SECURITY, Town, port_of, problem, request, shown

pytestmark = pytest.mark.alone


@pytest.fixture
def door(quiet_house):
    quiet_house.start("reporting")
    return quiet_house


@pytest.fixture(scope="module")
def still(postgres, tmp_path_factory):
    """A door that nobody tells anything: for what changes nothing."""
    store = Store(postgres, "http_still")
    house = House(store, tmp_path_factory.mktemp("still"), "http_still")
    try:
        house.start("reporting")
        yield house
    finally:
        house.close()
        store.drop()


@pytest.fixture
def town(door):
    return Town(door)


def raw(house, data, seconds=10):
    """Everything that comes back for these bytes, until the end."""
    with connect_raw(port_of(house)) as wire:
        wire.settimeout(seconds)
        got = b""
        try:
            wire.sendall(data)
            while piece := wire.recv(65536):
                got += piece
        except (ConnectionError, socket.timeout):
            pass
        return got


# ------------------------------------------------------------------- the board

def test_nothing_yet_is_an_empty_board(still):
    status, headers, body = still.get(JSON)
    board = json.loads(body)

    assert status == 200
    assert headers["Content-Type"] == "application/json"
    assert board["sequence"] == 0 and board["projects"] == []
    assert "as_of" not in board
    assert set(board["definition"]) == {
        "code", "version", "numerator", "denominator", "formula", "privacy"}


def test_r_thresh_households_are_shown_as_far_as_they_may_be(town):
    town.open()
    big = town.add("青禾社区", 1)
    young = town.add("柳泉社区", 2)
    town.settle(big, *["registered"] * 8, *["offered"] * 3,
                *["signed_cooling"] * 4, *["effective"] * 13)
    town.settle(young, *["registered"] * 17, *["effective"] * 4)
    tiny = town.add("石桥社区", 3)
    town.settle(tiny, "registered", "effective", "effective")

    board = town.board()
    (project,) = board["projects"]
    first, second, third = project["communities"]

    assert board["as_of"] == "2026-11-23T17:05:00+08:00"
    assert [p["name"] for p in project["communities"]] == [
        "青禾社区", "柳泉社区", "石桥社区"]
    # 28 households: 20 have an offer, 13 are bound; cooling is not bound
    assert [s.get("reached") for s in first["stages"]] == [28, 20, 10]
    assert shown(first) == ["100%", "71%", "35%"]
    # 4 of 21 are few, and 3 households are not shown at all
    assert shown(second) == ["100%", "不足 5 户", "不足 5 户"]
    assert shown(third) == ["暂不显示"] * 3
    assert project["stages"][0]["reached"] == 49
    assert "count" not in [s["shown"] for s in third["stages"]]


def test_who_withdraws_goes_back_and_who_moves_house_is_counted_once(town):
    town.open()
    here, there = town.add("青禾社区", 1), town.add("柳泉社区", 2)
    town.settle(here, *["offered"] * 9)
    (one,) = town.settle(here, "signed_cooling")
    town.move(one, here, "effective")
    assert shown(town.board()["projects"][0]["communities"][0])[1] == "100%"

    town.say("household.withdrew", one, household=one, project=town.project,
             community=here, state="registered", agreement=new_id())
    first = town.board()["projects"][0]["communities"][0]
    assert first["stages"][1]["reached"] == 5 and first["stages"][0][
        "reached"] == 10

    town.say("household.corrected", one, household=one, project=town.project,
             community=there, fields="community")
    first, second = town.board()["projects"][0]["communities"]
    assert first["stages"][0]["reached"] == 9
    assert second["stages"][0]["shown"] == "not"
    assert town.house.store.rows(
        "select state, count(*)::int from reporting.household"
        " group by 1 order by 1") == [
            ("offered", 9), ("registered", 1)]


def test_r_track_the_board_says_what_a_project_rests_on(town):
    town.open()
    assert "documents" not in town.board()["projects"][0]
    town.document("plan", "青方案〔2026〕3号", "2026-03-02")
    town.document("risk", "青稳评〔2026〕1号", "2026-02-01")
    town.document("plan", "青方案〔2026〕9号", "2026-04-01")
    town.add("青禾社区", 1)
    town.add("柳泉社区", 2)
    (project,) = town.board()["projects"]
    assert project["documents"] == [
        {"kind": "risk", "number": "青稳评〔2026〕1号", "day": "2026-02-01"},
        {"kind": "plan", "number": "青方案〔2026〕9号", "day": "2026-04-01"}]


def test_the_read_model_made_again_is_the_same(town):
    town.open()
    town.document("plan", "青方案〔2026〕3号", "2026-03-02")
    for n in range(3):
        town.settle(town.add(f"第{n}社区", n), *["registered"] * 6,
                    *["offered"] * (5 + n), *["effective"] * 7)
    before = town.board()
    store = town.house.store
    prints = [
        "select md5(string_agg(t::text, ';' order by t::text))"
        f" from reporting.{table} t"
        for table in ("project", "document", "community", "household")]
    hashes = [store.value(sql) for sql in prints]
    assert None not in hashes

    town.house.stop("reporting")
    for table in ("project", "document", "community", "household"):
        store.rows(f"delete from reporting.{table}", role="reporting")
    store.rows("delete from bus.cursor where reader = 'reporting'")
    assert store.value(prints[3]) is None
    town.house.start("reporting")

    assert town.board() == before
    assert [store.value(sql) for sql in prints] == hashes


def test_the_command_says_the_same_as_the_page(town):
    town.open()
    town.settle(town.add("青禾社区", 1), *["registered"] * 12)
    board = town.board()

    assert town.house.must("reporting", "progress.show", roles="") == board
    one = town.house.must("reporting", "progress.show",
                          {"project": town.project}, roles="")
    assert one == board
    assert town.house.ask("reporting", "progress.show",
                          {"project": new_id()}).status == "not_found"


def test_a_project_can_be_asked_for_alone(town):
    town.open("甲")
    town.project, first = new_id(), town.project
    town.open("乙")
    assert len(town.board()["projects"]) == 2

    _, _, body = town.house.get(f"{JSON}?project={first}")
    assert [p["name"] for p in json.loads(body)["projects"]] == ["甲"]
    problem(town.house.get(f"{JSON}?project={new_id()}"), 404, "not-found")
    told = problem(town.house.get(f"{JSON}?project=x"), 400, "parameter")
    assert told["errors"][0]["parameter"] == "project"


# ------------------------------------------------------------------ its forms

def test_the_sheet_opens_in_a_spreadsheet(town):
    town.open("=cmd|'x'!A1")
    town.settle(town.add('社区 "一", 东', 1), *["offered"] * 12)
    town.board()

    status, headers, body = town.house.get(JSON + ".csv")
    assert status == 200
    assert headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "filename*=UTF-8''%E6%94%B9" in headers["Content-Disposition"]
    assert body.startswith(b"\xef\xbb\xbf")
    assert body.count(b"\n") == body.count(b"\r\n") == 3
    rows = list(csv.reader(io.StringIO(body[3:].decode(), newline="")))
    assert rows[1][0] == "'=cmd|'x'!A1" and rows[1][2] == "全部社区"
    assert rows[2][2] == '社区 "一", 东'
    assert rows[2][3:6] == ["12", "12", "100%"]

    _, _, bare = town.house.get(JSON + ".csv?bom=0")
    assert bare == body[3:]
    problem(town.house.get(JSON + "?bom=2"), 400, "parameter")


@pytest.mark.parametrize("accept, kind", [
    ("text/csv", "text/csv; charset=utf-8"),
    ("application/json", "application/json"),
    ("text/html, */*;q=0.1", "application/json"),
])
def test_the_form_follows_the_accept_header(still, accept, kind):
    status, headers, _ = still.get(JSON, Accept=accept)
    assert (status, headers["Content-Type"]) == (200, kind)
    assert headers["Vary"] == "Accept"


def test_a_form_that_is_not_offered_is_refused(still):
    told = problem(still.get(JSON, Accept="application/xml"), 406,
                   "not-offered")
    assert "text/csv" in told["detail"]


@pytest.mark.parametrize("path", ["/", "/kite.css", "/progress.js", JSON,
                                  JSON + ".csv", "/problems/away"])
def test_what_a_client_has_is_not_sent_again(still, path):
    _, headers, body = still.get(path)
    tag = headers["ETag"]
    assert body and tag.startswith('"')

    status, headers, body = still.get(path, If_None_Match=f'"x", {tag}')
    assert (status, body, headers["ETag"]) == (304, b"", tag)
    assert still.get(path, If_None_Match='"x"')[0] == 200


def test_the_tag_changes_with_the_board(town):
    before = town.house.get(JSON)[1]
    town.open()
    town.board()
    after = town.house.get(JSON)[1]
    assert before["ETag"] != after["ETag"]
    assert (before["X-As-Of-Sequence"], after["X-As-Of-Sequence"]) == (
        "0", "1")


def test_head_is_get_without_the_body(still):
    for path in ("/", JSON):
        status, headers, body = request(still, "HEAD", path)
        assert (status, body) == (200, b"")
        assert int(headers["Content-Length"]) == len(still.get(path)[2])


# ------------------------------------------------------------------ refusals

@pytest.mark.parametrize("path", [
    "/", "/kite.css", "/progress.js", "/kite.svg", JSON, JSON + ".csv",
    "/problems/parameter", "/nothing", JSON + "?x=1"])
def test_every_answer_bears_the_security_headers(still, path):
    _, headers, _ = still.get(path)
    assert {name: headers[name] for name in SECURITY} == SECURITY


@pytest.mark.parametrize("path", [
    "/nothing", "/problems/nothing", "/problems/", "/problems/a/b",
    "/index.html", "/problem.html", "/../etc/passwd", "/api", JSON + ".xml",
    "/%00", "/api/v1/progress/"])
def test_what_is_not_there_is_not_found(still, path):
    if path == "/%00":
        assert still.get(path)[0] in (200, 400, 404)  # ends the path at most
    else:
        problem(still.get(path), 404, "not-found")


@pytest.mark.parametrize("path", ["/", JSON, "/api/v1/events", "/kite.css"])
def test_an_unknown_parameter_is_named(still, path):
    told = problem(still.get(path + "?colour=red"), 400, "parameter")
    assert told["errors"][0]["parameter"] == "colour"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH",
                                    "OPTIONS", "TRACE", "BREW"])
def test_only_looking_is_allowed(still, method):
    answer = request(still, method, JSON, "{}" if method != "TRACE" else None)
    problem(answer, 405, "method")
    assert answer[1]["Allow"] == "GET, HEAD"


def test_each_problem_has_a_page_in_two_languages(still):
    names = {json.loads(still.get(path, **headers)[2])["type"]
             for path, headers in [
                 ("/nothing", {}), (JSON + "?x=1", {}),
                 (JSON, {"Accept": "image/png"})]}
    assert len(names) == 3
    for name in [*names, "/problems/away", "/problems/crowded",
                 "/problems/body-too-large", "/problems/header-too-large",
                 "/problems/address-too-long", "/problems/malformed",
                 "/problems/method", "/problems/fault"]:
        status, headers, body = still.get(name)
        assert status == 200
        assert headers["Content-Type"] == "text/html; charset=utf-8"
        page = body.decode()
        assert 'lang="en"' in page and "回到首页" in page
        assert "{" not in page


@pytest.mark.parametrize("data", [
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"hello\r\n\r\n",
    b"GET\r\n\r\n",
    b"\x00" * 100 + b"\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"GET / HTTP/1.1\r\n\r\n",  # no Host
    b"\r\n" * 1000,
], ids=["tls", "words", "short", "nul", "version", "no-host", "lines"])
def test_what_is_not_http_is_refused_and_hurts_nobody(still, data):
    got = raw(still, data, seconds=7)
    assert not got.startswith(b"HTTP/1.1 200")
    assert still.get("/")[0] == 200


def head_of(got):
    head, _, body = got.partition(b"\r\n\r\n")
    status = int(head.split()[1])
    headers = dict(line.split(": ", 1)
                   for line in head.decode().split("\r\n")[1:])
    return status, headers, body


@pytest.mark.parametrize("fields", [
    "Content-Length: 4\r\nTransfer-Encoding: chunked",
    "Content-Length: 4\r\nContent-Length: 4",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
    "Host: other",
])
def test_what_two_programs_could_read_differently_is_refused(still, fields):
    got = raw(still, (f"GET {JSON} HTTP/1.1\r\nHost: x\r\n{fields}\r\n\r\n"
                     "0\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n").encode())
    status, headers, body = head_of(got)
    problem((status, headers, body), 400, "malformed")
    assert got.count(b"HTTP/1.1") == 1  # and nothing after it is a request


def test_large_headers_bodies_and_addresses_are_refused(still):
    start = f"GET {JSON} HTTP/1.1\r\nHost: x\r\n"
    many = "".join(f"X-{n}: y\r\n" for n in range(80))
    big = f"X: {'y' * 17000}\r\n"
    for fields in (many, big):
        problem(head_of(raw(still, (start + fields + "\r\n").encode())), 431,
                "header-too-large")
    for size in (20_000_000, 10**30):
        status = raw(still, (start + f"Content-Length: {size}\r\n\r\n").encode())
        assert status.split()[1] in (b"413", b"400")
    problem(head_of(raw(still, (start + "Content-Length: 1048577\r\n\r\n")
                        .encode())), 413, "body-too-large")
    problem(still.get("/" + "x" * 5000), 414, "address-too-long")
    huge = raw(still, (start + "X: " + "y" * 200_000).encode())
    assert huge == b"" or huge.split()[1] in (b"413", b"431")
    assert still.get("/")[0] == 200


def test_a_small_body_is_taken_off_and_not_looked_at(still):
    deep = "[" * 10_000 + "]" * 10_000
    status, _, _ = request(still, "GET", JSON, deep)
    assert status == 200
    chunks = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    got = raw(still, "GET / HTTP/1.1\r\nHost: x\r\n"
              "Transfer-Encoding: chunked\r\n\r\n".encode() + chunks * 40)
    assert b"200 OK" not in got  # more than 1 MiB
    assert still.get("/")[0] == 200


# ------------------------------------------------------------- time and crowds

def test_one_byte_a_second_does_not_hold_a_connection(still):
    began = time.monotonic()
    with connect_raw(port_of(still)) as wire:
        wire.settimeout(0.5)
        wire.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX: ")
        gone = False
        while not gone and time.monotonic() - began < 15:
            try:
                wire.sendall(b"y")
                gone = wire.recv(1000) == b""
            except socket.timeout:
                pass
            except ConnectionError:
                gone = True
    assert gone and 4 < time.monotonic() - began < 9


def test_a_crowd_of_slow_strangers_does_not_keep_others_out(still):
    wires = [connect_raw(port_of(still)) for _ in range(400)]
    try:
        for wire in wires:
            wire.sendall(b"GET / HT")
        began = time.monotonic()
        assert still.get("/")[0] == 200
        assert time.monotonic() - began < 2
    finally:
        for wire in wires:
            wire.close()


def test_a_connection_serves_many_requests(still):
    connection = http.client.HTTPConnection("127.0.0.1", port_of(still),
                                            timeout=10)
    for path in (JSON, "/", "/nothing", JSON):
        connection.request("GET", path)
        assert connection.getresponse().read()
        assert connection.sock  # still the same one
    connection.close()


def queries(house):
    """How often the board has been read from the store, so far."""
    time.sleep(2.2)  # now it is read again, and the reader's counts come in
    assert house.get(JSON)[0] == 200
    return house.store.value(
        "select max(seq_scan + coalesce(idx_scan, 0)) / 2"
        " from pg_stat_user_tables where relid = 'reporting.project'::regclass")


def test_a_hundred_viewers_cost_one_query(still):
    before = queries(still)
    began = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: still.get(JSON), range(100)))
    took = time.monotonic() - began
    after = queries(still)

    assert {status for status, _, _ in answers} == {200}
    assert 1 <= after - before <= 2 + took / 2


def test_an_absent_store_is_said_so_and_the_page_still_comes(own_postgres,
                                                             tmp_path):
    Store.there(own_postgres).migrate()
    house = House(Store(own_postgres, "away"), tmp_path, "away")
    try:
        house.start("reporting")
        town = Town(house)
        town.open()
        town.board()
        own_postgres.kill()
        answer = wait_until(lambda: (a := house.get(JSON))[0] == 503 and a, 15,
                            "the refusal")
        problem(answer, 503, "away")
        assert int(answer[1]["Retry-After"]) > 0
        problem(house.get("/api/v1/events"), 503, "away")
        assert house.get("/")[0] == 200
        own_postgres.start()
        wait_until(lambda: house.get(JSON)[0] == 200, 20, "the board")
    finally:
        house.close()


def test_the_log_says_what_was_asked_by_its_template(door):
    door.get(JSON + "?colour=13800138000")
    door.get("/13800138000")
    wait_until(lambda: "code=404" in door.logs("reporting"), 5, "the log")
    log = door.logs("reporting")
    assert "13800138000" not in log
    assert "method=GET route=/api/v1/progress code=400" in log
