"""R-FAKE: of what ends, one in twenty is asked about by somebody who had no
hand in it (domain.md 3.3, 4.3, §8)."""

import re

import pytest
from psycopg2 import errors

import test_errand
from cluster import Store
from house import House
from machine import TOP, new_id
from test_cases_commands import at
from test_problem import Board

T5, OTHER = new_id(), new_id()
DONE = {"reached": True, "said": "done", "asked_to_withdraw": "no", "score": 5}
NOT_DONE = {**DONE, "said": "not_done", "score": 1}


class Runner(test_errand.Desk):
    """Who runs errands of all kinds."""

    def done(self, command, body, roles="t6_service,t4_mediator",
             actor=test_errand.T6, **more):
        return super().done(command, body, roles, actor, **more)


class Desk(Board):
    """The office, where all that ends is asked about."""

    def solved(self, **more):
        problem = self.raise_by(self.home(), **more)
        self.to_team(problem)
        self.done("problem.resolve", {
            "id": problem, "outcome": "corrected", "answer": "已重测"},
            "t3_front")
        self.until(problem, "resident_feedback")
        self.done("problem.feedback", {
            "id": problem, "said": "solved", "channel": "phone"},
            "t5_quality", T5)
        self.until(problem, "closed")
        return problem

    def errand(self, kind="school_transfer"):
        desk = Runner(self.house)
        household = desk.home()
        errand = desk.delivered(household, kind)
        desk.done("errand.rate", {"id": errand, "rating": 5,
                                  "channel": "online"}, "resident", household)
        assert desk.state(errand) == "closed"
        self.project = desk.project
        return errand, household

    def waiting(self, actor=OTHER):
        return {c["matter"]: c["id"] for c in self.done(
            "callback.list", {"project": self.project}, "t5_quality",
            actor)["callbacks"]}

    def record(self, callback, said, actor=OTHER):
        return self.act("callback.record", {"id": callback, **said},
                        "t5_quality", actor)

    def grievances(self):
        return self.house.store.rows(
            "select kind, state, household::text from cases.matter"
            " where flow = 'grievance' and project = %s", (self.project,))

    def ended(self):
        return [e["data"] for e in self.house.events("cases")
                if e["topic"] == "callback.ended"
                and e["data"]["project"] == self.project]

    def state_of(self, callback):
        return self.house.store.rows(
            "select state, tries, score from cases.callback where id = %s",
            (callback,))[0]


@pytest.fixture(scope="module")
def office(postgres, tmp_path_factory):
    store = Store(postgres, "callback")
    house = House(store, tmp_path_factory.mktemp("callback"), "callback")
    house.set_time(at("2026-11-02T10:00:00"))
    house.start("cases")
    store.rows("update cases.callback_policy set pct = 100", role="owner")
    yield house
    house.close()
    store.drop()


@pytest.fixture
def desk(office):
    office.set_time(at("2026-11-02T10:00:00"))
    return Desk(office)


def test_r_fake_what_was_not_solved_begins_again(desk):
    problem = desk.solved()
    assert problem not in desk.waiting(T5)  # who took the answer down
    callback = desk.waiting()[problem]
    own = desk.record(callback, NOT_DONE, T5)
    assert own.status == "conflict" and "经手" in own.body["why"]
    half = desk.record(callback, {"reached": True, "said": "done"})
    assert half.status == "bad_request"
    said = desk.record(callback, NOT_DONE)
    assert (said.body["state"], said.body["reopened"],
            said.body["grievance"]) == ("contested", True, False)
    assert desk.state(problem) == "reopened"
    assert desk.grievances() == []
    assert desk.record(callback, DONE).status == "conflict"
    assert desk.ended() == [{
        "project": desk.project, "flow": "problem", "outcome": "contested",
        "score": 1, "asked_to_withdraw": False}]


def test_r_fake_who_was_pressed_has_a_grievance_at_the_quality_team(desk):
    problem = desk.solved()
    household = desk.house.store.value(
        "select household::text from cases.matter where id = %s", (problem,))
    callback = desk.waiting()[problem]
    said = desk.record(callback, {**DONE, "asked_to_withdraw": "yes"})
    assert said.body["state"] == "confirmed" and said.body["grievance"]
    assert desk.grievances() == [("pressure", "appealed_g2", household)]
    assert desk.state(problem) == "closed"


def test_r_fake_an_errand_that_was_not_run_is_a_grievance_about_service(desk):
    errand, household = desk.errand()
    callback = desk.waiting()[errand]
    assert desk.record(callback, NOT_DONE).ok
    assert desk.grievances() == [("service", "appealed_g2", household)]
    clocks = desk.house.store.rows(
        "select c.name from cases.clock c join cases.matter m"
        " on m.id = c.subject where m.project = %s and m.flow = 'grievance'"
        " and c.stopped_at is null", (desk.project,))
    assert clocks == [("T-GR-REVIEW",)]
    quarrel, _ = desk.errand("family_mediation")
    assert quarrel not in desk.waiting()  # its mediators' alone


def test_r_fake_who_is_not_reached_is_not_satisfied(desk):
    errand, _ = desk.errand()
    callback = desk.waiting()[errand]
    desk.house.set_time(at("2026-11-02T20:00:00"))
    night = desk.record(callback, {"reached": False})
    assert night.status == "conflict" and "晚上8点" in night.body["why"]
    for day in (3, 4, 5):
        desk.house.set_time(at(f"2026-11-0{day}T09:00:00"))
        assert desk.record(callback, {"reached": False}).ok
        again = desk.record(callback, {"reached": False})
        assert again.status == "conflict", again
        assert "改天" in again.body["why"] or day == 5
    assert desk.state_of(callback) == ("unreached", 3, None)
    assert [(e["outcome"], e["score"]) for e in desk.ended()] == [
        ("unreached", 0)]
    assert callback not in desk.waiting().values()


def test_r_fake_the_draw_is_one_in_twenty_and_can_be_worked_out_again(desk):
    drawn = desk.house.store.value(
        "select count(*) from generate_series(1, 20000)"
        " where cases.callback_is_drawn(gen_random_uuid(),"
        " gen_random_uuid(), 5)")
    assert 800 < drawn < 1200  # twelve standard deviations
    errand, _ = desk.errand()
    assert desk.house.store.rows(
        "select drawn = cases.callback_is_drawn(matter, salt, pct), pct"
        " from cases.callback_draw where matter = %s",
        (errand,)) == [(True, 100)]


def test_r_fake_a_district_asks_more_and_never_less(desk):
    header = (TOP / "services/cases/callback/policy.h").read_text()
    least = int(re.search(r"CALLBACK_PCT = (\d+)", header).group(1))
    default = desk.house.store.value(
        "select column_default from information_schema.columns"
        " where table_name = 'callback_policy' and column_name = 'pct'")
    assert int(default) == least == 5
    for pct in (least - 1, 101):
        with pytest.raises(errors.CheckViolation, match="only_tighter"):
            desk.house.store.rows("update cases.callback_policy set pct = %s",
                                  (pct,), role="owner")


def test_r_fake_the_store_refuses(desk):
    problem = desk.solved()
    callback = desk.waiting()[problem]
    put = ("update cases.callback set state = 'confirmed', tries = tries + 1,"
           " tried_at = '{}', tried_by = '{}', said = 'done', score = {},"
           f" pressed = 'no' where id = '{callback}'")
    day = "2026-11-02T10:00+08"
    refused = [
        (put.format(day, T5, 5), "who handled the case"),
        (put.format("2026-11-02T20:00+08", OTHER, 5), "R-QUIET"),
        (put.format("2026-11-02T08:29+08", OTHER, 5), "R-QUIET"),
        (put.format(day, OTHER, 6), "callback_score_check"),
        (put.format(day, OTHER, "null"), "callback_answered"),
        (put.format(day, OTHER, 5).replace("confirmed", "unreached"),
         "callback_answered"),
        (f"update cases.callback set state = 'unreached', tries = tries + 1,"
         f" tried_at = '{day}', tried_by = '{OTHER}'"
         f" where id = '{callback}'", "callback_thrice"),
        ("update cases.callback set tries = 0", "stands"),
        ("update cases.callback set matter = id", "permission denied"),
        ("insert into cases.callback (id, matter) select id, matter"
         " from cases.callback_draw", "permission denied"),
        ("insert into cases.callback_draw (matter, at, salt, pct, drawn)"
         " values (null, now(), null, 5, false)", "permission denied"),
        ("update cases.callback_policy set pct = 5", "permission denied"),
        ("delete from cases.callback", "permission denied"),
    ]
    for statement, why in refused:
        with pytest.raises(Exception, match=why):
            desk.house.store.rows(statement, role="cases")
            pytest.fail(statement)
    with pytest.raises(errors.CheckViolation, match="callback_drawn"):
        desk.house.store.rows(
            "insert into cases.callback_draw (matter, at, salt, pct, drawn)"
            " select matter, at, salt, pct, false from cases.callback_draw",
            role="owner")
    assert desk.record(callback, DONE).ok
    with pytest.raises(Exception, match="stands"):
        desk.house.store.rows(put.format("2026-11-03T10:00+08", OTHER, 1),
                              role="cases")


def test_r_fake_a_call_is_written_down_by_the_command_line(desk):
    errand, _ = desk.errand()
    listed = desk.house.redkite("callback", "list", "--project", desk.project,
                                roles="t5_quality", actor=OTHER)
    callback = desk.waiting()[errand]
    assert callback in listed.stdout
    desk.house.redkite(
        "callback", "record", callback, "--reached", "--said", "done",
        "--asked-to-withdraw", "no", "--score", "4", roles="t5_quality",
        actor=OTHER)
    assert desk.state_of(callback) == ("confirmed", 1, 4)
