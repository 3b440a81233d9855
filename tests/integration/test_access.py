"""R-SNOOP: who opens more than thirty households on a day is told of to the
privacy officer, and nobody is kept from his work (domain.md §8)."""

import pytest

from machine import new_id, wait_until
from test_cases_commands import at
from test_export import Register

CURIOUS, BUSY, PRIVACY = new_id(), new_id(), new_id()


@pytest.fixture
def register(quiet_house):
    register = Register(quiet_house)
    register.house.store.rows(
        "update bus.alarm set at = '2026-11-01', due = '2026-11-01',"
        " body = '{\"since\": \"2026-11-02\"}' where topic = 'access.night'")
    return register


def look(register, member, count):
    for n in range(1, count + 1):
        assert register.ask("household.show", {
            "project": register.project, "no": f"QH-{n:04d}"},
            purpose="办理签约", actor=member).ok


def noticed(register):
    return [e["data"] for e in register.house.events("cases")
            if e["topic"] == "access.noticed"]


def next_look(register):
    return register.house.store.value(
        "select at from bus.alarm where topic = 'access.night'")


def test_r_snoop_more_than_thirty_households_a_day_are_told_once(register):
    house = register.house
    house.start("notifications")
    house.must("notifications", "duty.set", {
        "member": PRIVACY, "roles": "privacy_officer"})
    wait_until(lambda: next_look(register) > at("2026-11-02T23:00:00"), 20,
               "the first look")
    assert noticed(register) == []
    look(register, CURIOUS, 31)
    look(register, CURIOUS, 2)  # again
    look(register, BUSY, 30)
    house.set_time(at("2026-11-03T00:20:00"))
    wait_until(lambda: noticed(register), 20, "the privacy officer's news")
    look(register, CURIOUS, 31)  # nothing is blocked
    assert noticed(register) == [{
        "tell": "privacy_officer", "member": CURIOUS, "day": "2026-11-02",
        "households": 31}]
    wait_until(lambda: house.must(
        "notifications", "inbox.list", {"person": PRIVACY},
        roles="privacy_officer", actor=PRIVACY,
        purpose="本人查看")["messages"], 20, "the inbox")
    (told,) = house.must("notifications", "inbox.list", {"person": PRIVACY},
                         roles="privacy_officer", actor=PRIVACY,
                         purpose="本人查看")["messages"]
    assert "30户" in told["text"] and CURIOUS not in told["text"]
    listed = house.redkite("access", "list", "--since", "2026-11-01",
                           roles="privacy_officer", actor=PRIVACY)
    assert CURIOUS in listed.stdout and BUSY not in listed.stdout

    # A look that is made again, and one after days without any.
    house.store.rows(
        "update bus.alarm set at = '2026-11-01', due = '2026-11-01',"
        " body = '{\"since\": \"2026-11-02\"}' where topic = 'access.night'")
    house.set_time(at("2026-11-06T10:00:00"))
    wait_until(lambda: len(noticed(register)) == 2, 20, "the second day")
    assert noticed(register)[1]["day"] == "2026-11-03"


def test_r_snoop_the_service_learns_how_many_and_never_whose(register):
    store = register.house.store
    for statement, why in (
            ("select * from bus.audit", "permission denied"),
            ("insert into cases.access_told values (gen_random_uuid(),"
             " '2026-11-02', 30, '2026-11-03 12:00')", "access_many"),
            ("insert into cases.access_told values (gen_random_uuid(),"
             " '2026-11-02', 31, '2026-11-02 12:00')", "access_day_is_over"),
            ("delete from cases.access_told", "permission denied")):
        with pytest.raises(Exception, match=why):
            store.rows(statement, role="cases")
            pytest.fail(statement)
