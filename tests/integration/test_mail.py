"""What happens elsewhere becomes messages and mails: once, and in peace.

The events of cases and scheduling are put into the outbox by the test, as their
own relays would; everything after that is real.
"""

import asyncio
import datetime
import json
import random
import time

import psycopg2
import pytest

from machine import new_id, wait_until
from mail_sink import Mailbox

DISTRICT = datetime.timezone(datetime.timedelta(hours=8))
EMAIL = "li.ming@example.org"


def at(hour, minute=0, second=0, day=25):
    return datetime.datetime(2026, 11, day, hour, minute, second,
                             tzinfo=DISTRICT)


class Hanging(Mailbox):
    """Takes the text of a mail, and then says nothing for a long time."""

    def __init__(self):
        self.texts = 0
        super().__init__()

    async def handle_DATA(self, server, session, envelope):
        self.texts += 1
        await asyncio.sleep(60)
        return "451 too late"


@pytest.fixture
def hanging():
    box = Hanging()
    yield box
    box.stop()


class Desk:
    """Notifications alone, and the words of this test."""

    def __init__(self, house):
        self.house = house
        self.store = house.store

    def start(self, moment=at(10)):
        self.house.set_time(moment)
        self.house.start("notifications")
        return self

    def say(self, name, subject=None, /, **data):
        """An event of another service, numbered as its relay does."""
        source = "scheduling" if name.startswith("visit.") else "cases"
        subject = subject or new_id()
        event = new_id()
        data = {"household": subject, **data}
        self.store.rows(
            """with o as (
                   insert into bus.outbox (event, source, topic, subject, call,
                                           actor, trace, data, at)
                   values (%s, %s, %s, %s, %s, %s, %s, %s, %s) returning id)
               insert into bus.position (source, seq, id)
               select %s, 1 + coalesce((select max(seq) from bus.position
                                        where source = %s), 0), id from o""",
            (event, source, name, subject, new_id(), new_id(), "0" * 32,
             json.dumps(data), self.house.now, source, source))
        return subject, event

    def book(self, subject=None, /, start=at(14, day=27), visitors=()):
        return self.say("visit.booked", subject, visit=new_id(),
                        start=start.isoformat(), minutes=45, topic="service",
                        visitors=list(visitors))

    def reach(self, person=None, kind="household", email=EMAIL):
        """Gives a person an address."""
        person = person or new_id()
        self.house.must("notifications", "contact.set",
                        {"person": person, "kind": kind, "email": email},
                        actor=person, roles="resident,t1_explainer")
        return person

    def inbox(self, person, **more):
        return self.house.must(
            "notifications", "inbox.list", {"person": person, **more},
            actor=person, roles="resident", purpose="own inbox")

    def messages(self, person, count=1):
        """The person's messages, once there are so many."""
        return wait_until(
            lambda: [m for m in [self.inbox(person)["messages"]]
                     if len(m) >= count], what=f"message {count}")[0]

    def mail(self, person):
        """The newest mail to a person: (state, attempts, not_before, cause)."""
        rows = self.store.rows(
            """select state, attempts, not_before, cause
               from notifications.delivery where person = %s
               order by id desc limit 1""", (person,))
        return rows[0] if rows else (None, 0, None, None)

    def becomes(self, person, state, attempts=None, seconds=15):
        def there():
            mail = self.mail(person)
            return mail if mail[0] == state and (
                attempts is None or mail[1] == attempts) else None
        return wait_until(there, seconds, f"a mail that is {state}")

    def ends(self):
        """The events about mails that ended, as (topic, channel, cause)."""
        return [(e["topic"], e["data"]["channel"], e["data"].get("cause"))
                for e in self.house.events("notifications")]


@pytest.fixture
def desk(quiet_house):
    return Desk(quiet_house)


# ------------------------------------------------------------ once a message

def test_an_event_is_told_in_the_inbox_and_by_one_mail(desk, mailbox):
    desk.start()
    member, silent = desk.reach(kind="member", email="chen@example.org"), new_id()
    household = desk.reach()
    desk.book(household, visitors=[member, silent])

    mails = {m["To"]: m for m in mailbox.wait(2)}
    mail = mails[f"<{EMAIL}>"] if f"<{EMAIL}>" in mails else mails[EMAIL]
    body = mail.get_body().get_content()
    assert mail["Subject"] == "走访预约：11 月 27 日 (周五) 14:00"
    assert "hongfengzheng@redkite.example" in mail["From"]
    assert "红风筝" in mail["From"]
    assert mail.envelope_to == [EMAIL]
    assert mail["Date"].startswith("Wed, 25 Nov 2026 10:00:")
    assert "您可以改时间或取消" in body
    assert "帮办" not in body and household not in mail.as_string()

    for person in (household, member, silent):
        message, = desk.messages(person)
        assert message["subject"].endswith("：11 月 27 日 (周五) 14:00")
        assert "45 分钟，事项：帮办服务" in message["text"]
        assert message["read"] is False
    desk.becomes(household, "sent")
    desk.becomes(member, "sent")
    assert desk.inbox(household)["messages"][0]["deliveries"] == [
        {"channel": "mail", "state": "sent"}]
    assert desk.inbox(silent)["messages"][0]["deliveries"] == []
    wait_until(lambda: desk.ends() == [("message.sent", "mail", None)] * 2,
               what="two message.sent")
    delivery = desk.store.value("select id::text from notifications.delivery"
                                " where person = %s", (household,))
    assert mail["Message-ID"] == f"<{delivery}@redkite.example>"


def test_every_event_of_a_household_has_its_words(desk):
    desk.start()
    visit = {"visit": new_id(), "minutes": 30, "topic": "signing",
             "visitors": [], "community": new_id()}
    told = {
        "visit.moved": {**visit, "start": at(14, day=28).isoformat(),
                        "was": at(14, day=27).isoformat()},
        "visit.cancelled": {**visit, "start": at(14, day=28).isoformat(),
                            "by": "office"},
        "visit.logged": {"visit": new_id(), "topic": "survey",
                         "outcome": "not_now", "started": at(9).isoformat(),
                         "ended": at(9, 10).isoformat()},
        "household.offered": {"state": "offered", "statement": new_id(),
                              "sign_from": at(0, day=30).isoformat()},
        "household.signed": {"state": "signed_cooling", "agreement": new_id(),
                             "cooling_until": at(0, day=30).isoformat()},
        "household.withdrew": {"state": "offered", "agreement": new_id()},
        "household.effective": {"state": "effective", "agreement": new_id()},
        "choice.turn": {"draw": new_id(), "until": at(9, day=30).isoformat()},
    }
    household = new_id()
    for topic, data in told.items():
        desk.say(topic, household, **data)
    messages = desk.messages(household, len(told))

    assert len({m["subject"] for m in messages}) == len(told)
    assert "冷静期到 11 月 30 日 (周一) 00:00" in "".join(
        m["subject"] for m in messages)
    assert desk.store.value("select count(*) from bus.parked") == 0


def test_an_event_read_again_tells_nobody_twice(desk, mailbox):
    desk.start()
    household = desk.reach()
    desk.book(household)
    desk.becomes(household, "sent")

    desk.house.kill("notifications")
    desk.store.rows("update bus.cursor set seq = 0"
                    " where reader = 'notifications'")
    desk.house.start("notifications")
    wait_until(lambda: desk.store.value(
        "select seq from bus.cursor where reader = 'notifications'"
        " and source = 'scheduling'") == 1, what="the event read again")

    assert desk.store.value("select count(*) from bus.parked") == 0
    assert len(desk.messages(household)) == 1
    assert desk.store.value("select count(*) from notifications.delivery") == 1
    assert len(mailbox.messages) == 1


def test_killed_again_and_again_it_tells_each_person_once(desk, mailbox):
    desk.start()
    members = [desk.reach(kind="member", email=f"m{n}@example.org")
               for n in range(20)]
    for n in range(0, 20, 4):
        desk.book(visitors=members[n:n + 4])
        time.sleep(random.uniform(0, 0.4))
        desk.house.kill("notifications")
        desk.house.start("notifications")
    for member in members:
        desk.messages(member)
    wait_until(lambda: not desk.store.value(
        "select count(*) from notifications.delivery where state = 'waiting'"),
        what="all mails tried")
    desk.house.set_time(datetime.timedelta(minutes=11))
    wait_until(lambda: not desk.store.value(
        "select count(*) from notifications.delivery where state = 'sending'"),
        what="all mails settled")

    assert desk.store.rows("select count(*), count(distinct person)"
                           " from notifications.message"
                           " where audience = 'member'") == [(20, 20)]
    names = [m["Message-ID"] for m in mailbox.messages]
    assert len(names) == len(set(names))
    sent = desk.store.value("select count(*) from notifications.delivery"
                            " where state = 'sent'")
    unknown = desk.store.value("select count(*) from notifications.delivery"
                               " where state = 'unknown'")
    assert sent + unknown == 20
    assert sent <= len(names) <= 20


# ------------------------------------------------- a mail server that says no

def test_killed_in_the_talk_the_mail_is_unknown_and_not_sent_again(
        desk, hanging):
    desk.house.smtp_url = hanging.url
    desk.start()
    household = desk.reach()
    desk.book(household)
    wait_until(lambda: hanging.texts == 1, what="the text of the mail")
    desk.house.kill("notifications")
    assert desk.mail(household)[0] == "sending"

    desk.house.start("notifications")
    desk.house.set_time(datetime.timedelta(minutes=9))
    time.sleep(2)
    assert desk.mail(household)[0] == "sending"
    desk.house.set_time(datetime.timedelta(minutes=1))
    assert desk.becomes(household, "unknown")[1] == 1
    wait_until(lambda: desk.ends() == [
        ("message.failed", "mail", "nothing heard of it")],
        what="message.failed")
    desk.house.set_time(at(10, day=30))
    time.sleep(2)
    assert hanging.texts == 1
    assert desk.inbox(household)["messages"][0]["deliveries"] == [
        {"channel": "mail", "state": "unknown"}]


def test_a_server_that_never_answers_the_text_makes_it_unknown(desk, hanging):
    desk.house.smtp_url = hanging.url
    desk.start()
    household = desk.reach()
    desk.book(household)

    _, attempts, _, cause = desk.becomes(household, "unknown", seconds=40)
    assert (attempts, cause) == (1, "no answer to the text")
    desk.house.set_time(at(12))
    time.sleep(2)
    assert hanging.texts == 1


def test_stopped_in_the_talk_it_says_so_at_once(desk, hanging):
    desk.house.smtp_url = hanging.url
    desk.start()
    household = desk.reach()
    desk.book(household)
    wait_until(lambda: hanging.texts == 1, what="the text of the mail")

    assert desk.house.stop("notifications") == 0
    assert desk.mail(household)[3] == "no answer to the text"


def test_a_mail_that_is_put_off_is_tried_again_and_then_given_up(
        desk, mailbox):
    mailbox.refuse("451 later")
    desk.start()
    patient, unlucky = desk.reach(), desk.reach()
    desk.book(patient)
    for attempt, minutes in enumerate((1, 5), 1):
        _, _, not_before, cause = desk.becomes(patient, "waiting", attempt)
        assert cause == "put off 451"
        assert not_before - desk.house.now <= datetime.timedelta(
            minutes=minutes)
        if attempt == 2:
            mailbox.refuse(None)
        desk.house.set_time(datetime.timedelta(minutes=minutes))
    desk.becomes(patient, "sent", 3)
    mail, = mailbox.messages

    mailbox.refuse("451 later")
    desk.book(unlucky)
    for attempt, minutes in enumerate((1, 5, 30, 120), 1):
        desk.becomes(unlucky, "waiting", attempt)
        desk.house.set_time(datetime.timedelta(minutes=minutes))
    assert desk.becomes(unlucky, "failed", 5)[3] == "put off 451"
    assert mailbox.messages == [mail]
    wait_until(lambda: desk.ends() == [
        ("message.sent", "mail", None),
        ("message.failed", "mail", "put off 451")], what="both ends")


def test_a_refused_mail_fails_at_once(desk, mailbox):
    mailbox.refuse("550 no such mailbox li.ming@example.org")
    desk.start()
    household = desk.reach()
    desk.book(household)

    assert desk.becomes(household, "failed")[1::2] == (1, "refused 550")
    assert len(desk.messages(household)) == 1


def test_a_server_that_is_away_is_waited_for(desk, mailbox):
    mailbox.stop()
    desk.start()
    household = desk.reach()
    desk.book(household)
    assert desk.becomes(household, "waiting", 1)[3] == "unreachable"

    mailbox.start()
    desk.house.set_time(datetime.timedelta(minutes=1))
    desk.becomes(household, "sent", 2)
    mailbox.wait(1)


# ------------------------------------------------------- quiet hours and caps

def test_r_quiet_a_mail_of_23_00_goes_out_at_08_30(desk, mailbox):
    desk.start(at(23))
    household = desk.reach()
    desk.book(household, start=at(14, day=28))

    assert len(desk.messages(household)) == 1
    assert desk.mail(household)[:3] == ("waiting", 0, at(8, 30, day=26))
    desk.house.set_time(at(8, 29, 56, day=26))
    time.sleep(2)
    assert mailbox.messages == []
    mail, = mailbox.wait(1)
    assert mail["Date"].startswith("Thu, 26 Nov 2026 08:30:0")
    desk.becomes(household, "sent")


def test_a_household_gets_one_notice_a_day(desk, mailbox):
    desk.start()
    household = desk.reach()
    offered = {"state": "offered", "sign_from": at(0, day=30).isoformat()}
    desk.say("household.offered", household, **offered)
    desk.becomes(household, "sent")
    desk.say("household.effective", household, state="effective")
    assert desk.becomes(household, "waiting")[2] == at(8, 30, day=26)
    desk.say("household.offered", household, **offered)
    wait_until(lambda: desk.mail(household)[2] == at(8, 30, day=27),
               what="the third on the third day")
    # The receipt of one's own act is not held, nor a visit within a day.
    desk.say("household.withdrew", household, state="offered")
    desk.becomes(household, "sent")
    desk.book(household, start=at(9, day=26))
    wait_until(lambda: len(mailbox.messages) == 3, what="three mails")
    assert len(desk.messages(household, 5)) == 5


def test_the_store_itself_keeps_quiet_hours_and_caps(desk, mailbox):
    desk.start()
    household = desk.reach()
    desk.say("household.effective", household, state="effective")
    desk.becomes(household, "sent")
    desk.say("household.offered", household, state="offered",
             sign_from=at(0, day=30).isoformat())
    desk.becomes(household, "waiting")
    desk.house.kill("notifications")

    update = "update notifications.delivery set "
    for change, broken in (
            ("not_before = '2026-11-26 20:00:00+08'", "quiet_hours"),
            ("not_before = '2026-11-26 08:29:59+08'", "quiet_hours"),
            ("state = 'sending', attempts = 1,"
             " started_at = '2026-11-26 07:00:00+08'", "quiet_hours"),
            ("state = 'sending', attempts = 1,"
             " started_at = '2026-11-25 19:59:59+08'", "contact_caps")):
        with pytest.raises(psycopg2.errors.CheckViolation) as refused:
            desk.store.rows(f"{update}{change} where state = 'waiting'",
                            role="notifications")
        assert refused.value.diag.constraint_name == broken, change
    desk.store.rows(update + "not_before = '2026-11-26 19:59:59+08'"
                    " where state = 'waiting'", role="notifications")
    desk.store.rows(update + "state = 'sending', attempts = 1,"
                    " started_at = '2026-11-26 08:30:00+08'"
                    " where state = 'waiting'", role="notifications")


# --------------------------------------------------------- contact and inbox

def test_r_leak_no_address_is_seen_outside_its_mail(desk, mailbox):
    desk.start()
    household = desk.reach()
    desk.book(household)
    desk.becomes(household, "sent")

    for table in ("notifications.contact", "notifications.message",
                  "notifications.delivery", "bus.outbox", "bus.handled",
                  "bus.alarm", "bus.audit"):
        seen = desk.store.rows(f"select t::text from {table} t")
        assert EMAIL not in str(seen), table
        assert EMAIL.encode().hex() not in str(seen), table
    assert "li.ming" not in desk.house.logs("notifications")


def test_what_is_no_address_is_refused(desk):
    desk.start()
    person = new_id()
    for email in ("nobody", "a@b@c", "a@b\r\nBcc: x@example.org", "", "a@",
                  "李明@example.org", "a" * 65 + "@example.org",
                  "a@" + "b" * 300):
        answer = desk.house.ask(
            "notifications", "contact.set",
            {"person": person, "kind": "household", "email": email})
        assert (answer.status, answer.body["field"]) == (
            "bad_request", "email"), email
    assert desk.store.value("select count(*) from notifications.contact") == 0


def test_an_address_is_set_by_its_person_or_at_the_window(desk):
    desk.start()
    household, member, other = new_id(), new_id(), new_id()
    for person, kind, actor, roles, status in (
            (household, "household", household, "resident", "ok"),
            (household, "household", other, "resident", "denied"),
            (household, "household", other, "proxy", "denied"),
            (household, "household", other, "t2_signing", "denied"),
            (household, "household", other, "t3_front", "ok"),
            (member, "member", member, "t2_signing", "ok"),
            (member, "member", other, "t3_front", "denied"),
            (member, "member", member, "it_operator", "denied")):
        answer = desk.house.ask(
            "notifications", "contact.set",
            {"person": person, "kind": kind, "email": EMAIL}, roles, actor)
        assert answer.status == status, (kind, roles, answer)
    taken = desk.house.ask(
        "notifications", "contact.set",
        {"person": member, "kind": "household", "email": EMAIL}, "t3_front",
        other)
    assert not taken.ok


def test_who_takes_the_address_away_gets_no_mail(desk, mailbox):
    desk.start(at(21))
    household = desk.reach()
    desk.book(household)
    desk.becomes(household, "waiting")
    desk.house.must("notifications", "contact.set",
                    {"person": household, "kind": "household"},
                    actor=household, roles="resident")
    desk.house.set_time(at(9, day=26))

    assert desk.becomes(household, "failed")[3] == "no address any more"
    desk.book(household, start=at(14, day=28))
    assert len(desk.messages(household, 2)) == 2
    assert desk.store.value("select count(*) from notifications.delivery") == 1
    assert mailbox.messages == []


def test_without_a_mail_server_there_is_the_inbox_alone(desk):
    desk.house.smtp_url = None
    desk.start()
    household = desk.reach()
    desk.book(household)

    assert desk.messages(household)[0]["deliveries"] == []
    assert desk.store.value("select count(*) from notifications.delivery") == 0


def test_an_inbox_is_read_page_by_page_by_who_may(desk):
    desk.start()
    household, member, other = new_id(), new_id(), new_id()
    for day in (26, 27, 28, 29, 30):
        desk.book(household, start=at(14, day=day), visitors=[member])
    newest = [m["id"] for m in desk.messages(household, 5)]

    first = desk.inbox(household, limit=2)
    second = desk.inbox(household, limit=2, after=first["next"])
    third = desk.inbox(household, limit=2, after=second["next"])
    pages = [m["id"] for p in (first, second, third) for m in p["messages"]]
    assert pages == newest and "next" not in third

    desk.house.must("notifications", "inbox.read", {"message": newest[1]},
                    actor=household, roles="resident")
    assert [m["read"] for m in desk.inbox(household)["messages"]] == [
        False, True, False, False, False]

    def status(person, actor, roles, purpose="at the window"):
        return desk.house.ask("notifications", "inbox.list",
                              {"person": person}, roles, actor,
                              purpose=purpose)
    assert len(status(household, other, "t6_service").body["messages"]) == 5
    assert status(member, other, "t6_service").body["messages"] == []
    assert len(status(member, member, "t2_signing").body["messages"]) == 5
    assert status(household, other, "resident").status == "denied"
    assert status(household, other, "t2_signing").status == "denied"
    assert not status(household, household, "resident", purpose=None).ok
    assert desk.house.ask("notifications", "inbox.read",
                          {"message": newest[0]}, "t2_signing",
                          other).status == "denied"
