"""What an operator can see: metrics, health over HTTP, traces, the live table."""

import json
import re
import subprocess
import time

import pytest

from house import SERVICES, TOP, House, Store, new_id, wait_until

HOUSE_SERIES = (
    "redkite_calls_total", "redkite_call_duration_seconds",
    "redkite_follower_lag_events", "redkite_follower_lag_seconds",
    "redkite_stuck_subjects", "redkite_alarms_overdue", "redkite_build_info",
    "redkite_store_up", "redkite_store_connects_total",
    "redkite_process_resident_memory_bytes",
    "redkite_process_cpu_seconds_total",
    "redkite_process_start_time_seconds", "redkite_process_open_fds")


@pytest.fixture(scope="module")
def house(postgres, tmp_path_factory):
    """One for all: what is counted only grows."""
    store = Store(postgres, "visible")
    rooms = House(store, tmp_path_factory.mktemp("visible"), "visible")
    try:
        rooms.start()
        yield rooms
    finally:
        rooms.close()
        store.drop()


def scrape(house, **headers):
    status, head, page = house.get("/metrics", at=house.admin, **headers)
    assert status == 200, page
    return head["Content-Type"], page.decode()


def series(page):
    """{('name', frozenset of labels): value} of a page."""
    found = {}
    for line in page.splitlines():
        if line.startswith("#"):
            continue
        name, labels, value = re.fullmatch(
            r"(\w+)\{(.*)\} (\S+)", line).groups()
        pairs = frozenset(re.findall(r'(\w+)="((?:\\.|[^"])*)"', labels))
        assert (name, pairs) not in found, f"twice: {line}"
        found[name, pairs] = float(value)
    return found


def value(page, series_name, **labels):
    """The sum of the points that bear these labels; None without any."""
    wanted = set(labels.items())
    found = [v for (n, pairs), v in series(page).items()
             if n == series_name and wanted <= pairs]
    return sum(found) if found else None


def promtool(*args, text=None):
    return subprocess.run([TOP / "tools/promtool", *args], input=text,
                          text=True, capture_output=True, check=False)


def test_promtool_has_nothing_to_say_about_a_page_of_all_services(house):
    house.ask("cases", "project.list")
    house.ask("cases", "no.such.command")
    house.get("/api/v1/progress")
    kind, page = scrape(house)
    assert kind == "text/plain; version=0.0.4; charset=utf-8"
    for service in SERVICES:
        assert value(page, "redkite_up", service=service) == 1
        for name in HOUSE_SERIES:
            assert any(n.startswith(name) and ("service", service) in labels
                       for n, labels in series(page)) or (
                           service in ("cases",) and "lag" in name), \
                (service, name)
    told = promtool("check", "metrics", text=page)
    assert (told.returncode, told.stdout) == (0, ""), told.stdout + told.stderr


def test_each_call_is_counted_once_by_name_and_end(house):
    before = scrape(house)[1]
    for _ in range(3):
        house.must("cases", "project.list")
    house.ask("cases", "project.list", {"strange": 1})
    house.ask("cases", "no.such.command")
    house.ask("cases", "another." + "x" * 40)
    page = scrape(house)[1]

    def more(series_name, **labels):
        return value(page, series_name, service="cases", **labels) - (
            value(before, series_name, service="cases", **labels) or 0)

    calls = "redkite_calls_total"
    assert more(calls, name="project.list", status="ok") == 3
    assert more(calls, name="project.list", status="bad_request") == 1
    assert more(calls, name="unknown", status="not_found") == 2
    took = "redkite_call_duration_seconds"
    assert more(took + "_count", name="project.list") == 4
    assert more(took + "_bucket", name="project.list", le="+Inf") == 4
    assert 0 < more(took + "_sum", name="project.list") < 60
    rising = [v for (n, labels), v in series(page).items()
              if n == took + "_bucket" and ("name", "project.list") in labels]
    assert rising == sorted(rising)


def test_requests_are_counted_by_the_route_and_never_by_its_words(house):
    house.get("/api/v1/progress?project=" + new_id())
    house.get("/problems/away")
    house.get("/nobody/" + new_id())
    page = wait_until(lambda: (p := scrape(house)[1]) if value(
        scrape(house)[1], "redkite_http_requests_total", route="(none)")
        else None, what="the count")
    total = "redkite_http_requests_total"
    assert value(page, total, route="/api/v1/progress", method="GET",
                 code="404") == 1
    assert value(page, total, route="/problems/", code="200") == 1
    assert value(page, total, route="(none)", code="404") == 1
    assert value(page, "redkite_http_request_duration_seconds_count",
                 route="/problems/") == 1
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-7", page)


def test_openmetrics_is_given_to_whom_asks_for_it(house):
    kind, page = scrape(
        house, Accept="application/openmetrics-text;version=1.0.0,*/*;q=0.1")
    assert kind == ("application/openmetrics-text; version=1.0.0;"
                    " charset=utf-8")
    assert page.endswith("\n# EOF\n") and page.count("# EOF") == 1
    types = dict(re.findall(r"^# TYPE (\w+) (\w+)$", page, re.M))
    assert types["redkite_calls"] == "counter"
    assert not [n for n in types if n.endswith("_total")]
    for name, _ in series(page):
        counted = name.removesuffix("_total")
        if counted != name:
            assert types[counted] == "counter"
    families = [re.sub(r"_(bucket|sum|count|total)$", "", n)
                for n, _ in series(page)]
    runs = [n for i, n in enumerate(families) if i == 0 or families[i - 1] != n]
    assert len(runs) == len(set(runs)), "a family stands in two places"


def test_a_service_that_is_away_costs_a_second_and_nothing_else(house):
    house.pause("scheduling")
    try:
        began = time.monotonic()
        page = scrape(house)[1]
        assert time.monotonic() - began < 5
        assert value(page, "redkite_up", service="scheduling") == 0
        assert value(page, "redkite_up", service="cases") == 1
        assert value(page, "redkite_calls_total", service="scheduling") is None
        assert value(page, "redkite_calls_total", service="cases") is not None
        status, _, text = house.get("/readyz?verbose", at=house.admin)
        assert status == 503
        assert b"[-]scheduling/bus failed: no answer" in text
        assert b"[+]cases/db ok" in text
        assert house.get("/api/v1/progress")[0] == 200
    finally:
        house.resume("scheduling")


def test_the_admin_door_tells_life_readiness_and_version(house):
    assert house.get("/livez", at=house.admin)[::2] == (200, b"live\n")
    assert house.get("/readyz", at=house.admin)[::2] == (200, b"ready\n")
    status, _, text = house.get("/readyz?verbose", at=house.admin)
    assert status == 200 and text.endswith(b"\nready\n")
    for service in SERVICES:
        for check in ("db", "schema", "bus", "lag", "disk"):
            assert f"[+]{service}/{check} ok".encode() in text
    version = json.loads(house.get("/version", at=house.admin)[2])
    assert re.fullmatch(r"\d+\.\d+\.\d+", version["version"])
    assert house.get("/", at=house.admin)[0] == 404
    assert house.get("/metrics")[0] == 404, "not for the public"
