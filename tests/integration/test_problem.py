"""Problems and joint meetings as the cases service does them, with their clocks.

One day of the office for each test: its clock is moved, never waited for.
"""

import datetime
import json

import pytest

from cluster import Store
from house import House
from machine import new_id, wait_until
from test_cases_commands import Office, at

T4, T5, CHAIR, OWNER = new_id(), new_id(), new_id(), new_id()
SENT = "东侧阳台面积没有计入，请核对。联系人 刘桂兰"


class Board(Office):
    """The office, with words for what is done to problems."""

    def __init__(self, house):
        self.house = house
        self.project, self.community = new_id(), new_id()
        self.must("project.open", {
            "id": self.project, "name": self.project, "track": "agreed",
            "district_code": "370214", "plan_published_on": "2026-09-01"})
        self.must("community.add", {
            "id": self.community, "project": self.project, "code": "QH",
            "name": "青禾社区", "position": 1})
        self.homes = 0

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

    def act(self, command, body, roles="t4_mediator", actor=T4, **more):
        return self.ask(command, body, roles=roles, actor=actor, **more)

    def done(self, command, body, roles="t4_mediator", actor=T4, **more):
        answer = self.act(command, body, roles, actor, **more)
        assert answer.ok, f"{command}: {answer}"
        return answer.body

    def raise_by(self, household, kind="area", **more):
        return self.done("problem.raise", {
            "kind": kind, "text": SENT, **more}, "resident", household)["id"]

    def look(self, problem, roles="t4_mediator", actor=T4):
        return self.done("problem.show", {"id": problem}, roles, actor,
                         purpose="办理")

    def state(self, problem):
        return self.house.store.value(
            "select state from cases.matter where id = %s", (problem,))

    def until(self, problem, state):
        wait_until(lambda: self.state(problem) == state, 20,
                   f"{state}, it is {self.state(problem)},")

    def settle(self, *problems):
        """Until the system has looked at them and left them as they are."""
        wait_until(lambda: not self.house.store.value(
            "select count(*) from bus.alarm where topic = 'problem.next'"
            " and subject = any (%s::uuid[])", (list(problems),)), 20,
            "the system's look")

    def pass_days(self, days):
        self.house.set_time(datetime.timedelta(days=days))

    def to_team(self, problem, team="t3_front", **more):
        self.done("problem.triage", {"id": problem, "team": team, **more})
        self.done("problem.accept", {"id": problem}, team)

    def call(self, days=2, departments="housing,finance,justice"):
        now = self.now()
        return self.done("meeting.call", {
            "project": self.project, "chair": CHAIR,
            "starts_at": (now + datetime.timedelta(days=days)).isoformat(),
            "departments": departments})["id"]

    def now(self):
        return datetime.datetime.now(datetime.timezone.utc) + self.house.offset

    def come(self, meeting, departments=("housing", "finance")):
        self.done("meeting.attend", {
            "meeting": meeting, "member": CHAIR, "part": "chair"},
            "chair", CHAIR)
        self.done("meeting.attend", {
            "meeting": meeting, "member": T5, "part": "quality"},
            "t5_quality", T5)
        for department in departments:
            self.done("meeting.attend", {
                "meeting": meeting, "member": new_id(), "part": "department",
                "department": department})

    def propose(self, problem):
        if self.state(problem) != "agenda_proposed":
            self.done("problem.propose", {"id": problem})

    def held(self, *problems):
        """A meeting on these, held two days on."""
        meeting = self.call()
        for problem in problems:
            self.propose(problem)
            self.done("meeting.agenda", {
                "meeting": meeting, "problem": problem})
        self.come(meeting)
        self.pass_days(2)
        self.done("meeting.hold", {"meeting": meeting}, "chair", CHAIR)
        return meeting

    def minute(self, meeting, problem, **changed):
        due = (self.now() + datetime.timedelta(days=10, hours=8)).date()
        return self.act("meeting.minute", {
            "meeting": meeting, "problem": problem, "facts": "阳台已封闭，图纸可查",
            "law": "《国有土地上房屋征收与补偿条例》第十五条",
            "options": "一、重测；二、按图纸认定", "decision": "由测绘单位重测并书面答复",
            "outcome": "corrected", "same_cases": [],
            "actions": [{"what": "组织重测", "owner": OWNER,
                         "due_on": due.isoformat()}], **changed})

    def actions(self, meeting):
        return self.done("meeting.show", {"meeting": meeting},
                         purpose="督办")["actions"]

    def finish(self, meeting):
        """Every action done and verified; the people concerned are asked."""
        for action in self.actions(meeting):
            self.done("problem.act_done", {"action": action["id"]}, "dept",
                      OWNER)
            self.done("problem.verify", {"action": action["id"]},
                      "t5_quality", T5)

    def history(self, problem):
        return self.house.store.rows(
            "select event, actor::text from cases.matter_entry"
            " where matter = %s order by seq", (problem,))

    def clocks(self, problem):
        return {name for (name,) in self.house.store.rows(
            "select name from cases.clock where subject = %s"
            " and stopped_at is null", (problem,))}


@pytest.fixture(scope="module")
def office(postgres, tmp_path_factory):
    """One house for all of these tests."""
    store = Store(postgres, "problem")
    house = House(store, tmp_path_factory.mktemp("problem"), "problem")
    house.set_time(at("2026-11-02T09:00:00"))
    house.start("cases")
    yield house
    house.close()
    store.drop()


@pytest.fixture
def board(office):
    """A project of its own, on a Monday before weeks without holidays."""
    office.set_time(at("2026-11-02T10:00:00"))
    return Board(office)


def test_a_team_solves_it_and_the_resident_says_so(board):
    home = board.home()
    problem = board.raise_by(home)
    assert board.clocks(problem) == {"T-PC-TRIAGE", "T-PC-TOTAL"}
    board.to_team(problem)
    assert board.clocks(problem) == {"T-PC-TEAM", "T-PC-TOTAL"}
    other = board.act("problem.resolve", {
        "id": problem, "outcome": "agreed", "answer": "好"}, "t6_service")
    assert other.status == "conflict" and "another team" in other.body["why"]
    board.done("problem.resolve", {
        "id": problem, "outcome": "corrected", "answer": "已重测，面积更正"},
        "t3_front")
    board.until(problem, "resident_feedback")
    assert board.clocks(problem) == {"T-PC-FEEDBACK"}
    seen = board.look(problem, "resident", home)
    assert seen["answer"] == "已重测，面积更正" and seen["text"] == SENT
    assert seen["kind_label"] == "面积认定"
    board.done("problem.feedback", {
        "id": problem, "said": "partly", "channel": "online"}, "resident",
        home)
    board.until(problem, "closed")
    assert board.clocks(problem) == set()


def test_what_was_said_is_sealed_and_told_to_nobody_else(board):
    home, other = board.home(), board.home()
    problem = board.raise_by(home)
    assert board.act("problem.show", {"id": problem}, "resident", other,
                     purpose="看").status == "not_found"
    assert board.act("problem.show", {"id": problem}, "t6_service", new_id(),
                     purpose="看").status == "not_found"
    stored = board.house.store.value("select text from cases.problem")
    assert "阳台".encode() not in bytes(stored)
    told = json.dumps(board.house.events("cases"), ensure_ascii=False)
    assert "刘桂兰" not in told + board.house.logs("cases")
    assert "problem.raised" in told
    not_own = board.act("problem.raise", {
        "kind": "area", "text": SENT, "household": other}, "resident", home)
    assert not_own.status == "denied"


def test_two_departments_and_three_alike_and_ten_days_go_to_a_meeting(board):
    two = board.raise_by(board.home(), "ownership",
                         departments="housing,finance")
    board.until(two, "agenda_proposed")
    assert board.look(two)["must"] == "departments"
    alike = [board.raise_by(board.home(), "survey") for _ in range(2)]
    same_home = board.home()
    others = [board.raise_by(same_home, "other") for _ in range(3)]
    late = board.raise_by(board.home(), "utilities")
    board.to_team(late)
    board.settle(*alike, *others)
    assert {board.state(p) for p in alike + others} == {"raised"}
    alike.append(board.raise_by(board.home(), "survey"))
    for problem in alike:
        board.until(problem, "agenda_proposed")
        assert board.look(problem)["must"] == "same_kind"
    assert board.clocks(two) == {"T-JM", "T-PC-TOTAL"}
    board.pass_days(13)  # from Monday, over two weekends: nine working days
    assert board.state(late) == "in_team"
    board.pass_days(2)
    board.until(late, "agenda_proposed")
    assert board.look(late)["must"] == "ten_days"
    assert ("propose_agenda", None) in board.history(late)
    assert {board.state(p) for p in others} == {"raised"}


def test_a_meeting_wants_its_quorum_and_hears_the_household(board):
    home = board.home()
    problem = board.raise_by(home)
    board.propose(problem)
    soon = board.call(days=0.5)
    refused = board.act("meeting.agenda", {
        "meeting": soon, "problem": problem})
    assert "a day before" in refused.body["why"]
    meeting = board.call(departments="housing,finance,justice,police")
    board.done("meeting.agenda", {"meeting": meeting, "problem": problem})

    def invited():
        return [e["data"]["household"] for e in board.house.events("cases")
                if e["topic"] == "meeting.invited"
                and e["data"]["meeting"] == meeting]

    wait_until(invited, 10, "the invitation")
    assert invited() == [home]
    view = {"meeting": meeting, "problem": problem, "said": "stated",
            "from": "household", "channel": "online", "text": "请现场重测"}
    assert board.act("meeting.view", view, "resident",
                     board.home()).status == "denied"
    board.done("meeting.view", view, "resident", home)
    assert board.act("meeting.view", {**view, "said": "refused", "text": None},
                     "resident", home).status == "conflict"
    board.come(meeting, ("housing",))
    early = board.act("meeting.hold", {"meeting": meeting}, "chair", CHAIR)
    assert "before" in early.body["why"]
    board.pass_days(2)
    few = board.act("meeting.hold", {"meeting": meeting}, "chair", CHAIR)
    assert few.status == "conflict" and "1 of 4" in few.body["why"]
    board.done("meeting.attend", {
        "meeting": meeting, "member": new_id(), "part": "department",
        "department": "justice"})
    board.done("meeting.opinion", {
        "meeting": meeting, "department": "police", "text": "无意见"})
    stranger = board.act("meeting.hold", {"meeting": meeting}, "chair",
                         new_id())
    assert "another member is the chair" in stranger.body["why"]
    board.done("meeting.hold", {"meeting": meeting}, "chair", CHAIR)
    shown = board.done("meeting.show", {"meeting": meeting}, purpose="存档")
    assert shown["items"][0]["view_text"] == "请现场重测"
    assert shown["opinions"] == [{"department": "police", "opinion": "无意见"}]
    assert board.state(problem) == "meeting_held"


def test_a_household_may_refuse_to_say_and_a_meeting_may_be_put_off(board):
    problem = board.raise_by(board.home())
    board.propose(problem)
    meeting = board.call()
    board.done("meeting.agenda", {"meeting": meeting, "problem": problem})
    board.done("meeting.view", {
        "meeting": meeting, "problem": problem, "said": "refused",
        "from": "representative", "channel": "phone"})
    assert ("view", T4) in board.history(problem)
    board.done("meeting.cancel", {"meeting": meeting})
    assert board.state(problem) == "agenda_proposed"
    assert "T-JM" in board.clocks(problem)
    again = board.held(problem)
    board.done("meeting.postpone", {"meeting": again, "problem": problem})
    assert board.state(problem) == "agenda_proposed"


def test_r_leo_police_and_their_like_are_never_in_the_room(board):
    meeting = board.call()
    for flag in ("police", "urban_enforcement", "court", "developer",
                 "demolition_contractor"):
        for body in ({"part": "team", "flags": flag},
                     {"part": "department", "department": flag}):
            refused = board.act("meeting.attend", {
                "meeting": meeting, "member": new_id(), **body})
            assert refused.status == "conflict", refused
            assert "R-LEO" in refused.body["why"]
    board.done("meeting.opinion", {
        "meeting": meeting, "department": "police", "text": "书面意见"})
    for part in ("quality", "chair"):
        alone = board.act("meeting.attend", {
            "meeting": meeting, "member": new_id(), "part": part})
        assert alone.status == "denied", alone


def known_as(store, flags):
    """A member, as scheduling has it."""
    member = new_id()
    store.rows("insert into scheduling.member (id, name, badge, gender, teams,"
               " flags, added_at) values (%s, '周某', %s, 'male', 't3_front',"
               " %s, now())", (member, member[-12:], flags), role="scheduling")
    return member


def test_r_leo_whom_scheduling_knows_is_not_in_the_room_unflagged(board):
    meeting = board.call()
    for flags in ("police", "creditor,court"):
        body = {"meeting": meeting, "part": "team",
                "member": known_as(board.house.store, flags)}
        refused = board.act("meeting.attend", body)
        assert refused.status == "conflict" and "R-LEO" in refused.body["why"]
        with pytest.raises(Exception, match="R-LEO"):
            board.house.store.rows(
                "insert into cases.meeting_attendee (meeting, member, part,"
                " said_by, said_at) values (%s, %s, 'team', %s, now())",
                (meeting, body["member"], T4), role="cases")
    board.done("meeting.attend", {"meeting": meeting, "part": "team",
                                  "member": known_as(board.house.store, "")})
    with pytest.raises(Exception, match="permission denied"):
        board.house.store.rows("select flags from scheduling.member",
                               role="cases")


def test_r_bonus_a_meeting_sets_no_amount(board):
    problem = board.raise_by(board.home())
    meeting = board.held(problem)
    for member, text in (("decision", "另补 5万元"), ("facts", "差额３００元"),
                         ("options", "给予十万元补助"), ("dissent", "￥500")):
        refused = board.minute(meeting, problem, **{member: text})
        assert refused.status == "conflict", text
        assert f"{member} names a sum" in refused.body["why"]
        assert "pack.import" in refused.body["why"]
    assert board.minute(meeting, problem, amount="5.00").status == "bad_request"
    assert board.minute(meeting, problem).ok


def test_g_equal_a_decision_holds_for_all_in_the_same_situation(board):
    first, second, third = (board.raise_by(board.home()) for _ in range(3))
    board.raise_by(board.home(), "ownership")
    board.until(third, "agenda_proposed")
    meeting = board.held(first)
    same = {p["id"] for p in board.done(
        "problem.alike", {"id": first})["problems"]}
    assert same == {second, third}
    refused = board.minute(meeting, first, same_cases=[second])
    assert refused.status == "conflict"
    assert "differs by 1" in refused.body["why"]
    made = board.minute(meeting, first, same_cases=sorted(same))
    assert made.ok and made.body["same_cases"] == 2
    for twin in (second, third):
        assert ("decided_alike", T4) in board.history(twin)
        decided = board.look(twin)["decisions"]
        assert [d["said"] for d in decided] == ["由测绘单位重测并书面答复"]


def test_an_action_is_done_by_its_owner_and_verified_by_another(board):
    home = board.home()
    problem = board.raise_by(home)
    meeting = board.held(problem)
    for days in (0, 16):
        due = (board.now() + datetime.timedelta(days=days, hours=8)).date()
        late = board.minute(meeting, problem, actions=[{
            "what": "重测", "owner": OWNER, "due_on": due.isoformat()}])
        assert late.body["field"] == "actions"
    assert board.minute(meeting, problem).ok
    assert "T-JM-ACTION-1" in board.clocks(problem)
    action = {"action": board.actions(meeting)[0]["id"]}

    def held():
        return [a for a in board.done("case.held", {"holder": OWNER})["actions"]
                if a["id"] == action["action"]]

    assert held()[0]["no"].startswith("PC-")
    assert "another's" in board.act(
        "problem.act_done", action, "dept", new_id()).body["why"]
    assert "not done yet" in board.act(
        "problem.verify", action, "t5_quality", T5).body["why"]
    board.done("problem.act_done", action, "t5_quality", OWNER)
    assert "another person" in board.act(
        "problem.verify", action, "t5_quality", OWNER).body["why"]
    (mine,) = held()
    assert mine["done_at"]
    board.house.start("scheduling")
    told = board.house.redkite("case", "hand-over-list", OWNER).stdout
    assert (f'"action","{mine["no"]}","议定事项1","done","",'
            f'"{mine["due_on"]}"') in told
    board.done("problem.verify", action, "t5_quality", T5)
    assert held() == []
    board.until(problem, "resident_feedback")
    assert "T-JM-ACTION-1" not in board.clocks(problem)
    # fifteen days of silence
    board.pass_days(14)
    assert board.state(problem) == "resident_feedback"
    board.pass_days(3)
    board.until(problem, "closed")
    assert board.history(problem)[-1] == ("close", None)


def test_a_late_action_rises_one_level_every_five_working_days_once(board):
    problem = board.raise_by(board.home())
    meeting = board.held(problem)
    assert board.minute(meeting, problem).ok

    def told():
        return [(e["data"]["step"], e["data"]["tell"])
                for e in board.house.events("cases")
                if e["topic"] == "deadline.step"
                and e["data"]["subject"] == problem
                and e["data"]["clock"] == "T-JM-ACTION-1"]

    levels = ["t4_mediator,dept", "t4_mediator,dept", "t5_quality", "chair",
              "district_panel"]
    # from a Wednesday; the tenth day is a Saturday, so that Monday is the last
    for days, steps in ((11, 1), (3, 2), (7, 3), (7, 4), (7, 5), (30, 5)):
        board.pass_days(days)
        wait_until(lambda n=steps: len(told()) == n, 20, f"{steps} steps")
    assert told() == list(enumerate(levels))


def answered(board, home):
    problem = board.raise_by(home, "family")
    board.to_team(problem, "t4_mediator")
    board.done("problem.resolve", {
        "id": problem, "outcome": "explained", "answer": "已说明"})
    board.until(problem, "resident_feedback")
    return problem


def test_r_close_nobody_of_the_office_closes_and_the_resident_reopens(board):
    home = board.home()
    problem = answered(board, home)
    first = board.look(problem)["answered_at"]
    for roles, actor in (("t4_mediator", T4), ("chair", CHAIR)):
        refused = board.act("problem.feedback", {
            "id": problem, "said": "solved", "channel": "phone"}, roles, actor)
        assert refused.status == "conflict"
        assert "only whom it concerns" in refused.body["why"]
    online = board.act("problem.feedback", {
        "id": problem, "said": "solved", "channel": "online"},
        "t5_quality", T5)
    assert online.body["field"] == "channel"
    not_solved = board.done("problem.feedback", {
        "id": problem, "said": "not_solved", "channel": "online"}, "resident",
        home)
    assert not_solved["state"] == "reopened"
    assert board.clocks(problem) == {"T-PC-TRIAGE", "T-PC-TOTAL"}
    board.to_team(problem, "t4_mediator")
    board.pass_days(1)
    board.done("problem.resolve", {
        "id": problem, "outcome": "agreed", "answer": "已协商"})
    board.until(problem, "resident_feedback")
    assert board.look(problem)["answered_at"] == first  # what is measured
    board.done("problem.feedback", {
        "id": problem, "said": "solved", "channel": "phone"}, "t5_quality",
        T5)
    board.until(problem, "closed")
    board.pass_days(91)
    late = board.act("problem.reopen", {"id": problem}, "resident", home)
    assert "90 days" in late.body["why"]
    board.done("problem.reopen", {"id": problem}, "t5_quality", T5)
    board.done("problem.refer", {"id": problem, "channel": "mediation"})
    assert board.clocks(problem) == set()
    assert board.look(problem)["channel_label"] == "人民调解"
    board.pass_days(90)
    board.done("problem.reopen", {"id": problem}, "resident", home)


def test_the_public_reads_kinds_and_days_and_no_small_community(board):
    homes = [board.home() for _ in range(5)]
    problems = [board.raise_by(home, "utilities") for home in homes[:4]]
    answered(board, homes[4])
    rows = board.done("problem.public", {"project": board.project}, "",
                      new_id())["problems"]
    assert len(rows) == 5 and not any("community_name" in r for r in rows)
    assert rows[4]["outcome_label"] == "已解释说明"
    assert set(rows[0]) == {"no", "kind", "kind_label", "raised_on"}
    assert rows[0]["raised_on"] == "2026-11-02"
    problems.append(board.raise_by(homes[4], "utilities"))
    rows = board.done("problem.public", {"project": board.project}, "",
                      new_id())["problems"]
    assert [r.get("community_name") for r in rows] == (
        ["青禾社区"] * 4 + [None, "青禾社区"])
    page = board.done("problem.list", {
        "project": board.project, "kind": "utilities", "limit": 3})
    assert len(page["problems"]) == 3 and page["next"]


def test_the_command_line_raises_one_and_takes_it_to_a_meeting(
        board, tmp_path):
    house, home = board.house, board.home()

    def redkite(*args, roles="t4_mediator", actor=T4, **more):
        return json.loads(house.redkite(
            *args, "--json", roles=roles, actor=actor, **more).stdout)

    raised = redkite("problem", "raise", "-", "--kind", "area",
                     "--household", home, "--project", board.project,
                     stdin=SENT + "\n")
    problem = raised["id"]
    redkite("problem", "propose", problem)
    starts = (board.now() + datetime.timedelta(days=2)).isoformat()
    meeting = redkite("meeting", "call", "--starts", starts, "--chair", CHAIR,
                      "--departments", "housing,finance", "--project",
                      board.project)["id"]
    redkite("meeting", "agenda", meeting, problem)
    board.come(meeting)
    board.pass_days(2)
    redkite("meeting", "hold", meeting, roles="chair", actor=CHAIR)
    due = (board.now() + datetime.timedelta(days=9)).date().isoformat()
    minutes = tmp_path / "minutes.json"
    minutes.write_text(json.dumps({
        "facts": "图纸可查", "law": "条例第十五条", "options": "重测",
        "decision": "重测并书面答复", "outcome": "corrected", "same_cases": [],
        "actions": [{"what": "重测", "owner": OWNER, "due_on": due}]}))
    redkite("meeting", "minute", meeting, problem, minutes)
    shown = redkite("problem", "show", problem, "--purpose", "办理")
    assert shown["text"] == SENT and shown["state"] == "actions_open"
    listed = house.redkite("problem", "list", "--project", board.project,
                           roles="t4_mediator").stdout
    assert raised["no"] in listed and "刘桂兰" not in listed
    public = house.redkite("problem", "public", "--project", board.project,
                           roles="").stdout
    assert raised["no"] in public and "面积认定" in public
