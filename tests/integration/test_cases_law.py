"""What the law asks of a household's later life, refused by the database itself.

Tracks, decision and court (R-TRACK, R-COURT), money before moving (R-PAY), all
owners (R-OWNER, R-CAP), papers that lack nothing: by plain SQL as the service's
role, as in test_cases_guards.py.
"""

import psycopg2
import pytest

from case_register import (CHECKED, COOLED, DENIED, MADE, MAKER, PLAN, POWER,
                           RELEASED, SAID_NO, STAFF, STANDS, Register)
from cluster import Store
from machine import TOP


@pytest.fixture(scope="module")
def register(postgres):
    """One for all of them: each test has households of its own."""
    store = Store(postgres, "law")
    register = Register(store)
    yield register
    register.connection.close()
    store.drop()


# ------------------------------------------------------- tracks and the court


STATES = ("registered", "explaining", "considering", "signed_cooling",
          "effective", "paid", "moving", "no_agreement", "decided",
          "court_granted")


@pytest.mark.parametrize("start, to", [
    (a, b) for a in STATES[:8] for b in STATES
    if a != b and (a, b) != ("considering", "no_agreement")])
def test_no_state_is_reached_by_changing_its_name_alone(register, start, to):
    household = register.add_household()
    if start == "explaining":
        household = register.explained()
    if start in ("considering", "no_agreement"):
        household, _ = register.offered()
    if start == "no_agreement":
        register.move(household, start, state_since="2026-12-03T00:00+08")
    if start in ("signed_cooling", "effective", "paid", "moving"):
        household, _, agreement = register.signed()
    if start in ("effective", "paid", "moving"):
        register.end(agreement, effective_at=COOLED)
        register.move(household, "effective")
    if start in ("paid", "moving"):
        register.pay(household)
        register.move(household, "paid")
    if start == "moving":
        register.paper(household, "move", "moving", "2026-12-01T09:00+08")
    with pytest.raises(psycopg2.Error):
        register.move(household, to)


def on_track(register, track, **more):
    """A household of that track whose offer nobody took up in its time."""
    project = register.add_project(track=track, **more)
    community = register.add("community", project=project, code="LQ",
                             name="柳泉社区", position=1)
    household = register.explained(project=project, community=community,
                                   track=track)
    statement = register.add_statement(household,
                                       pack=register.add_pack(project))
    register.add_offer(household, statement)
    register.move(household, "offered", offer=statement)
    register.move(household, "considering", state_since=RELEASED)
    register.move(household, "no_agreement",
                  state_since="2026-12-03T00:00+08")
    return household


DRAFTED = "2026-12-10T09:00+08"
# the table of moves, or the check of states by track before it
NO_WAY = "no move from no_agreement|household_track_check"


@pytest.mark.parametrize("track", ["agreed", "public_housing"])
def test_r_track_a_track_without_the_power_has_no_decision(register, track):
    household = on_track(register, track)
    with pytest.raises(psycopg2.Error, match=NO_WAY):
        register.paper(household, "draft_decision", "decision_draft", DRAFTED)
    with pytest.raises(psycopg2.Error):  # the check, were there no trigger
        register.store.rows(
            "set session_replication_role = replica;"
            "update cases.household set state = 'decided' where id = %s",
            (household,))


@pytest.mark.parametrize("track", [
    "agreed", "public_housing", "state_land", "collective_land"])
def test_r_court_nobody_jumps_from_no_agreement_to_the_court(register, track):
    household = on_track(register, track)
    with pytest.raises(psycopg2.Error, match=NO_WAY):
        register.paper(household, "court_grant", "court_granted", DRAFTED)


@pytest.mark.parametrize("track", ["state_land", "collective_land"])
def test_r_track_no_decision_before_the_power_is_on_record(register, track):
    household = on_track(register, track, power=False)
    [(project,)] = register.run(
        "select project from cases.household where id = %s", household)
    for kind in POWER[track]:
        with pytest.raises(SAID_NO, match=f"R-TRACK.*{kind} is not on record"):
            register.paper(household, "draft_decision", "decision_draft",
                           DRAFTED)
        register.add_document(project, track, kind)
    register.paper(household, "draft_decision", "decision_draft", DRAFTED)


def test_r_track_a_project_has_the_documents_of_its_track(register):
    project = register.add_project(track="agreed")
    for track, kind, match in (
            ("agreed", "decision", "project_document_track"),
            ("state_land", "decision", "project_document_project")):
        with pytest.raises(psycopg2.errors.ForeignKeyViolation, match=match):
            register.add_document(project, track, kind)
    with pytest.raises(CHECKED, match="project_document_made"):
        register.add_document(project, "agreed", "plan", day="2026-11-03")
    document = register.add_document(project, "agreed", "resolution")
    for change in ("update cases.project_document set number = '2号'"
                   " where id = %s",
                   "delete from cases.project_document where id = %s"):
        with pytest.raises((DENIED, STANDS)):
            register.run(change, document)


def test_documents_of_before_are_told_of_once(register):
    """0103: who recorded them before they were told of need do nothing."""
    project = register.add_project()
    document = register.add_document(project, "agreed", "plan")
    store = register.store
    store.run_as("owner", (
        TOP / "services/cases/schema/0103_documented.sql").read_text())
    assert store.rows("""
        select o.topic, o.call::text, o.data->>'kind', o.data->>'day'
        from bus.outbox o join bus.pending p using (source, id)
        where o.subject = %s""", [project]) == [
            ("project.documented", document, "plan", PLAN)]


def test_who_agreed_to_nothing_on_the_agreed_track_stays(register):
    household = on_track(register, "agreed")
    register.move(household, "stays")
    with pytest.raises(SAID_NO, match="no move from stays"):
        register.move(household, "considering")
    with pytest.raises(SAID_NO, match="no move from no_agreement"):
        register.move(on_track(register, "state_land"), "stays")


def test_r_court_a_decision_and_the_court_wait_as_long_as_the_law_says(register):
    household = on_track(register, "state_land")
    register.paper(household, "draft_decision", "decision_draft", DRAFTED)
    steps = [("decide", "decided", "2026-12-25", "2026-12-26"),
             ("urge", "urged", "2027-06-26", "2027-06-27"),
             ("apply_court", "court_applied", "2027-07-07", "2027-07-08")]
    for event, state, early, day in steps:
        with pytest.raises(SAID_NO, match="waits"):
            register.paper(household, event, state, early + "T09:00+08")
        with pytest.raises(SAID_NO, match="no paper"):
            register.move(household, state, state_since=day + "T09:00+08")
        register.paper(household, event, state, day + "T09:00+08")
    register.paper(household, "court_grant", "court_granted",
                   "2027-08-01T09:00+08")


@pytest.mark.parametrize("event, less", [
    ("decide", {"organ": None}), ("decide", {"court": None}),
    ("decide", {"legal_aid_phone": None}), ("decide", {"served_to": None}),
    ("decide", {"document": None}), ("serve", {"served_mode": None}),
    ("apply_court", {"account": None}), ("court_grant", {"document": None}),
    ("expert_done", {"document": "1号", "panel": 4, "panel_appraisers": 3}),
    ("expert_done", {"document": "1号", "panel": 3, "panel_appraisers": 1}),
    ("move", {"day": "2026-12-31"})])
def test_a_paper_lacks_nothing(register, event, less):
    household = register.add_household()
    before = {"decide": "draft_decision", "serve": "post_prelim",
              "apply_court": "urge"}.get(event)
    if before == "urge":
        register.paper(household, "draft_decision", at="2025-12-01T09:00+08")
        register.paper(household, "decide", at="2026-01-20T09:00+08")
    if before:
        register.paper(household, before, at="2026-10-01T09:00+08")
    with pytest.raises(CHECKED):
        register.paper(household, event, **less)


def test_a_paper_stands(register):
    household = register.add_household()
    register.paper(household, "notice")
    with pytest.raises(DENIED):
        register.run("update cases.paper set day = day")
    with pytest.raises(STANDS):
        register.store.rows("update cases.paper set day = day")


# ------------------------------------------------------------------- money


@pytest.mark.parametrize("how", [
    {"amount": 122}, {"amount": 124}, {"checked_by": None}])
def test_r_pay_paid_is_what_a_checked_receipt_says_to_the_fen(register, how):
    household, _, agreement = register.signed()
    register.end(agreement, effective_at=COOLED)
    register.move(household, "effective")
    register.pay(household, **how)
    with pytest.raises(SAID_NO, match="no paper"):
        register.move(household, "paid")


def test_who_is_paid_keeps_what_was_signed(register):
    household, _, agreement = register.signed()
    register.end(agreement, effective_at=COOLED)
    register.move(household, "effective")
    register.pay(household)
    other = register.add_statement(household)
    register.add_offer(household, other)
    for change in ({"agreement": None}, {"offer": other}):
        with pytest.raises(SAID_NO, match="no paper"):
            register.move(household, "paid", **change)
    register.move(household, "paid")


def test_who_entered_a_receipt_does_not_check_it(register):
    household, _ = register.offered()
    with pytest.raises(CHECKED):
        register.pay(household, checked_by=MAKER)


def test_r_pay_nobody_moves_before_the_money_is_there(register):
    household, _, agreement = register.signed()
    register.end(agreement, effective_at=COOLED)
    register.move(household, "effective")
    with pytest.raises(SAID_NO, match="no move from effective"):
        register.paper(household, "move", "moving", "2026-12-01T09:00+08")
    register.store.rows("set session_replication_role = replica;"
                        "update cases.household set state = 'paid'"
                        " where id = %s", (household,))
    with pytest.raises(SAID_NO, match="before it is paid"):
        register.paper(household, "move", "moving", "2026-12-01T09:00+08")


# ------------------------------------------------------------------ owners


def own(register, household, *shares):
    """Their ids; all shares in one transaction, as they have to be."""
    register.connection.autocommit = False
    try:
        owners = [register.add(
            "owner_share", household=household, share=share, name=b"sealed",
            capacity=capacity, document="1号", since=MADE, recorded_by=STAFF,
            title=title[0] if title else "deed")
            for share, capacity, *title in shares]
        register.connection.commit()
        return owners
    finally:
        register.connection.rollback()
        register.connection.autocommit = True


def sign_as(register, household, statement, *owners):
    register.connection.autocommit = False
    try:
        agreement = register.add_agreement(household, statement)
        for owner, how in owners:
            register.run("insert into cases.owner_signature values"
                         " (%s, %s, %s, '1号')", agreement, owner, how)
        register.connection.commit()
    finally:
        register.connection.rollback()
        register.connection.autocommit = True


def test_r_owner_the_shares_of_a_house_are_the_whole(register):
    with pytest.raises(SAID_NO, match="the whole"):
        own(register, register.add_household(), (990000, "full"))


@pytest.mark.parametrize("signed, fits", [
    (("self", "guardian"), True), (("power", "guardian"), True),
    (("self", None), False), ((None, "guardian"), False),
    (("self", "self"), False)])
def test_r_owner_all_owners_sign_for_all_shares(register, signed, fits):
    household, statement = register.offered()
    owners = own(register, household, (990000, "full"), (10000, "limited"))
    given = [(owner, how) for owner, how in zip(owners, signed) if how]
    if fits:
        sign_as(register, household, statement, *given)
    else:
        with pytest.raises(SAID_NO, match="not all owners"):
            sign_as(register, household, statement, *given)


LANDLORD, TENANT = (1000000, "full"), (0, "full", "tenant")


def public_house(register):
    """On offer, in a project of public housing."""
    project = register.add_project(track="public_housing")
    community = register.add("community", project=project, code="LQ",
                             name="柳泉社区", position=1)
    household = register.explained(project=project, community=community,
                                   track="public_housing")
    statement = register.add_statement(household,
                                       pack=register.add_pack(project))
    register.add_offer(household, statement)
    register.move(household, "offered", offer=statement)
    register.move(household, "considering", state_since=RELEASED)
    return household, statement


@pytest.mark.parametrize("parties, signed, refused", [
    ((LANDLORD, TENANT), 2, None),
    ((LANDLORD, TENANT), 1, "not all owners"),
    ((LANDLORD,), 1, "public housing without its tenant"),
    ((), 0, "public housing without its tenant")])
def test_r_owner_the_tenant_of_public_housing_signs_beside_the_owner(
        register, parties, signed, refused):
    household, statement = public_house(register)
    given = [(owner, "self")
             for owner in own(register, household, *parties)[:signed]]
    if not refused:
        sign_as(register, household, statement, *given)
    else:
        with pytest.raises(SAID_NO, match=refused):
            sign_as(register, household, statement, *given)


@pytest.mark.parametrize("parties", [
    (LANDLORD, (0, "full", "spouse")), ((900000, "full"),
                                        (100000, "full", "tenant"))])
def test_r_owner_a_share_of_nothing_is_a_tenants_alone(register, parties):
    with pytest.raises(CHECKED, match="owner_share_tenant"):
        own(register, register.add_household(), *parties)
