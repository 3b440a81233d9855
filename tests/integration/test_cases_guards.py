"""What the database itself refuses, asked by plain SQL as the service's role.

Rules in C can be passed by whoever has the role's password; these cannot.
Each test builds a household by the same statements that a lawful move needs.
"""

import json
import re

import psycopg2
import pytest
from psycopg2 import errors

from machine import new_id
from case_register import (CHECKED, COOLED, DENIED, MADE, MAKER, PLAN, SAID_NO,
                           SIGNED, STAFF, STANDS)


# ------------------------------------------------------------------ moves


def test_the_lawful_way_is_open(register):
    household, statement, agreement = register.signed()
    register.end(agreement, withdrawn_at="2026-11-17T23:59:59+08",
                 withdrawn_channel="phone")
    register.move(household, "considering", agreement=None)
    again = register.add_agreement(
        household, statement, signed_at="2026-11-19T09:00+08",
        cooling_until="2026-11-27T00:00+08")
    register.move(household, "signed_cooling", agreement=again)
    register.end(again, effective_at="2026-11-27T00:00+08")
    register.move(household, "effective")
    register.pay(household)
    register.move(household, "paid")
    register.paper(household, "move", "moving", "2026-12-01T09:00+08")
    register.paper(household, "vacate", "vacated", "2026-12-02T09:00+08")


def test_a_household_begins_as_registered(register):
    statement = register.offered()[1]
    with pytest.raises(SAID_NO):
        register.add_household(state="considering", offer=statement)


def test_a_jump_over_the_offer_is_refused_even_with_papers(register):
    household = register.add_household()
    statement = register.add_statement(household)
    register.add_offer(household, statement)
    agreement = register.add_agreement(household, statement)
    with pytest.raises(SAID_NO, match="no move from registered"):
        register.move(household, "signed_cooling", offer=statement,
                      agreement=agreement)


def test_another_households_papers_carry_no_move(register):
    _, theirs, their_agreement = register.signed()
    with pytest.raises(SAID_NO, match="no paper"):
        register.move(register.explained(), "offered", offer=theirs)
    household, _ = register.offered()
    with pytest.raises(SAID_NO, match="no paper"):
        register.move(household, "signed_cooling", agreement=their_agreement)


def test_effect_and_withdrawal_want_to_be_on_the_agreement_first(register):
    household, _, _ = register.signed()
    with pytest.raises(SAID_NO, match="no paper"):
        register.move(household, "effective")
    with pytest.raises(SAID_NO, match="no paper"):
        register.move(household, "considering", agreement=None)


def test_corrected_facts_want_a_new_offer(register):
    household, statement = register.offered()
    register.run("update cases.household set facts_since = %s where id = %s",
                 "2026-11-05T09:00+08", household)
    agreement = register.add_agreement(household, statement)
    with pytest.raises(SAID_NO, match="no paper"):
        register.move(household, "signed_cooling", agreement=agreement)


def test_what_was_signed_for_keeps_its_facts_and_its_offer(register):
    household, _, _ = register.signed()
    other = register.add_statement(household)
    register.add_offer(household, other)
    for change in ({"facts_since": SIGNED}, {"offer": other}):
        with pytest.raises(SAID_NO, match="stands"):
            register.move(household, "signed_cooling", **change)


def test_a_household_keeps_its_number_and_project(register):
    household = register.add_household()
    with pytest.raises(STANDS):
        register.run("update cases.household set no = 'X' where id = %s",
                     household)


# -------------------------------------------------- periods, places, persons


@pytest.mark.parametrize("signed_at, fits", [
    ("2026-11-08T09:00+08", False),       # day 6
    ("2026-11-09T17:59:59+08", False),    # day 7
    ("2026-11-10T08:29:59+08", False),    # day 8, before hours
    ("2026-11-10T08:30+08", True),
    ("2026-11-10T17:59:59+08", True),
    ("2026-11-10T18:00+08", False),
    ("2026-11-10T23:00+08", False),
    ("2026-11-10T01:00+00", True),        # 09:00 in the district
])
def test_r_read_a_signature_waits_seven_days_and_for_its_hours(
        register, signed_at, fits):
    household, statement = register.offered()
    if fits:
        register.add_agreement(household, statement, signed_at=signed_at)
    else:
        with pytest.raises(CHECKED):
            register.add_agreement(household, statement, signed_at=signed_at)


@pytest.mark.parametrize("change", [
    {"place": "police_station"}, {"place": "hospital"}, {"signers": []},
    {"choice": "undecided"}, {"cooling_until": "2026-11-17T23:59:59+08"}])
def test_an_agreement_has_a_place_a_witness_and_a_cooling_time(
        register, change):
    household, statement = register.offered()
    with pytest.raises(CHECKED):
        register.add_agreement(household, statement, **change)


def test_r_read_the_day_of_the_offer_cannot_be_told_otherwise(register):
    household, statement = register.offered()
    with pytest.raises(errors.ForeignKeyViolation):
        register.add_agreement(household, statement,
                               offer_released_at="2026-10-01T09:00+08")


def test_an_unreleased_statement_cannot_be_signed(register):
    household = register.add_household()
    statement = register.add_statement(household)
    with pytest.raises(errors.ForeignKeyViolation):
        register.add_agreement(household, statement)


def test_one_agreement_lives_at_a_time(register):
    household, statement, _ = register.signed()
    with pytest.raises(errors.UniqueViolation):
        register.add_agreement(household, statement)


@pytest.mark.parametrize("how", [
    {"effective_at": "2026-11-17T23:59:59+08"},
    {"withdrawn_at": COOLED, "withdrawn_channel": "paper"},
    {"withdrawn_at": "2026-11-12T09:00+08"},
    {"withdrawn_at": "2026-11-12T09:00+08", "withdrawn_channel": "police"},
    {"effective_at": COOLED, "withdrawn_at": "2026-11-12T09:00+08",
     "withdrawn_channel": "paper"}])
def test_an_agreement_ends_at_its_time_and_one_way(register, how):
    agreement = register.signed()[2]
    with pytest.raises(CHECKED):
        register.end(agreement, **how)


def test_who_made_a_statement_does_not_release_it(register):
    household = register.add_household()
    statement = register.add_statement(household)
    with pytest.raises(CHECKED):
        register.add_offer(household, statement, released_by=MAKER)
    with pytest.raises(errors.ForeignKeyViolation):  # nor by a false name
        register.add_offer(household, statement, made_by=STAFF)


@pytest.mark.parametrize("plan, pack, version, released_at, fits", [
    ("2026-10-01", PLAN, 1, "2026-10-31T23:59+08", False),
    ("2026-10-01", PLAN, 1, "2026-11-02T16:01+08", True),
    (PLAN, "2026-10-03", 1, "2026-11-02T23:59+08", False),
    (PLAN, "2026-10-03", 1, "2026-11-03T00:00+08", True),
    (PLAN, "2026-10-23", 2, "2026-11-02T23:59+08", False),
    (PLAN, "2026-10-23", 2, "2026-11-03T00:00+08", True),
    (PLAN, PLAN, 1, "2026-11-02T15:59+08", False),  # before it was made
])
def test_r_pub_an_offer_waits_for_the_publication(
        register, plan, pack, version, released_at, fits):
    project = register.add_project(plan)
    community = register.add("community", project=project, code="LQ",
                             name="柳泉社区", position=1)
    household = register.add_household(project=project, community=community)
    first = register.add_pack(project) if version > 1 else None
    statement = register.add_statement(household, pack=register.add_pack(
        project, published_on=pack, version=version, supersedes=first))
    if fits:
        register.add_offer(household, statement, released_at=released_at)
    else:
        with pytest.raises(SAID_NO):
            register.add_offer(household, statement, released_at=released_at)


# ----------------------------------------------------------------- amounts


@pytest.mark.parametrize("amounts, total", [
    ((100, 23), 223), ((100,), 300), ((), 500)])
def test_r_bonus_a_statement_is_the_sum_of_its_lines(register, amounts, total):
    household = register.add_household()
    with pytest.raises(SAID_NO, match="sum of its lines"):
        register.add_statement(household, amounts, total)


def test_r_bonus_a_statement_has_the_amount_of_its_reckoning(register):
    household = register.add_household()
    text = register.text_of(register.pack, (100,), 100)
    for changed in ({"total": 200}, {"sha256": "0" * 64},
                    {"facts_sha256": "0" * 64}):
        with pytest.raises(SAID_NO):
            register.add_reckoning(register.pack, text, 100, **changed)
    given = register.add_reckoning(register.pack, text, 100)
    for changed in ({"total": 200}, {"reckoning": "0" * 64},
                    {"pack": register.add_pack(register.add_project())}):
        with pytest.raises(errors.ForeignKeyViolation):
            register.add("statement", **{
                "household": household, "pack": register.pack, "total": 100,
                "made_by": MAKER, "made_at": MADE, "reckoning": given,
                **changed})
    with pytest.raises(CHECKED):
        register.add("statement", household=household, pack=register.pack,
                     total=100, made_by=MAKER, made_at=MADE)


def test_r_equal_the_same_facts_have_one_reckoning(register):
    facts = {"area": "60.00"}
    register.add_reckoning(register.pack, register.text_of(
        register.pack, (100,), 100, facts), 100)
    with pytest.raises(errors.UniqueViolation):
        register.add_reckoning(register.pack, register.text_of(
            register.pack, (101,), 101, facts), 101)


def test_a_pack_that_is_not_in_force_gives_nothing(register):
    pack = register.add(
        "pack_file", project=register.project, name="p", version=2,
        sha256="0" * 64, published_on=PLAN, supersedes=register.pack,
        text=json.dumps({"published_from": PLAN}), imported_by=STAFF,
        imported_at=PLAN)
    with pytest.raises(SAID_NO, match="not in force"):
        register.add_statement(register.add_household(), pack=pack)


def test_an_offer_was_reckoned_twice(register):
    household = register.add_household()
    statement = register.add_statement(household)
    other = register.run("select reckoning from cases.statement where id = %s",
                         register.add_statement(household))[0][0]
    with pytest.raises(errors.ForeignKeyViolation):
        register.add_offer(household, statement, reproduced=other)
    with pytest.raises(CHECKED):
        register.add_offer(household, statement, reproduced=None)


def test_a_fact_that_counts_makes_a_statement_stale(register):
    household = register.explained()
    statement = register.add_statement(household)
    register.run("insert into cases.fact (household, name, value, evidence,"
                 " recorded_by, recorded_at) values (%s, 'area', '\"1.00\"',"
                 " '1号', %s, '2026-11-02T16:10+08')", household, STAFF)
    with pytest.raises(SAID_NO, match="corrected"):
        register.add_offer(household, statement)


def test_what_is_signed_is_what_was_offered(register):
    household = register.explained()
    statement = register.add_statement(household, choice="swap")
    register.add_offer(household, statement)
    with pytest.raises(SAID_NO, match="other choice"):
        register.add_agreement(household, statement, choice="money")
    register.add_agreement(household, statement, choice="swap")


def test_r_bonus_an_offer_has_no_amount_of_its_own(register):
    columns = register.run(
        "select column_name, data_type from information_schema.columns"
        " where table_schema = 'cases' and table_name = 'offer'")
    assert {kind for _, kind in columns} == {
        "uuid", "timestamp with time zone", "text"}
    assert [name for name, kind in columns if kind == "text"] == ["reproduced"]


# ---------------------------------------------------------------- history

KEPT = ("timeline", "reckoning", "statement", "statement_line", "offer",
        "project", "community")


@pytest.mark.parametrize("table", KEPT)
@pytest.mark.parametrize("sql", [
    "update cases.{0} set {1} = {1}", "delete from cases.{0}",
    "truncate cases.{0} cascade"])
def test_r_edit_the_role_can_only_add_to_what_is_kept(register, table, sql):
    column = register.run(
        "select column_name from information_schema.columns where"
        " table_schema = 'cases' and table_name = %s limit 1", table)[0][0]
    with pytest.raises(DENIED):
        register.run(sql.format(table, column))


@pytest.mark.parametrize("sql", [
    "update cases.timeline set event = 'sign'", "delete from cases.timeline",
    "truncate cases.timeline", "update cases.statement set total = 1",
    "update cases.reckoning set total = 1", "delete from cases.reckoning",
    "update cases.offer set released_at = '2026-10-01'"])
def test_even_the_superuser_meets_the_trigger(register, sql):
    household, _ = register.offered()
    register.run(
        "insert into cases.timeline (household, at, event, to_state, call)"
        " values (%s, %s, 'import', 'registered', %s)", household, PLAN,
        new_id())
    with pytest.raises(STANDS):
        register.store.rows(sql)


@pytest.mark.parametrize("change", [
    {"choice": "swap"}, {"signed_at": "2026-11-11T09:00+08"},
    {"cooling_until": "2026-12-01T00:00+08"}])
def test_what_was_agreed_does_not_change(register, change):
    agreement = register.signed()[2]
    with pytest.raises(STANDS):
        register.end(agreement, **change)


def test_an_agreement_that_ended_does_not_come_back(register):
    agreement = register.signed()[2]
    register.end(agreement, withdrawn_at="2026-11-12T09:00+08",
                 withdrawn_channel="paper")
    with pytest.raises(STANDS):
        register.end(agreement, withdrawn_at=None, withdrawn_channel=None)
    with pytest.raises(DENIED):
        register.run("delete from cases.agreement")


# ------------------------------------------------------- labels and secrets


@pytest.mark.parametrize("sql", [
    "update cases.household set state = '钉子户'",
    "update cases.household set choice = '清零对象'",
    "insert into cases.timeline (household, at, event, to_state, call)"
    " select id, now(), 'label', 'registered', id from cases.household"])
def test_r_label_there_is_no_label_for_a_household(register, sql):
    register.add_household()
    with pytest.raises(psycopg2.Error):
        register.run(sql)


def test_r_ai_no_column_grades_a_household_or_names_its_employer(register):
    columns = register.run(
        "select table_name || '.' || column_name"
        " from information_schema.columns where table_schema = 'cases'"
        " and table_name ~ 'household|timeline|agreement|hardship'")
    banned = re.compile(r"tag|label|score|risk|rank|grade|employer|work_?place"
                        r"|relative|colou?r|target")
    assert len(columns) > 40
    assert not [c for (c,) in columns if banned.search(c)]


def test_r_hard_hardship_is_written_and_not_read(register):
    household = register.add_household()
    register.run("insert into cases.hardship_note (household, note)"
                 " values (%s, %s)", household, b"sealed")
    register.run("update cases.hardship_note n set note = v.note"
                 " from (values (%s::uuid, %s::bytea)) v (household, note)"
                 " where n.household = v.household", household, b"sealed anew")
    assert register.run("select household from cases.hardship_note")
    with pytest.raises(DENIED):
        register.run("select note from cases.hardship_note")
    with pytest.raises(DENIED):
        register.run("update cases.hardship_note set note = null"
                     " where note is not null returning 1")


@pytest.mark.parametrize("role", ["scheduling", "notifications", "reporting"])
def test_no_other_service_reads_or_writes_here(store, role):
    for table in ("household", "household_person", "statement"):
        with pytest.raises(DENIED):
            store.rows(f"select 1 from cases.{table}", role=role)
