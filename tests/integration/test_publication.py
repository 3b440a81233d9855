"""A publication is a floor: what was not to be seen is added (domain.md 1.1,
R-PUB), whether the house saw it by itself or somebody reported it."""

import datetime
import random

import pytest

from case_register import (CHECKED, DENIED, PLAN, SAID_NO, STAFF, STANDS,
                           WAY)
from machine import new_id, wait_until
from test_cases_commands import Office, at, moment, moves_of
from walk import record, walk


@pytest.fixture
def office(quiet_house):
    return Office(quiet_house)


def made(office, published="2026-10-10"):
    """A statement that waits for the publication of its first pack, which is
    over on 2026-11-10 at 00:00."""
    assert office.publish(published=published).ok
    household = office.register()
    return household, office.make(household)


def report(office, since, until, roles="t5_quality", **more):
    return office.ask("publication.outage", {
        "since": since + "+08:00", "until": until + "+08:00",
        "why": "公示栏被拆除", **more}, roles=roles)


def outages(office, **ask):
    return office.must("publication.outages", ask, roles="")["outages"]


def opens(office, household):
    """When the household's own page says that the offer may come."""
    return moment(moves_of(office.show(id=household))["offer"]["from"])


def test_r_pub_thirty_hours_out_of_sight_move_the_offer_by_thirty_hours(office):
    household, statement = made(office)
    assert report(office, "2026-10-20T08:00:00", "2026-10-21T14:00:00").ok
    office.house.set_time(at("2026-11-10T10:00:00"))
    early = office.release(statement)
    assert early.status == "conflict"
    assert "before 2026-11-11T06:00:00+08:00" in early.body["why"]
    assert "for 30 h 00 min" in early.body["why"]
    assert opens(office, household) == at("2026-11-11T06:00:00")

    # What went on within the time that was added counts as well.
    assert report(office, "2026-11-10T09:00:00", "2026-11-10T10:00:00",
                  project=office.project).ok
    assert opens(office, household) == at("2026-11-11T07:00:00")
    office.house.set_time(at("2026-11-11T06:59:50"))
    assert office.release(statement).status == "conflict"
    office.house.set_time(at("2026-11-11T07:00:00"))
    assert office.release(statement).ok


@pytest.mark.parametrize("since, until, of", [
    ("2026-10-20T08:00:00", "2026-10-21T08:00:00", "this"),   # 24 h, not more
    ("2026-10-20T08:00:00", "2026-10-21T14:00:00", "another"),
    ("2026-08-20T08:00:00", "2026-09-01T14:00:00", "this")])  # before it
def test_r_pub_what_is_no_outage_of_it_moves_nothing(office, since, until, of):
    household, statement = made(office)
    project = office.project
    if of == "another":
        project = new_id()
        office.must("project.open", {
            "id": project, "name": "另一项目", "track": "agreed",
            "district_code": "370214", "plan_published_on": "2026-09-01"})
    assert report(office, since, until, project=project).ok
    assert opens(office, household) == at("2026-11-10T00:00:00")
    office.house.set_time(at("2026-11-10T00:00:01"))
    assert office.release(statement).ok


def test_r_pub_rule_and_store_reckon_the_same(office):
    """Each has its own arithmetic; any outages, in any order."""
    household, _ = made(office)
    office.house.set_time(at("2026-11-09T22:00:00"))
    chance, ends = random.Random(7), set()
    for _ in range(25):
        since = at("2026-10-01T00:00:00") + datetime.timedelta(
            minutes=chance.randrange(39 * 24 * 60))
        until = since + datetime.timedelta(minutes=chance.randrange(1, 600))
        until = min(until, at("2026-11-09T22:00:00"))
        assert office.ask("publication.outage", {
            "since": since.isoformat(), "until": until.isoformat(),
            "why": "断电", "project": chance.choice([office.project, None])},
            roles="t5_quality").ok
        said = opens(office, household)
        ends.add(said)
        assert said == office.house.store.value(
            "select cases.published_until(%s, '2026-10-10', 30)",
            (office.project,))
    assert len(ends) > 10


def test_r_pub_what_hung_on_a_board_and_was_torn_down_hangs_longer(office):
    """G-POST: the first values of 11-04 hang until 11-09, and 30 h more."""
    office.house.set_time(at("2026-11-04T09:00:00"))
    household = office.register()
    walk(office.house, household, until="appraise")
    posted = record(office.house, household, "post_prelim", 0, "appraiser",
                    document="公示2号")
    assert posted.ok, posted

    def ends():
        line, = [d for d in office.must("deadline.list", {
            "subject": household})["deadlines"] if d["name"] == "T-POST"]
        return moment(line["due_at"]), line["source"]

    def told():
        return [e for e in office.house.events("cases")
                if e["topic"] == "deadline.step"
                and e["data"]["clock"] == "T-POST"]

    due, source = ends()
    assert due == at("2026-11-10T00:00:00") and "R-PUB" not in source
    office.house.set_time(at("2026-11-06T15:00:00"))
    assert report(office, "2026-11-05T08:00:00", "2026-11-06T14:00:00",
                  project=office.project).ok
    due, source = ends()
    assert due == at("2026-11-11T06:00:00") and source.endswith("R-PUB")
    office.house.set_time(at("2026-11-11T05:55:00"))
    wait_until(lambda: not office.house.store.value(
        "select count(*) from bus.alarm where service = 'cases'"
        " and (due <= %s or attempts > 0)", (office.house.now,)))
    assert not told()
    serve = moves_of(office.show(id=household))["serve"]
    assert moment(serve["from"]) == at("2026-11-11T06:00:00")
    paper = {"document": "评估1号", "served_mode": "in_person",
             "served_to": "户主本人"}
    early = record(office.house, household, "serve", 0, "dept", **paper)
    assert early.status == "conflict"
    assert "before 2026-11-11T06:00:00+08:00" in early.body["why"]
    office.house.set_time(at("2026-11-11T06:00:01"))
    wait_until(told)  # its end is told now, and not before
    assert moment(told()[0]["data"]["due_at"]) == at("2026-11-11T06:00:00")
    assert record(office.house, household, "serve", 0, "dept", **paper).ok


def test_r_pub_it_is_reported_by_some_and_seen_by_all(office):
    times = ("2026-10-20T08:00:00", "2026-10-21T14:00:00")
    assert report(office, *times, roles="dept,t3_front").status == "denied"
    assert report(office, *times, roles="it_operator", project=office.project).ok
    (line,) = outages(office, project=office.project)
    assert (moment(line["since"]), moment(line["until"])) == tuple(
        map(at, times))
    assert (line["source"], line["why"]) == ("reported", "公示栏被拆除")
    assert "entered_by" not in line
    assert outages(office, before=line["id"]) == []
    for since, until, place in (
            ("2026-11-02T08:00:00", "2026-11-02T18:00:00", "until"),
            ("2026-10-21T14:00:00", "2026-10-20T08:00:00", "until"),
            ("2026-05-01T00:00:00", "2026-10-20T08:00:00", "since"),
            ("2025-05-01T00:00:00", "2025-05-02T00:00:00", "since")):
        refused = report(office, since, until)
        assert (refused.status, refused.body["field"]) == ("bad_request", place)
    refused = report(office, *times, project=new_id())
    assert (refused.status, refused.body["field"]) == ("bad_request", "project")
    assert len(outages(office)) == 1
    office.house.redkite("publication", "outage", "--since",
                         "2026-10-22T08:00:00+08:00", "--until",
                         "2026-10-23T08:00:00+08:00", "--why", "断电",
                         roles="it_operator")
    assert "断电" in office.house.redkite("publication", "outages").stdout


# -------------------------------------------------------- by plain SQL


def add_outage(register, since, until, **more):
    return register.add("outage", **{
        "since": since + "+08", "until": until + "+08", "why": "断电",
        "source": "reported", "entered_by": STAFF,
        "entered_at": "2026-11-02T08:00+08", **more})


AWAY = ("2026-10-10T08:00", "2026-10-11T14:00")  # 30 h


@pytest.mark.parametrize("outages, released_at, fits", [
    ([], "2026-11-02T16:30", True),
    ([("2026-10-10T08:00", "2026-10-11T08:00")], "2026-11-02T16:30", True),
    ([AWAY], "2026-11-02T16:30", False),
    ([AWAY], "2026-11-03T05:59", False),
    ([AWAY], "2026-11-03T06:00", True),
    ([AWAY, AWAY, ("2026-10-10T20:00", "2026-10-11T02:00")],
     "2026-11-03T06:00", True),
    ([AWAY, ("2026-11-02T05:00", "2026-11-02T07:00")],  # in what was added
     "2026-11-03T07:59", False),
    ([AWAY, ("2026-11-02T05:00", "2026-11-02T07:00")],
     "2026-11-03T08:00", True),
    ([("2026-09-10T08:00", "2026-09-20T14:00")], "2026-11-02T16:30", True)])
@pytest.mark.parametrize("late", ["plan", "pack"])
def test_r_pub_the_store_counts_the_outages_by_itself(
        register, late, outages, released_at, fits):
    """One of the two was published on 2026-10-02: on view until the end of
    11-01."""
    on = {"plan": PLAN, "pack": PLAN, late: "2026-10-02"}
    project = register.add_project(on["plan"])
    community = register.add("community", project=project, code="LQ",
                             name="柳泉社区", position=1)
    household = register.add_household(project=project, community=community)
    statement = register.add_statement(household, pack=register.add_pack(
        project, published_on=on["pack"]))
    for n, (since, until) in enumerate(outages):
        add_outage(register, since, until, project=project if n else None)
    add_outage(register, *AWAY, project=register.bare)  # another's
    if fits:
        register.add_offer(household, statement, released_at=released_at + "+08")
    else:
        with pytest.raises(SAID_NO, match="published"):
            register.add_offer(household, statement,
                               released_at=released_at + "+08")


@pytest.mark.parametrize("source, served_at, fits", [
    ("reported", "2026-09-22T10:00+08", False),
    ("reported", "2026-09-23T05:59+08", False),
    ("reported", "2026-09-23T06:00+08", True),
    ("probe", "2026-09-22T10:00+08", True)])  # the page is no board
def test_r_pub_the_store_knows_what_hung_on_a_board(
        register, source, served_at, fits):
    """Posted on 09-16: until the end of 09-21, and 30 h more."""
    add_outage(register, "2026-09-17T08:00", "2026-09-18T14:00", source=source,
               project=register.project)
    household = register.add_household()
    for event, state, day in WAY[:5]:
        register.paper(household, event, state, day)
    if fits:
        register.paper(household, "serve", "appraisal_served", served_at)
    else:
        with pytest.raises(SAID_NO, match="waits"):
            register.paper(household, "serve", "appraisal_served", served_at)


def test_r_pub_an_outage_stands_and_is_bounded(register):
    add_outage(register, "2026-10-10T08:00", "2026-10-11T14:00")
    for change in ("update cases.outage set until = until - interval '1 h'",
                   "delete from cases.outage", "truncate cases.outage"):
        with pytest.raises(DENIED):
            register.run(change)
        with pytest.raises((STANDS, SAID_NO)):
            register.store.rows(change)
    for since, until, more in (
            ("2026-11-01T08:00", "2026-11-02T08:01", {}),
            ("2026-10-11T08:00", "2026-10-11T08:00", {}),
            ("2026-07-01T08:00", "2026-10-11T08:00", {}),
            ("2025-07-01T08:00", "2025-07-11T08:00", {}),
            ("2026-10-11T08:00", "2026-10-12T08:00", {"source": "hearsay"}),
            ("2026-10-11T08:00", "2026-10-12T08:00", {"why": ""})):
        with pytest.raises(CHECKED):
            add_outage(register, since, until, **more)


# ------------------------------------------------- seen by the house itself


def seen(office):
    return office.house.store.value("select seen_at from reporting.uptime")


def told(office):
    return [e for e in office.house.events("reporting")
            if e["topic"] == "public.outage"]


def test_r_pub_a_page_that_was_away_for_thirty_hours_adds_them(office):
    house = office.house
    household, statement = made(office)
    house.start("reporting")
    first = wait_until(lambda: seen(office), 20, "the first look")

    house.set_time(at("2026-11-04T09:00:00"))  # a clock that is set
    second = wait_until(lambda: seen(office) > first and seen(office), 20,
                        "a look after that")
    assert told(office) == []  # and no outage

    house.stop("reporting")
    house.set_time(at("2026-11-05T15:00:00"))
    house.start("reporting")
    (line,) = wait_until(lambda: outages(office), 30, "the outage")
    assert line["source"] == "probe" and "project" not in line
    since, until = moment(line["since"]), moment(line["until"])
    assert since == second
    lost = until - since
    assert datetime.timedelta(hours=29, minutes=59) < lost < datetime.timedelta(
        hours=30, minutes=2)
    wanted = at("2026-11-10T00:00:00") + lost
    assert opens(office, household) == wanted
    house.set_time(wanted - datetime.timedelta(minutes=1))
    assert office.release(statement).status == "conflict"
    house.set_time(wanted + datetime.timedelta(seconds=2))
    assert office.release(statement).ok
    assert len(told(office)) == 1


def test_r_pub_a_door_that_gives_no_board_is_not_seen(office):
    """Reporting lives, and what it is for does not."""
    house = office.house
    house.start("reporting")
    wait_until(lambda: seen(office), 20, "the first look")
    house.store.rows("revoke select on reporting.household"
                     " from redkite_reporting")
    house.stop("reporting")
    house.set_time(datetime.timedelta(hours=30))
    house.start("reporting")
    wait_until(lambda: "the public door does not answer" in house.logs(
        "reporting"), 20, "a look in vain")
    (line,) = wait_until(lambda: outages(office), 30, "the outage")
    lost = moment(line["until"]) - moment(line["since"])
    assert datetime.timedelta(hours=30) <= lost < datetime.timedelta(hours=31)
    # What is lost further is told each hour, and not at each look.
    house.store.rows("grant select on reporting.household to redkite_reporting")
    told_until = seen(office)
    wait_until(lambda: seen(office) > told_until, 30, "the door seen again")
    assert len(told(office)) == 1
