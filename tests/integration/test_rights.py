"""Rights that nobody loses for want of a telephone, or for being the wife
(domain.md §8 R-ACCESS, R-GENDER)."""

import pytest
import yaml

from house import ACTOR, STAFF
from machine import TOP, new_id
from test_cases_commands import at
from test_choice import Choosing
from test_household_life import Desk
from walk import SERVED, record, walk

FRONT, SERVICE, QUALITY, WINDOW, OTHER = (new_id() for _ in range(5))
RESIDENTS = {"resident", "proxy", "central_household"}
# Who looked at one's hardship is told to nobody else, least to those who looked.
OWN_ALONE = {"cases.hardship.accesses"}


def test_r_access_what_a_resident_may_the_counter_can_bring():
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    told = yaml.load((TOP / "docs/bus.asyncapi.yaml").read_text(), loader)
    roles = {name: set(operation.get("x-roles", []))
             for name, operation in told["operations"].items()}
    theirs = {name for name, may in roles.items() if may & RESIDENTS}
    assert len(theirs) > 40
    assert {name for name in theirs if not roles[name] - RESIDENTS} == OWN_ALONE


class Counter(Desk):
    """An office to which everything is brought on paper."""

    line = Choosing.line

    def ask(self, command, body, roles=STAFF, actor=ACTOR, **more):
        assert not set(roles.split(",")) & RESIDENTS
        return super().ask(command, body, roles=roles, actor=actor, **more)

    def must(self, command, body, roles=STAFF, actor=ACTOR, **more):
        answer = self.ask(command, body, roles=roles, actor=actor, **more)
        assert answer.ok, f"{command}: {answer}"
        return answer.body

    def paper(self, household, event, roles, **more):
        answer = record(self.house, household, event, 0, roles, **more)
        assert answer.ok, f"{event}: {answer}"

    def time(self, text):
        self.house.set_time(at(text))


@pytest.fixture
def counter(quiet_house):
    return Counter(quiet_house)


def disputed(counter, home):
    """The survey objected to, the appraisal reviewed, then looked at by experts:
    each asked for on paper."""
    walk(counter.house, home, until="survey_post")
    counter.paper(home, "object", "t3_front", document="异议书1号",
                  reason="住院期间未见公示")
    counter.paper(home, "repost", "t4_mediator", document="公示3号",
                  reason="面积更正")
    counter.time("2026-11-13T09:00:00")
    counter.paper(home, "confirm", "dept")
    counter.paper(home, "appraise", "appraiser", document="选定1号")
    counter.paper(home, "post_prelim", "appraiser", document="公示4号")
    counter.time("2026-11-19T09:00:00")
    served = {"document": "评估1号", **SERVED}
    counter.paper(home, "serve", "dept", **served)
    counter.paper(home, "ask_review", "t6_service", document="申请书1号")
    counter.paper(home, "review_done", "appraiser", **served)
    counter.paper(home, "ask_expert", "t6_service", document="申请书2号")
    counter.paper(home, "expert_done", "dept", document="鉴定1号", panel=3,
                  panel_appraisers=2)


def an_errand(counter, home):
    errand = counter.must("errand.request", {
        "household": home, "kind": "school_transfer", "text": "孩子转学"},
        roles="t6_service", actor=SERVICE)["id"]
    for command, more in (
            ("accept", {}),
            ("authorise", {"until": "2027-06-30", "may_submit": True,
                           "may_hold_papers": True}),
            ("progress", {}), ("submit", {"second": OTHER}),
            ("result", {"outcome": "granted", "answer": "已办好"}),
            ("deliver", {})):
        counter.must(f"errand.{command}", {"id": errand, **more},
                     roles="t6_service", actor=SERVICE)
    counter.must("errand.rate", {"id": errand, "rating": 4, "channel": "paper"},
                 roles="t5_quality", actor=QUALITY)
    return errand


def a_grievance(counter, home):
    """By letter; its number and secret are on the slip that the person takes
    home and comes back with."""
    slip = counter.must("grievance.file", {
        "household": home, "kind": "visit", "channel": "letter",
        "text": "上门太晚"}, roles="community_window", actor=WINDOW)
    for event in ("ack", "triage", "accept", "investigate", "propose", "reply"):
        counter.must("grievance.handle", {
            "id": slip["id"], "event": event,
            **({"text": "已道歉"} if event in ("propose", "reply") else {})},
            roles="community_window", actor=OTHER)
    counter.must("grievance.say", {
        "no": slip["no"], "secret": slip["secret"], "event": "satisfy",
        "channel": "letter", "score": 4}, roles="community_window",
        actor=WINDOW)
    return slip["id"]


def signed_twice(counter, home):
    """Signed at the counter, taken back by letter, signed again."""
    statement = counter.offer(home)
    counter.time("2026-11-27T10:00:00")
    first = counter.sign(home, statement, choice="swap").body["agreement"]
    back = counter.must("agreement.withdraw", {
        "agreement": first, "channel": "paper"}, roles="t6_service",
        actor=SERVICE)
    assert back["state"] == "considering"
    assert counter.sign(home, statement, choice="swap").ok
    counter.time("2026-12-06T09:00:00")
    counter.becomes(home, "effective")


def neighbour(counter):
    """Another household that waits, as the register would leave it: a draw is
    between two."""
    household = new_id()
    counter.house.store.rows(
        "set session_replication_role = replica; insert into cases.household"
        " (id, project, track, community, no, state, state_since,"
        " registered_at, facts_since, offer) select %s, c.project, 'agreed',"
        " c.id, 'QH-0002', 'transition', '2026-09-01', '2026-09-01',"
        " '2026-09-01', gen_random_uuid() from cases.community c"
        " where c.project = %s", (household, counter.project))
    return household


def housed(counter, home):
    """Drawn, chosen at the counter, the keys in hand."""
    other = neighbour(counter)
    counter.must("stock.import", {"project": counter.project, "lines": [
        counter.line("101"), counter.line("102")]})
    draw = counter.must("draw.commit", {
        "id": new_id(), "project": counter.project, "name": "一期选房",
        "source": "双色球 2026140 期", "drawn_on": "2026-12-10"})["draw"]
    counter.time("2026-12-10T09:00:00")
    counter.must("draw.reveal", {"draw": draw, "value": "03 08 14 19 22 31"},
                 roles="gov_organ", actor=OTHER)
    counter.must("choice.open", {"draw": draw, "minutes": 60})
    first = counter.must("draw.show", {"draw": draw})["order"][0]
    if first == "QH-0002":
        counter.must("choice.decline", {"draw": draw, "household": other},
                     roles="t3_front", actor=FRONT)
    flat = counter.must("stock.list", {"project": counter.project})["flats"][0]
    choice = counter.must("choice.take", {
        "draw": draw, "household": home, "flat": flat["id"]},
        roles="t3_front", actor=FRONT)["choice"]
    counter.paper(home, "choose", "dept", document="公证1号")
    counter.must("stock.progress", {
        "project": counter.project, "building": "1号楼", "progress": "ready",
        "day": "2026-12-01", "document": "竣工备案"})
    counter.must("choice.hand", {
        "choice": choice, "day": "2026-12-10", "measured_area": "85.50"},
        roles="t3_front", actor=FRONT)
    keys = {"choice": choice}
    assert counter.ask("choice.receive", keys, roles="t3_front",
                       actor=FRONT).status == "denied"  # who gave them
    counter.must("choice.receive", keys, roles="t6_service", actor=SERVICE)
    counter.paper(home, "resettle", "dept", document="钥匙1号",
                  evidence="验房单")


def test_r_access_from_the_survey_to_the_keys_by_paper_alone(counter):
    """One household that never had an account: each of its own acts is a paper
    that the counter writes down."""
    home = counter.home()
    disputed(counter, home)
    errand = an_errand(counter, home)
    grievance = a_grievance(counter, home)
    signed_twice(counter, home)
    assert counter.pay(home).ok
    counter.paper(home, "move", "t3_front", document="搬迁确认1号")
    counter.paper(home, "vacate", "t3_front", document="交房1号",
                  evidence="表底数")
    housed(counter, home)
    assert counter.state(home) == "resettled"
    assert counter.house.store.rows(
        "select id::text, state from cases.matter order by opened_at") == [
            (errand, "closed"), (grievance, "closed")]
    assert counter.house.store.value(
        "select count(*) from bus.audit where subject = %s", (home,)) > 20
    for table in ("bus.audit", "bus.outbox", "cases.timeline",
                  "cases.matter_entry"):
        assert counter.house.store.value(
            f"select count(*) from {table} where actor = %s", (home,)) == 0


def test_r_gender_a_wife_is_on_record_with_her_share_and_signs_herself(counter):
    home = counter.home()
    him, her = ({"name": name, "share": "0.5", "capacity": "full"}
                for name in ("彭伟", "林芳"))
    body = {"household": home, "document": "不动产1号"}
    alone = counter.ask("owner.set", {**body, "owners": [him]})
    assert (alone.status, alone.body["field"]) == ("bad_request", "owners")
    first, second = counter.must("owner.set", {
        **body, "owners": [him, her]})["owners"]
    shown = counter.must("owner.list", {"household": home}, purpose="核对权属")
    assert {(o["name"], o["share"]) for o in shown["owners"]} == {
        ("彭伟", "0.5"), ("林芳", "0.5")}

    statement = counter.offer(home)
    counter.house.set_time(at("2026-11-10T09:00:00"))
    for owners in (None, [{"owner": first, "how": "self"}]):
        refused = counter.sign(home, statement,
                               **({"owners": owners} if owners else {}))
        assert refused.status == "conflict"
        assert "all owners" in refused.body["why"]
    for_her = {"owner": second, "how": "power"}
    unproven = counter.sign(home, statement, owners=[
        {"owner": first, "how": "self"}, for_her])
    assert unproven.status == "bad_request"  # no notarised power, no signature
    assert counter.sign(home, statement, owners=[
        {"owner": first, "how": "self"}, {"owner": second, "how": "self"}]).ok
