"""Agreements on condition that enough have signed: they wait for the day, the
share is counted once, and nobody is shown as missing (G-THRESHOLD, R-THRESH)."""

import datetime
import json

import pytest

from case_register import SAID_NO
from machine import wait_until
from test_cases_commands import at
from test_household_life import Desk


@pytest.fixture
def desk(quiet_house):
    desk = Desk(quiet_house)
    desk.homes = [desk.home(f"QH-{n:04}") for n in range(1, 6)]
    return desk


def condition(desk, percent=80, until="2026-11-19"):
    return desk.ask("project.condition", {
        "project": desk.project, "percent": percent, "until": until,
        "document": "征补〔2026〕3号"})


def sign(desk, homes):
    """Offered today and signed on the 10th; their cooling ends on the 18th."""
    statements = {home: desk.offer(home) for home in homes}
    desk.house.set_time(at("2026-11-10T09:00:00"))
    for home, statement in statements.items():
        answer = desk.sign(home, statement)
        assert answer.ok, answer


def shown(desk):
    return desk.must("project.condition_show", {"project": desk.project},
                     roles="")


def settled(desk):
    """Whatever was due has been done; what is being tried is due later."""
    wait_until(lambda: not desk.house.store.value(
        "select count(*) from bus.alarm where service = 'cases'"
        " and (due <= %s or attempts > 0)", (desk.house.now,)),
        20, "what is due")


def test_g_threshold_all_take_effect_when_enough_have_signed(desk):
    assert condition(desk).ok
    sign(desk, desk.homes[:4])
    assert shown(desk)["reached"] == 80 and shown(desk)["met"] is False
    desk.house.set_time(at("2026-11-19T10:00:00"))  # cooled, not yet counted
    settled(desk)
    assert {desk.state(h) for h in desk.homes[:4]} == {"signed_cooling"}
    # Their deadlines were taken, not refused and tried again and again.
    assert desk.house.store.value("select count(*) from bus.alarm"
                                  " where topic = 'agreement.cooled'") == 0
    move = {m["event"]: m for m in desk.show(id=desk.homes[0])["moves"]}
    assert move["effective"]["open"] is False
    desk.house.set_time(at("2026-11-20T00:01:00"))
    for home in desk.homes[:4]:
        desk.becomes(home, "effective")
    assert shown(desk)["met"] is True
    (told,) = [e["data"] for e in desk.house.events("cases")
               if e["topic"] == "project.condition_decided"]
    assert told == {"project": desk.project, "met": True}


def test_r_thresh_nobody_is_shown_as_missing(desk):
    assert condition(desk).ok
    sign(desk, desk.homes[:3])
    told = shown(desk)
    assert told["reached"] == 60
    assert not {"signed", "households"} & told.keys()  # R-THRESH
    desk.house.set_time(at("2026-11-20T00:01:00"))
    settled(desk)
    assert shown(desk)["met"] is False and "decided_at" in shown(desk)
    assert {desk.state(h) for h in desk.homes[:3]} == {"signed_cooling"}
    with pytest.raises(SAID_NO, match="G-THRESHOLD"):
        desk.house.store.rows(
            "begin; update cases.agreement set effective_at = %s where"
            " household = %s; update cases.household set state = 'effective'"
            " where id = %s; commit", (desk.house.now, desk.homes[0],
                                       desk.homes[0]), role="cases")
    for home in desk.homes[:3]:
        lapsed = desk.record(home, "lapse", "gov_organ", document="通知1号",
                             reason="未达到约定的签约比例")
        assert lapsed.ok, lapsed
        desk.becomes(home, "lapsed")


def test_where_nothing_was_set_agreements_wait_for_nobody(desk):
    answer = desk.ask("project.condition_show", {"project": desk.project})
    assert answer.status == "not_found"
    assert "wait for no share" in answer.body["why"]


def test_who_signs_late_takes_effect_after_the_count_too(desk):
    assert condition(desk, percent=20, until="2026-11-12").ok
    sign(desk, desk.homes[:1])
    desk.house.set_time(at("2026-11-13T00:01:00"))
    settled(desk)
    assert shown(desk)["met"] is True
    assert desk.state(desk.homes[0]) == "signed_cooling"  # its own seven days
    desk.house.set_time(at("2026-11-19T09:00:00"))
    desk.becomes(desk.homes[0], "effective")


@pytest.mark.parametrize("change, field", [
    ({"percent": 0}, "percent"), ({"percent": 101}, "percent"),
    ({"until": "2026-11-02"}, "until")])
def test_a_condition_that_cannot_be_is_refused(desk, change, field):
    answer = condition(desk, **change)
    assert (answer.status, answer.body["field"]) == ("bad_request", field)


def test_a_condition_comes_before_the_first_signature_and_stands(desk):
    assert condition(desk).ok
    assert not condition(desk, percent=10).ok
    for sql in ("update cases.project_condition set percent = 10",
                "update cases.project_condition set decided_at = until + 2,"
                " signed = 5, households = 5, met = true",
                "delete from cases.project_condition"):
        with pytest.raises(Exception, match="G-THRESHOLD|permission denied"):
            desk.house.store.rows(sql, role="cases")
    assert desk.ask("project.condition", {
        "project": desk.project, "percent": 5, "until": "2026-12-01",
        "document": "1"}, roles="t3_front").status == "denied"


def test_none_is_set_once_somebody_has_signed(desk):
    sign(desk, desk.homes[:1])
    refused = condition(desk)
    assert not refused.ok and "G-THRESHOLD" in json.dumps(refused.body)
    desk.house.set_time(desk.house.now + datetime.timedelta(days=9))
    desk.becomes(desk.homes[0], "effective")
