"""What the store itself refuses about problems and meetings, by plain SQL.

Everything is written as the service's role, by the statements that the lawful
way needs; each test leaves one out or changes one.
"""

import itertools

import pytest
from psycopg2 import errors

from cluster import Store
from machine import new_id

SAID_NO = errors.RaiseException
CHECKED = errors.CheckViolation
STANDS = errors.IntegrityConstraintViolation
DENIED = errors.InsufficientPrivilege

RAISED = "2026-11-02T10:00+08"
CALLED = "2026-11-03T10:00+08"
HELD = "2026-11-05T10:00+08"
ASKED = "2026-11-10T10:00+08"
DUE = "2026-11-20"
CHAIR, QUALITY, OWNER, STAFF = new_id(), new_id(), new_id(), new_id()

NUMBERS = itertools.count(1)

WAY = [("raised", RAISED), ("agenda_proposed", RAISED),
       ("agenda_set", CALLED), ("meeting_held", HELD),
       ("actions_open", HELD), ("actions_done", ASKED),
       ("resident_feedback", ASKED), ("closed", ASKED)]


class Desk:
    def __init__(self, store):
        self.store = store
        self.connection = store.connect("cases")
        self.project = self.add(
            "project", name=new_id(), track="agreed", district_code="370214",
            plan_published_on="2026-09-01", opened_at="2026-09-01")
        self.community = self.add(
            "community", project=self.project, code="QH", name="青禾社区",
            position=1)

    def run(self, sql, *given):
        with self.connection.cursor() as cursor:
            cursor.execute(sql, given)
            return cursor.fetchall() if cursor.description else None

    def put(self, table, **row):
        self.run(f"insert into cases.{table} ({', '.join(row)}) values"
                 f" ({', '.join(['%s'] * len(row))})", *row.values())

    def add(self, table, **row):
        row = {"id": new_id(), **row}
        self.put(table, **row)
        return row["id"]

    def change(self, table, row, **changed):
        self.run(f"update cases.{table} set "
                 + ", ".join(f"{n} = %s" for n in changed)
                 + " where id = %s", *changed.values(), row)

    def together(self, *steps):
        """Statements of one transaction."""
        self.connection.autocommit = False
        try:
            for step in steps:
                step()
            self.connection.commit()
        finally:
            self.connection.rollback()
            self.connection.autocommit = True

    def home(self):
        return self.add(
            "household", project=self.project, track="agreed",
            community=self.community, no=f"QH-{next(NUMBERS):04}",
            state_since=RAISED, registered_at=RAISED, facts_since=RAISED)

    def entry(self, problem, came, to, event, actor=STAFF):
        self.put("matter_entry", matter=problem, at=RAISED, event=event,
                 from_state=came, to_state=to, actor=actor, call=new_id())

    def problem(self, kind="area", home=None):
        problem, home = new_id(), home or self.home()
        self.together(
            lambda: self.put(
                "matter", id=problem, flow="problem",
                no=f"PC-{next(NUMBERS):06}", project=self.project,
                community=self.community, household=home, kind=kind,
                state="raised", state_since=RAISED, opened_at=RAISED,
                opened_by=home),
            lambda: self.put("problem", id=problem, text=b"sealed"),
            lambda: self.entry(problem, "none", "raised", "raise"))
        return problem

    def move(self, problem, state, at, event="move", actor=STAFF):
        came = self.run("select state from cases.matter where id = %s",
                        problem)[0][0]
        self.together(
            lambda: self.change("matter", problem, state=state,
                                state_since=at),
            lambda: self.entry(problem, came, state, event, actor))

    def meeting(self, *problems, departments=("housing", "finance")):
        meeting = self.add(
            "meeting", project=self.project, starts_at=HELD, chair=CHAIR,
            departments=list(departments), called_by=STAFF, called_at=CALLED)
        for problem in problems:
            self.put("meeting_item", meeting=meeting, problem=problem,
                     invited_at=CALLED)
        return meeting

    def attend(self, meeting, member, part, department=None, said_by=None,
               **more):
        self.put("meeting_attendee", meeting=meeting, member=member, part=part,
                 department=department, said_by=said_by or member,
                 said_at=HELD, **more)

    def come(self, meeting, *departments):
        self.attend(meeting, CHAIR, "chair")
        self.attend(meeting, QUALITY, "quality")
        for department in departments:
            self.attend(meeting, new_id(), "department", department)

    def hold(self, meeting, at=HELD):
        self.change("meeting", meeting, state="held", ended_at=at)

    def minutes(self, meeting, problem, same=(), due=DUE, actions=1):
        minutes = new_id()
        self.together(
            lambda: self.put(
                "minutes", id=minutes, meeting=meeting, problem=problem,
                facts=b"1", law=b"1", options=b"1", decision=b"1",
                outcome="agreed", written_by=STAFF, written_at=HELD),
            *(lambda other=other: self.put(
                "minutes_case", minutes=minutes, problem=other)
              for other in same),
            *(lambda n=n: self.add(
                "meeting_action", minutes=minutes, problem=problem,
                written_at=HELD, position=n, what=b"1", owner=OWNER,
                due_on=due) for n in range(1, actions + 1)))
        return minutes

    def action(self, minutes):
        return self.run("select id from cases.meeting_action"
                        " where minutes = %s", minutes)[0][0]

    def verify(self, minutes, by=QUALITY):
        self.change("meeting_action", self.action(minutes), done_at=HELD)
        self.change("meeting_action", self.action(minutes),
                    verified_at=ASKED, verified_by=by)

    def until(self, state):
        """A problem on its lawful way, up to a state; and its meeting."""
        problem = self.problem()
        meeting = self.meeting(problem)
        papers = {
            "meeting_held": lambda: (
                self.come(meeting, "housing", "finance"), self.hold(meeting)),
            "actions_open": lambda: self.change(
                "problem", problem, minutes=self.minutes(meeting, problem)),
            "actions_done": lambda: self.verify(self.run(
                "select minutes from cases.problem where id = %s",
                problem)[0][0]),
            "resident_feedback": lambda: self.change(
                "problem", problem, asked_at=ASKED, answered_at=ASKED),
            "closed": lambda: self.change(
                "problem", problem, feedback="solved", feedback_by=STAFF,
                feedback_channel="phone", feedback_at=ASKED)}
        for name, at in WAY[1:]:
            papers.get(name, lambda: None)()
            self.move(problem, name, at)
            if name == state:
                return problem, meeting
        raise AssertionError(state)


@pytest.fixture(scope="module")
def shared(postgres):
    store = Store(postgres, "problem_guards")
    yield store
    store.drop()


@pytest.fixture
def desk(shared):
    """A project of its own in one store for all of these tests."""
    desk = Desk(shared)
    yield desk
    desk.connection.close()


def test_the_lawful_way_is_open(desk):
    desk.until("closed")


@pytest.mark.parametrize("before, to", [
    ("agenda_proposed", "agenda_set"), ("agenda_set", "meeting_held"),
    ("meeting_held", "actions_open"), ("actions_open", "actions_done"),
    ("actions_done", "resident_feedback"), ("resident_feedback", "closed"),
    ("agenda_proposed", "referred"), ("closed", "reopened")])
def test_no_state_is_reached_without_its_paper(desk, before, to):
    if before == "agenda_proposed":
        problem = desk.problem()
        desk.move(problem, before, RAISED)
    else:
        problem, _ = desk.until(before)
        if before == "closed":
            desk.change("problem", problem, ended_at=ASKED)
    with pytest.raises(SAID_NO, match="no paper"):
        desk.move(problem, to, ASKED)


def test_what_is_no_row_of_the_table_is_no_move(desk):
    with pytest.raises(SAID_NO, match="no move from raised to closed"):
        desk.move(desk.problem(), "closed", ASKED)


# ------------------------------------------------------------ who is there

KEPT_OUT = ("police", "urban_enforcement", "court", "developer",
            "demolition_contractor")


@pytest.mark.parametrize("who", KEPT_OUT)
def test_r_leo_nobody_of_these_is_in_the_room(desk, who):
    meeting = desk.meeting()
    with pytest.raises(SAID_NO, match="R-LEO"):
        desk.attend(meeting, new_id(), "department", who)
    with pytest.raises(SAID_NO, match="R-LEO"):
        desk.attend(meeting, new_id(), "team", flags=who)
    desk.put("meeting_opinion", meeting=meeting, department=who,
             opinion=b"sealed", taken_by=STAFF, taken_at=HELD)


@pytest.mark.parametrize("named, here, wrote, chair, fits", [
    ("housing finance justice", "housing finance", "", True, True),
    ("housing finance justice", "housing", "", True, False),
    ("housing finance justice police", "housing finance", "police", True,
     True),
    ("housing finance justice", "housing", "finance", True, False),
    ("housing finance", "housing finance", "", False, False)])
def test_a_meeting_is_held_with_its_quorum_alone(
        desk, named, here, wrote, chair, fits):
    meeting = desk.meeting(departments=named.split())
    if chair:
        desk.come(meeting, *here.split())
    for department in wrote.split():
        desk.put("meeting_opinion", meeting=meeting, department=department,
                 opinion=b"1", taken_by=STAFF, taken_at=HELD)
    if fits:
        return desk.hold(meeting)
    with pytest.raises(SAID_NO, match="no quorum"):
        desk.hold(meeting)


def test_the_chair_and_the_quality_team_speak_for_themselves(desk):
    for part in ("chair", "quality"):
        with pytest.raises(CHECKED):
            desk.attend(desk.meeting(), CHAIR, part, said_by=STAFF)


def test_a_meeting_that_is_over_is_over(desk):
    problem, meeting = desk.until("meeting_held")
    with pytest.raises(SAID_NO, match="is over"):
        desk.attend(meeting, new_id(), "team")
    with pytest.raises(SAID_NO, match="is over"):
        desk.put("meeting_item", meeting=meeting, problem=desk.problem(),
                 invited_at=CALLED)
    for change in ({"state": "called", "ended_at": None},
                   {"departments": ["housing"]}, {"chair": STAFF}):
        with pytest.raises(STANDS):
            desk.change("meeting", meeting, **change)
    assert problem


def test_no_meeting_before_its_time_or_a_day_after_the_invitation(desk):
    meeting = desk.meeting()
    desk.come(meeting, "housing", "finance")
    with pytest.raises(CHECKED):
        desk.hold(meeting, "2026-11-05T09:59+08")
    problem = desk.problem()
    desk.move(problem, "agenda_proposed", RAISED)
    late = desk.meeting()
    desk.put("meeting_item", meeting=late, problem=problem,
             invited_at="2026-11-04T10:01+08")
    desk.move(problem, "agenda_set", CALLED)
    desk.come(late, "housing", "finance")
    desk.hold(late)
    with pytest.raises(SAID_NO, match="no paper"):
        desk.move(problem, "meeting_held", HELD)


# --------------------------------------------------------- what is decided


def test_g_equal_minutes_leave_no_like_case_out(desk):
    problem, meeting = desk.until("meeting_held")
    twin, other = desk.problem(), desk.problem("ownership")
    with pytest.raises(SAID_NO, match="G-EQUAL"):
        desk.minutes(meeting, problem)
    desk.minutes(meeting, problem, same=[twin])
    assert other


@pytest.mark.parametrize("due, fits", [
    ("2026-11-05", False), ("2026-11-06", True), ("2026-11-20", True),
    ("2026-11-21", False)])
def test_an_action_is_due_within_fifteen_days(desk, due, fits):
    problem, meeting = desk.until("meeting_held")
    if fits:
        desk.minutes(meeting, problem, due=due)
    else:
        with pytest.raises(CHECKED):
            desk.minutes(meeting, problem, due=due)


def test_minutes_have_an_action_and_a_meeting_that_was_held(desk):
    problem, meeting = desk.until("meeting_held")
    with pytest.raises(SAID_NO, match="nothing is to be done"):
        desk.minutes(meeting, problem, actions=0)
    other, called = desk.until("agenda_set")
    with pytest.raises(SAID_NO, match="was not held"):
        desk.minutes(called, other, same=[problem])


def test_an_action_is_verified_once_done_and_by_another(desk):
    problem, meeting = desk.until("meeting_held")
    minutes = desk.minutes(meeting, problem)
    action = desk.action(minutes)
    with pytest.raises(CHECKED):
        desk.change("meeting_action", action, verified_at=ASKED,
                    verified_by=QUALITY)
    desk.change("meeting_action", action, done_at=HELD)
    with pytest.raises(CHECKED):
        desk.change("meeting_action", action, verified_at=ASKED,
                    verified_by=OWNER)
    desk.verify(minutes)
    for change in ({"done_at": None}, {"verified_by": STAFF}, {"due_on": DUE}):
        with pytest.raises(STANDS):
            desk.change("meeting_action", action, **change)


def test_r_bonus_nothing_here_has_an_amount(desk):
    columns = desk.run(
        "select table_name, column_name, data_type"
        " from information_schema.columns where table_schema = 'cases'"
        " and table_name ~ '^(problem|meeting|minutes|department)'")
    assert len(columns) > 60
    numbers = {(t, c) for t, c, kind in columns if kind in (
        "bigint", "integer", "numeric", "money", "double precision", "real")}
    assert numbers == {("problem", "reopened"), ("meeting_action", "position")}


# ------------------------------------------------------------ how it ends


@pytest.mark.parametrize("feedback, channel, by, at, fits", [
    (None, None, None, "2026-11-25T23:59+08", False),  # day 15
    (None, None, None, "2026-11-26T00:00+08", True),
    ("partly", "phone", "staff", ASKED, True),
    ("solved", "online", "staff", ASKED, False),
    ("solved", "online", "home", ASKED, True),
    ("not_solved", "phone", "staff", ASKED, False)])
def test_r_close_wants_the_residents_word_or_fifteen_days_of_silence(
        desk, feedback, channel, by, at, fits):
    problem, _ = desk.until("resident_feedback")
    home = desk.run("select household from cases.matter where id = %s",
                    problem)[0][0]
    if feedback:
        desk.change("problem", problem, feedback=feedback, feedback_at=ASKED,
                    feedback_channel=channel,
                    feedback_by=home if by == "home" else STAFF)
    if fits:
        return desk.move(problem, "closed", at, "close", None)
    with pytest.raises(SAID_NO, match="no paper"):
        desk.move(problem, "closed", at, "close", None)


def test_r_close_no_member_of_the_office_closes(desk):
    problem, _ = desk.until("resident_feedback")
    desk.change("problem", problem, feedback="solved", feedback_by=STAFF,
                feedback_channel="phone", feedback_at=ASKED)
    with pytest.raises(SAID_NO, match="R-CLOSE"):
        desk.move(problem, "closed", ASKED, "close", STAFF)
    desk.move(problem, "closed", ASKED, "close", None)


def test_r_close_the_first_answer_and_the_kind_stay_what_they_were(desk):
    problem, _ = desk.until("resident_feedback")
    with pytest.raises(STANDS):
        desk.change("problem", problem, answered_at=RAISED)
    with pytest.raises(STANDS):
        desk.change("problem", problem, text=b"another")
    with pytest.raises(STANDS):
        desk.change("matter", problem, kind="other")


@pytest.mark.parametrize("sql", [
    "delete from cases.problem", "delete from cases.meeting",
    "delete from cases.meeting_item", "delete from cases.meeting_action",
    "update cases.minutes set outcome = 'agreed'",
    "delete from cases.minutes_case", "delete from cases.meeting_attendee",
    "update cases.meeting_opinion set opinion = '1'",
    "update cases.department set writes_only = false"])
def test_what_is_written_stands(desk, sql):
    desk.until("closed")
    with pytest.raises(DENIED):
        desk.run(sql)


@pytest.mark.parametrize("sql", [
    "update cases.minutes set outcome = 'agreed'",
    "update cases.meeting_attendee set part = 'team'",
    "delete from cases.meeting_action", "delete from cases.problem"])
def test_even_the_superuser_meets_the_trigger(desk, sql):
    desk.until("closed")
    with pytest.raises((STANDS, SAID_NO)):
        desk.store.rows(sql)
