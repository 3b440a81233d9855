"""A household's case beyond the offer, by the commands the office uses."""


import pytest

from case_register import POWER
from machine import new_id, wait_until
from test_cases_commands import Office, at
from walk import SERVED, record, walk

FINANCE_A, FINANCE_B, WINDOW = new_id(), new_id(), new_id()
NOBODY = "00000000-0000-0000-0000-000000000000"
DECISION = {"document": "决定1号", "organ": "市人民政府", "court": "中级人民法院",
            "legal_aid_phone": "12348", "choice": "money", **SERVED}


class Desk(Office):
    """The same office, with a project of any track."""

    def __init__(self, house, track="agreed", power=True):
        super().__init__(house)
        self.project, community = new_id(), new_id()
        self.must("project.open", {
            "id": self.project, "name": "二期", "track": track,
            "district_code": "370214", "plan_published_on": "2026-09-01"})
        for kind in POWER.get(track, ()) if power else ():
            assert self.document(kind).ok
        self.must("community.add", {
            "id": community, "project": self.project, "code": "QH",
            "name": "青禾社区", "position": 1})
        assert self.publish().ok

    def document(self, kind, day="2026-10-08", number="征字1号", **more):
        return self.ask("project.document", {
            "project": self.project, "kind": kind, "number": number,
            "day": day}, **{"roles": "dept", **more})

    def home(self, no="QH-0001"):
        self.register(no)
        return self.must("household.list", {"project": self.project})[
            "households"][-1]["id"]

    def show(self, **which):
        if "no" in which:
            which["project"] = self.project
        return super().show(**which)

    def record(self, household, event, roles, ago=0, **more):
        return record(self.house, household, event, ago, roles, **more)

    def state(self, household):
        return self.show(id=household)["state"]

    def becomes(self, household, state):
        wait_until(lambda: self.state(household) == state, 20, state)

    def deadlines(self, household):
        told = self.must("deadline.list", {"subject": household})
        return {d["name"]: d["last_day"] for d in told["deadlines"]}

    def signed(self, household, choice="money", **more):
        """In effect, on 2026-11-19."""
        statement = self.offer(household)
        self.house.set_time(at("2026-11-10T09:00:00"))
        assert self.sign(household, statement, choice=choice, **more).ok
        self.house.set_time(at("2026-11-19T09:00:00"))
        self.becomes(household, "effective")

    def pay(self, household, kind="compensation", amount="88400.00",
            by=FINANCE_B, receipt="银1号"):
        payment = self.must("payment.enter", {
            "household": household, "kind": kind, "amount": amount,
            "receipt": receipt, "paid_on": str(self.house.now.date())},
            roles="finance", actor=FINANCE_A)["payment"]
        return self.ask("payment.confirm", {"payment": payment},
                        roles="finance", actor=by)


def test_survey_and_appraisal_with_all_their_remedies(quiet_house):
    desk = Desk(quiet_house)
    home, other = desk.home(), desk.home("QH-0002")
    unready = desk.record(home, "survey_start", "t3_front")
    assert unready.status == "conflict" and "rights" in unready.body["why"]
    walk(desk.house, home, other, until="survey_post")
    late = desk.record(home, "object", "resident")
    assert late.status == "denied"  # nobody's own household
    late = desk.ask("household.record", {"households": [home],
                    "event": "object"}, roles="resident", actor=home)
    assert late.status == "conflict" and "late" in late.body["why"]
    assert desk.ask("household.record", {
        "households": [home], "event": "object", "reason": "住院期间未见公示"},
        roles="resident", actor=home).ok
    assert "T-OBJ-ANSWER" in desk.deadlines(home)
    assert desk.record(home, "confirm", "dept").status == "conflict"
    assert desk.record(home, "repost", "t4_mediator", document="公示3号",
                       reason="面积更正").ok
    early = desk.record([home, other], "confirm", "dept")
    assert early.status == "conflict" and home in early.body["why"]
    assert desk.state(other) == "survey_posted"  # all of a paper, or none

    desk.house.set_time(at("2026-11-13T09:00:00"))
    assert desk.record([home, other], "confirm", "dept").ok
    assert desk.record(home, "appraise", "appraiser", document="选定1号").ok
    assert desk.record(home, "post_prelim", "appraiser", document="公示4号").ok
    served = {"document": "评估1号", **SERVED}
    assert desk.record(home, "serve", "dept", **served).status == "conflict"
    desk.house.set_time(at("2026-11-19T09:00:00"))
    assert desk.record(home, "serve", "dept", **served).ok
    assert desk.deadlines(home) == {"T-APPR": "2026-11-30"}  # 29 is a Sunday
    assert desk.record(home, "ask_review", "t6_service").ok
    assert desk.record(home, "review_done", "appraiser", **served).ok
    assert desk.record(home, "ask_review", "t6_service").status == "conflict"
    assert desk.record(home, "ask_expert", "t6_service").ok
    panel = {"document": "鉴定1号", "panel": 4, "panel_appraisers": 3}
    assert desk.record(home, "expert_done", "dept",
                       **panel).status == "conflict"
    assert desk.record(home, "expert_done", "dept",
                       **{**panel, "panel": 3, "panel_appraisers": 2}).ok
    assert desk.state(home) == "explaining"
    assert desk.deadlines(home) == {}

    stored = str(desk.house.store.rows(
        "select row_to_json(p) from cases.paper p"))
    assert "住院" not in stored and SERVED["served_to"] not in stored
    assert "公示3号" in stored


def test_an_appraisal_is_final_when_the_days_to_ask_are_over(quiet_house):
    desk = Desk(quiet_house)
    home = desk.home()
    walk(desk.house, home, until="post_prelim")
    assert desk.record(home, "serve", "dept", document="评估1号", **SERVED).ok
    desk.house.set_time(at("2026-11-12T23:59:30"))
    assert desk.state(home) == "appraisal_served"
    desk.house.set_time(at("2026-11-13T00:00:01"))
    desk.becomes(home, "explaining")


def test_who_takes_a_house_is_paid_moves_and_comes_home(quiet_house):
    desk = Desk(quiet_house)
    home = desk.home()
    desk.signed(home, choice="swap")
    assert desk.record(home, "move", "t6_service").status == "conflict"
    for wrong in ({"amount": "88400.01"}, {"by": FINANCE_A}):
        answer = desk.pay(home, receipt=str(wrong), **wrong)
        assert answer.status == "conflict", answer
    assert desk.pay(home).body["state"] == "paid"
    assert desk.deadlines(home) == {"T-MOVE": "2026-12-04"}
    steps = [("move", "resident", "moving", {}),
             ("vacate", "t3_front", "transition",
              {"document": "交房1号", "evidence": "表底数"}),
             ("choose", "dept", "choosing", {"document": "公证1号"}),
             ("resettle", "dept", "resettled",
              {"document": "钥匙1号", "evidence": "验房单"})]
    for event, roles, state, more in steps:
        answer = desk.ask("household.record", {
            "households": [home], "event": event, **more}, roles=roles,
            actor=home)
        assert answer.ok, answer
        assert answer.body["results"][0]["state"] == state
    assert desk.pay(home, "settlement", "0.00", receipt="银2号").ok
    closing = {"document": "确认1号"}
    assert desk.record(home, "close", "t6_service",
                       **closing).status == "conflict"
    desk.house.set_time(at("2027-11-20T09:00:00"))
    assert desk.record(home, "close", "t6_service", **closing).ok
    moved = [(e["data"]["from"], e["data"]["state"])
             for e in desk.house.events("cases")
             if e["topic"] == "household.moved"][-8:]
    assert moved[0] == ("effective", "paid")
    assert ("vacated", "transition") in moved
    assert moved[-1] == ("settled", "closed")


def test_who_agrees_to_nothing_on_the_agreed_track_stays(quiet_house):
    desk = Desk(quiet_house)
    home, paused = desk.home(), desk.home("QH-0002")
    for each in (home, paused):
        desk.offer(each)
    assert "T-READ" in desk.deadlines(home)
    for actor, status in ((home, "ok"), (new_id(), "denied")):
        assert desk.ask("deadline.list", {"subject": home}, roles="resident",
                        actor=actor).status == status
    assert desk.record(paused, "talk", "t6_service").ok
    assert desk.record(paused, "toll", "t6_service", reason="法律援助中").ok
    desk.house.set_time(at("2026-12-02T23:59:30"))
    assert desk.state(home) == "considering"
    desk.house.set_time(at("2026-12-03T00:00:01"))
    desk.becomes(home, "stays")
    assert desk.state(paused) == "negotiating"
    assert desk.record(paused, "untoll", "t6_service").ok
    assert desk.deadlines(paused)["T-OFFER"] > "2026-12-30"
    assert desk.record(home, "draft_decision", "dept", document="1号",
                       **SERVED).status == "conflict"
    assert not desk.show(id=home)["moves"]


def test_r_track_no_decision_before_the_governments_own(quiet_house):
    desk = Desk(quiet_house, "state_land", power=False)
    home = desk.home()
    desk.offer(home)
    desk.house.set_time(at("2026-12-03T09:00:00"))
    desk.becomes(home, "no_agreement")
    [move] = [m for m in desk.show(id=home)["moves"]
              if m["event"] == "draft_decision"]
    assert move["guard"] == "R-TRACK"
    draft = {"document": "拟1号", **SERVED}
    held = desk.record(home, "draft_decision", "dept", **draft)
    assert held.status == "conflict" and "project.document" in held.body["why"]
    assert desk.document("decision").ok
    assert desk.record(home, "draft_decision", "dept", **draft).ok


def test_r_track_a_project_has_the_documents_of_its_track(quiet_house):
    kinds = quiet_house.store.rows(
        "select track, kind from cases.project_document_kind")
    every = sorted({kind for _, kind in kinds})
    desk = Desk(quiet_house)
    for track in ("state_land", "collective_land", "agreed", "public_housing"):
        desk.project = new_id()
        desk.must("project.open", {
            "id": desk.project, "name": track, "track": track,
            "district_code": "370214", "plan_published_on": "2026-09-01"})
        for kind in every:
            answer = desk.document(kind)
            if (track, kind) in kinds:
                assert answer.ok
            else:
                assert answer.status == "conflict"
                assert "R-TRACK" in answer.body["why"]
        assert desk.document("plan").status == "conflict"  # the same again
        assert desk.document("plan", number="征字2号").ok
        late = desk.document("plan", number="征字3号", day="2026-11-03")
        assert (late.status, late.body["field"]) == ("bad_request", "day")
        assert desk.document("plan", roles="t3_front").status == "denied"
        shown = desk.must("project.documents", {"project": desk.project},
                          roles="")["documents"]
        assert {d["kind"] for d in shown} == {
            kind for of, kind in kinds if of == track}
        assert [(d["number"], d["day"], d["counts"]) for d in shown
                if d["kind"] == "plan"] == [
            ("征字1号", "2026-10-08", False), ("征字2号", "2026-10-08", True)]
    told = wait_until(lambda: [
        e for e in desk.house.events("cases")
        if e["topic"] == "project.documented"], 5, "the events")
    assert told[0]["data"].items() >= {
        "number": "征字1号", "day": "2026-10-08"}.items()


def test_a_decision_is_enforced_by_the_court_alone_and_late(quiet_house):
    desk = Desk(quiet_house, "state_land")
    home = desk.home()
    statement = desk.offer(home)
    desk.house.set_time(at("2026-12-03T09:00:00"))
    desk.becomes(home, "no_agreement")
    draft = {"document": "拟1号", **SERVED}
    assert desk.record(home, "draft_decision", "dept", **draft).ok
    assert desk.record(home, "decide", "dept", **DECISION).status == "denied"
    early = desk.record(home, "decide", "gov_organ", **DECISION)
    assert early.status == "conflict" and "comment" in early.body["why"]
    desk.house.set_time(at("2026-12-19T09:00:00"))
    bare = desk.record(home, "decide", "gov_organ",
                       **{**DECISION, "court": None})
    assert (bare.status, bare.body["field"]) == ("bad_request", "court")
    assert desk.record(home, "decide", "gov_organ", **DECISION).ok
    assert set(desk.deadlines(home)) == {"T-REC", "T-SUIT"}

    paper = {"document": "受理1号"}
    assert desk.record(home, "remedy_open", "t5_quality", **paper).ok
    assert desk.record(home, "talk", "t6_service").status == "conflict"
    assert desk.record(home, "remedy_end", "t5_quality", **paper).ok
    urge = {"document": "催1号", **SERVED}
    assert desk.record(home, "urge", "gov_organ", **urge).status == "conflict"
    desk.house.set_time(at("2027-06-22T09:00:00"))
    assert desk.record(home, "urge", "gov_organ", **urge).ok
    apply = {"document": "申1号", "account": "专户1号", "housing": "1号楼 80㎡"}
    assert desk.record(home, "apply_court", "gov_organ",
                       **apply).status == "conflict"
    desk.house.set_time(at("2027-07-12T09:00:00"))
    assert desk.record(home, "apply_court", "gov_organ", **apply).ok
    assert desk.sign(home, statement).status == "conflict"
    assert desk.record(home, "court_grant", "dept",
                       document="裁1号").status == "denied"
    assert desk.record(home, "court_refuse", "gov_organ", document="裁1号").ok


def complain(desk, home, kind="visit"):
    answer = desk.ask("grievance.file", {
        "kind": kind, "channel": "web", "text": "工作人员深夜上门"},
        roles="resident", actor=home)
    assert answer.ok, answer
    return answer.body


def end(desk, filed):
    """It is handled and answered, and the complainant is content."""
    for event in ("ack", "triage", "accept", "investigate"):
        assert desk.ask("grievance.handle", {"id": filed["id"], "event": event},
                        roles="community_window", actor=WINDOW).ok
    for event, more in (("propose", {"text": "拟处理"}), ("reply", {"text": "已处理"})):
        answer = desk.ask("grievance.handle", {
            "id": filed["id"], "event": event, **more},
            roles="community_window", actor=WINDOW)
        assert answer.ok, answer
    for say in ("satisfy", "close"):
        answer = desk.ask("grievance.say", {
            "no": filed["no"], "secret": filed["secret"], "event": say,
            **({"score": 5} if say == "satisfy" else {})}, roles="",
            actor=NOBODY)
        assert answer.ok, answer


def test_r_tier_a_grievance_about_the_amount_stops_the_offers_period(
        quiet_house):
    desk = Desk(quiet_house)
    home, other = desk.home(), desk.home("QH-0002")
    for each in (home, other):
        desk.offer(each)
    filed = complain(desk, home, "amount")
    complain(desk, other, "visit")  # about no amount: nothing stops
    desk.house.set_time(at("2026-12-03T00:00:01"))
    desk.becomes(other, "stays")
    assert desk.state(home) == "considering"
    assert desk.record(home, "toll", "t6_service", reason="法律援助中").ok
    end(desk, filed)
    assert desk.deadlines(home)["T-OFFER"] == "2026-12-02"  # it stands still
    assert desk.record(home, "untoll", "t6_service").ok
    assert desk.deadlines(home)["T-OFFER"] > "2026-12-30"
    complain(desk, home, "survey")
    assert desk.record(home, "untoll", "t6_service").ok
    desk.house.set_time(at("2027-03-01T09:00:00"))
    assert desk.state(home) == "considering"


def test_r_close_a_household_stays_open_while_something_of_it_is(quiet_house):
    desk = Desk(quiet_house)
    home = desk.home()
    desk.signed(home)
    assert desk.pay(home).ok
    assert desk.record(home, "move", "t6_service").ok
    assert desk.record(home, "vacate", "t3_front", document="交房1号",
                       evidence="表底数").ok
    assert desk.pay(home, "settlement", "0.00", receipt="银2号").ok
    desk.house.set_time(at("2027-11-20T09:00:00"))
    filed = complain(desk, home)
    closing = desk.record(home, "close", "t6_service", document="确认1号")
    assert closing.status == "conflict" and "open" in closing.body["why"]
    assert "grievance" not in str(desk.show(id=home)["moves"])  # G-SEAL
    with pytest.raises(Exception, match="R-CLOSE"):
        desk.house.store.rows(
            "update cases.household set state = 'closed', state_since ="
            " '2027-11-20T09:00+08' where id = %s", [home], "cases")
    end(desk, filed)
    assert desk.record(home, "close", "t6_service", document="确认1号").ok


def test_r_late_what_is_not_paid_in_time_complains_of_itself_once(quiet_house):
    desk = Desk(quiet_house)
    late, agreed, paid = (desk.home(f"QH-000{i}") for i in (1, 2, 3))
    statements = {home: desk.offer(home) for home in (late, agreed, paid)}
    desk.house.set_time(at("2026-11-10T09:00:00"))
    assert desk.sign(agreed, statements[agreed],
                     pay_by="2026-11-17").body["field"] == "pay_by"
    for home, more in ((late, {}), (agreed, {"pay_by": "2026-12-24"}),
                       (paid, {})):
        assert desk.sign(home, statements[home], **more).ok
    desk.house.set_time(at("2026-11-18T09:00:00"))
    for home in (late, agreed, paid):
        desk.becomes(home, "effective")
    assert desk.deadlines(late) == {"T-PAY": "2026-12-18"}
    assert desk.deadlines(agreed) == {"T-PAY": "2026-12-24"}
    assert desk.pay(paid).ok

    def complaints():
        return desk.house.store.rows(
            "select m.household::text, m.kind, g.source, g.source_of::text,"
            " m.opened_by from cases.grievance g join cases.matter m"
            " using (id) order by m.opened_at, m.id")

    desk.house.set_time(at("2026-12-18T23:59:00"))
    assert complaints() == []
    for moment, of in (("2026-12-19T00:00:01", [late]),
                       ("2026-12-25T00:00:01", [late, agreed]),
                       ("2027-02-01T09:00:00", [late, agreed])):
        desk.house.kill("cases")  # it is filed by the next who lives, once
        desk.house.set_time(at(moment))
        desk.house.start("cases")
        wait_until(lambda: len(complaints()) == len(of), 20, "the grievance")
        assert [row[:3] for row in complaints()] == [
            (home, "late_payment", "T-PAY") for home in of]
    assert all(row[4] is None for row in complaints())
    with pytest.raises(Exception, match="grievance_once"):
        desk.house.store.rows(
            "insert into cases.grievance (id, source, source_of, track_blind,"
            " content) select gen_random_uuid(), 'T-PAY', %s,"
            " decode(repeat('00', 16), 'hex'), ''", [complaints()[0][3]],
            "cases")
    for day, why in (("2026-11-17", "not in effect"),
                     ("2026-12-24", "pay_day_pkey")):
        with pytest.raises(Exception, match=why):
            desk.house.store.rows("insert into cases.pay_day values (%s, %s)",
                                  [complaints()[1][3], day], "cases")
    shown = desk.ask("deadline.list", {"subject": late}, roles="t5_quality")
    assert "T-PAY" in str(shown.body)  # it runs on, until it is paid
    assert desk.pay(late, receipt="银9号").ok
    assert "T-PAY" not in desk.deadlines(late)


def test_r_retal_who_complained_is_not_answered_with_a_decision(quiet_house):
    desk = Desk(quiet_house, "state_land")
    home = desk.home()
    desk.offer(home)
    complain(desk, home)
    desk.house.set_time(at("2026-12-03T09:00:00"))
    desk.becomes(home, "no_agreement")
    draft = {"document": "拟1号", **SERVED}
    held = desk.record(home, "draft_decision", "dept", **draft)
    assert held.status == "conflict" and "panel" in held.body["why"]
    assert "complain" not in held.body["why"]  # G-SEAL
    with pytest.raises(Exception, match="G-NORETAL"):
        desk.house.store.rows(
            "update cases.household set state = 'decision_draft', state_since ="
            " '2026-12-03T09:00+08' where id = %s", [home], "cases")
    assert desk.ask("grievance.approve", {
        "household": home, "reason": "与投诉无关"}, roles="district_panel",
        actor=WINDOW).ok
    assert desk.record(home, "draft_decision", "dept", **draft).ok


def test_r_cap_all_owners_of_a_house_sign_or_nobody_does(quiet_house):
    desk = Desk(quiet_house)
    home = desk.home()
    two = [{"name": "彭伟", "share": "0.6", "capacity": "full"},
           {"name": "彭小宝", "share": "0.4", "capacity": "limited"}]
    body = {"household": home, "document": "不动产1号", "owners": two}
    wrong = desk.ask("owner.set", {**body, "owners": two[:1]})
    assert (wrong.status, wrong.body["field"]) == ("bad_request", "owners")
    one, child = desk.must("owner.set", body)["owners"]
    shown = desk.must("owner.list", {"household": home}, purpose="签约")
    assert {(o["name"], o["share"]) for o in shown["owners"]} == {
        ("彭伟", "0.6"), ("彭小宝", "0.4")}
    statement = desk.offer(home)
    desk.house.set_time(at("2026-11-10T09:00:00"))
    alone = desk.sign(home, statement)
    assert alone.status == "conflict" and "all owners" in alone.body["why"]
    himself = [{"owner": one, "how": "self"}, {"owner": child, "how": "self"}]
    answer = desk.sign(home, statement, owners=himself)
    assert answer.status == "conflict" and "guardian" in answer.body["why"]
    himself[1].update(how="guardian", document="见证1号")
    assert desk.sign(home, statement, owners=himself).ok
    assert desk.ask("owner.set", body).status == "conflict"


def test_r_owner_the_tenant_of_public_housing_signs_too(quiet_house):
    desk = Desk(quiet_house, "public_housing")
    home = desk.home()
    owner = {"name": "房产管理处", "share": "1", "capacity": "full"}
    tenant = {"name": "彭伟", "share": "0", "capacity": "full",
              "title": "tenant"}
    body = {"household": home, "document": "租赁凭证1号"}
    for wrong in ({**tenant, "share": "0.1"}, {**tenant, "title": "deed"}):
        refused = desk.ask("owner.set", {**body, "owners": [owner, wrong]})
        assert (refused.status, refused.body["field"]) == (
            "bad_request", "owners")
    [lord] = desk.must("owner.set", {**body, "owners": [owner]})["owners"]
    statement = desk.offer(home)
    desk.house.set_time(at("2026-11-10T09:00:00"))
    refused = desk.sign(home, statement, owners=[{"owner": lord, "how": "self"}])
    assert refused.status == "conflict"
    assert "no tenant is on record" in refused.body["why"]
    lord, resident = desk.must("owner.set", {
        **body, "owners": [owner, tenant]})["owners"]
    alone = desk.sign(home, statement, owners=[{"owner": lord, "how": "self"}])
    assert alone.status == "conflict" and "all owners" in alone.body["why"]
    assert desk.sign(home, statement, owners=[
        {"owner": lord, "how": "self"},
        {"owner": resident, "how": "self"}]).ok
