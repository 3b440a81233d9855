"""A house comes down when who lived in it has moved out, its neighbours are safe,
no works are held and no remedy is open (domain.md 4.6 G-DEMO, R-DEMO)."""

import json

import pytest

from case_register import SAID_NO
from machine import new_id
from test_household_life import Desk


def order(desk, home, **changed):
    return desk.ask("demolition.order", {
        "household": home, "document": "拆字1号", "safety_note": "安鉴1号",
        "engineer": "某鉴定公司 甲级01号", "from_day": "2026-11-30", **changed})


def plain(desk, home):
    desk.house.store.rows(
        "insert into cases.demolition values (%s, %s, '1', '1', '1',"
        " '2026-12-30', %s, %s)", (new_id(), home, new_id(), desk.house.now),
        role="cases")


@pytest.fixture
def desk(quiet_house):
    return Desk(quiet_house)


def vacated(desk):
    home = desk.home()
    desk.signed(home)
    assert desk.pay(home).ok
    assert desk.record(home, "move", "t6_service").ok
    return home


def test_r_demo_a_house_that_is_lived_in_stays(desk):
    home = vacated(desk)
    refused = order(desk, home)
    assert refused.status == "conflict" and "moved out" in refused.body["why"]
    with pytest.raises(SAID_NO, match="G-DEMO"):
        plain(desk, home)
    assert desk.record(home, "vacate", "t3_front", document="交房1号",
                       evidence="表底数").ok
    for change in ({"safety_note": ""}, {"from_day": "2026-11-20"}):
        assert order(desk, home, **change).status == "bad_request", change
    missing = desk.ask("demolition.order", {
        "household": home, "document": "1", "engineer": "1",
        "from_day": "2026-12-30"})
    assert missing.body["field"] == "safety_note"
    assert order(desk, home).ok
    assert order(desk, home).status == "conflict"
    (listed,) = desk.must("demolition.list", {"project": desk.project},
                          roles="")["orders"]
    assert listed == {"no": "QH-0001", "from_day": "2026-11-30",
                      "document": "拆字1号", "safety_note": "安鉴1号"}


def test_r_demo_an_emergency_holds_it(desk):
    home = vacated(desk)
    neighbour = desk.home("QH-0002")
    assert desk.record(home, "vacate", "t3_front", document="交房1号",
                       evidence="表底数").ok
    filed = desk.ask("grievance.file", {
        "kind": "utility_cut", "channel": "web", "text": "停水了",
        "project": desk.project}, roles="resident", actor=neighbour)
    assert filed.ok, filed
    held = desk.house.store.rows("select household, community from"
                                 " cases.plot_hold where cleared_at is null")
    assert held
    desk.house.store.run_as("superuser", "set session_replication_role ="
                            " replica; update cases.plot_hold set household ="
                            " null, community = null")
    refused = order(desk, home)
    assert refused.status == "conflict" and "emergency" in refused.body["why"]
    with pytest.raises(SAID_NO, match="G-DEMO"):
        plain(desk, home)


def test_it_is_the_departments_and_stands(desk):
    home = vacated(desk)
    assert desk.record(home, "vacate", "t3_front", document="交房1号",
                       evidence="表底数").ok
    denied = desk.ask("demolition.order", {
        "household": home, "document": "1", "safety_note": "1",
        "engineer": "1", "from_day": "2026-11-30"}, roles="t3_front")
    assert denied.status == "denied"
    desk.house.redkite("demolition", "order", "QH-0001", "--document", "拆字1号",
                       "--safety-note", "安鉴1号", "--engineer", "某鉴定公司",
                       "--from", "2026-11-30", "--project", desk.project)
    for sql in ("update cases.demolition set from_day = from_day + 1",
                "delete from cases.demolition"):
        with pytest.raises(Exception, match="permission|stand"):
            desk.house.store.rows(sql, role="cases")
    assert "拆字1号" in json.dumps(desk.must(
        "demolition.list", {"project": desk.project}, roles=""),
        ensure_ascii=False)

