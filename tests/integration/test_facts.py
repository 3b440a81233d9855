"""Facts of a household for the pack in force, and what it would give for them:
only what the pack names, typed and bounded; nothing is taken away."""

import hashlib
import json
import random

import pytest

import recalc
from case_register import DENIED, STANDS
from district import entered, household as made_up
from machine import TOP, new_id
from test_pack_files import in_force, next_version

SURVEYOR = new_id()


@pytest.fixture
def pack():
    return entered(json.loads(
        (TOP / "deploy/packs/qingdao-state-land.json").read_text()))


@pytest.fixture
def cases(quiet_house):
    """One household, and no pack in force yet."""
    house = quiet_house
    house.start("cases")
    house.project = new_id()
    house.must("cases", "project.open", {
        "id": house.project, "name": "试点", "track": "state_land",
        "district_code": "370214", "plan_published_on": "2026-01-01"})
    house.must("cases", "community.add", {
        "id": new_id(), "project": house.project, "code": "QH",
        "name": "青禾社区", "position": 1})
    report = house.must("cases", "survey.import", {
        "project": house.project, "sheet": "01.csv", "sheet_hash": "0" * 64,
        "dry_run": False, "rows": [{
            "line": 2, "community": "青禾社区", "no": "QH-0001",
            "name": "彭伟", "id_number": "110101199003074514",
            "phone": "15962125059", "address": "青禾社区4号楼1单元102",
            "registration": "已登记", "use": "住宅", "structure": "砖混",
            "registered_area": "120.00", "measured_area": "121.50",
            "persons": "3", "surveyed_on": "2026-08-16", "choice": "货币",
            "hardship": "无"}]})
    assert report["results"][0]["verdict"] in ("accepted", "remarked"), report
    house.home = house.store.value("select id from cases.household")
    return house


def record(house, facts, evidence="入户调查表 第1号"):
    return house.ask("cases", "facts.record", {
        "household": house.home, "facts": facts, "evidence": evidence},
        roles="t3_front", actor=SURVEYOR)


def what_if(house, **more):
    return house.ask("cases", "statement.what_if",
                     {"household": house.home, **more},
                     roles="t1_explainer", purpose="讲解")


def shown(house, **more):
    return house.must("cases", "facts.show", {"household": house.home, **more},
                      roles="t3_front", purpose="核对")["facts"]


def recorded(house):
    return [f for f in shown(house) if "recorded_by" in f]


def test_what_the_survey_knows_need_not_be_typed_again(cases, pack):
    in_force(cases, pack)
    assert [(f["name"], f["value"], f["evidence"], f.get("recorded_by"))
            for f in shown(cases)] == [
        ("area", '"120.00"', "已登记，以登记面积为准", None)]
    assert record(cases, {"area": "118.50"}, "更正登记 第2号").ok
    assert [f["value"] for f in shown(cases)] == ['"118.50"']


def test_without_a_pack_in_force_nothing_is_recorded(cases):
    for answer in (record(cases, {"area": "52.30"}), what_if(cases)):
        assert not answer.ok and "no rule pack" in answer.body["why"]


@pytest.mark.parametrize("facts, told", [
    ({"aera": "52.30"}, 'no fact "aera"'),
    ({"area": "100000.01"}, '"area" is out of its bounds'),
    ({"area": 52}, "text in quotes"), ({"area": "52.305"}, "52.305"),
    ({"settles": "money"}, "settles"), ({"turnover_flat": "yes"}, "true or"),
    ({"devices": [{"kind": "water", "count": "101"}]}, '"count" is out'),
    ({"area": "1.00", "price": "0"}, '"price" is out'), ([], "an object")])
def test_a_fact_that_the_pack_does_not_allow_is_named(cases, pack, facts, told):
    in_force(cases, pack)
    answer = record(cases, facts)
    assert not answer.ok and told in answer.body["why"], answer
    assert recorded(cases) == []


def test_the_newest_of_a_name_counts_and_the_history_stays(cases, pack):
    in_force(cases, pack)
    assert record(cases, {"area": "52.30", "settles": "cash"}).ok
    assert record(cases, {"area": "53.00"}, "更正登记 第2号").ok
    assert {f["name"]: (f["value"], f["evidence"]) for f in shown(cases)} == {
        "area": ('"53.00"', "更正登记 第2号"),
        "settles": ('"cash"', "入户调查表 第1号")}
    assert [f["value"] for f in shown(cases, history=True)
            if f["name"] == "area"] == ['"53.00"', '"52.30"']
    assert {f["recorded_by"] for f in shown(cases)} == {SURVEYOR}


def test_a_statement_wants_every_fact_and_names_the_first_that_lacks(
        cases, pack):
    in_force(cases, pack)
    assert record(cases, {"area": "52.30"}).ok
    answer = what_if(cases)
    assert not answer.ok and '"price" is missing' in answer.body["why"]


def test_two_calculators_agree_on_the_facts_on_record(cases, pack):
    kept = in_force(cases, pack)
    facts = made_up(random.Random(7), pack)
    assert record(cases, facts).ok
    made = what_if(cases)
    assert made.ok, made
    statement = made.body["statement"]
    canonical = json.dumps(statement, ensure_ascii=False, sort_keys=True,
                           separators=(",", ":"))
    assert made.body["sha256"] == hashlib.sha256(canonical.encode()).hexdigest()
    assert made.body["pack"] == kept["id"]
    assert statement["pack"]["sha256"] == kept["sha256"]
    _, total = recalc.work_out(pack, facts)
    assert float(made.body["total"]) == float(total)
    for line in statement["lines"]:
        assert line["citation"] and line["formula"] and "numbers" in line
    assert what_if(cases).body == made.body


def test_facts_laid_over_are_counted_and_not_kept(cases, pack):
    in_force(cases, pack)
    facts = {**made_up(random.Random(7), pack), "settles": "cash"}
    assert record(cases, facts).ok
    before, kept = what_if(cases), shown(cases)
    swapped = what_if(cases, facts={"settles": "swap"})
    assert swapped.ok, swapped
    assert swapped.body["statement"]["facts"]["settles"] == "swap"
    assert swapped.body["sha256"] != before.body["sha256"]
    assert what_if(cases).body == before.body and shown(cases) == kept
    assert not what_if(cases, facts={"settles": "none"}).ok


def test_the_ways_to_settle_stand_side_by_side(cases, pack):
    in_force(cases, pack)
    facts = {**made_up(random.Random(7), pack), "settles": "cash"}
    assert record(cases, facts).ok
    told = cases.must("cases", "statement.options", {"household": cases.home},
                      roles="t1_explainer", purpose="讲解")["options"]
    assert [(o["settles"], o["label"]) for o in told] == [
        ("cash", "货币补偿"), ("swap", "产权调换")]
    for option in told:
        _, total = recalc.work_out(pack, {**facts,
                                          "settles": option["settles"]})
        assert float(option["total"]) == float(total)
        assert option["statement"]["facts"]["settles"] == option["settles"]
    assert record(cases, {"price": "99.00"}).ok
    cases.store.run_as("superuser", "set session_replication_role = replica;"
                       " delete from cases.fact where name = 'flats'")
    told = cases.must("cases", "statement.options", {"household": cases.home},
                      roles="t1_explainer", purpose="讲解")["options"]
    assert all('"flats" is missing' in o["why_not"] for o in told)


def test_a_later_version_in_force_counts_at_once(cases, pack):
    kept = in_force(cases, pack)
    facts = {**made_up(random.Random(7), pack), "settles": "cash"}
    assert record(cases, facts).ok
    before = what_if(cases).body
    in_force(cases, next_version(pack, kept, change="900"))
    assert float(what_if(cases).body["total"]) > float(before["total"])


def test_nobody_else_sees_what_a_household_would_get(cases, pack):
    in_force(cases, pack)
    for command in ("statement.what_if", "facts.show"):
        answer = cases.ask("cases", command, {"household": cases.home},
                           roles="resident", actor=new_id(), purpose="看看")
        assert answer.body["code"] == "denied", answer
    assert cases.ask("cases", "facts.show", {"household": cases.home},
                     roles="resident", actor=cases.home, purpose="看看").ok


def test_an_operator_records_and_tries(cases, pack, tmp_path):
    in_force(cases, pack)
    path = tmp_path / "facts.json"
    path.write_text(json.dumps({
        "household": cases.home, "facts": made_up(random.Random(7), pack),
        "evidence": "1号"}, ensure_ascii=False))
    cases.redkite("facts", "record", path, roles="t3_front", actor=SURVEYOR)
    told = [cases.redkite(*words, "QH-0001", "--purpose", "讲解",
                          roles="t1_explainer").stdout
            for words in (("facts", "show"), ("statement", "what-if"))]
    assert "turnover_flat" in told[0] and "sha256" in told[1]


@pytest.mark.parametrize("sql", [
    "update cases.fact set value = '1'", "delete from cases.fact",
    "truncate cases.fact"])
def test_what_was_recorded_stands(register, sql):
    home = register.add_household()
    register.run(
        "insert into cases.fact (household, name, value, evidence,"
        " recorded_by, recorded_at) values (%s, 'area', '\"1.00\"', '1号', %s,"
        " '2026-09-01T10:00+08')", home, SURVEYOR)
    with pytest.raises(DENIED):
        register.run(sql)
    if "truncate" not in sql:
        with pytest.raises(STANDS):
            register.store.rows(sql)
