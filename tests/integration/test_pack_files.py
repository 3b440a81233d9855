"""Rule packs as files: in by one person, in force by others, and then they
stand; whoever would pay a household less is told whose facts show it."""

import copy
import json

import psycopg2
import pytest

from case_register import CHECKED, DENIED, STANDS
from district import entered
from machine import TOP, new_id

EDITOR, APPROVER = new_id(), new_id()
SOURCE = TOP / "deploy/packs/qingdao-state-land.json"


@pytest.fixture
def pack():
    return entered(json.loads(SOURCE.read_text()))


@pytest.fixture
def cases(quiet_house):
    quiet_house.start("cases")
    project = new_id()
    quiet_house.must("cases", "project.open", {
        "id": project, "name": "试点", "track": "state_land",
        "district_code": "370214", "plan_published_on": "2026-01-01"})
    quiet_house.project = project
    return quiet_house


def bring(house, pack, **more):
    text = pack if isinstance(pack, str) else json.dumps(
        pack, ensure_ascii=False, indent=1)
    return house.ask("cases", "pack.import", {
        "id": new_id(), "project": house.project, "file": "ours.json",
        "text": text}, roles="rule_editor", actor=EDITOR, **more)


def approve(house, pack, actor=APPROVER, roles="rule_approver"):
    return house.ask("cases", "pack.approve", {"id": pack}, roles, actor)


def release(house, pack, actor=APPROVER, roles="rule_approver"):
    return house.ask("cases", "pack.release", {"id": pack}, roles, actor)


def in_force(house, pack):
    brought = bring(house, pack)
    assert brought.ok, brought
    for step in (approve, release):
        answer = step(house, brought.body["id"])
        assert answer.ok, answer
    return brought.body


def next_version(pack, kept, change=None):
    later = copy.deepcopy(pack)
    later["version"] = pack["version"] + 1
    later["supersedes"] = {"version": kept["version"],
                           "sha256": kept["sha256"]}
    for p in later["parameters"]:
        if p["name"] == "move_rate" and change:
            p["value"] = change
    return later


def why(answer):
    assert not answer.ok
    return json.dumps(answer.body, ensure_ascii=False)


# ----------------------------------------------------------- by the commands

def test_a_pack_comes_into_force_by_two_persons_as_it_was_written(cases, pack):
    text = json.dumps(pack, ensure_ascii=False, indent=3)
    brought = bring(cases, text)
    assert brought.ok, brought
    kept = brought.body["id"]
    assert "approved" in why(release(cases, kept))
    assert "another person" in why(approve(cases, kept, EDITOR))
    assert not approve(cases, kept, roles="dept").ok
    assert approve(cases, kept).ok
    assert "another person" in why(release(cases, kept, EDITOR, "dept"))
    assert release(cases, kept).ok
    assert "released before" in why(release(cases, kept))
    shown = cases.must("cases", "pack.show", {"id": kept})
    assert shown["text"] == text
    assert (shown["imported_by"], shown["approved_by"],
            shown["released_by"]) == (EDITOR, APPROVER, APPROVER)


@pytest.mark.parametrize("old, new, told", [
    ('"min": "0.01"', '"min": 1', ["ours.json:", "text in quotes"]),
    ('"area"', '"aera"', ["ours.json:"]),
    ('"format"', '"form"', ["ours.json:2:", "form"]),
    ("{", "[", ["ours.json:"])])
def test_what_is_wrong_with_a_pack_is_told_with_its_place(
        cases, pack, old, new, told):
    text = json.dumps(pack, ensure_ascii=False, indent=1)
    assert old in text
    told_why = why(bring(cases, text.replace(old, new, 1)))
    for part in told:
        assert part in told_why, told_why


def test_a_pack_with_open_parameters_does_not_come_in(cases):
    assert "still to be entered" in why(bring(cases, SOURCE.read_text()))


def test_r_rule_a_later_version_names_the_one_before_and_lowers_nobody(cases, pack):
    kept = in_force(cases, pack)
    stranger = next_version(pack, {**kept, "sha256": "0" * 64})
    assert kept["sha256"] in why(bring(cases, stranger))
    lower = next_version(pack, kept, change="0.01")
    assert "less" in why(bring(cases, lower))
    higher = in_force(cases, next_version(pack, kept, change="99"))
    listed = cases.must("cases", "pack.list", {"project": cases.project})
    assert [(p["version"], p.get("supersedes"))
            for p in listed["packs"]] == [(2, kept["id"]), (1, None)]
    changes = cases.must("cases", "pack.diff", {
        "earlier": kept["id"], "later": higher["id"]})["changes"]
    assert "parameter move_rate" in changes and '"99"' in changes


def test_of_two_rivals_the_first_released_stays(cases, pack):
    kept = in_force(cases, pack)
    rivals = []
    for change in ("98", "99"):
        brought = bring(cases, next_version(pack, kept, change))
        assert brought.ok, brought
        assert approve(cases, brought.body["id"]).ok
        rivals.append(brought.body["id"])
    assert release(cases, rivals[0]).ok
    assert "must be above 2" in why(release(cases, rivals[1]))


# -------------------------------------------------------- by the command line

def test_an_operator_brings_a_pack_into_force(cases, pack, tmp_path):
    path = tmp_path / "ours.json"
    path.write_text(json.dumps(pack, ensure_ascii=False))
    brought = cases.redkite("pack", "import", path, "--json",
                            roles="rule_editor", actor=EDITOR)
    kept = json.loads(brought.stdout)["id"]
    for verb in ("approve", "release"):
        cases.redkite("pack", verb, kept, roles="rule_approver",
                      actor=APPROVER)
    assert kept in cases.redkite("pack", "list").stdout
    path.write_text(path.read_text().replace('"formula"', '"form"', 1))
    refused = cases.redkite("pack", "import", path, roles="rule_editor",
                            actor=EDITOR, check=False)
    assert refused.returncode == 1
    assert "ours.json:1:" in refused.stderr, refused.stderr


# ------------------------------------------ by plain SQL, as the service's role

def add(register, **row):
    return register.add("pack_file", **{
        "project": register.bare, "name": "p", "version": 1,
        "sha256": new_id().replace("-", "") * 2, "published_on": "2026-09-01",
        "text": '{"published_from": "2026-09-01"}',
        "imported_by": EDITOR, "imported_at": "2026-09-01T10:00+08", **row})


def sign(register, pack, by=APPROVER):
    register.run("update cases.pack_file set approved_by = %s, approved_at ="
                 " '2026-09-02T10:00+08' where id = %s", by, pack)


def put_in_force(register, pack, by=APPROVER):
    register.run("update cases.pack_file set released_by = %s, released_at ="
                 " '2026-09-03T10:00+08' where id = %s", by, pack)


def test_the_lawful_way_is_open_in_the_store(register):
    first = add(register)
    sign(register, first)
    put_in_force(register, first)
    second = add(register, version=2, supersedes=first)
    sign(register, second)
    put_in_force(register, second)


@pytest.mark.parametrize("step", [sign, put_in_force])
def test_the_store_refuses_the_importers_own_hand(register, step):
    pack = add(register)
    if step is put_in_force:
        sign(register, pack)
    with pytest.raises(CHECKED, match="two_persons"):
        step(register, pack, EDITOR)


def test_the_store_refuses_a_release_that_nobody_approved(register):
    with pytest.raises(CHECKED, match="approved"):
        put_in_force(register, add(register))


@pytest.mark.parametrize("row", [
    {"version": 2}, {"version": 1, "follows": True}])
def test_the_store_refuses_what_does_not_follow_the_newest(register, row):
    first = add(register)
    sign(register, first)
    put_in_force(register, first)
    second = add(register, version=row["version"],
                 supersedes=first if row.get("follows") else None)
    sign(register, second)
    with pytest.raises((STANDS, psycopg2.errors.UniqueViolation)):
        put_in_force(register, second)


@pytest.mark.parametrize("change", [
    "approved_by = '{0}'", "released_at = released_at + interval '1 day'",
    "released_by = null, released_at = null"])
def test_r_rule_what_was_released_stands(register, change):
    pack = add(register)
    sign(register, pack)
    put_in_force(register, pack)
    with pytest.raises(STANDS):
        register.run(f"update cases.pack_file set {change.format(new_id())}"
                     " where id = %s", pack)


@pytest.mark.parametrize("sql, refusal", [
    ("update cases.pack_file set text = '[]'", DENIED),
    ("update cases.pack_file set version = 9", DENIED),
    ("delete from cases.pack_file", DENIED),
    ("truncate cases.pack_file", DENIED)])
def test_the_role_cannot_touch_the_text(register, sql, refusal):
    add(register)
    with pytest.raises(refusal):
        register.run(sql)


@pytest.mark.parametrize("sql", [
    "update cases.pack_file set text = '[]'", "delete from cases.pack_file",
    "update cases.pack_file set sha256 = repeat('0', 64)"])
def test_even_the_superuser_meets_the_trigger_of_packs(register, sql):
    add(register)
    with pytest.raises(STANDS):
        register.store.rows(sql)
