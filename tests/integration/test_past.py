"""Every read can be as of a moment that has passed (design.md, history).

The tests of the kinds all do the same: things move, each look is kept after
each move, and later every look as of each moment says what was said then.
"""

import datetime

import pytest
from psycopg2 import errors

import test_choice
import test_grievance
import test_hardship
import test_problem
from album import Album
from house import house_of_cases
from machine import TOP, new_id, wait_until
from test_batches import Money
from test_cases_commands import at
from test_errand import SCOPE, Desk
from test_transition import Way

MIGRATION = TOP / "services/cases/schema/0095_as_of.sql"

# What reads without "as_of", and why.
NOW_ALONE = {
    "access.list": "each line has its day and stands as it is",
    "attachment.get": "what was attached stands as it is",
    "callback.list": "whom to call now",
    "case.tasks": "what is to be done now",
    "errand.catalogue": "the catalogue of this version of the program",
    "export.list": "each line tells its own times",
    "grievance.shield": "what may be done now",
    "household.find": "a household's number never changes",
    "household.search": "names are not kept beyond their correction",
    "pack.diff": "two texts that stand as they are",
    "publication.outages": "each line tells its own times and stands",
    "recount.results": "what one run gave stands as it is",
    "satisfaction.list": "each round tells its own times",
    "satisfaction.show": "what was counted stands as it is",
    "statement.compare": "two statements that stand as they are",
    "statement.file": "a statement stands as it is",
    "statement.options": "reckons by the facts of now",
    "statement.what_if": "reckons by the facts of now",
    "survey.alike": "a list for checking the register of now",
    "survey.duplicates": "a list for checking the register of now",
}


@pytest.fixture(scope="module")
def house(postgres, tmp_path_factory):
    with house_of_cases(postgres, tmp_path_factory.mktemp("house"), "past",
                        at("2026-11-02T10:00:00")) as house:
        yield house


@pytest.fixture
def desk(house):
    return Desk(house)


def who(roles, actor=None):
    return {"roles": roles, "actor": actor or new_id()}


def kept_of(store):
    """What is kept of rows that were written over, no sealed text among it."""
    kept = store.rows("select w.relation, e.value from cases_then.was w"
                      " cross join jsonb_each_text(w.was) e")
    assert not [k for k in kept if (k[1] or "").startswith("\\x")]
    return {relation for relation, _ in kept}


def test_every_read_takes_as_of_or_says_why_not(house):
    told = house.must("cases", "service.describe", {})
    without = {c["name"] for c in told["commands"]
               if c["reads"] and not c["everywhere"]
               and "as_of" not in {m["name"] for m in c["body"]}}
    assert without == set(NOW_ALONE)


def test_nothing_is_told_of_what_is_to_come(desk):
    body = {"project": desk.project,
            "as_of": (desk.house.now + datetime.timedelta(days=1)).isoformat()}
    refused = desk.refused("errand.list", body)
    assert (refused.status, refused.body["field"]) == ("bad_request", "as_of")
    assert desk.refused("case.assign", {
        "id": desk.project, "holder": desk.project,
        "as_of": desk.house.now.isoformat()}).body["field"] == "as_of"


def test_an_errand_is_shown_as_it_stood(desk):
    household, office = desk.home(), who("t6_service")
    before = desk.house.now
    desk.house.set_time(datetime.timedelta(minutes=1))
    errand = desk.request(household)
    album = Album(
        desk.house,
        show=("errand.show", {"id": errand}, office),
        list=("errand.list", {"project": desk.project}, office),
        accepted=("errand.list", {"project": desk.project,
                                  "state": "accepted"}, office),
        due=("deadline.list", {"subject": errand}, office),
        held=("case.held", {"holder": desk.project}, office))
    with album.recording():
        for command, body in (
                ("errand.accept", {}),
                ("errand.authorise", {"until": "2027-06-30", **SCOPE}),
                ("errand.progress", {}),
                ("errand.original_take", {"what": "户口簿"}),
                ("errand.submit", {"second": desk.community}),
                ("errand.result", {"outcome": "granted", "answer": "已办好"}),
                ("case.assign", {"holder": desk.project})):
            desk.done(command, {"id": errand, **body})
        paper = album.taken[-1][1]["show"]["originals"][0]["id"]
        desk.done("errand.original_return", {"id": errand, "original": paper})
        desk.done("errand.deliver", {"id": errand})
        desk.done("errand.rate", {"id": errand, "rating": 5,
                                  "channel": "online"}, "resident", household)
    assert album.differences() == []
    assert (album.versions("show"), album.versions("held")) == (11, 4)
    assert {"matter", "errand"} <= kept_of(desk.house.store)
    told = desk.house.redkite(
        "errand", "show", errand, "--as-of", album.taken[1][0].isoformat(),
        "--purpose", "核对", roles="t6_service").stdout
    assert "accepted" in told and "closed" not in told
    for words, status in ((("visit", "list", "--as-of", "2026-11-02T10:00:00Z"),
                           2),
                          (("errand", "list", "--as-of", "yesterday"), 2),
                          (("errand", "cancel", errand, "--as-of",
                            "2026-11-02T10:00:00Z"), 1)):
        assert desk.house.redkite(*words, check=False,
                                  roles="t6_service").returncode == status
    gone = desk.refused("errand.show", {
        "id": errand, "as_of": before.isoformat()}, purpose="核对")
    assert gone.status == "not_found" and "as of" in gone.body["why"]


def test_a_problem_and_its_meeting_are_shown_as_they_stood(house):
    board = test_problem.Board(house)
    home = board.home()
    problem, other = board.raise_by(home), board.raise_by(board.home())
    mediator = who("t4_mediator", test_problem.T4)
    project = {"project": board.project}
    looks = {
        "show": ("problem.show", {"id": problem}, mediator),
        "list": ("problem.list", project, mediator),
        "alike": ("problem.alike", {"id": other}, mediator),
        "public": ("problem.public", project, who("")),
        "due": ("deadline.list", {"subject": problem}, mediator)}
    album = Album(house, **looks)
    with album.recording():
        board.propose(problem)
        meeting = board.call()
        album.looks["meeting"] = ("meeting.show", {"meeting": meeting},
                                  mediator)
        board.done("meeting.agenda", {"meeting": meeting, "problem": problem})
        board.done("meeting.view", {
            "meeting": meeting, "problem": problem, "said": "stated",
            "from": "household", "channel": "online", "text": "请重测"}, "resident", home)
        board.come(meeting)
        board.pass_days(2)
        board.done("meeting.hold", {"meeting": meeting}, "chair",
                   test_problem.CHAIR)
        assert board.minute(meeting, problem, same_cases=[other]).ok
        board.finish(meeting)
        board.until(problem, "resident_feedback")
        album.take()
        board.done("problem.feedback", {
            "id": problem, "said": "not_solved", "channel": "online"},
            "resident", home)
        board.to_team(problem, "t4_mediator")
        board.done("problem.resolve", {
            "id": problem, "outcome": "agreed", "answer": "已协商"})
        board.until(problem, "resident_feedback")
        album.take()
    assert album.differences() == []
    assert album.versions("show") > 8 and album.versions("meeting") > 8
    assert {"problem", "meeting_item"} <= kept_of(house.store)




@pytest.fixture
def town(quiet_house):
    return test_hardship.Town(quiet_house)


def test_r_hard_the_service_does_not_read_what_is_kept(town):
    with pytest.raises(errors.InsufficientPrivilege):
        town.store.rows("select was from cases_then.was", role="cases")
    with pytest.raises(errors.UndefinedColumn):
        town.store.rows("select track_blind from cases_then.grievance",
                        role="cases")
    town.active()
    for sql in ("update cases_then.was set was = '{}'",
                "delete from cases_then.was", "truncate cases_then.was"):
        with pytest.raises(errors.IntegrityConstraintViolation):
            town.store.rows(sql)


def test_r_hard_help_is_shown_as_it_stood_behind_the_lock_of_today(town):
    home, case = town.screened()
    t6 = who("t6_service", test_hardship.T6)
    own = who("resident", home)
    duty = who("duty_officer", test_hardship.DUTY)
    album = Album(
        town.house,
        show=("hardship.show", {"id": case}, t6),
        own=("hardship.show", {"id": case}, own),
        list=("hardship.list", {}, t6),
        planned=("hardship.list", {"state": "planned"}, t6),
        due=("deadline.list", {"subject": case}, t6))
    with album.recording():
        town.resident("consent", home, case)
        town.team("assess", case, text=test_hardship.TEXT,
                  social_worker=test_hardship.WORKER)
        town.team("plan", case, text="协助转运", statutory=True)
        town.team("activate", case, actor=test_hardship.LEAD)
        town.must("hardship.crisis", {"id": case, "text": "x"}, actor=home,
                  roles="resident")
        town.must("hardship.settle", {"id": case}, actor=test_hardship.T6,
                  roles="t6_service")
        town.team("review", case, stable=True)
    assert album.differences() == []
    assert album.versions("show") == 8
    crisis = next(moment for moment, said in album.taken
                  if said["show"]["state"] == "crisis")

    def then(roles, actor, command="hardship.show", **body):
        return town.ask(command, {**body, "as_of": crisis.isoformat()},
                        purpose=test_hardship.WHY, roles=roles, actor=actor)

    # Who must not see it now must not see it as of then either.
    assert then("duty_officer", duty["actor"], id=case).status == "not_found"
    assert then("duty_officer", duty["actor"], "hardship.list").body == {
        "cases": []}
    assert then("t2_signing", new_id(), id=case).status == "denied"
    looks = "select count(*), max(at) from cases.hardship_access"
    before, _ = town.store.rows(looks)[0]
    assert len(then("t6_service", t6["actor"], id=case).body["papers"]) == 4
    read = then("resident", home, "hardship.accesses", id=case).body
    assert read["accesses"] and len(read["accesses"]) < before
    count, last = town.store.rows(looks)[0]
    assert count == before + 1 and last > crisis  # when it was read, truly
    town.resident("revoke", home, case)
    assert then("t6_service", t6["actor"], id=case).body["papers"] == []
    assert len(then("resident", home, id=case).body["papers"]) == 4


def test_r_retain_what_is_erased_is_in_no_past(town):
    home, case = town.active()
    kept = town.house.now
    assert town.team("review", case, stable=True, text="稳定") == "stable"
    assert "hardship" in kept_of(town.store)
    town.store.run_as("superuser", "delete from cases.hardship_paper")
    assert town.ask("hardship.show", {"id": case, "as_of": kept.isoformat()},
                    purpose=test_hardship.WHY, actor=home,
                    roles="resident").body["papers"] == []


def test_a_grievance_is_shown_as_it_stood(house):
    desk = test_grievance.Desk(house)
    filed = desk.file(household=desk.home())
    quality = who("t5_quality", test_grievance.T5)
    album = Album(
        house,
        show=("grievance.show", {"id": filed["id"]}, quality),
        track=("grievance.track", {"no": filed["no"],
                                   "secret": filed["secret"]},
               who("", test_grievance.NOBODY)),
        list=("grievance.list", {"project": desk.project}, quality),
        accepted=("grievance.list", {"project": desk.project,
                                     "state": "accepted"}, quality),
        due=("deadline.list", {"subject": filed["id"]}, quality))
    with album.recording():
        desk.handled(filed["id"], *test_grievance.WORK)
        desk.handled(filed["id"], "extend", roles="t5_quality",
                     actor=test_grievance.T5, reason="需要外部资料", days=10)
        desk.handled(filed["id"], "propose", "reply", text="已核实并致歉")
        assert desk.say(filed, "appeal").ok
        desk.handled(filed["id"], "reply", roles="t5_quality",
                     actor=test_grievance.T5, text="复查意见")
        assert desk.say(filed, "withdraw", pressed=True).ok
        desk.handled(filed["id"], "confirm_withdrawal", roles="t5_quality",
                     actor=test_grievance.OTHER, channel="phone")
    assert album.differences() == []
    assert album.versions("show") > 9 and album.versions("accepted") == 3


def test_r_hard_whom_a_grievance_is_about_learns_no_past_of_it(house):
    desk = test_grievance.Desk(house)
    filed = desk.file(household=desk.home())
    accused = who("community_window", test_grievance.ACCUSED)
    moment = house.now
    house.set_time(datetime.timedelta(minutes=1))
    desk.handled(filed["id"], "ack")
    assert desk.handle(filed["id"], "triage",
                       about=[test_grievance.ACCUSED]).ok
    then = {"as_of": moment.isoformat()}
    shown = desk.ask("grievance.show", {"id": filed["id"], **then},
                     purpose="核对", **accused)
    assert shown.status in ("denied", "not_found")
    listed = desk.done("grievance.list", {"project": desk.project, **then},
                       **accused)
    assert listed["grievances"] == []


def test_a_household_and_its_money_are_shown_as_they_stood(quiet_house):
    money = Money(quiet_house)
    one = money.home()
    money.home("QH-0002")
    finance = who("finance")
    project = {"project": money.project}
    album = Album(
        quiet_house,
        list=("household.list", project, who("dept")),
        signed=("household.list", {**project, "state": "signed_cooling"},
                who("dept")),
        due=("deadline.list", {"subject": one}, who("dept")),
        owners=("owner.list", {"household": one}, who("dept")),
        facts=("facts.show", {"household": one}, who("dept")),
        recorded=("facts.show", {"household": one, "history": True},
                  who("dept")),
        agreed=("agreement.show", {"household": one}, who("dept")),
        sheet=("settlement.sheet", {"household": one}, finance),
        fund=("fund.show", project, finance),
        batches=("payment.batch_list", project, finance),
        exceptions=("payment.exceptions", project, finance),
        condition=("project.condition_show", project, who("")),
        documents=("project.documents", project, who("")),
        communities=("community.list", project, who("")),
        packs=("pack.list", project, who("")))
    with album.recording():
        money.must("facts.record", {
            "household": one, "facts": {"area": "130.00"},
            "evidence": "更正 第2号"}, roles="t3_front")
        money.must("project.document", {
            **project, "kind": "resolution", "number": "决议1号",
            "day": "2026-10-08"}, roles="dept")
        money.must("project.condition", {
            **project, "percent": 50, "until": "2026-11-18",
            "document": "方案1号"}, roles="dept")
        money.must("fund.deposit", {
            "id": new_id(), **project, "amount": "1000000.00",
            "document": "拨款1号", "day": "2026-11-01"}, roles="finance")
        statement = money.make(one)
        album.looks["statement"] = ("statement.show", {"id": statement},
                                    who("dept"))
        album.take()
        assert money.release(statement).ok
        quiet_house.set_time(at("2026-11-10T09:00:00"))
        agreement = money.sign(one, statement).body["agreement"]
        money.must("agreement.withdraw", {"agreement": agreement,
                                          "channel": "phone"})
        assert money.sign(one, statement).ok
        quiet_house.set_time(at("2026-11-19T09:00:00"))
        money.becomes(one, "effective")
        album.take()
        batch = money.together().body
        album.looks["batch"] = ("payment.batch_show",
                                {"batch": batch["batch"]}, finance)
        assert money.approve(batch["batch"], batch["total"]).ok
        [entered] = money.match(
            (1, "银1", "QH-0001", batch["total"], "2026-11-19"))
        money.match((2, "银2", "QH-0002", "1.00", "2026-11-19"),
                    file="bank-2.csv")
        assert money.confirm(entered["payment"], test_choice.FRONT).ok
    assert album.differences() == []
    for look in album.looks.keys() - {"packs", "communities", "owners"}:
        assert album.versions(look) > 1, look


def test_the_months_between_two_homes_are_shown_as_they_stood(quiet_house):
    way = Way(quiet_house)
    home = way.home()
    way.vacated(home)
    finance = who("finance")
    album = Album(
        quiet_house,
        show=("transition.show", {"household": home}, finance),
        sheet=("settlement.sheet", {"household": home}, finance),
        demolished=("demolition.list", {"project": way.project}, who("")),
        due=("deadline.list", {"subject": home}, finance))
    with album.recording():
        way.runs(home)
        for day, count in (("2026-12-19", 1), ("2027-01-19", 2)):
            way.reaches(day, home, count)
            album.take()
    assert album.differences() == []
    assert album.versions("show") == 5


def test_flats_and_who_chose_them_are_shown_as_they_stood(quiet_house):
    quiet_house.set_time(at("2026-11-26T10:00:00"))
    quiet_house.start("cases")
    office = test_choice.Choosing(quiet_house)
    project = {"project": office.project}
    album = Album(
        quiet_house,
        stock=("stock.list", project, who("")),
        free=("stock.list", {**project, "free": True}, who("")),
        draws=("draw.list", project, who("")))
    with album.recording():
        office.homes(2)
        office.bring(*(office.line(str(n)) for n in range(101, 105)))
        office.bring(office.line("101", price="12500.00"))
        draw = office.commit(take=2)["draw"]
        album.looks |= {"draw": ("draw.show", {"draw": draw}, who("")),
                        "roll": ("choice.roll", {"draw": draw}, who(""))}
        album.take()
        quiet_house.set_time(at("2026-12-10T10:00:00"))
        assert office.reveal(draw).ok
        office.must("choice.open", {"draw": draw, "minutes": 60})
        first, second = office.show(draw)["order"]
        choice = office.take(draw, first, "101").body["choice"]
        office.must("choice.back", {"choice": choice}, roles="resident",
                    actor=office.household(first))
        choice = office.take(draw, first, "102").body["choice"]
        assert office.take(draw, first, "103").ok  # ends the turn
        office.pass_time(61)  # the second does not come, and has another turn
        wait_until(lambda: len(office.roll(draw)) > 3, 20, "another turn")
        album.take()
        office.must("choice.decline", {
            "draw": draw, "household": office.household(second)},
            roles="t3_front", actor=test_choice.FRONT)
        office.must("stock.progress", {
            **project, "building": "1号楼", "progress": "ready",
            "day": "2026-11-20", "document": "竣工备案"})
        office.must("choice.hand", {
            "choice": choice, "day": "2026-12-10", "measured_area": "85.01"},
            roles="t3_front", actor=test_choice.FRONT)
        office.must("choice.receive", {"choice": choice}, roles="resident",
                    actor=office.household(first))
    assert album.differences() == []
    for look in ("stock", "free", "draws", "draw", "roll"):
        assert album.versions(look) > 1, look


def test_who_may_see_a_case_is_asked_of_the_present(desk):
    had = new_id()
    errand = desk.request(desk.home())
    desk.done("errand.accept", {"id": errand})
    desk.done("case.assign", {"id": errand, "holder": had})
    desk.house.set_time(datetime.timedelta(minutes=1))
    listed = {"project": desk.project}
    assert desk.done("errand.list", listed, "grid_member", had)["errands"]
    then = {"as_of": desk.house.now.isoformat()}
    desk.house.set_time(datetime.timedelta(minutes=1))
    desk.done("case.assign", {"id": errand, "holder": new_id()})
    assert desk.done("errand.list", listed | then, "grid_member",
                     had)["errands"] == []
    for command in ("errand.show", "case.timeline"):
        gone = desk.refused(command, {"id": errand, **then}, "grid_member",
                            had, purpose="核对")
        assert gone.status == "not_found"
    # Of those who may see it, all are told who had it then.
    held = desk.done("case.held", {"holder": had, **then})["cases"]
    assert [case["id"] for case in held] == [errand]


def test_of_the_time_before_the_migration_states_are_told_and_no_more(store):
    """The migration over a store in which cases have moved already."""
    project, case, member = new_id(), new_id(), new_id()
    store.run_as("superuser", "drop schema cases_then cascade;"
                 " alter table cases.transition_due drop written_at")
    store.run_as("superuser", f"""
        set session_replication_role = replica;
        insert into cases.project values ('{project}', 'x', 'agreed',
            '370214', '2026-09-01', '2026-09-01');
        insert into cases.matter (id, flow, no, project, kind, state,
            state_since, opened_at, holder)
        values ('{case}', 'errand', 'ES-000001', '{project}', 'legal_aid',
            'in_progress', '2026-09-03', '2026-09-01', '{member}');
        insert into cases.matter_entry (matter, at, event, from_state,
            to_state, call)
        values ('{case}', '2026-09-01', 'request', 'none', 'requested',
                '{member}'),
            ('{case}', '2026-09-02', 'accept', 'requested', 'accepted',
                '{member}'),
            ('{case}', '2026-09-03', 'progress', 'accepted', 'in_progress',
                '{member}');
        insert into cases.errand (id, text, two, answer, outcome)
        values ('{case}', 'a', false, 'b', 'granted')""")
    store.run_as("owner", MIGRATION.read_text())

    def then(moment):
        connection = store.connect("cases")
        with connection.cursor() as cursor:
            cursor.execute("select set_config('redkite.as_of', %s, false)",
                           (moment,))
            cursor.execute(
                "select m.state, extract(day from m.state_since)::int,"
                " m.holder::text, e.outcome, e.answer is not null"
                " from cases_then.matter m"
                " join cases_then.errand e on e.id = m.id")
            rows = cursor.fetchall()
        connection.close()
        return rows

    assert then("2026-08-31T12:00Z") == []
    assert then("2026-09-01T12:00Z") == [("requested", 1, None, None, False)]
    assert then("2026-09-02T12:00Z") == [("accepted", 2, None, None, False)]
    assert then("2026-09-03T12:00Z") == [("in_progress", 3, None, None, False)]
    assert then("2099-01-01T00:00Z") == [("in_progress", 3, member, "granted",
                                          True)]
