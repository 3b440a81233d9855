"""What an operator can see: metrics, health over HTTP, traces, the live table."""

import json
import os
import pty
import re
import select
import shutil
import subprocess
import termios
import time

import pytest

from cluster import Store
from house import SERVICES, House
from machine import BIN, TOP, clean_env, new_id, wait_until
from test_cases_commands import OFFICER, Office, at

pytestmark = pytest.mark.alone

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


def test_a_command_with_a_subject_is_answered_by_the_group(house):
    """Workers would do it as well, so that nobody would see it missing."""
    def grouped():
        return value(scrape(house)[1], "redkite_grouped_calls_total",
                     service="cases")

    before = grouped()
    for _ in range(5):
        answer = house.ask("cases", "household.offer_make",
                           {"household": new_id()})
        assert answer.status == "not_found", answer
    assert grouped() - before == 5
    house.must("cases", "project.list")
    assert grouped() - before == 5


def test_requests_are_counted_by_the_route_and_never_by_its_words(house):
    house.get("/api/v1/progress?project=" + new_id())
    house.get("/problems/away")
    house.get("/nobody/" + new_id())
    page = wait_until(lambda: scrape(house)[1] if value(
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


def test_the_table_shows_all_services_within_80_by_24(house):
    house.must("cases", "project.list")
    told = house.redkite("top", "--once").stdout
    lines = told.splitlines()
    assert len(lines) <= 22 and max(map(len, lines)) <= 80, told
    assert "\033" not in told
    for service in SERVICES:
        assert any(line.startswith(service + " ") for line in lines), told
    picture = json.loads(house.redkite("top", "--once", "--json").stdout)
    assert [row["service"] for row in picture["services"]] == list(SERVICES)
    assert all(row["up"] and row["memory_bytes"] > 0
               for row in picture["services"])
    asked = [(row["service"], row["name"]) for row in picture["busiest"]]
    assert ("cases", "service.metrics") in asked
    house.pause("scheduling")
    try:
        away = house.redkite("top", "--once", check=False)
        assert away.returncode == 1 and "no answer" in away.stdout
    finally:
        house.resume("scheduling")


class Screen:
    """The live table on a terminal of its own."""

    def __init__(self, house):
        self.ours, theirs = pty.openpty()
        self.before = termios.tcgetattr(theirs)
        self.theirs = theirs
        self.process = subprocess.Popen(
            [BIN / "redkite", "top"], stdin=theirs, stdout=theirs, cwd=TOP,
            env=clean_env(**house.shell(), **house.moved_clock()))
        self.text = ""

    def picture(self):
        """The next one that is whole: another has begun behind it."""
        def whole():
            if select.select([self.ours], [], [], 0.1)[0]:
                self.text += os.read(self.ours, 65536).decode()
            return self.text.count("\033[H\033[2J") >= 2
        wait_until(whole, 20, "a picture")
        picture, rest = self.text.split("\033[H\033[2J")[1:3]
        self.text = "\033[H\033[2J" + rest
        return re.sub(r"\033\[\d*m", "", picture)

    def press(self, key):
        os.write(self.ours, key)


def row_of(picture, *words):
    return next((line.split() for line in picture.splitlines()
                 if line.split()[:len(words)] == list(words)), None)


def test_the_live_table_goes_with_what_happens_until_q_is_pressed(house):
    screen = Screen(house)
    try:
        def asked():
            for _ in range(20):
                house.must("cases", "project.list")
            row = row_of(screen.picture(), "cases", "project.list")
            return row and float(row[2]) > 1  # it may show the first of them
        wait_until(asked, 20, "its row")
        wait_until(lambda: not row_of(screen.picture(), "cases",
                                      "project.list"), 20, "quiet again")
        house.pause("scheduling")
        wait_until(lambda: "no answer" in screen.picture(), 20, "its absence")
        house.resume("scheduling")
        wait_until(lambda: "no answer" not in screen.picture(), 20,
                   "its return")
        assert screen.process.poll() is None
        screen.press(b"q")
        assert screen.process.wait(10) == 0
        assert termios.tcgetattr(screen.theirs) == screen.before
    finally:
        house.resume("scheduling")
        screen.process.kill()
        screen.process.wait()


def lines_of(house, service, trace):
    return [line for line in house.logs(service).splitlines()
            if f"trace={trace}" in line]


def test_a_trace_goes_from_the_command_to_what_an_alarm_says_later(
        quiet_house):
    office = Office(quiet_house)
    quiet_house.start()
    assert office.publish().ok
    household = office.register()
    statement = office.offer(household)
    quiet_house.set_time(at("2026-11-10T09:00:00"))
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    quiet_house.must("cases", "agreement.sign", {
        "household": household, "statement": statement, "place": "counter",
        "choice": "money", "signers": [OFFICER]},
        meta={"traceparent": f"00-{trace}-00f067aa0ba902b7-01"})
    quiet_house.set_time(at("2026-11-18T00:00:10"))
    for service in ("notifications", "reporting"):
        wait_until(lambda s=service: any(
            "topic=household.effective" in line
            for line in lines_of(quiet_house, s, trace)), 30,
            f"the trace in {service}")
        assert any("msg=event topic=household.signed" in line
                   for line in lines_of(quiet_house, service, trace))
    said = lines_of(quiet_house, "cases", trace)
    assert any("msg=call name=agreement.sign" in line for line in said)
    assert any("msg=alarm topic=" in line for line in said)
    assert [e["topic"] for e in quiet_house.events("cases")
            if e["trace"] == trace] == [
                "household.signed", "household.effective"]


@pytest.mark.parametrize("header", [
    "nonsense", "x" * 9000, 7, None, ["00"],
    "00-" + "0" * 32 + "-00f067aa0ba902b7-01",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-" + "0" * 16 + "-01",
    "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
    "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"])
def test_a_traceparent_that_is_none_starts_a_new_trace(house, header):
    call = new_id()
    house.must("cases", "project.list", id=call, meta={"traceparent": header})
    line = wait_until(lambda: next(
        (told for told in house.logs("cases").splitlines()
         if f"call={call}" in told), None), what="the line")
    trace = re.search(r"trace=([0-9a-f]{32})( |$)", line).group(1)
    assert trace not in ("0" * 32, "4bf92f3577b34da6a3ce929d0e0e4736")


def test_the_rules_of_alert_and_the_scrape_are_sound():
    for what, file in (("rules", "alerts.yml"), ("config", "prometheus.yml")):
        told = promtool("check", what, TOP / "deploy/prometheus" / file)
        assert told.returncode == 0, told.stdout + told.stderr


def test_each_series_an_alert_watches_is_told(house):
    names = {n for n, _ in series(scrape(house)[1])}
    rules = (TOP / "deploy/prometheus/alerts.yml").read_text()
    watched = set(re.findall(r"redkite_\w+", rules))
    assert watched and watched - names <= {"redkite_messages_total"}


def test_lnav_reads_both_forms_of_the_log(tmp_path):
    formats = tmp_path / ".lnav/formats/redkite"
    formats.mkdir(parents=True)
    shutil.copy(TOP / "deploy/lnav/redkite_log.json", formats)
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    for form, log in (
            ("logfmt", "jget(fields, '/trace') from logfmt_log"),
            ("json", "trace from redkite_log")):
        made = subprocess.run(
            [BIN / "cases"], check=False, text=True, capture_output=True,
            env=clean_env(LOG_FORMAT=form, REDKITE_DATABASE_URL="host=x",
                          REDKITE_BIND_COMMANDS="tcp://127.0.0.1:1x",
                          REDKITE_BIND_EVENTS="tcp://127.0.0.1:1x"))
        assert "level" in made.stdout
        line = {"logfmt": f"ts=2026-11-25T21:06:01.123+08:00 level=info"
                f" svc=cases msg=call name=project.list trace={trace} ms=1\n",
                "json": json.dumps({
                    "ts": "2026-11-25T21:06:01.123+08:00", "level": "info",
                    "svc": "cases", "msg": "call", "trace": trace}) + "\n"}
        file = tmp_path / f"{form}.log"
        file.write_text(line[form] + made.stdout)
        told = subprocess.run(
            ["lnav", "-n", "-c", f";select log_level, {log}",
             "-c", ":write-csv-to -", file], check=False, text=True,
            capture_output=True, timeout=60,
            env={**clean_env(), "HOME": str(tmp_path), "XDG_CONFIG_HOME": ""})
        assert f"info,{trace}\n" in told.stdout, \
            told.stdout + told.stderr
