"""Appointments through the bus, with the real service: booked, moved, cancelled
and logged within the caps; each refusal says why and when (domain.md 4.6, 5.5).
The services' clock stands on Monday, the 2nd of November 2026, 09:00."""

import os
import random
import threading
from datetime import datetime, timedelta, timezone

import psycopg2
import pytest

from machine import new_id, wait_until

CST = timezone(timedelta(hours=8))
DEPT, TEAM, RESIDENT = "dept", "t6_service", "resident"
PROJECT, HOME, AWAY = new_id(), new_id(), new_id()
LINE = {  # of a survey sheet; an invented person
    "line": 2, "community": "青禾社区", "no": "QH-0001", "name": "彭伟兰",
    "id_number": "370214200110223854", "phone": "15962125059",
    "address": "青禾社区4号楼1单元102", "registration": "已登记",
    "use": "住宅", "structure": "砖混", "registered_area": "120.39",
    "measured_area": "120.24", "persons": "2",
}


def when(text):
    """"11-04 10:00" of 2026, as the wire says it."""
    return f"2026-{text.replace(' ', 'T')}:00+08:00"


def to(house, text):
    house.set_time(datetime.fromisoformat(when(text)).astimezone(timezone.utc))


class Town:
    def __init__(self, house):
        self.house = house
        self.home, self.other = self.household(), self.household()
        self.ann, self.bob = self.member(HOME), self.member(AWAY)

    def household(self, community=HOME):
        household = new_id()
        self.house.store.rows(
            "insert into scheduling.household (id, project, community)"
            " values (%s, %s, %s)", (household, PROJECT, community))
        return household

    def member(self, community, **more):
        body = {"id": new_id(), "name": "王芳", "badge": new_id()[-12:],
                "gender": "female", "community": community,
                "teams": "t6_service", **more}
        return self.house.must("scheduling", "member.add", body,
                               roles=DEPT)["id"]

    def ask(self, command, body, roles=TEAM, actor=None):
        return self.house.ask("scheduling", command, body, roles=roles,
                              actor=actor)

    def must(self, command, body, roles=TEAM, actor=None):
        return self.house.must("scheduling", command, body, roles=roles,
                               actor=actor)

    def booking(self, begins, **more):
        body = {"household": self.home, "visitors": [self.ann, self.bob],
                "start": when(begins), "minutes": 30, "topic": "survey"}
        return {k: v for k, v in {**body, **more}.items() if v is not None}

    def book(self, start, **more):
        return self.must("visit.book", self.booking(start, **more))["visit"]

    def log(self, visit, outcome, started, ended, **more):
        return self.ask("visit.log", {
            "visit": visit, "outcome": outcome, "started": when(started),
            "ended": when(ended), **more}, actor=self.ann)

    def said(self, topic):
        return [event for event in self.house.events("scheduling")
                if event["topic"] == topic]


@pytest.fixture
def town(quiet_house):
    to(quiet_house, "11-02 09:00")
    quiet_house.start("scheduling")
    return Town(quiet_house)


def same_moment(said, text):
    return datetime.fromisoformat(said.replace("Z", "+00:00")) \
        == datetime.fromisoformat(when(text))


def test_a_booking_is_answered_and_told(town):
    visit = new_id()
    answer = town.must("visit.book", town.booking("11-04 10:00", id=visit))
    assert answer["visit"] == visit
    assert same_moment(answer["start"], "11-04 10:00")
    assert same_moment(answer["end"], "11-04 10:30")
    event, = wait_until(lambda: town.said("visit.booked"))
    assert event["subject"] == town.home
    data = event["data"]
    assert same_moment(data.pop("start"), "11-04 10:00")
    assert sorted(data.pop("visitors")) == sorted([town.ann, town.bob])
    assert data == {"visit": visit, "household": town.home, "community": HOME,
                    "minutes": 30, "topic": "survey"}


def test_r_visit_three_squads_at_once_and_the_third_is_refused(town):
    squads = [[town.member(HOME), town.member(HOME)] for _ in range(3)]
    starts = ["11-03 10:00", "11-05 14:00", "11-09 09:00"]
    gate, answers = threading.Barrier(3), []

    def squad(visitors, start):
        gate.wait()
        answers.append(town.ask(
            "visit.book", town.booking(start, visitors=visitors)))

    threads = [threading.Thread(target=squad, args=pair)
               for pair in zip(squads, starts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(a.status for a in answers) == ["conflict", "ok", "ok"]
    why, = [a.body["why"] for a in answers if not a.ok]
    assert "2 visits in 7 days; the next is possible from 2026-11-" in why


def test_the_next_possible_moment_is_possible(town):
    town.book("11-03 10:00")
    town.book("11-05 14:00")
    answer = town.ask("visit.book", town.booking("11-09 14:00"))
    assert answer.status == "conflict"
    following = answer.body["why"].rsplit(" ", 1)[1]
    assert following == "2026-11-10T10:00:00+08:00"
    town.must("visit.book", {**town.booking("11-09 14:00"),
                             "start": following})


@pytest.mark.parametrize("change, why", [
    ({"start": when("11-03 08:59")}, "at least 24 hours ahead; the next is"
     " possible from 2026-11-03T09:0"),
    ({"start": when("11-04 20:00")}, "from 20:00 to 08:30"),
    ({"start": when("11-07 10:00")}, "agreed hours; the next is possible from"
     " 2026-11-09T09:00:00+08:00"),
    ({"minutes": 61}, "1 to 60 minutes"),
    ({"visitors": None}, "visitors or a squad"),
    ({"visitors": ["ann"]}, "2 to 3 visitors"),
    ({"visitors": ["ann", "flagged"]}, "visits no resident"),
    ({"visitors": ["bob", "away"]}, "own community"),
    ({"visitors": ["ann", "nobody"]}, "staff list"),
    ({"visitors": ["ann", "gone"]}, "has left"),
    ({"visitors": ["ann", "kin"]}, "is kin"),
    ({"visitors": ["ann", "busy"]}, "free from 2026-11-04T10:30:00+08:00"),
    ({"household": new_id()}, "no household of that id"),
])
def test_a_refusal_names_the_rule_and_what_can_be_done(town, change, why):
    people = {"ann": town.ann, "bob": town.bob, "nobody": new_id()}
    for name in change.get("visitors") or ():
        if name not in people:
            people[name] = town.member(
                AWAY if name == "away" else HOME,
                flags="police" if name == "flagged" else "")
    if "gone" in people:
        town.must("member.leave", {"id": people["gone"]}, roles=DEPT)
    if "kin" in people:
        town.must("member.conflict", {
            "member": people["kin"], "household": town.home, "kind": "kin"})
    if "busy" in people:
        town.book("11-04 10:00", household=town.other,
                  visitors=[people["busy"], town.member(AWAY)])
    if change.get("visitors"):
        change = {"visitors": [people[name] for name in change["visitors"]]}
    answer = town.ask("visit.book", town.booking("11-04 10:00", **change))
    assert not answer.ok and why in answer.body["why"], answer
    assert town.said("visit.booked") == [] or "busy" in people


def test_a_squad_visits_within_its_term(town):
    squad = town.must("squad.add", {
        "id": new_id(), "name": "一队", "purpose": "入户调查",
        "members": [town.ann, town.bob], "from": "2026-11-01",
        "until": "2026-11-04"}, roles=DEPT)["id"]
    body = town.booking("11-04 10:00", visitors=None, squad=squad)
    visit = town.must("visit.book", body)["visit"]
    listed, = town.must("visit.list", {"household": town.home})["visits"]
    assert listed["visit"] == visit and len(listed["visitors"]) == 2
    answer = town.ask("visit.book", town.booking(
        "11-09 10:00", visitors=None, squad=squad))
    assert "the squad's term" in answer.body["why"]
    flagged = town.member(HOME, flags="court")
    answer = town.ask("squad.add", {
        "name": "二队", "purpose": "入户调查", "members": [town.ann, flagged],
        "from": "2026-11-01", "until": "2026-11-04"}, roles=DEPT)
    assert answer.status == "conflict" and answer.body["field"] == "members"
    assert [s["id"] for s in town.must("squad.list", {})["squads"]] == [squad]


def test_a_move_is_checked_anew_and_a_late_cancel_is_recorded(town):
    visit = town.book("11-04 10:00")
    town.book("11-06 10:30")
    answer = town.ask("visit.move", {"visit": visit,
                                     "start": when("11-05 10:00")})
    assert "48 hours apart" in answer.body["why"]
    moved = town.must("visit.move", {"visit": visit,
                                     "start": when("11-04 10:15"),
                                     "minutes": 15})
    assert same_moment(moved["end"], "11-04 10:30")
    to(town.house, "11-03 12:00")
    town.must("visit.cancel", {"visit": visit, "by": "office"})
    event, = wait_until(lambda: town.said("visit.cancelled"))
    assert event["data"]["late"] is True and event["data"]["by"] == "office"
    event, = town.said("visit.moved")
    assert same_moment(event["data"]["was"], "11-04 10:00")
    assert event["subject"] == town.home
    answer = town.ask("visit.cancel", {"visit": visit, "by": "resident"})
    assert answer.status == "conflict" and "cancelled" in answer.body["why"]


def test_a_visit_that_began_is_neither_moved_nor_cancelled(town):
    visit = town.book("11-04 10:00")
    to(town.house, "11-04 10:05")
    for command, more in (("visit.move", {"start": when("11-06 10:00")}),
                          ("visit.cancel", {"by": "office"})):
        answer = town.ask(command, {"visit": visit, **more})
        assert answer.status == "conflict" and "log what" in answer.body["why"]


def test_r_quiet_a_check_in_at_night_is_refused_and_explained(town):
    visit = town.book("11-04 10:00")
    to(town.house, "11-04 20:50")
    late = town.log(visit, "met", "11-04 20:40", "11-04 20:45")
    assert late.status == "conflict" and late.body["field"] == "started"
    assert "from 20:00 to 08:30 residents are left in peace" in late.body["why"]
    stranger = town.ask("visit.log", {
        "visit": visit, "outcome": "met", "started": when("11-04 10:00"),
        "ended": when("11-04 10:20")}, actor=town.member(HOME))
    assert stranger.status == "denied"
    for field in ("left", "promise", "resident_remark"):
        told = town.log(visit, "met", "11-04 10:00", "11-04 10:20",
                        **{field: "请他单 位领导出面"})
        assert told.status == "conflict" and told.body["field"] == field
        assert "write what happened" in told.body["why"]
    assert town.log(visit, "met", "11-04 10:02", "11-04 10:20",
                    left="权利告知书", resident_remark="想看安置房").ok
    event, = wait_until(lambda: town.said("visit.logged"))
    assert event["data"]["outcome"] == "met" and event["subject"] == town.home
    assert "想看" not in str(event)
    again = town.log(visit, "met", "11-04 10:02", "11-04 10:20")
    assert again.status == "conflict"


def test_a_talk_cancels_the_signing_visits_of_the_pause(town):
    talk = town.book("11-04 10:00", topic="signing")
    soon = town.book("11-09 10:00", topic="signing")
    to(town.house, "11-04 11:00")
    assert town.log(talk, "met", "11-04 10:00", "11-04 10:30").ok
    event, = wait_until(lambda: town.said("visit.cancelled"))
    assert event["data"]["visit"] == soon
    answer = town.ask("visit.book",
                      town.booking("11-09 10:00", topic="signing"))
    assert "unless the resident asks; the next is possible from " \
           "2026-11-11T10:30:00+08:00" in answer.body["why"]
    town.book("11-09 10:00", topic="signing", asked_by_resident=True)


def test_two_refusals_pause_persuasion_for_thirty_days(town):
    for day, begins in (("11-03", "10:00"), ("11-06", "09:30")):
        visit = town.book(f"{day} {begins}")
        to(town.house, f"{day} 12:00")
        assert town.log(visit, "not_now", f"{day} {begins}",
                        f"{day} {begins}").ok
    answer = town.ask("visit.book",
                      town.booking("11-16 10:00", topic="signing"))
    assert "2 times in a row" in answer.body["why"]
    assert "2026-12-07T09:00:00+08:00" in answer.body["why"]  # a Monday
    town.book("11-16 10:00", topic="service")


def test_a_resident_sets_hours_and_quiet(town):
    town.must("household.windows", {"household": town.home, "windows": [
        {"weekday": 6, "from": 600, "until": 720}]}, roles=RESIDENT)
    answer = town.ask("visit.book", town.booking("11-04 10:00"))
    assert "2026-11-07T10:00:00+08:00" in answer.body["why"]
    visit = town.book("11-07 10:00", topic="signing")
    town.must("household.quiet", {
        "household": town.home, "until": "2026-11-20", "scope": "signing"},
        roles=RESIDENT)
    event, = wait_until(lambda: town.said("visit.cancelled"))
    assert event["data"]["visit"] == visit
    assert event["data"]["by"] == "resident"
    answer = town.ask("visit.book",
                      town.booking("11-14 10:00", topic="signing"))
    assert "asked not to be contacted" in answer.body["why"]
    assert "2026-11-21T10:00:00+08:00" in answer.body["why"]
    shorter = {"household": town.home, "until": "2026-11-03",
               "scope": "signing"}
    assert town.ask("household.quiet", shorter).status == "denied"
    town.must("household.quiet", shorter, roles=RESIDENT)
    town.book("11-14 10:00", topic="signing")
    answer = town.ask("household.quiet", {**shorter, "until": "2026-12-03"})
    assert answer.body["field"] == "until"
    answer = town.ask("household.windows", {"household": town.home, "windows": [
        {"weekday": 6, "from": 600, "until": 1201}]}, roles=RESIDENT)
    assert answer.body["field"] == "windows"
    town.must("household.windows", {"household": town.home, "windows": []},
              roles=RESIDENT)
    town.book("11-09 10:00")


def test_r_kin_a_conflict_cancels_what_was_planned_with_that_member(town):
    visit = town.book("11-04 10:00")
    town.book("11-04 14:00", household=town.other)
    town.must("member.conflict", {"member": town.bob, "household": town.home,
                                  "kind": "creditor"}, roles=RESIDENT)
    event, = wait_until(lambda: town.said("visit.cancelled"))
    assert event["data"]["visit"] == visit
    answer = town.ask("member.leave", {"id": town.bob}, roles=DEPT)
    assert "planned visits" in answer.body["why"]


def surveyed(town):
    """A household of the casework that scheduling knows, and its community."""
    house = town.house
    house.start("cases")
    project, community = new_id(), new_id()
    house.must("cases", "project.open", {
        "id": project, "name": "试点", "track": "agreed",
        "district_code": "370214", "plan_published_on": "2026-01-01"})
    house.must("cases", "community.add", {
        "id": community, "project": project, "code": "QH",
        "name": "青禾社区", "position": 1})
    result, = house.must("cases", "survey.import", {
        "project": project, "sheet": "一.csv", "sheet_hash": "0" * 64,
        "dry_run": False, "rows": [LINE]})["results"]
    assert result["verdict"] in ("accepted", "remarked"), result
    (household, known), = wait_until(lambda: house.store.rows(
        "select id, project from scheduling.household where community = %s",
        (community,)))
    assert known == project
    return household, community


def test_households_are_known_from_what_cases_says(town):
    household, community = surveyed(town)
    town.book("11-04 10:00", household=household,
              visitors=[town.bob, town.member(community)])


def state_of(town, visit):
    return town.house.store.value(
        "select state from scheduling.visit where id = %s", (visit,))


def test_r_retal_whom_a_household_complained_of_does_not_come(town):
    household, community = surveyed(town)
    near, other = town.member(community), town.member(HOME)
    planned = town.book("11-10 10:00", household=household,
                        visitors=[town.bob, near])
    others = town.book("11-13 14:00", household=household,
                       visitors=[other, near])
    town.house.must("cases", "grievance.file", {
        "kind": "pressure", "channel": "web", "text": "反复上门",
        "about": [town.bob]}, roles="resident", actor=household)
    booking = town.booking("11-18 10:00", household=household,
                           visitors=[town.bob, near], asked_by_resident=False)
    answer = town.ask("visit.book", booking)
    assert answer.status == "conflict", answer
    assert f"{town.bob} does not visit this household" in answer.body["why"]
    assert "does not visit" in plain_booking(town, booking)
    # What was agreed before is off, with both who would have come, and told.
    wait_until(lambda: state_of(town, planned) == "cancelled", 20,
               "the end of the visit")
    (said,) = [e["data"] for e in town.house.events("scheduling")
               if e["topic"] == "visit.cancelled"]
    assert (said["visit"], said["by"]) == (planned, "office")
    assert set(said["visitors"]) == {town.bob, near}
    assert state_of(town, others) == "planned"
    to(town.house, "11-16 09:00")
    assert town.ask("visit.book", {**booking, "visitors": [other, near]}).ok
    assert plain_booking(town, {**booking, "start": when("11-24 10:00"),
                                "visitors": [town.ann, near],
                                }) is None
    assert town.ask("visit.book", town.booking("11-18 14:00")).ok  # to others


def test_r_retal_who_is_named_at_the_triage_does_not_come_either(town):
    household, community = surveyed(town)
    near, other = town.member(community), town.member(HOME)
    planned = town.book("11-10 10:00", household=household,
                        visitors=[town.bob, near])
    filed = town.house.must("cases", "grievance.file", {
        "kind": "pressure", "channel": "web", "text": "有人反复上门"},
        roles="resident", actor=household)
    assert state_of(town, planned) == "planned"
    for event, more in (("ack", {}), ("triage", {"about": [town.bob]})):
        town.house.must("cases", "grievance.handle", {
            "id": filed["id"], "event": event, **more},
            roles="community_window",
            actor=other)
    wait_until(lambda: state_of(town, planned) == "cancelled", 20,
               "the end of the visit")


def test_the_list_of_a_hand_over_has_the_visits_to_come(town):
    household, community = surveyed(town)
    near = town.member(community)
    visit = town.book("11-10 10:00", household=household,
                      visitors=[town.bob, near])

    def told():
        return town.house.redkite("case", "hand-over-list", town.bob).stdout

    assert f"{visit}" in told() and "2026-11-10 10:00" in told()
    to(town.house, "11-11 09:00")
    assert visit not in told()


def test_the_list_of_a_hand_over_has_all_visits_of_a_long_time(town):
    household, community = surveyed(town)
    visit = town.book("11-10 10:00", household=household,
                      visitors=[town.bob, town.member(community)])
    # Two hundred and three, four a day: more than a page.
    town.house.store.run_as("superuser", f"""
        set session_replication_role = replica;
        create temporary table more as
            select gen_random_uuid() as id, (timestamptz '2026-11-11 09:00+08'
                + n / 4 * interval '1 day' + n %% 4 * interval '2 hours') as at
            from generate_series(0, 202) n;
        insert into scheduling.visit (id, household, topic, asked_by_resident,
            starts, ends, agreed_at, agreed_by, state)
        select m.id, '{household}', 'service', true, m.at,
            m.at + interval '30 minutes', m.at - interval '2 days',
            '{town.bob}', 'planned' from more m;
        insert into scheduling.visit_member
        select m.id, '{town.bob}',
            tstzrange(m.at, m.at + interval '30 minutes'), true
        from more m;""".replace("%%", "%"))
    told = town.house.redkite("case", "hand-over-list", town.bob).stdout
    visits = [line.split('","')[1] for line in told.splitlines()
              if line.startswith('"visit"')]
    assert len(visits) == len(set(visits)) == 204 and visits[0] == visit


def test_g_lit_nobody_comes_unasked_to_whom_is_before_a_court(town):
    household, community = surveyed(town)
    near = town.member(community)
    planned = town.book("11-10 10:00", household=household,
                        visitors=[town.bob, near], asked_by_resident=False)
    asked = town.book("11-13 14:00", household=household,
                      visitors=[town.ann, near], asked_by_resident=True)
    town.house.store.run_as("superuser", f"""
        set session_replication_role = replica;
        update cases.household set state = 'remedy', track = 'state_land',
            offer = gen_random_uuid()
        where id = '{household}'""")
    booking = town.booking("11-18 10:00", household=household,
                           visitors=[town.bob, near], asked_by_resident=False)
    answer = town.ask("visit.book", booking)
    assert answer.status == "conflict", answer
    assert "unless it asks" in answer.body["why"]
    assert "remedy" in plain_booking(town, booking)
    # The event that the casework says of such a move.
    town.house.store.run_as("superuser", f"""
        with o as (
            insert into bus.outbox (event, source, topic, subject, call, actor,
                trace, data, at)
            values (gen_random_uuid(), 'cases', 'household.moved',
                '{household}', gen_random_uuid(), gen_random_uuid(),
                repeat('0', 32), json_build_object('household', '{household}',
                'state', 'remedy'), '{town.house.now}') returning id)
        insert into bus.position (source, seq, id)
        select 'cases', 1 + max(p.seq), min(o.id) from bus.position p, o
        where p.source = 'cases'""")
    town.house.must("cases", "project.open", {  # whose bell is heard
        "id": new_id(), "name": "二期", "track": "agreed",
        "district_code": "370214", "plan_published_on": "2026-01-01"})
    wait_until(lambda: state_of(town, planned) == "cancelled", 20,
               "the end of the visit")
    assert state_of(town, asked) == "planned"
    assert town.ask("visit.book", {**booking, "asked_by_resident": True}).ok


def plain_booking(town, body):
    """The same booking in plain SQL, undone at once: what refused it, or None."""
    db = town.house.store.connect("scheduling")
    db.autocommit = False
    start = datetime.fromisoformat(body["start"])
    visit = new_id()
    try:
        cursor = db.cursor()
        cursor.execute(
            "insert into scheduling.visit (id, household, topic,"
            " asked_by_resident, starts, ends, agreed_at, agreed_by, state)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s, 'planned')",
            (visit, body["household"], body["topic"], body["asked_by_resident"],
             start, start + timedelta(minutes=body["minutes"]), town.house.now,
             town.ann))
        cursor.execute("insert into scheduling.visit_member select %s, m,"
                       " 'empty', true from unnest(%s::uuid[]) m",
                       (visit, body["visitors"]))
        cursor.execute("set constraints all immediate")
        return None
    except psycopg2.Error as error:
        return str(error)
    finally:
        db.rollback()
        db.close()


def held(town, household, topic, outcome, begins):
    """A visit of the past, as if it had been booked and logged then."""
    visit = new_id()
    town.house.store.rows(
        "alter table scheduling.visit disable trigger all;"
        " insert into scheduling.visit (id, household, topic,"
        " asked_by_resident, starts, ends, agreed_at, agreed_by, state,"
        " started, ended, outcome, logged_by, logged_at)"
        " select %s, %s, %s, false, t, t + interval '30 min',"
        " t - interval '2 days', m, 'held', t, t + interval '20 min', %s, m,"
        " t + interval '1 hour' from (select %s::timestamptz as t,"
        " %s::uuid as m) given;"
        " alter table scheduling.visit enable trigger all",
        (visit, household, topic, outcome, when(begins), town.ann))


def test_the_rules_and_the_store_decide_alike(town):
    """Random bookings: what the rules allow the store takes, and what they
    refuse it refuses, for households with all kinds of pasts and wishes."""
    seed = int(os.environ.get("SEED", random.randrange(1 << 32)))
    dice = random.Random(seed)
    homes = [town.household() for _ in range(5)]
    for day in range(1, 8):
        town.house.store.rows(
            "insert into scheduling.contact_window values (%s, %s, 510, 1200)",
            (homes[1], day))
    for begins in ("10-26 10:00", "10-29 10:00"):
        held(town, homes[2], "service", "not_now", begins)
    held(town, homes[3], "signing", "met", "10-29 10:00")
    held(town, homes[3], "statutory", "not_home", "10-22 10:00")
    town.must("household.quiet", {
        "household": homes[4], "until": "2026-11-20",
        "scope": dice.choice(("signing", "service", "all"))})
    counts = {"ok": 0, "conflict": 0}
    for household in homes:
        visitors = [town.member(HOME), town.member(AWAY)]
        for _ in range(30):
            begins = datetime(2026, 11, 2, 8, tzinfo=CST) + timedelta(
                days=dice.randrange(45), minutes=dice.randrange(0, 765, 15))
            body = {"household": household, "visitors": visitors,
                    "start": begins.isoformat(),
                    "minutes": dice.choice((15, 30, 60)),
                    "topic": dice.choice(("signing", "survey", "service",
                                          "statutory")),
                    "asked_by_resident": dice.random() < 0.3}
            refused = plain_booking(town, body)
            answer = town.ask("visit.book", body)
            case = f"SEED={seed} {body} {answer} {refused}"
            counts[answer.status] += 1
            assert answer.ok == (refused is None), case
            assert answer.ok or "possible" in answer.body["why"], case
    assert counts["ok"] >= 5 and counts["conflict"] >= 50, (seed, counts)


def test_visits_are_listed_by_household_member_and_day(town):
    first = town.book("11-04 10:00")
    second = town.book("11-06 14:00", household=town.other)

    def listed(**given):
        return [v["visit"] for v in town.must("visit.list", given)["visits"]]

    assert listed() == [first, second]
    assert listed(household=town.other) == [second]
    assert listed(member=town.ann) == [first, second]
    assert listed(member=town.member(HOME)) == []
    assert listed(**{"from": "2026-11-05"}) == [second]
    assert listed(to="2026-11-04") == [first]
    assert len(town.must("member.list", {})["members"]) == 3


@pytest.mark.parametrize("command, roles", [
    ("member.add", TEAM), ("squad.add", TEAM), ("visit.book", DEPT),
    ("visit.book", RESIDENT), ("visit.log", RESIDENT), ("visit.list", RESIDENT),
    ("household.quiet", "it_operator"), ("visit.cancel", "it_operator"),
])
def test_who_has_no_part_in_it_is_denied(town, command, roles):
    assert town.ask(command, {}, roles=roles).status in ("denied",
                                                         "bad_request")
    assert town.ask(command, {"visit": new_id()}, roles=roles).status \
        == town.ask(command, {}, roles=roles).status
