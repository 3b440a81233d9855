"""When a role is called, somebody hears: an emergency at once and at night, a
deadline in the morning (domain.md 3.3, 4.7)."""

import pytest

from machine import new_id, wait_until
from test_mail import Desk, at


class Duty(Desk):
    def set(self, member, roles=None, by="dept"):
        body = {"member": member, **({"roles": roles} if roles else {})}
        return self.house.ask("notifications", "duty.set", body, roles=by)

    def bears(self, roles):
        member = self.reach(kind="member", email=f"{new_id()[:8]}@example.org")
        answer = self.set(member, roles)
        assert answer.ok, answer
        return member

    def texts(self, person, role="duty_officer"):
        return [m["subject"] for m in self.house.must(
            "notifications", "inbox.list", {"person": person}, actor=person,
            roles=role, purpose="own inbox")["messages"]]

    def emergency(self):
        return self.say("grievance.emergency", grievance=new_id(),
                        project=new_id(), kind="utility_cut", event="emergency",
                        state="emergency", level=1, household=None,
                        tell="duty_officer,t5_quality,district_panel")


@pytest.fixture
def duty(quiet_house):
    return Duty(quiet_house)


def test_an_emergency_reaches_its_roles_at_once_and_at_night(duty, mailbox):
    duty.start(at(23))
    officer, quality = duty.bears("duty_officer"), duty.bears("t5_quality")
    both = duty.bears("district_panel,duty_officer")
    other = duty.bears("finance")
    duty.emergency()
    mails = mailbox.wait(3)
    assert {m["Subject"] for m in mails} == {"紧急投诉等您处理"}
    for person in (officer, quality, both):
        assert duty.texts(person) == ["紧急投诉等您处理"]
    assert duty.texts(other, "finance") == []


def test_a_deadline_is_told_in_the_morning(duty, mailbox):
    duty.start(at(22))
    mediator = duty.bears("t4_mediator")
    duty.say("deadline.step", subject=new_id(), flow="problem", clock="T-PC",
             step=0, over=True, tell="t4_mediator,dept",
             due_at=at(0, day=26).isoformat())
    duty.say("deadline.step", subject=new_id(), flow="errand", clock="T-ES",
             step=0, over=False, tell="", due_at=at(0, day=26).isoformat())
    wait_until(lambda: duty.texts(mediator, "t4_mediator"), what="the message")
    assert duty.texts(mediator, "t4_mediator") == ["期限提醒：难题"]
    assert duty.mail(mediator)[0] == "waiting"
    duty.house.set_time(at(8, 30, day=26))
    mail, = mailbox.wait(1)
    assert "难题" in mail.get_body().get_content()


def test_the_last_duty_officer_stays_until_there_is_another(duty):
    duty.start()
    first = duty.bears("duty_officer")
    for roles in (None, "finance"):
        answer = duty.set(first, roles)
        assert answer.status == "conflict" and "only duty" in answer.body["why"]
    second = duty.bears("duty_officer,duty_officer")
    assert duty.set(first).ok
    listed = duty.house.must("notifications", "duty.list", {}, roles="dept")
    assert [(d["member"], d["roles"]) for d in listed["duties"]] == [
        (second, "duty_officer")]
    duty.say("hardship.called", hardship=new_id(), project=new_id(),
             household=None, tell="duty_officer")
    wait_until(lambda: duty.texts(second), what="the message")
    assert duty.texts(second) == ["有人需要紧急帮助"]
    assert duty.texts(first) == []


def test_a_role_that_is_none_and_who_may_not_are_refused(duty):
    duty.start()
    assert duty.set(new_id(), "boss").body["field"] == "roles"
    assert duty.set(new_id(), "duty_officer", by="t2_signing"
                    ).status == "denied"


def test_from_the_grievance_to_the_officers_inbox(duty):
    duty.start()
    duty.house.start("cases")
    officer = duty.bears("duty_officer")
    project = new_id()
    duty.house.must("cases", "project.open", {
        "id": project, "name": "一期", "track": "agreed",
        "district_code": "370214", "plan_published_on": "2026-09-01"})
    duty.house.must("cases", "grievance.file", {
        "kind": "utility_cut", "channel": "phone", "text": "停水两天",
        "project": project}, roles="community_window")
    wait_until(lambda: duty.texts(officer) == ["紧急投诉等您处理"], 20,
               "the officer's message")
    assert "停水" not in str(duty.store.rows(
        "select text from notifications.message"))
    shown = duty.house.redkite("duty", "list", roles="dept").stdout
    assert officer in shown
