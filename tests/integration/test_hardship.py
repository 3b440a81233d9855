"""Help in hardship (domain.md 4.4) and its firewall, with the real service."""

import datetime
import re

import psycopg2
import pytest
from psycopg2 import errors

from cluster import Store
from house import House
from machine import TOP, new_id, wait_until

DISTRICT = datetime.timezone(datetime.timedelta(hours=8))
T6, LEAD, WORKER, DUTY, SIGNER = (new_id() for _ in range(5))
TEXT = "每周三次透析，需要电梯"
WHY = "帮扶走访"
FIT = {"lift": "fits", "bathroom": "fits", "school": "not_needed",
       "dialysis": "fits"}


class Town:
    """The cases service at 2026-11-02 16:00 and a register of households."""

    def __init__(self, house):
        self.house, self.store = house, house.store
        house.set_time(datetime.datetime(2026, 11, 2, 16, tzinfo=DISTRICT))
        house.start("cases")
        self.project, self.community, self.count = new_id(), new_id(), 0
        self.must("project.open", {
            "id": self.project, "name": "棘洪滩试点", "track": "agreed",
            "district_code": "370214", "plan_published_on": "2026-09-01"})
        self.must("community.add", {
            "id": self.community, "project": self.project, "code": "QH",
            "name": "青禾社区", "position": 1})

    def ask(self, command, body, actor=T6, roles="t6_service", **more):
        return self.house.ask("cases", command, body, actor=actor,
                              roles=roles, **more)

    def must(self, command, body, **more):
        more = {"roles": "dept", **more}
        answer = self.ask(command, body, **more)
        assert answer.ok, f"{command}: {answer}"
        return answer.body

    def team(self, command, case, actor=T6, **body):
        return self.must(f"hardship.{command}", {"id": case, **body},
                         actor=actor, roles="t6_service")["state"]

    def resident(self, command, home, case):
        return self.must(f"hardship.{command}", {"id": case}, actor=home,
                         roles="resident")["state"]

    def home(self):
        self.count += 1
        home = new_id()
        self.store.rows(
            "insert into cases.household (id, project, track, community, no,"
            " state_since, registered_at, facts_since) values (%s, %s,"
            " 'agreed', %s, %s, '2026-09-01', '2026-09-01', '2026-09-01')",
            (home, self.project, self.community, f"QH-{self.count:04}"))
        return home

    def screened(self):
        home = self.home()
        case = self.must("hardship.screen", {
            "household": home, "trigger": "dialysis_oxygen", "text": TEXT},
            roles="grid_member")["id"]
        return home, case

    def active(self, statutory=False):
        home, case = self.screened()
        assert self.resident("consent", home, case) == "consented"
        assert self.team("assess", case, text=TEXT,
                         social_worker=WORKER) == "assessed"
        self.team("plan", case, text="协助转运", statutory=statutory)
        assert self.team("activate", case, actor=LEAD) == "active"
        return home, case

    def show(self, case, **more):
        return self.ask("hardship.show", {"id": case}, purpose=WHY, **more)

    def fit_holds(self, home):
        return self.store.value("select cases.fit_holds(%s)", (home,), "cases")

    def read(self, case, actor, roles, purpose=WHY):
        return self.store.rows(
            "select part, body from cases.hardship_read(%s, %s, %s, %s,"
            " '2026-11-03', %s)", (case, actor, roles, purpose, new_id()),
            "cases")


@pytest.fixture(scope="module")
def town(postgres, tmp_path_factory):
    store = Store(postgres, "hardship")
    house = House(store, tmp_path_factory.mktemp("hardship"), "hardship")
    yield Town(house)
    house.close()
    store.drop()


def test_r_hard_the_services_own_role_cannot_select_the_contents(town):
    town.active()
    for sql in ("select body from cases.hardship_paper",
                "select trigger from cases.hardship_paper",
                "delete from cases.hardship_paper",
                "update cases.hardship_access set purpose = 'x'"):
        with pytest.raises(errors.InsufficientPrivilege):
            town.store.rows(sql, role="cases")


def test_r_hard_the_door_opens_to_those_who_help_and_writes_it_down(town):
    home, case = town.active()
    looks = "select count(*) from cases.hardship_access where matter = %s"
    before = town.store.value(looks, (case,))
    for actor, roles in ((SIGNER, "t2_signing"), (T6, "t2_signing,t6_service"),
                         (WORKER, "grid_member,t2_signing"),
                         (DUTY, "duty_officer"), (SIGNER, "dept,t5_quality"),
                         (SIGNER, "grid_member"), (new_id(), "resident")):
        with pytest.raises(errors.InsufficientPrivilege):
            town.read(case, actor, roles)
    with pytest.raises(psycopg2.Error):
        town.read(case, T6, "t6_service", "")
    assert town.store.value(looks, (case,)) == before
    for actor, roles in ((T6, "t6_service"), (WORKER, "grid_member"),
                         (home, "resident")):
        papers = town.read(case, actor, roles)
        assert [p[0] for p in papers] == ["screening", "assessment", "plan"]
        assert TEXT.encode() not in b"".join(bytes(p[1]) for p in papers)
    assert town.store.value(looks, (case,)) == before + 3


def test_r_hard_the_signing_team_is_refused_whatever_else_it_is(town):
    _, case = town.active()
    assert town.show(case, roles="t2_signing").status == "denied"
    assert town.show(case, roles="t2_signing,t6_service").status == "not_found"
    seen = town.ask("hardship.list", {}, roles="t2_signing,t6_service").body
    assert seen["cases"] == []
    told = town.ask("case.timeline", {"id": case}, roles="t2_signing")
    assert told.status == "not_found"
    tasks = town.ask("case.tasks", {}, roles="t2_signing,t6_service").body
    assert case not in str(tasks)


def test_r_hard_nothing_outside_names_its_tables(town):
    del town
    named = re.compile(r"hardship_(read|paper|access|erase)|cases\.hardship\b")
    for file in TOP.glob("services/**/*.[chs]*"):
        inside = file.parts[-2] == "hardship" or file.name.startswith("0017_")
        if file.is_file() and not inside and file.name != "main.c":
            assert not named.search(file.read_text()), file
    for file in (TOP / "services/cases/hardship").iterdir():
        assert not re.search(r"cases\.(statement|offer|agreement|timeline)\b"
                             r"|h\.state|statement/|household/(offer|record)",
                             file.read_text()), file


def test_r_service_help_is_the_same_whatever_the_household_signed(town):
    told = []
    for state in ("registered", "offered"):
        home, case = town.screened()
        if state != "registered":
            town.store.run_as(
                "superuser", "set session_replication_role = replica;"
                f" update cases.household set state = '{state}',"
                f" offer = '{new_id()}' where id = '{home}'")
        told.append([
            town.resident("consent", home, case),
            town.team("assess", case, text=TEXT),
            town.team("plan", case, text=TEXT, statutory=True),
            town.ask("hardship.activate", {"id": case}).body["why"],
            town.team("activate", case, actor=LEAD),
            town.team("review", case, stable=True),
            town.resident("close", home, case),
            town.ask("hardship.close", {"id": case}, actor=LEAD).body["why"],
            town.fit_holds(home),
            [(m["event"], m["open"])
             for m in town.show(case).body["moves"]]])
    assert told[0] == told[1]


def test_r_access_consent_is_given_and_taken_back_on_a_signed_form(town):
    home, case = town.screened()
    form = {"id": case, "document": "同意书1号"}
    for roles in ("grid_member", "dept", "duty_officer"):
        assert town.ask("hardship.consent", form, actor=WORKER,
                        roles=roles).status == "denied"
    assert town.ask("hardship.consent", form, actor=SIGNER,
                    roles="t2_signing,t6_service").status == "not_found"
    assert town.ask("hardship.consent", {**form, "document": " "}).status == (
        "conflict")
    assert town.ask("hardship.consent", form).body["state"] == "consented"
    assert town.store.value("select consented_by::text from cases.hardship"
                            " where id = %s", (case,)) == home
    history = town.must("case.timeline", {"id": case}, actor=home,
                        roles="resident")["events"]
    assert [(e["event"], e.get("reason")) for e in history][-1] == (
        "consent", "同意书1号")
    assert town.team("assess", case, text=TEXT) == "assessed"
    assert town.ask("hardship.revoke", {**form, "document": "撤回书1号"}
                    ).body["state"] == "declined"
    other = town.screened()[1]
    assert town.ask("hardship.decline", {"id": other, "document": "声明1号"}
                    ).body["state"] == "declined"


def test_consent_is_the_residents_alone(town):
    home, case = town.screened()
    answer = town.ask("hardship.consent", {"id": case})
    assert answer.status == "conflict" and "signed form" in answer.body["why"]
    other = town.ask("hardship.consent", {"id": case}, actor=town.home(),
                     roles="resident")
    assert other.status == "not_found"
    assert town.ask("hardship.assess", {"id": case, "text": "x"}).status == (
        "conflict")
    with pytest.raises(errors.CheckViolation):
        town.store.rows("update cases.hardship set consented_by = %s,"
                        " consented_at = '2026-11-03' where id = %s",
                        (T6, case), "cases")
    with pytest.raises(errors.RaiseException):
        town.store.rows("insert into cases.hardship_paper (id, matter, at,"
                        " author, part, body) values (%s, %s, '2026-11-03',"
                        " %s, 'assessment', 'x')", (new_id(), case, T6),
                        "cases")
    assert town.resident("decline", home, case) == "declined"
    assert town.read(case, home, "resident") == []


def test_taken_back_consent_locks_and_help_that_the_law_owes_goes_on(town):
    home, case = town.active(statutory=True)
    assert town.resident("revoke", home, case) == "active"
    seen = town.show(case).body
    assert seen["locked_at"] and seen["papers"] == []
    assert len(town.show(case, actor=home, roles="resident")
               .body["papers"]) == 3
    with pytest.raises(errors.InsufficientPrivilege):
        town.read(case, T6, "t6_service")
    review = {"id": case, "stable": False}
    assert town.ask("hardship.review", {**review, "text": "x"}).status == (
        "conflict")
    assert town.ask("hardship.review", review).ok
    assert town.resident("consent", home, case) == "active"
    assert len(town.show(case).body["papers"]) == 3
    home, case = town.active()
    assert town.resident("revoke", home, case) == "declined"


def test_a_crisis_is_told_to_the_duty_officer_who_then_may_look(town):
    home, case = town.active()
    assert town.show(case, actor=DUTY, roles="duty_officer").status == (
        "not_found")
    assert town.must("hardship.crisis", {"id": case, "text": TEXT},
                     actor=home, roles="resident")["state"] == "crisis"
    assert town.show(case, actor=DUTY, roles="duty_officer").ok
    told = [e for e in town.house.events("cases")
            if e["topic"] == "hardship.called"][-1]["data"]
    assert told == {"hardship": case, "project": town.project,
                    "tell": "duty_officer"}
    runs = town.must("deadline.list", {"subject": case}, roles="t6_service")
    assert [(c["name"], c["count"], c["unit"]) for c in runs["deadlines"]] == [
        ("T-HS-CRISIS", 24, "hours")]
    fresh = town.must("hardship.crisis", {"household": town.home(),
                                          "text": "x"}, roles="t3_front")
    assert town.must("hardship.settle", {"id": fresh["id"]}, actor=DUTY,
                     roles="duty_officer")["state"] == "screened"


def test_events_carry_ids_and_nothing_of_the_household_or_its_need(town):
    home, _ = town.active()
    told = [e["data"] for e in town.house.events("cases")
            if e["topic"].startswith("hardship.")]
    assert told and all(set(t) == {"hardship", "project", "tell"}
                        for t in told)
    assert home not in str(told)
    kinds = town.store.rows(
        "select distinct kind from cases.matter where flow = 'hardship'")
    assert kinds == [("support",)]
    assert TEXT not in town.house.logs("cases")


def test_g_fit_nobody_in_need_is_moved_without_a_dwelling_that_fits(town):
    home, case = town.screened()
    assert town.fit_holds(home) and town.fit_holds(new_id())
    home, case = town.active()
    assert not town.fit_holds(home)
    with pytest.raises(Exception, match="dwelling to move into is not"):
        # the papers of the move left out, to hear what this guard says
        town.store.rows(
            "alter table cases.household disable trigger household_moves;"
            " update cases.household set state = 'moving' where id = %s",
            (home,), "owner")
    town.team("fit", case, **{**FIT, "lift": "lacks"})
    assert not town.fit_holds(home)
    town.team("fit", case, **FIT)
    assert town.fit_holds(home)
    town.must("hardship.crisis", {"id": case, "text": "x"}, roles="t6_service")
    assert not town.fit_holds(home)


def test_r_snoop_a_look_wants_a_purpose_and_the_resident_sees_it(town):
    home, case = town.active()
    assert town.ask("hardship.show", {"id": case}).status == "bad_request"
    shown = town.show(case, actor=WORKER, roles="grid_member").body
    assert [p.get("text") for p in shown["papers"]] == [TEXT, TEXT,
                                                        "协助转运"]
    assert shown["papers"][0]["trigger"] == "dialysis_oxygen"
    assert town.ask("hardship.accesses", {"id": case}).status == "denied"
    seen = town.must("hardship.accesses", {"id": case}, actor=home,
                     roles="resident")["accesses"]
    assert [(a["actor"], a["roles"], a["purpose"]) for a in seen] == [
        (WORKER, "grid_member", WHY)]


def test_r_retain_two_reviews_close_it_and_three_years_erase_it(town):
    home, case = town.active()
    kept = "select count(*) from cases.hardship_paper where matter = %s"
    assert town.team("review", case, stable=True) == "stable"
    with pytest.raises(errors.CheckViolation):
        town.store.rows("update cases.hardship set ended = 'closed', ended_at"
                        " = '2026-11-03', confirmed_at = '2026-11-03'"
                        " where id = %s", (case,), "cases")
    town.house.set_time(datetime.timedelta(days=89))
    wait_until(lambda: town.show(case).body["state"] == "review_due",
               what="the review that is due")
    assert town.team("review", case, stable=True, text="稳定") == "stable"
    assert town.resident("close", home, case) == "stable"
    early = town.ask("hardship.close", {"id": case}, actor=LEAD)
    assert early.status == "conflict" and "2027-01-31" in early.body["why"]
    town.house.set_time(datetime.timedelta(days=1))
    town.team("review", case, stable=True)
    unsure = town.ask("hardship.close", {"id": case}, actor=LEAD)
    assert "not confirmed" in unsure.body["why"]
    town.resident("close", home, case)
    own = town.ask("hardship.close", {"id": case})
    assert "a lead" in own.body["why"]
    assert town.team("close", case, actor=LEAD) == "closed"
    with pytest.raises(errors.RaiseException):
        town.store.rows("select * from cases.hardship_erase(%s, %s)",
                        (case, "2030-01-31T23:59+08"), "cases")
    assert town.store.value(kept, (case,)) == 4
    town.house.set_time(datetime.timedelta(days=3 * 365 + 2))
    wait_until(lambda: town.store.value(kept, (case,)) == 0,
               what="the end of what is kept")
    assert town.store.value("select state from cases.matter where id = %s",
                            (case,)) == "closed"
