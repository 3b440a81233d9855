"""settlement.sheet: what a printed settlement sheet says, from one place alone
(domain.md §2.0, §7.3)."""

import pytest

from test_household_life import Desk
from test_transition import Way


def sheet(desk, household, roles="finance", **more):
    return desk.ask("settlement.sheet", {"household": household}, roles=roles,
                    **{"purpose": "打印结算单", **more})


def test_a_sheet_says_what_is_agreed_paid_and_left_in_figures_and_words(
        quiet_house):
    desk = Desk(quiet_house)
    home = desk.home()
    assert sheet(desk, home).status == "not_found"  # nothing was offered
    desk.signed(home, pay_by="2026-12-01")
    told = sheet(desk, home).body
    assert (told["no"], told["state"], told["choice"], told["place"]) == (
        "QH-0001", "effective", "money", "counter")
    assert [(line["code"], line["numbers"], line["value"], line["unit"])
            for line in told["lines"]] == [
        ("HOUSE_VALUE", "120.00 × 680.00 × 1", "81600.00", "元"),
        ("MOVE", "2000.00", "2000.00", "元"),
        ("TRANSITION", "120.00 × 1 × 4.00 × 10", "4800.00", "元")]
    assert (told["total"], told["total_words"]) == (
        "88400.00", "捌万捌仟肆佰元整")
    assert (told["paid"], told["paid_words"]) == ("0.00", "零元整")
    assert (told["left"], told["left_words"]) == (
        "88400.00", "捌万捌仟肆佰元整")
    assert told["pay_by"] == "2026-12-01" and not told["payments"]
    assert len(told["sha256"]) == 64

    assert desk.pay(home).ok
    told = sheet(desk, home).body
    assert (told["paid"], told["left"], told["left_words"]) == (
        "88400.00", "0.00", "零元整")
    assert [(p["kind"], p["amount"], p["receipt"], p["paid_on"])
            for p in told["payments"]] == [
        ("compensation", "88400.00", "银1号", "2026-11-19")]


def test_the_months_between_two_homes_stand_in_the_sheet(quiet_house):
    way = Way(quiet_house)
    home = way.home()
    way.vacated(home)
    way.runs(home)
    way.reaches("2026-12-19", home, 1)
    told = sheet(way, home).body
    assert (told["total"], told["monthly"], told["paid"], told["left"]) == (
        "83600.00", "1700.00", "83600.00", "1700.00")


@pytest.mark.parametrize("roles", ["t4_mediator", "t6_service", ""])
def test_a_sheet_is_for_the_household_and_who_deals_with_its_money(
        quiet_house, roles):
    desk = Desk(quiet_house)
    home, other = desk.home(), desk.home("QH-0002")
    desk.offer(home)
    assert sheet(desk, home, roles=roles).status == "denied"
    assert sheet(desk, home, roles="resident", actor=other).status == "denied"
    assert sheet(desk, home, roles="resident", actor=home).ok
    assert sheet(desk, home, purpose=None).status == "bad_request"
