"""A newly announced year comes in by a file: what was counted past the announced
days is counted again, and both services that count days agree, with no restart."""

import json

import pytest

from machine import new_id, wait_until
from test_cases_commands import Office, at
from walk import record, walk


def announcement(year, *days):
    """(date, free) of the year."""
    return json.dumps({"year": year, "days": [
        {"name": "试放假", "date": date, "isOffDay": off}
        for date, off in days]}, ensure_ascii=False)


@pytest.fixture
def office(quiet_house):
    quiet_house.start("scheduling")
    office = Office(quiet_house)
    quiet_house.set_time(at("2026-12-31T09:00:00"))
    return office


def clocks(office, subject):
    return {d["name"]: (d["last_day"], d["provisional"])
            for d in office.must("deadline.list", {"subject": subject})[
                "deadlines"]}


def bring(office, text, roles="dept"):
    return office.ask("holidays.import", {"file": "2027.json", "text": text},
                      roles=roles)


def test_a_year_comes_in_and_running_periods_move(office):
    household = office.register()
    errand = office.must("errand.request", {
        "household": household, "kind": "legal_aid", "text": "求助"},
        roles="t6_service")["id"]
    (name,) = clocks(office, errand)
    day, provisional = clocks(office, errand)[name]
    assert (day, provisional) == ("2027-01-01", True)  # by the week alone
    taken = bring(office, announcement(2027, ("2027-01-01", True),
                                       ("2027-01-02", False)))
    assert taken.ok and taken.body["year"] == 2027, taken
    office.house.set_time(at("2026-12-31T09:00:20"))  # all know it by then
    wait_until(lambda: not clocks(office, errand)[name][1], 30, "the recount")
    assert clocks(office, errand)[name][0] == "2027-01-02"  # made up for
    # The one that plans visits counts by the same days, rules and triggers.
    assert office.house.store.rows(
        "select off from scheduling.day_off where day between '2027-01-01'"
        " and '2027-01-02' order by day") == [(True,), (False,)]
    wait_until(lambda: "holidays taken over" in office.house.logs("scheduling"),
               30, "scheduling")
    assert office.house.store.rows(
        "select count(*) from scheduling.day_off where day >= '2027-01-01'"
        " and day <= '2027-12-31'") == [(2,)]
    listed = office.must("holidays.list", {}, roles="")["files"]
    assert [f["year"] for f in listed] == [2027]


def test_a_year_that_is_corrected_moves_what_was_counted_by_it(office):
    """Not provisional: 2026 was announced when the program was built."""
    office.house.set_time(at("2026-11-30T09:00:00"))
    household = office.register()
    errand = office.must("errand.request", {
        "household": household, "kind": "legal_aid", "text": "求助"},
        roles="t6_service")["id"]
    (name,) = clocks(office, errand)
    assert clocks(office, errand)[name] == ("2026-12-01", False)
    assert bring(office, announcement(2026, ("2026-12-01", True))).ok
    office.house.set_time(at("2026-11-30T09:00:20"))
    wait_until(lambda: clocks(office, errand)[name] == ("2026-12-02", False),
               30, "the recount")


def test_a_correction_moves_a_period_into_the_next_month_and_who_is_told_sees_it(
        office):
    """An objection of 11-16 is answered in ten working days: by 11-30.  Then the
    State Council makes that day and the next free (domain.md 1.1)."""
    house = office.house
    house.set_time(at("2026-11-16T09:00:00"))
    household = office.register()
    walk(house, household, until="survey_post")
    assert record(house, household, "object", 0, "t3_front",
                  reason="住院期间未见公示").ok
    assert clocks(office, household)["T-OBJ-ANSWER"] == ("2026-11-30", False)

    house.start("notifications")
    mediator = new_id()
    house.must("notifications", "duty.set",
               {"member": mediator, "roles": "t4_mediator"}, roles="dept")

    def told():
        return [m["text"] for m in house.must(
            "notifications", "inbox.list", {"person": mediator},
            actor=mediator, roles="t4_mediator", purpose="own inbox")[
                "messages"]]

    assert bring(office, announcement(
        2026, ("2026-11-30", True), ("2026-12-01", True))).ok
    house.set_time(at("2026-11-16T09:00:20"))
    wait_until(lambda: clocks(office, household)["T-OBJ-ANSWER"] == (
        "2026-12-02", False), 30, "the recount")
    # The household that asked for it sees the new day, and why it is that one.
    seen, = [d for d in office.must(
        "deadline.list", {"subject": household}, roles="resident",
        actor=household)["deadlines"] if d["name"] == "T-OBJ-ANSWER"]
    assert (seen["last_day"], seen["count"], seen["unit"]) == (
        "2026-12-02", 10, "working_days")

    # Of the old end nobody is told, two days before it or when it is there.
    house.set_time(at("2026-11-30T23:00:00"))
    wait_until(lambda: not house.store.value(
        "select count(*) from bus.alarm where service = 'cases' and due <= %s",
        (house.now,)), 20, "what is due")
    assert told() == []
    house.set_time(at("2026-12-01T09:00:00"))
    text, = wait_until(told, 30, "the reminder of the new one")
    assert "12 月 3 日 (周四) 00:00" in text  # the end of 12-02


def test_a_correction_counts_and_the_older_file_stays(office):
    assert bring(office, announcement(2027, ("2027-01-01", True))).ok
    assert bring(office, announcement(2027, ("2027-01-04", True))).ok
    assert office.house.store.rows(
        "select day::text, off from bus.holiday_now") == [("2027-01-04", True)]
    assert [f["version"] for f in office.must("holidays.list", {}, roles="")[
        "files"]] == [2, 1]
    assert bring(office, announcement(2028, ("2028-01-03", True))).ok
    for role in ("cases", "superuser"):
        with pytest.raises(Exception, match="stands|permission"):
            office.house.store.rows("update bus.holiday_file set year = 2029",
                                    role=role)


@pytest.mark.parametrize("text, told, place", [
    (announcement(2029, ("2029-01-01", True)), "can be one of them",
     "2027.json:1:10"),
    (announcement(2027), "announces no day", "2027.json:1:"),
    (announcement(2027, ("2027-02-30", True)), "a date is", "2027.json:1:"),
    ("{", "", "2027.json:1:2")])
def test_a_file_with_a_fault_changes_nothing(office, text, told, place):
    refused = bring(office, text)
    assert refused.status == "bad_request"
    assert told in refused.body["why"]
    assert refused.body["field"].startswith(place)
    assert office.house.store.value("select count(*) from bus.holiday_file") == 0


def test_an_operator_brings_it_and_others_may_not(office, tmp_path):
    assert bring(office, announcement(2027, ("2027-01-01", True)),
                 roles="t3_front").status == "denied"
    path = tmp_path / "2027.json"
    path.write_text(announcement(2027, ("2027-01-01", True)))
    office.house.redkite("holidays", "import", path, actor=new_id())
    assert "2027" in office.house.redkite("holidays", "list").stdout
    path.write_text("{}")
    refused = office.house.redkite("holidays", "import", path, check=False)
    assert refused.returncode and f"{path}:1:1" in refused.stderr


def test_what_came_in_is_known_after_a_restart(office):
    assert bring(office, announcement(2027, ("2027-01-01", True))).ok
    office.house.stop("cases")
    office.house.start("cases")
    assert bring(office, announcement(2028, ("2028-01-03", True))).ok
