"""Errands as the cases service runs them, and with them what all kinds of case
share: who has them, their periods, their history.

One house for the file; its clock is moved, never waited for.
"""

import csv
import datetime
import re

import pytest

from house import house_of_cases
from machine import TOP, new_id, wait_until
from test_cases_commands import at

T6, SECOND, T5 = new_id(), new_id(), new_id()
TEXT = "给母亲办老年证，联系人 刘桂兰"
HOUSEHOLD_WORDS = r"\b(signed|signing|offer|agreement|effective|h\.state)\b"
SCOPE = {"may_submit": True, "may_hold_papers": True, "may_handle_money": True}


class Desk:
    """The service team's desk, with households to run errands for."""

    def __init__(self, house):
        self.house, self.homes = house, 0
        self.project, self.community = new_id(), new_id()
        house.set_time(at("2026-11-02T10:00:00"))
        house.must("cases", "project.open", {
            "id": self.project, "name": self.project, "track": "agreed",
            "district_code": "370214", "plan_published_on": "2026-09-01"})
        house.must("cases", "community.add", {
            "id": self.community, "project": self.project, "code": "QH",
            "name": "青禾社区", "position": 1})

    def home(self):
        self.homes += 1
        household = new_id()
        self.house.store.rows(
            "insert into cases.household (id, project, track, community, no,"
            " state_since, registered_at, facts_since) values (%s, %s,"
            " 'agreed', %s, %s, '2026-09-01', '2026-09-01', '2026-09-01')",
            (household, self.project, self.community, f"QH-{self.homes:04}"),
            role="cases")
        return household

    def ask(self, command, body, roles="t6_service", actor=T6, **more):
        return self.house.ask("cases", command, body, roles=roles,
                              actor=actor, **more)

    def done(self, command, body, roles="t6_service", actor=T6, **more):
        answer = self.ask(command, body, roles, actor, **more)
        assert answer.ok, f"{command}: {answer}"
        return answer.body

    def refused(self, command, body, roles="t6_service", actor=T6, **more):
        answer = self.ask(command, body, roles, actor, **more)
        assert not answer.ok, f"{command} was done"
        return answer

    def request(self, household, kind="school_transfer"):
        return self.done("errand.request", {"kind": kind, "text": TEXT},
                         "resident", household)["id"]

    def under_way(self, household, kind="school_transfer"):
        errand = self.request(household, kind)
        self.done("errand.accept", {"id": errand})
        self.done("errand.authorise", {"id": errand, "until": "2027-06-30",
                                       **SCOPE})
        self.done("errand.progress", {"id": errand})
        return errand

    def delivered(self, household, kind="school_transfer"):
        errand = self.under_way(household, kind)
        self.done("errand.submit", {"id": errand, "second": SECOND})
        self.done("errand.result", {"id": errand, "outcome": "granted",
                                    "answer": "已办好"})
        self.done("errand.deliver", {"id": errand})
        return errand

    def state(self, errand):
        return self.house.store.value(
            "select state from cases.matter where id = %s", (errand,))

    def deadlines(self, errand):
        return {d["name"]: d for d in self.done(
            "deadline.list", {"subject": errand})["deadlines"]}


@pytest.fixture(scope="module")
def house(postgres, tmp_path_factory):
    with house_of_cases(postgres, tmp_path_factory.mktemp("house"), "errand",
                        at("2026-11-02T10:00:00")) as house:
        yield house


@pytest.fixture
def desk(house):
    return Desk(house)


def test_an_errand_is_run_from_the_asking_to_the_rating(desk):
    household = desk.home()
    errand = desk.delivered(household)
    shown = desk.done("errand.show", {"id": errand}, "resident", household,
                      purpose="本人查看")
    assert (shown["text"], shown["answer"]) == (TEXT, "已办好")
    assert shown["state_label"] == "已送达"
    desk.done("errand.rate", {"id": errand, "rating": 5, "channel": "online"},
              "resident", household)
    assert desk.state(errand) == "closed"
    assert desk.deadlines(errand) == {}
    history = desk.done("case.timeline", {"id": errand})
    assert [e["event"] for e in history["events"]] == [
        "request", "accept", "assign", "authorise", "progress", "submit",
        "result", "deliver", "rate", "close"]
    assert "actor" not in history["events"][-1]


def test_the_catalogue_is_public_and_free(desk):
    kinds = desk.done("errand.catalogue", {}, "resident", new_id())["kinds"]
    assert len(kinds) >= 20
    assert {k["fee"] for k in kinds} == {"0.00"}
    assert sum(k["for_sites"] for k in kinds) >= 4


def test_a_refused_move_says_what_is_missing_and_what_is_open(desk):
    errand = desk.request(desk.home())
    desk.done("errand.accept", {"id": errand})
    why = desk.refused("errand.progress", {"id": errand}).body["why"]
    assert "委托书" in why and "open now:" in why and "authorise" in why


def test_who_asks_for_another_brings_its_authorisation(desk):
    ask = {"kind": "legal_aid", "text": TEXT, "household": desk.home()}
    grid = new_id()
    assert "委托书" in desk.refused("errand.request", ask, "grid_member",
                                    grid).body["why"]
    desk.done("errand.request", {**ask, "authorised_until": "2026-12-31"},
              "grid_member", grid)
    assert desk.refused("errand.request", ask, "resident",
                        new_id()).status == "denied"


def test_an_authorisation_allows_what_it_says_and_no_more(desk):
    errand = desk.request(desk.home(), "title_registration")
    desk.done("errand.accept", {"id": errand})
    until = {"id": errand, "until": "2027-06-30"}
    assert desk.refused("errand.authorise",
                        until).body["field"] == "may_submit"
    desk.done("errand.authorise", {**until, "may_hold_papers": True})
    why = desk.refused("errand.progress", {"id": errand}).body["why"]
    assert "hand in" in why
    desk.done("errand.authorise", {**until, "may_submit": True})
    desk.done("errand.progress", {"id": errand})
    take = {"id": errand, "what": "身份证", "second": SECOND}
    why = desk.refused("errand.original_take", take).body["why"]
    assert "original papers" in why
    submit = {"id": errand, "second": SECOND}
    assert "money" in desk.refused("errand.submit", submit).body["why"]
    desk.done("errand.authorise", {**until, "may_submit": True,
                                   "may_handle_money": True})
    desk.done("errand.submit", submit)
    shown = desk.done("errand.show", {"id": errand}, purpose="办理")
    assert (shown["may_submit"], shown["may_hold_papers"],
            shown["may_handle_money"]) == (True, False, True)
    ask = {"kind": "legal_aid", "text": TEXT, "household": desk.home(),
           "may_submit": True}
    assert desk.refused("errand.request", ask).body[
        "field"] == "authorised_until"


@pytest.mark.parametrize("allowed, sql, why", [
    ("may_hold_papers", "insert into cases.matter_entry (matter, at, event,"
     " from_state, to_state, call) values (%(id)s, now(), 'progress',"
     " 'accepted', 'in_progress', %(new)s); update cases.matter set state ="
     " 'in_progress', state_since = now() where id = %(id)s",
     "does not allow this"),
    ("may_submit", "insert into cases.errand_original (id, errand, what,"
     " taken_at, taken_by) values (%(new)s, %(id)s, 'x', now(), %(new)s)",
     "does not allow to hold original papers"),
    ("may_submit", "update cases.errand set authorised_until = null,"
     " authorised_at = null where id = %(id)s", "errand_scope"),
    ("may_submit", "update cases.errand set money = not money"
     " where id = %(id)s", "stand as they were written"),
])
def test_the_store_keeps_to_what_an_authorisation_allows(desk, allowed, sql,
                                                         why):
    errand = desk.request(desk.home())
    desk.done("errand.accept", {"id": errand})
    desk.done("errand.authorise", {"id": errand, "until": "2027-06-30",
                                   allowed: True})
    with pytest.raises(Exception, match=why):
        desk.house.store.rows(sql, {"id": errand, "new": new_id()},
                              role="cases")


def test_money_and_papers_of_identity_are_handled_by_two(desk):
    errand = desk.under_way(desk.home(), "pension_registration")
    assert "by two" in desk.refused("errand.submit",
                                    {"id": errand}).body["why"]
    assert "another one" in desk.refused(
        "errand.submit", {"id": errand, "second": T6}).body["why"]
    taken = desk.done("errand.original_take", {
        "id": errand, "what": "身份证", "second": SECOND})
    desk.done("errand.submit", {"id": errand})
    desk.done("errand.result", {"id": errand, "outcome": "granted",
                                "answer": "已转移"})
    assert "1 originals" in desk.refused("errand.deliver",
                                         {"id": errand}).body["why"]
    back = desk.done("errand.original_return", {
        "id": errand, "original": taken["original"]})
    assert back["out"] == 0
    desk.done("errand.deliver", {"id": errand})


def test_r_fake_who_ran_it_does_not_rate_it(desk):
    household = desk.home()
    errand = desk.delivered(household)
    rate = {"id": errand, "rating": 5, "channel": "phone"}
    assert not desk.ask("errand.rate", rate).ok
    assert not desk.ask("errand.rate", rate, "t5_quality", T6).ok
    with pytest.raises(Exception, match="does not rate"):
        desk.house.store.rows(
            "with e as (update cases.errand set rating = 5, rated_by = %s,"
            " rated_channel = 'phone' where id = %s), t as (insert into"
            " cases.matter_entry (matter, at, event, from_state, to_state,"
            " call) values (%s, now(), 'rate', 'delivered', 'rated', %s))"
            " update cases.matter set state = 'rated' where id = %s",
            (T6, errand, errand, new_id(), errand), role="cases")
    desk.done("errand.rate", rate, "t5_quality", T5)
    assert desk.state(errand) == "closed"


def test_r_fake_nor_does_who_brought_it_and_carried_it(desk):
    grid = new_id()
    errand = desk.done("errand.request", {
        "kind": "legal_aid", "text": TEXT, "household": desk.home(),
        "authorised_until": "2027-06-30", "may_submit": True},
        "grid_member", grid)["id"]
    desk.done("errand.accept", {"id": errand})
    desk.done("errand.progress", {"id": errand}, "grid_member", grid)
    desk.done("errand.submit", {"id": errand}, "grid_member", grid)
    desk.done("errand.result", {"id": errand, "outcome": "granted",
                                "answer": "已指派律师"})
    desk.done("errand.deliver", {"id": errand}, "grid_member", grid)
    for channel in ("online", "phone"):
        assert "does not rate" in desk.refused("errand.rate", {
            "id": errand, "rating": 5, "channel": channel}, "grid_member"
            if channel == "online" else "t5_quality", grid).body["why"]
    assert not desk.ask("errand.cancel", {"id": errand}, "grid_member",
                        grid).ok


def test_a_familys_quarrel_is_seen_by_the_mediators_alone(desk):
    household, mediator = desk.home(), new_id()
    errand = desk.request(household, "family_mediation")
    for roles in ("t6_service", "t5_quality", "grid_member"):
        answer = desk.refused("errand.show", {"id": errand}, roles, new_id(),
                              purpose="办理")
        assert answer.status == "not_found"
        assert desk.refused("case.timeline", {"id": errand}, roles,
                            new_id()).status == "not_found"
    listed = desk.done("errand.list", {"project": desk.project})["errands"]
    assert errand not in [e["id"] for e in listed]
    late = desk.done("case.tasks", {"household": household})["tasks"]
    assert late == []
    desk.done("errand.accept", {"id": errand}, "t4_mediator", mediator)


def test_the_promised_date_waits_for_papers_and_says_why(desk):
    errand = desk.request(desk.home())
    promised = desk.done("errand.accept", {"id": errand})["promised_on"]
    # ten working days of the department and three, from Monday 2 November
    assert promised == "2026-11-19"
    clock = desk.deadlines(errand)["T-ES-PROMISE"]
    assert (clock["count"], clock["unit"]) == (13, "working_days")
    assert clock["source"] == "domain.md 4.3" and not clock["provisional"]
    desk.done("errand.need_docs", {"id": errand, "answer": "请补居住证明"})
    assert "awaited" in desk.deadlines(errand)["T-ES-PROMISE"]["pause_reason"]
    desk.house.set_time(datetime.timedelta(days=2))
    desk.done("errand.authorise", {"id": errand, "until": "2027-06-30",
                                   **SCOPE})
    desk.done("errand.progress", {"id": errand})
    assert desk.deadlines(errand)["T-ES-PROMISE"]["due_at"] \
        == "2026-11-23T16:00:00.000000Z"  # two days on, and past the weekend


def test_what_nobody_rates_is_closed_after_fifteen_days(desk):
    errand = desk.delivered(desk.home())
    desk.house.set_time(datetime.timedelta(days=15))
    assert desk.state(errand) == "delivered"
    desk.house.set_time(datetime.timedelta(days=2))
    wait_until(lambda: desk.state(errand) == "closed", 20, "the close")


def test_a_ladder_tells_each_step_once(desk):
    errand = desk.request(desk.home())
    desk.house.set_time(datetime.timedelta(days=4))

    def told():
        return desk.house.store.rows(
            "select data ->> 'step', data ->> 'tell', data ->> 'over'"
            " from bus.outbox where topic = 'deadline.step' and subject = %s"
            " order by id", (errand,))

    wait_until(lambda: len(told()) == 2, 20, "both steps")
    assert told() == [("0", "t6_service", "true"), ("1", "t5_quality", "true")]
    with pytest.raises(Exception, match="clock_step_once"):
        desk.house.store.rows(
            "insert into cases.clock_entry (clock, at, event, due_at, step)"
            " select c.id, now(), 'step', c.due_at, 0 from cases.clock c"
            " where c.subject = %s", (errand,), role="cases")
    late = desk.done("case.tasks", {"late": True, "limit": 200})["tasks"]
    assert errand in [t["id"] for t in late]


# ---------------------------------------------------------- work between people

def test_a_case_is_assigned_returned_and_handed_over(desk):
    first, other = new_id(), new_id()
    errands = [desk.request(desk.home()) for _ in range(3)]
    for errand in errands:
        desk.done("case.assign", {"id": errand, "holder": first})
    assert desk.refused("case.assign", {
        "id": errands[0], "holder": other}, "t5_quality").status == "denied"
    assert desk.refused("case.return", {
        "id": errands[0], "reason": "转组"}).status == "denied"
    desk.done("case.return", {"id": errands[0], "reason": "转组"}, actor=first)
    rows = desk.done("case.hand_over", {
        "from": first, "to": other, "reason": "调岗"})["cases"]
    assert sorted(r["id"] for r in rows) == sorted(errands[1:])
    assert all(r["done"] for r in rows)
    tasks = desk.done("case.tasks", {"holder": other})["tasks"]
    assert sorted(t["id"] for t in tasks) == sorted(errands[1:])
    last = desk.done("case.timeline", {"id": errands[1]})["events"][-1]
    assert (last["event"], last["reason"]) == ("hand_over", "调岗")


def test_who_leaves_hands_over_a_list_and_keeps_nothing(desk):
    first, other = new_id(), new_id()
    errands = [desk.request(desk.home()) for _ in range(52)]  # two pages
    for errand in errands:
        desk.done("case.assign", {"id": errand, "holder": first})
    held = desk.done("case.held", {"holder": first})
    assert len(held["cases"]) == 50 and held["next"]
    desk.house.start("scheduling")
    told = desk.house.redkite("case", "hand-over-list", first).stdout
    rows = list(csv.reader(told.removeprefix("\ufeff").splitlines()))
    assert rows[0][:2] == ["类别", "编号"] and len(rows) == 53
    assert {r[0] for r in rows[1:]} == {"errand"} and all(r[5] for r in rows[1:])
    after = {}
    while True:
        page = desk.done("case.hand_over", {
            "from": first, "to": other, "reason": "离岗", **after})
        assert all(r["done"] for r in page["cases"])
        if "next" not in page:
            break
        after = {"after": page["next"]}
    assert desk.done("case.held", {"holder": first})["cases"] == []
    assert desk.refused("case.held", {"holder": other}, "resident").status == (
        "denied")


def test_many_cases_are_assigned_each_with_its_result(desk):
    member, nobody = new_id(), new_id()
    had, free = (desk.request(desk.home()) for _ in range(2))
    desk.done("case.assign", {"id": had, "holder": member})
    ask = {"ids": [had, nobody, free], "holder": member}
    rows = {r["id"]: r for r in desk.done("case.assign_all", ask)["cases"]}
    assert rows[free]["done"] and "why" not in rows[free]
    assert "already" in rows[had]["why"] and not rows[had]["done"]
    assert "no case" in rows[nobody]["why"] and "no" not in rows[nobody]
    tasks = desk.done("case.tasks", {"holder": member})["tasks"]
    assert {t["id"] for t in tasks} == {had, free}
    rows = desk.done("case.assign_all", {**ask, "holder": new_id()},
                     "t5_quality")["cases"]
    assert not any(r["done"] for r in rows)
    assert not desk.ask("case.assign_all", {**ask, "ids": []}).ok


def test_the_past_of_a_case_can_be_asked_for(desk):
    household = desk.home()
    errand = desk.request(household)
    moment = desk.house.now.isoformat()
    desk.house.set_time(datetime.timedelta(hours=1))
    desk.done("errand.accept", {"id": errand})
    then = desk.done("case.timeline", {"id": errand, "as_of": moment})
    assert then["state"] == "requested"
    assert desk.done("case.timeline", {"id": errand})["state"] == "accepted"
    assert desk.refused("case.timeline", {
        "id": errand, "as_of": "2026-01-01T00:00:00Z"}).body["field"] == "as_of"


def test_the_same_story_is_told_by_the_command_line_and_by_the_logs(desk):
    household = desk.home()
    errand = desk.delivered(household)
    desk.done("errand.rate", {"id": errand, "rating": 4, "channel": "online"},
              "resident", household)
    told = desk.house.redkite("case", "story", errand,
                              roles="t6_service").stdout
    assert "由“代办中”到“已递交部门”" in told
    assert "现为“办结”" in told and TEXT not in told
    # The calls of the log about this case are those of its history, in order.
    kept = [str(row[0]) for row in desk.house.store.rows(
        "select call from cases.matter_entry where matter = %s order by seq",
        (errand,))]
    logged = [line for line in desk.house.logs("cases").splitlines()
              if f"subject={errand}" in line and "status=ok" in line]
    calls = [re.search(r"call=(\S+)", line)[1] for line in logged]
    assert [c for c in calls if c in kept] == list(dict.fromkeys(kept))
    assert any("errand.submit" in line for line in logged)
    assert "刘桂兰" not in desk.house.logs("cases")


# ------------------------------------------------------------- what is forbidden

def test_r_service_nothing_here_looks_at_the_households_own_case():
    for path in (*(TOP / "services/cases/errand").iterdir(),
                 TOP / "services/cases/schema/0014_errand.sql"):
        text = re.sub(r"/\*.*?\*/|--[^\n]*", "", path.read_text(),
                      flags=re.S)
        found = re.search(HOUSEHOLD_WORDS, text)
        # "errand_offer" is what the catalogue offers to anyone
        text = text.replace("errand_offer", "").replace("offers", "")
        found = re.search(HOUSEHOLD_WORDS, text)
        assert not found, f"{path.name}: {found and found[0]}"


FORGET_CHECKS = """
    do $$ declare c name; begin
        for c in select conname from pg_constraint
                 where conrelid = 'cases.household'::regclass and contype = 'c'
        loop execute format('alter table cases.household drop constraint %%I', c);
        end loop;
    end $$"""


def test_r_service_the_answer_is_the_same_whatever_the_household_did(desk):
    # any state will do, also one that no household can be in without papers
    desk.house.store.rows(FORGET_CHECKS)
    states = [row[0] for row in desk.house.store.rows(
        "select distinct to_state from cases.transition"
        " where flow = 'household' and track = 'agreed' order by 1")]
    told = set()
    for state in states:
        household = desk.home()
        desk.house.store.rows(
            "set session_replication_role = replica;"
            " update cases.household set state = %s where id = %s",
            (state, household))
        errand = desk.delivered(household, "low_income_allowance")
        shown = desk.done("errand.show", {"id": errand}, "resident",
                          household, purpose="本人")
        told.add((shown["state"], shown["outcome"], len(shown["moves"]),
                  str(sorted(desk.deadlines(errand)))))
    assert len(states) >= 4 and len(told) == 1


TRIED = [
    ("update cases.matter set state = 'closed' where id = %s",
     "there is no move from requested to closed"),
    ("update cases.matter set state = 'accepted' where id = %s",
     "does not tell its state"),
    ("update cases.matter set kind = 'legal_aid' where id = %s",
     "stand as they were written"),
    ("update cases.errand set two = not two where id = %s",
     "stand as they were written"),
    ("delete from cases.matter where id = %s", "permission denied"),
    ("update cases.matter_entry set reason = 'x' where matter = %s",
     "permission denied"),
]


@pytest.mark.parametrize("sql, why", TRIED)
def test_the_store_refuses(desk, sql, why):
    errand = desk.request(desk.home())
    with pytest.raises(Exception, match=why):
        desk.house.store.rows(sql, (errand,), role="cases")


def test_the_store_refuses_a_case_that_nobody_wrote_down(desk):
    with pytest.raises(Exception, match="does not tell its state"):
        desk.house.store.rows(
            "insert into cases.matter (id, flow, no, project, kind, state,"
            " state_since, opened_at) select %s, flow, 'ES-999999', project,"
            " kind, 'requested', now(), now() from cases.matter where id = %s",
            (new_id(), desk.request(desk.home())), role="cases")


def test_the_store_refuses_to_act_without_authorisation(desk):
    errand = desk.request(desk.home())
    desk.done("errand.accept", {"id": errand})
    with pytest.raises(Exception, match="written authorisation"):
        desk.house.store.rows(
            "with t as (insert into cases.matter_entry (matter, at, event,"
            " from_state, to_state, call) values (%s, now(), 'progress',"
            " 'accepted', 'in_progress', %s)) update cases.matter"
            " set state = 'in_progress', state_since = now() where id = %s",
            (errand, new_id(), errand), role="cases")


@pytest.mark.parametrize("body, field", [
    ({"kind": "demolition", "text": "x"}, "kind"),
    ({"kind": "legal_aid", "text": "  "}, "text"),
    ({"kind": "legal_aid"}, "text"),
    ({"kind": "legal_aid", "text": "x", "fee": "1.00"}, "fee"),
])
def test_a_wrong_request_names_its_member(desk, body, field):
    answer = desk.refused("errand.request", body, "resident", desk.home())
    assert answer.body["field"] == field
