"""Grievances: filed by anybody, handled on three levels, ended by the
complainant alone; and how they shield a household.

One house for the file; its clock is moved, never waited for.
"""

import concurrent.futures
import datetime
import json
import uuid

import pytest

from house import house_of_cases
from machine import new_id, wait_until
from test_cases_commands import at

WINDOW, OTHER, T5, PANEL, ACCUSED = (new_id() for _ in range(5))
NOBODY = str(uuid.UUID(int=0))
TEXT = "工作人员周某深夜上门，联系人 刘桂兰"
WORK = ("ack", "triage", "accept", "investigate")


class Desk:
    """Windows at which grievances are taken down and handled."""

    def __init__(self, house):
        self.house, self.homes = house, 0
        house.set_time(at("2026-11-02T10:00:00"))
        self.project, self.community = new_id(), new_id()
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

    def ask(self, command, body, roles="community_window", actor=WINDOW,
            **more):
        return self.house.ask("cases", command, body, roles=roles,
                              actor=actor, **more)

    def done(self, command, body, roles="community_window", actor=WINDOW,
             **more):
        answer = self.ask(command, body, roles, actor, **more)
        assert answer.ok, f"{command}: {answer}"
        return answer.body

    def file(self, kind="visit", household=None, **more):
        roles, actor = (("resident", household) if household
                        else ("", NOBODY))
        if not household:
            more.setdefault("project", self.project)
        return self.done("grievance.file", {
            "kind": kind, "channel": "web", "text": TEXT, **more},
            roles, actor)

    def handle(self, grievance, event, roles="community_window", actor=WINDOW,
               **more):
        return self.ask("grievance.handle", {
            "id": grievance, "event": event, **more}, roles, actor)

    def handled(self, grievance, *events, **who):
        for event in events:
            answer = self.handle(grievance, event, **who)
            assert answer.ok, f"{event}: {answer}"

    def replied(self, household=None, **more):
        filed = self.file(household=household, **more)
        self.handled(filed["id"], *WORK)
        self.handled(filed["id"], "propose", "reply", text="已核实并致歉")
        return filed

    def say(self, filed, event, **more):
        return self.ask("grievance.say", {
            "no": filed["no"], "secret": filed["secret"], "event": event,
            **more}, "", NOBODY)

    def state(self, grievance):
        return self.house.store.value(
            "select state from cases.matter where id = %s", (grievance,))


@pytest.fixture(scope="module")
def house(postgres, tmp_path_factory):
    with house_of_cases(postgres, tmp_path_factory.mktemp("house"), "grievance",
                        at("2026-11-02T10:00:00")) as house:
        yield house


@pytest.fixture
def desk(house):
    return Desk(house)


def test_g_anon_it_is_filed_and_followed_without_a_name(desk):
    filed = desk.file()
    assert desk.state(filed["id"]) == "received"
    track = {"no": filed["no"], "secret": filed["secret"]}
    assert desk.done("grievance.track", track, "", NOBODY)["state"] \
        == "received"
    # wrong secret, and a number that does not exist: the same answer
    wrong = desk.ask("grievance.track", {**track, "secret": "x"}, "", NOBODY)
    nothing = desk.ask("grievance.track", {
        "no": "GR-999999", "secret": filed["secret"]}, "", NOBODY)
    assert (wrong.status, wrong.body["why"]) \
        == (nothing.status, nothing.body["why"])
    store = desk.house.store
    assert store.value("select opened_by from cases.matter where id = %s",
                       (filed["id"],)) is None
    kept = store.value("select string_agg(answer, '') from bus.handled")
    assert filed["secret"] not in kept
    assert TEXT not in desk.house.logs("cases")
    assert filed["secret"] not in desk.house.logs("cases")


def test_a_repeated_filing_gets_the_same_secret_again(desk):
    call = desk.house.new_id()
    body = {"kind": "visit", "channel": "web", "text": TEXT,
            "project": desk.project}
    first = desk.done("grievance.file", body, "", NOBODY, id=call)
    again = desk.done("grievance.file", body, "", NOBODY, id=call)
    assert first == again


def test_it_is_answered_appealed_twice_and_closed_by_the_complainant(desk):
    filed = desk.replied(household=desk.home())
    grievance = filed["id"]
    assert desk.say(filed, "appeal").ok
    assert not desk.handle(grievance, "reply", "t5_quality", WINDOW,
                           text="x").ok
    desk.handled(grievance, "reply", roles="t5_quality", actor=T5,
                 text="复查意见")
    assert desk.say(filed, "appeal").ok
    desk.handled(grievance, "reply", roles="district_panel", actor=PANEL,
                 text="复核意见")
    assert desk.state(grievance) == "replied_g3"
    assert desk.say(filed, "satisfy", score=4).ok
    assert desk.say(filed, "close").ok
    assert desk.state(grievance) == "closed"
    told = desk.done("grievance.track", {
        "no": filed["no"], "secret": filed["secret"]}, "", NOBODY)
    assert [r["text"] for r in told["replies"]] == ["已核实并致歉",
                                                    "复查意见", "复核意见"]


def test_r_close_no_one_of_the_office_closes(desk):
    filed = desk.replied()
    for event in ("close", "satisfy", "appeal", "reopen"):
        answer = desk.handle(filed["id"], event, "t5_quality", T5)
        assert answer.status == "denied" and "R-CLOSE" in answer.body["why"]
    first = desk.house.store.value(
        "select first_reply_at from cases.grievance where id = %s",
        (filed["id"],))
    with pytest.raises(Exception, match="stand as they were written"):
        desk.house.store.rows(
            "update cases.grievance set appeal_until = '2026-01-01'"
            " where id = %s", (filed["id"],), role="cases")
    desk.house.set_time(datetime.timedelta(days=15))
    assert desk.state(filed["id"]) == "replied"
    desk.house.set_time(datetime.timedelta(days=2))
    wait_until(lambda: desk.state(filed["id"]) == "closed", 20, "the close")
    desk.house.set_time(datetime.timedelta(days=80))
    assert desk.say(filed, "reopen").ok
    assert desk.house.store.value(
        "select first_reply_at from cases.grievance where id = %s",
        (filed["id"],)) == first
    with pytest.raises(Exception, match="R-CLOSE"):
        desk.house.store.rows(
            "insert into cases.matter_entry (matter, at, event, from_state,"
            " to_state, actor, call) values (%s, now(), 'close', 'accepted',"
            " 'closed', %s, %s)", (filed["id"], T5, new_id()), role="cases")


def test_r_close_nobodys_name_moves_nothing_without_the_secret(desk):
    filed = desk.replied()
    move = ("insert into cases.matter_entry (matter, at, event, from_state,"
            " to_state, actor, call) values (%s, now(), 'satisfy', 'replied',"
            " 'satisfied', %s, %s)", (filed["id"], NOBODY, new_id()))
    with pytest.raises(Exception, match="R-CLOSE"):
        desk.house.store.rows(*move, role="cases")
    for sql in ("select track_blind from cases.grievance",
                "select * from cases.grievance_word",
                "insert into cases.grievance_word"
                " select id, pg_current_xact_id() from cases.matter"):
        with pytest.raises(Exception, match="permission denied"):
            desk.house.store.rows(sql, role="cases")
    for no, secret in ((filed["no"], "另一个"), ("GR-999999", filed["secret"])):
        assert desk.say({"no": no, "secret": secret},
                        "satisfy").status == "not_found"
    assert desk.say(filed, "satisfy", score=4).ok
    with pytest.raises(Exception, match="R-CLOSE"):  # a word is good for one
        desk.house.store.rows(*move, role="cases")


def test_r_withdraw_it_waits_for_a_second_channel_and_is_counted(desk):
    filed = desk.file(household=desk.home())
    desk.handled(filed["id"], *WORK)
    assert desk.say(filed, "withdraw", pressed=True).ok
    assert desk.state(filed["id"]) == "investigating"
    assert "second channel" in desk.handle(
        filed["id"], "confirm_withdrawal", "t5_quality", T5,
        channel="web").body["why"]
    assert not desk.handle(filed["id"], "confirm_withdrawal",
                           "t5_quality", WINDOW, channel="phone").ok
    desk.handled(filed["id"], "confirm_withdrawal", roles="t5_quality",
                 actor=T5, channel="phone")
    assert desk.state(filed["id"]) == "withdrawn"
    shown = desk.done("grievance.show", {"id": filed["id"]}, "t5_quality", T5,
                      purpose="质检")
    assert shown["withdrawals"] == 1


def test_g_seal_who_is_complained_of_does_not_know(desk):
    filed = desk.file(about=[ACCUSED], household=desk.home())
    for roles in ("t5_quality", "community_window", "district_panel"):
        for command, body in (("grievance.show", {"id": filed["id"]}),
                              ("case.timeline", {"id": filed["id"]}),
                              ("deadline.list", {"subject": filed["id"]})):
            answer = desk.ask(command, body, roles, ACCUSED, purpose="办理")
            assert answer.status == "not_found", f"{command}: {answer}"
        listed = desk.done("grievance.list", {"project": desk.project}, roles,
                           ACCUSED)["grievances"]
        assert filed["id"] not in [g["id"] for g in listed]
        assert not desk.handle(filed["id"], "ack", roles, ACCUSED).ok
    mine = desk.ask("case.tasks", {"limit": 200}, "t5_quality", ACCUSED)
    assert filed["id"] not in [t["id"] for t in mine.body["tasks"]]
    desk.handled(filed["id"], "ack")


def test_r_hard_the_signing_team_sees_no_grievance(desk):
    filed = desk.file()
    for roles in ("t2_signing", "t2_signing,t5_quality"):
        answer = desk.ask("grievance.show", {"id": filed["id"]}, roles,
                          new_id(), purpose="办理")
        assert answer.status in ("denied", "not_found")


def test_g_conflict_the_store_keeps_levels_apart(desk):
    filed = desk.replied()
    assert desk.say(filed, "appeal").ok
    with pytest.raises(Exception, match="G-CONFLICT"):
        desk.house.store.rows(
            "insert into cases.matter_entry (matter, at, event, from_state,"
            " to_state, actor, call) values (%s, now(), 'reply',"
            " 'appealed_g2', 'replied_g2', %s, %s)",
            (filed["id"], WINDOW, new_id()), role="cases")


def test_r_util_an_emergency_holds_the_plot_at_once(desk):
    home = desk.home()
    filed = desk.file("utility_cut", home)
    assert filed["state"] == "emergency"
    store = desk.house.store
    held = "select count(*) from cases.plot_hold where grievance = %s" \
        " and cleared_at is null"
    assert store.value(held, (filed["id"],)) == 1
    assert store.value("select count(*) from bus.outbox where subject = %s"
                       " and topic = 'grievance.emergency'",
                       (filed["id"],)) == 1
    clock = desk.done("deadline.list", {"subject": filed["id"]}, "t5_quality",
                      T5)["deadlines"]
    assert [(c["name"], c["count"], c["unit"]) for c in clock] \
        == [("T-GR-EMERG", 4, "hours")]
    desk.handled(filed["id"], "act", roles="duty_officer", actor=OTHER,
                 reason="已恢复供水")
    desk.done("grievance.clear", {"id": filed["id"], "reason": "已恢复"},
              "duty_officer", OTHER)
    assert store.value(held, (filed["id"],)) == 0


def test_r_retal_a_household_is_shielded_for_180_days(desk):
    home = desk.home()
    desk.file("pressure", home, about=[ACCUSED])
    shield = desk.done("grievance.shield", {"household": home},
                       "district_panel", PANEL)
    assert "district panel" in shield["why_no_change"]
    no_contact = "select member from cases.public_no_contact" \
        " where household = %s"
    assert desk.house.store.rows(no_contact, (home,), "scheduling") \
        == [(ACCUSED,)]
    desk.done("grievance.approve", {"household": home, "reason": "更正错误"},
              "district_panel", PANEL)
    shield = desk.done("grievance.shield", {"household": home},
                       "district_panel", PANEL)
    assert "why_no_change" not in shield


def test_r_tier_a_grievance_about_the_amount_tolls(desk):
    home = desk.home()
    desk.file("service", home)
    shield = {"household": home}
    panel = ("district_panel", PANEL)
    assert not desk.done("grievance.shield", shield, *panel)["tolled"]
    desk.file("headcount", home)
    assert desk.done("grievance.shield", shield, *panel)["tolled"]


def test_one_extension_and_one_withdrawal_at_a_time(desk):
    filed = desk.file(household=desk.home())
    desk.handled(filed["id"], *WORK)
    extend = {"reason": "需要外部资料", "days": 10}
    assert desk.handle(filed["id"], "extend", "t5_quality", T5, reason="x",
                       days=16).body["field"] == "days"
    desk.handled(filed["id"], "extend", roles="t5_quality", actor=T5,
                 **extend)
    desk.handled(filed["id"], "investigate")
    assert "once already" in desk.handle(
        filed["id"], "extend", "t5_quality", T5, **extend).body["why"]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: desk.say(filed, "withdraw"),
                                range(4)))
    assert sum(a.ok for a in answers) == 1


def test_the_command_line_files_and_follows_one(desk):
    house = desk.house

    def redkite(*args, roles="community_window", actor=WINDOW, **more):
        return json.loads(house.redkite(
            *args, "--json", roles=roles, actor=actor, **more).stdout)

    filed = redkite("grievance", "file", "visit", "--channel", "counter",
                    "--text", "-", "--project", desk.project,
                    stdin=TEXT + "\n")
    told = redkite("grievance", "track", filed["no"], "-",
                   stdin=filed["secret"] + "\n")
    assert told["state"] == "received"
    redkite("grievance", "handle", filed["id"], "ack")
    listed = house.redkite("grievance", "list", "--project", desk.project,
                           roles="t5_quality", actor=T5).stdout
    assert filed["no"] in listed and "acked" in listed
    assert "刘桂兰" not in listed


@pytest.mark.parametrize("body, field", [
    ({"kind": "demolition", "text": "x"}, "kind"),
    ({"kind": "visit", "text": ""}, "text"),
    ({"kind": "visit", "text": "x", "name": "y"}, "name"),
])
def test_a_wrong_filing_names_its_member(desk, body, field):
    answer = desk.ask("grievance.file", {
        "channel": "web", "project": desk.project, **body}, "", NOBODY)
    assert answer.body["field"] == field
