"""Contact caps in the database: whatever a program with the service's password
sends, a household is not visited more often, later or by others than the
policy says (domain.md 4.6; R-VISIT, R-QUIET, R-DNC, R-LEO, R-KIN, R-LABEL,
R-CFG).  All days are fixed: the 2nd of November 2026 is a Monday."""

import re
import threading
from datetime import datetime, timedelta, timezone

import psycopg2
import psycopg2.extensions
import pytest

from machine import TOP, new_id

CST = timezone(timedelta(hours=8))
HOME, AWAY, PROJECT = new_id(), new_id(), new_id()
SCHEDULING = TOP / "services/scheduling"


def at(text):
    """"11-02 09:00" or "11-02 09:00:01" of 2026, in the district."""
    form = "%Y-%m-%d %H:%M:%S" if text.count(":") == 2 else "%Y-%m-%d %H:%M"
    return datetime.strptime("2026-" + text, form).replace(tzinfo=CST)


class Town:
    """Two households and a staff list, written as the service itself would."""

    def __init__(self, store):
        self.store = store
        self.db = store.connect("scheduling")
        self.cursor = self.db.cursor()
        self.house, self.other = new_id(), new_id()
        for household in (self.house, self.other):
            self.run("insert into scheduling.household (id, project, community)"
                     " values (%s, %s, %s)", household, PROJECT, HOME)
        self.ann, self.bob = self.member(HOME), self.member(AWAY)

    def run(self, sql, *given):
        self.cursor.execute(sql, given)
        return self.cursor.fetchall() if self.cursor.description else []

    def member(self, community, flags="", teams="t2_signing", active=True):
        member = new_id()
        self.run("insert into scheduling.member (id, name, badge, gender,"
                 " community, teams, flags, active, added_at) values"
                 " (%s, '某某', %s, 'female', %s, %s, %s, %s, now())", member,
                 member[-12:], community, teams, flags, active)
        return member

    def book(self, start, minutes=30, topic="survey", household=None,
             visitors=None, agreed=None, asked=False, cursor=None, alone=True):
        """Plain SQL, without any of the service's rules; the visit's id."""
        cursor = cursor or self.cursor
        start = at(start)
        visit = new_id()
        if alone:
            cursor.execute("begin")
        try:
            cursor.execute(
                "insert into scheduling.visit (id, household, topic,"
                " asked_by_resident, starts, ends, agreed_at, agreed_by, state)"
                " values (%s, %s, %s, %s, %s, %s, %s, %s, 'planned')",
                (visit, household or self.house, topic, asked, start,
                 start + timedelta(minutes=minutes),
                 at(agreed) if agreed else start - timedelta(days=1), self.ann))
            for member in visitors or (self.ann, self.bob):
                cursor.execute("insert into scheduling.visit_member values"
                               " (%s, %s, 'empty', true)", (visit, member))
            if alone:
                cursor.execute("commit")
        except psycopg2.Error:
            if alone:
                cursor.execute("rollback")
            raise
        return visit

    def log(self, visit, outcome, started=None, by=None, remark=None):
        (begins,), = self.run(
            "select starts from scheduling.visit where id = %s", visit)
        begins = started or begins
        self.run("update scheduling.visit set state = 'held', started = %s,"
                 " ended = %s, outcome = %s, logged_by = %s, logged_at = %s,"
                 " resident_remark = %s where id = %s",
                 begins, begins + timedelta(minutes=5), outcome,
                 by or self.ann, begins + timedelta(minutes=10), remark, visit)

    def every_day(self, household=None):
        self.run("insert into scheduling.contact_window select %s, d, 510, 1200"
                 " from generate_series(1, 7) d", household or self.house)

    def quiet(self, scope, until):
        self.run("insert into scheduling.do_not_contact values"
                 " (%s, %s, %s, now(), %s)", self.house, scope, until, self.ann)


@pytest.fixture
def town(store):
    return Town(store)


def refused(why):
    return pytest.raises(psycopg2.Error, match=why)


# ------------------------------------------------------------------ the hours

@pytest.mark.parametrize("start, minutes, why", [
    ("11-04 09:00", 60, None),
    ("11-04 09:00", 61, "at most 60 minutes"),
    ("11-04 08:59:59", 30, "agreed hours"),
    ("11-04 11:01", 30, "agreed hours"),
    ("11-04 12:00", 30, "agreed hours"),
    ("11-04 17:31", 30, "agreed hours"),
    ("11-07 10:00", 30, "agreed hours"),  # a Saturday
    ("10-01 10:00", 30, "public holidays"),
    ("10-10 10:00", 30, "agreed hours"),  # a Saturday to make up for it
    ("11-04 20:00", 30, "quiet hours"),
    ("11-04 08:00", 30, "quiet hours"),
])
def test_by_default_visits_lie_in_office_hours(town, start, minutes, why):
    if why is None:
        town.book(start, minutes)
        return
    with refused(why):
        town.book(start, minutes)


@pytest.mark.parametrize("start, minutes, why", [
    ("11-04 08:30", 30, None),
    ("11-04 08:29:59", 30, "quiet hours"),
    ("11-04 19:00", 60, None),
    ("11-04 19:59", 1, None),
    ("11-04 19:59:59", 1, "quiet hours"),  # it would end at 20:00:59
    ("11-04 19:00:01", 60, "quiet hours"),
    ("11-04 20:00", 1, "quiet hours"),
    ("11-07 10:00", 30, None),
    ("10-01 10:00", 30, "public holidays"),
    ("10-10 10:00", 30, None),
])
def test_r_quiet_chosen_hours_open_all_but_nights_and_holidays(
        town, start, minutes, why):
    town.every_day()
    if why is None:
        town.book(start, minutes)
        return
    with refused(why):
        town.book(start, minutes)


def test_r_quiet_the_night_is_closed_without_the_trigger_too(town, store):
    owner = store.connect("owner").cursor()
    owner.execute("alter table scheduling.visit disable trigger visit_guard")
    for start in ("11-04 20:00", "11-04 08:29:59", "11-04 19:30:01"):
        with refused("visit_quiet_hours"):
            town.book(start)
    with refused("visit_length"):
        town.book("11-04 10:00", 61)
    with refused("visit_ahead"):
        town.book("11-04 10:00", agreed="11-03 10:00:01")


def test_a_visit_is_agreed_a_day_ahead(town):
    with refused("24 hours ahead"):
        town.book("11-04 10:00", agreed="11-03 10:00:01")
    town.book("11-04 10:00", agreed="11-03 10:00")


# ----------------------------------------------------------------- the counts

@pytest.mark.parametrize("earlier, start, why", [
    (["11-02 10:00", "11-05 10:00"], "11-09 09:59", "2 visits in 7 days"),
    (["11-02 10:00", "11-05 10:00"], "11-09 10:00", None),
    (["11-05 10:00", "11-09 09:59"], "11-02 10:00", "2 visits in 7 days"),
    (["11-02 10:00", "11-09 09:59"], "11-05 10:00", "2 visits in 7 days"),
    (["10-12 10:00", "10-19 10:00", "10-26 10:00", "11-02 10:00"],
     "11-11 09:59", "4 visits in 30 days"),
    (["10-12 10:00", "10-19 10:00", "10-26 10:00", "11-02 10:00"],
     "11-11 10:00", None),
    (["11-02 10:00"], "11-04 10:29", "48 hours apart"),
    (["11-02 10:00"], "11-04 10:30", None),
    (["11-04 10:00"], "11-02 09:31", "48 hours apart"),
    (["11-04 10:00"], "11-02 09:30", None),
])
def test_r_visit_a_household_is_counted_over_all_staff(town, earlier, start, why):
    teams = [(town.member(HOME), town.member(HOME)) for _ in earlier]
    for visitors, moment in zip(teams, earlier):
        town.book(moment, visitors=visitors)
    town.book("11-04 15:00", household=town.other)  # a neighbour counts alone
    if why is None:
        town.book(start)
        return
    with refused(why):
        town.book(start)


def test_a_cancelled_visit_does_not_count_and_a_refused_one_does(town):
    first, second = town.book("11-02 10:00"), town.book("11-05 10:00")
    with refused("2 visits in 7 days"):
        town.book("11-09 09:00")
    town.log(first, "not_now")
    with refused("2 visits in 7 days"):
        town.book("11-09 09:00")
    town.run("update scheduling.visit set state = 'cancelled', cancelled_by ="
             " 'office', cancelled_at = %s where id = %s", at("11-04 11:00"),
             second)
    town.book("11-09 09:00")
    assert town.run("select cancelled_late from scheduling.visit where id = %s",
                    second) == [(True,)]


def test_a_moved_visit_is_checked_as_a_new_one_and_does_not_count_itself(town):
    def move(visit, start, agreed):
        start = at(start)
        town.run("update scheduling.visit set starts = %s, ends = %s,"
                 " agreed_at = %s where id = %s",
                 start, start + timedelta(minutes=30), at(agreed), visit)

    town.book("11-02 10:00")
    visit = town.book("11-05 10:00")
    move(visit, "11-06 10:00", "11-04 10:00")
    with refused("48 hours apart"):
        move(visit, "11-04 10:00", "11-03 10:00")
    with refused("24 hours ahead"):
        move(visit, "11-06 10:00", "11-05 10:01")
    with refused("before it begins"):
        move(visit, "11-12 10:00", "11-06 10:00")
    assert town.run(
        "select distinct lower(during) from scheduling.visit_member"
        " where visit = %s", visit) == [(at("11-06 10:00"),)]


LEVELS = (psycopg2.extensions.ISOLATION_LEVEL_READ_COMMITTED,
          psycopg2.extensions.ISOLATION_LEVEL_REPEATABLE_READ,
          psycopg2.extensions.ISOLATION_LEVEL_SERIALIZABLE)


@pytest.mark.parametrize("level", LEVELS)
def test_r_visit_of_two_parallel_bookings_one_waits_and_is_counted(town, store, level):
    town.book("11-02 10:00")
    teams = [(town.member(HOME), town.member(HOME)) for _ in range(2)]
    sessions = [store.connect("scheduling") for _ in teams]
    for session in sessions:
        session.autocommit = False
        session.set_session(isolation_level=level)
        session.cursor().execute("select count(*) from scheduling.visit")
    outcome = []

    def second():
        try:
            town.book("11-09 09:00", visitors=teams[1],
                      cursor=sessions[1].cursor(), alone=False)
            sessions[1].commit()
            outcome.append("booked")
        except psycopg2.Error as error:
            sessions[1].rollback()
            outcome.append(str(error))

    town.book("11-05 10:00", visitors=teams[0], cursor=sessions[0].cursor(),
              alone=False)
    thread = threading.Thread(target=second)
    thread.start()
    thread.join(0.5)
    assert thread.is_alive(), "the second booking did not wait for the first"
    sessions[0].commit()
    thread.join(10)
    assert re.search("2 visits in 7 days|could not serialize", outcome[0])
    assert town.run("select count(*) from scheduling.visit") == [(2,)]


@pytest.mark.parametrize("level", LEVELS)
def test_r_visit_a_crowd_of_squads_books_no_more_than_two(town, store, level):
    starts = ["11-03 10:00", "11-05 14:00", "11-09 09:00", "11-04 10:00",
              "11-06 14:00", "11-03 15:00"]
    teams = [(town.member(HOME), town.member(HOME)) for _ in starts]
    gate = threading.Barrier(len(starts))

    def squad(start, visitors):
        session = store.connect("scheduling")
        session.autocommit = False
        session.set_session(isolation_level=level)
        gate.wait()
        try:
            town.book(start, visitors=visitors, cursor=session.cursor(),
                      alone=False)
            session.commit()
        except psycopg2.Error:
            session.rollback()

    threads = [threading.Thread(target=squad, args=(start, team))
               for start, team in zip(starts, teams)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    (count,), = town.run("select count(*) from scheduling.visit")
    assert 1 <= count <= 2


# ------------------------------------------------------ what the resident said

@pytest.mark.parametrize("scope, topic, blocked", [
    ("signing", "signing", True), ("signing", "service", False),
    ("service", "service", True), ("service", "survey", False),
    ("all", "signing", True), ("all", "survey", True),
    ("all", "service", True), ("all", "statutory", False),
])
def test_r_dnc_do_not_contact_is_by_topic(town, scope, topic, blocked):
    town.quiet(scope, "2026-11-30")
    town.quiet(scope, "2026-11-05")  # the later word is the one that holds
    if blocked:
        with refused("not to be contacted"):
            town.book("11-05 17:00", topic=topic)
        town.book("11-06 09:00", topic=topic)
    else:
        town.book("11-05 17:00", topic=topic)


def test_a_document_is_served_once_in_three_working_days(town):
    town.book("11-05 10:00", topic="statutory")
    with refused("one attempt to serve in 3 working days"):
        town.book("11-09 15:00", topic="statutory")
    town.book("11-10 15:00", topic="statutory")


def test_signing_pauses_after_a_talk_unless_the_resident_asks(town):
    town.log(town.book("11-02 10:00", topic="signing"), "met")
    with refused("pauses after a talk"):
        town.book("11-09 10:04", topic="signing")
    town.book("11-09 10:05", topic="signing")
    town.book("11-05 10:00", topic="signing", asked=True)


def test_signing_pauses_after_two_refusals_whoever_asks(town):
    town.log(town.book("11-02 10:00"), "refused")
    town.log(town.book("11-05 10:00"), "not_now")
    with refused("pauses after refusals"):
        town.book("12-04 10:00", topic="signing", asked=True)
    town.book("12-04 10:00", topic="service")
    town.book("12-07 10:00", topic="signing")


def test_a_talk_between_two_refusals_ends_the_row(town):
    for start, outcome in (("10-19 10:00", "refused"), ("10-26 10:00", "met"),
                           ("11-02 10:00", "not_now"), ("11-05 10:00",
                                                        "not_home")):
        town.log(town.book(start), outcome)
    town.book("11-18 10:00", topic="signing")


# ------------------------------------------------------------------ who comes

@pytest.mark.parametrize("flag", [
    "police", "urban_enforcement", "court", "developer",
    "demolition_contractor", "creditor"])
def test_r_leo_a_flagged_member_joins_no_visit_and_no_squad(town, flag):
    flagged = town.member(HOME, flags=flag)
    with refused("visits no resident"):
        town.book("11-04 10:00", visitors=(town.ann, flagged))
    squad = new_id()
    town.run("insert into scheduling.squad values (%s, '小队', '走访',"
             " '2026-11-01', '2026-11-30', now(), %s)", squad, town.ann)
    with refused("joins no squad"):
        town.run("insert into scheduling.squad_member select %s, id"
                 " from scheduling.member", squad)
    with refused("permission denied"):
        town.run("update scheduling.member set flags = ''")
    with refused("check"):
        town.member(HOME, flags="钉子户")


def test_r_kin_kin_landlords_creditors_and_employers_stay_away(town):
    for kind in ("kin", "landlord", "creditor", "employer"):
        relative = town.member(HOME)
        town.run("insert into scheduling.member_household_conflict values"
                 " (%s, %s, %s, now(), %s)", relative, town.house, kind,
                 relative)
        with refused("kin, landlord, creditor or employer"):
            town.book("11-04 10:00", visitors=(town.ann, relative))


def test_two_or_three_come_and_one_is_of_the_community(town):
    others = [town.member(AWAY) for _ in range(3)]
    with refused("2 to 3 visitors"):
        town.book("11-04 10:00", visitors=(town.ann,))
    with refused("2 to 3 visitors"):
        town.book("11-04 10:00", visitors=(town.ann, *others))
    with refused("community"):
        town.book("11-04 10:00", visitors=others[:2])
    with refused("has left"):
        town.book("11-04 10:00",
                  visitors=(town.ann, town.member(HOME, active=False)))
    visit = town.book("11-04 10:00", visitors=(town.ann, *others[:2]))
    with refused("2 to 3 visitors"):
        town.run("insert into scheduling.visit_member values"
                 " (%s, %s, 'empty', true)", visit, others[2])


def test_nobody_is_in_two_places(town):
    carl = town.member(HOME)
    town.book("11-04 10:00")
    with refused("visit_member_in_one_place"):
        town.book("11-04 10:29", household=town.other,
                  visitors=(town.ann, carl))
    visit = town.book("11-04 10:30", household=town.other)
    town.run("update scheduling.visit set state = 'cancelled', cancelled_by ="
             " 'resident', cancelled_at = %s where id = %s", at("11-04 09:00"),
             visit)
    town.book("11-04 10:30", household=town.other)


# ----------------------------------------------------------- the life of a visit

def test_a_visit_is_logged_by_a_visitor_outside_quiet_hours_on_its_day(town):
    visit = town.book("11-04 10:00")
    with refused("one of its visitors"):
        town.log(visit, "met", by=town.member(HOME))
    with refused("visit_started_awake"):
        town.log(visit, "met", started=at("11-04 20:00"))
    with refused("visit_started_on_its_day"):
        town.log(visit, "met", started=at("11-05 10:00"))
    town.log(visit, "met", started=at("11-04 19:59:59"))


def test_what_was_held_or_cancelled_stands(town):
    held, cancelled = town.book("11-02 10:00"), town.book("11-05 10:00")
    town.log(held, "met")
    town.run("update scheduling.visit set state = 'cancelled', cancelled_by ="
             " 'resident', cancelled_at = %s where id = %s", at("11-04 11:00"),
             cancelled)
    for visit in (held, cancelled):
        with refused("stands"):
            town.run("update scheduling.visit set state = 'planned'"
                     " where id = %s", visit)
        with refused("stands"):
            town.log(visit, "not_now")
    with refused("permission denied"):
        town.run("delete from scheduling.visit")
    with refused("permission denied"):
        town.run("delete from scheduling.visit_member")


def labels():
    source = (SCHEDULING / "visit/rules.c").read_text()
    table = re.search(r"labels\[\] = \{(.*?)\};", source, re.S).group(1)
    return re.findall(r'"(.+?)"', table)


def test_r_label_no_remark_labels_a_resident(town):
    visit = town.book("11-04 10:00")
    assert "钉子户" in labels() and "单位" in labels()
    for word in labels():
        with refused("visit_no_label"):
            town.log(visit, "met", remark=f"说到{word}的事")
    town.log(visit, "met", remark="想先看安置房再谈")


# ------------------------------------------------------------------ the policy

def policy_header():
    source = (SCHEDULING / "contact/policy.h").read_text()
    return {name: (int(loosest), int(tightest)) for name, loosest, tightest
            in re.findall(r"X\((\w+),\s*(\d+),\s*(\d+), \"", source)}


def test_the_policy_of_the_rules_and_of_the_store_is_one(town):
    rows = town.run("select name, value, loosest, tightest"
                    " from scheduling.policy")
    assert {name: (value, loosest, tightest)
            for name, value, loosest, tightest in rows} == {
                name: (loosest, loosest, tightest)
                for name, (loosest, tightest) in policy_header().items()}
    columns = [name for name, in town.run(
        "select attname::text from pg_attribute where attrelid ="
        " 'scheduling.policy_now'::regclass and attnum > 0")]
    assert sorted(columns) == sorted(policy_header())


def test_r_cfg_a_district_tightens_the_policy_and_never_loosens_it(town, store):
    owner = store.connect("owner").cursor()

    def put(name, value):
        owner.execute("update scheduling.policy set value = %s"
                      " where name = %s", (value, name))

    with refused("policy_only_tighter"):
        put("quiet_from_min", 22 * 60)
    for name, (loosest, tightest) in policy_header().items():
        step = 1 if tightest > loosest else -1
        with refused("policy_only_tighter"):
            put(name, loosest - step)
        with refused("policy_only_tighter"):
            put(name, tightest + step)
    for sql in ("update scheduling.policy set loosest = 1320",
                "delete from scheduling.policy",
                "truncate scheduling.policy"):
        with refused("bounds of the contact policy stand"):
            owner.execute(sql)
    with refused("permission denied"):
        town.run("update scheduling.policy set value = value")

    town.every_day()
    put("quiet_from_min", 18 * 60)
    with refused("quiet hours"):
        town.book("11-04 17:31", 30)
    town.book("11-04 17:30", 30)
    put("visit_7d", 1)
    with refused("1 visits in 7 days"):
        town.book("11-07 10:00")
