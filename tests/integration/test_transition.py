"""R-LATE: between the old home and the new one a household is paid month by
month, more from the day on which the new home is late, and what is not paid
complains of itself (domain.md §2.2, §4.7)."""

import datetime

import pytest

import village
from machine import new_id, wait_until
from test_bank import OWED, Bank
from test_cases_commands import at
from test_household_life import FINANCE_A, FINANCE_B

VACATED = {"document": "交房1号", "evidence": "表底数"}


class Way(Bank):
    """A project whose plan pays the time between two homes by the month."""

    total = "83600.00"

    def publish(self, **more):
        rules = village.pack(**more)
        for line in rules["lines"]:
            if line["code"] == "TRANSITION":
                line["counts"] = "none"
        return village.bring(self.house, self.project, rules)

    def vacated(self, home):
        self.signed(home, choice="swap")
        assert self.pay(home, amount=self.total).ok
        assert self.record(home, "move", "t6_service").ok
        assert self.record(home, "vacate", "t3_front", **VACATED).ok
        assert self.state(home) == "transition"

    def set(self, home, actor=FINANCE_A, **more):
        return self.ask("transition.set", {
            "id": new_id(), "household": home, "area": "85.00", "rate": "20.00",
            "months": 2, "start": "vacated", "part": "days", "basis": "agreed",
            "stages": [{"from_month": 1, "multiplier": "2"}],
            "citation": "安置办法第5条", **more}, roles="finance", actor=actor)

    def confirm_terms(self, terms, actor=FINANCE_B):
        return self.ask("transition.confirm", {"id": terms}, roles="finance",
                        actor=actor)

    def runs(self, home, **more):
        terms = self.set(home, **more)
        assert terms.ok, terms
        answer = self.confirm_terms(terms.body["id"])
        assert answer.ok, answer

    def months(self, home):
        told = self.must("transition.show", {"household": home},
                         roles="finance", purpose="付款")
        return [(m["month"], m["from_day"], m["overrun"], m["amount"])
                for m in told["months"]]

    def reaches(self, day, home, count):
        self.house.set_time(at(f"{day}T00:00:05"))
        wait_until(lambda: len(self.months(home)) == count, 20,
                   f"{count} months on {day}")

    def steps(self, clock):
        """D-30 and D; D-90 was over when the period began."""
        return [(e["data"]["step"], e["data"]["over"])
                for e in self.house.events("cases")
                if e["topic"] == "deadline.step"
                and e["data"]["clock"] == clock]

    def complaints(self):
        return self.house.store.rows(
            "select source from cases.grievance order by source")


@pytest.fixture
def way(quiet_house):
    return Way(quiet_house)


def test_r_late_the_months_run_by_themselves_and_double_when_it_is_late(way):
    home = way.home()
    way.vacated(home)  # 2026-11-19
    assert way.months(home) == []
    way.runs(home)
    assert way.deadlines(home)["T-OVERRUN"] == "2027-01-18"
    way.reaches("2026-12-19", home, 1)
    way.reaches("2027-01-19", home, 2)
    way.reaches("2027-02-19", home, 3)
    assert way.months(home) == [
        (1, "2026-11-19", 0, "1700.00"), (2, "2026-12-19", 0, "1700.00"),
        (3, "2027-01-19", 1, "3400.00")]
    wait_until(lambda: way.steps("T-OVERRUN") == [(1, False), (2, True)], 20,
               "the clock's steps")

    way.house.set_time(at("2027-03-01T09:00:00"))
    for event, roles, more in (
            ("choose", "dept", {"document": "公证1号"}),
            ("resettle", "dept", {"document": "钥匙1号", "evidence": "验房单"})):
        assert way.record(home, event, roles, **more).ok
    wait_until(lambda: len(way.months(home)) == 4, 20, "the last month")
    # ten of the 28 days from 19 February to 18 March
    assert way.months(home)[3] == (4, "2027-02-19", 2, "1214.29")
    assert "T-OVERRUN" not in way.deadlines(home)
    way.house.set_time(at("2027-05-01T09:00:00"))
    way.house.ask("cases", "service.ready")
    assert len(way.months(home)) == 4


def test_r_late_a_month_that_is_not_paid_complains_of_itself_once(way):
    home = way.home()
    way.vacated(home)
    way.runs(home)
    way.reaches("2026-12-19", home, 1)
    way.house.set_time(at("2026-12-24T23:59:00"))
    assert way.complaints() == []
    way.house.set_time(at("2026-12-25T00:00:05"))
    wait_until(way.complaints, 20, "the grievance")
    way.reaches("2027-01-19", home, 2)
    way.house.set_time(at("2027-01-25T00:00:05"))
    way.house.set_time(at("2027-01-26T00:00:05"))
    wait_until(lambda: not way.house.store.rows(
        "select from bus.alarm where topic = 'transition.late'"), 20,
        "the alarm is over")
    assert way.complaints() == [("T-TRANS",)]


def test_r_late_terms_that_nobody_entered_complain_of_themselves(way):
    home = way.home()
    way.vacated(home)  # 2026-11-19
    way.house.set_time(at("2026-12-24T23:59:00"))
    assert way.complaints() == []
    way.house.set_time(at("2026-12-25T00:00:05"))
    wait_until(way.complaints, 20, "the grievance")
    assert way.complaints() == [("T-TRANS",)]


def test_r_pay_each_month_is_paid_once_by_batch_and_by_the_banks_file(way):
    home = way.home()
    way.vacated(home)
    way.runs(home)
    way.reaches("2027-01-19", home, 2)
    batch = way.must("payment.batch_make", {
        "id": new_id(), "project": way.project, "kind": "transition"},
        roles="finance", actor=FINANCE_A)
    assert (batch["lines"], batch["total"]) == (2, "3400.00")
    assert way.ask("payment.batch_approve", {
        "batch": batch["batch"], "total": "3400.00"}, roles="finance",
        actor=FINANCE_B).ok
    today = "2027-01-19"
    told = way.match((2, "过1", "QH-0001", "1700.00", today),
                     (3, "过2", "QH-0001", "1700.00", today),
                     (4, "过3", "QH-0001", "1700.00", today),
                     (5, "过4", "QH-0001", "1700.01", today))
    assert [r["verdict"] for r in told] == ["entered", "entered", "second",
                                            "other_amount"]
    assert way.confirm(told[0]["payment"], FINANCE_A).status == "denied"
    for result in told[:2]:
        assert way.confirm(result["payment"], FINANCE_B).body["state"] == (
            "transition")
    assert way.verdicts((6, "过5", "QH-0001", "1700.00", today)) == ["not_due"]
    bare = {"household": home, "amount": "1.00", "receipt": "手1",
            "paid_on": today, "kind": "transition"}
    for wrong in ({}, {"month": 1, "kind": "settlement"}):
        answer = way.ask("payment.enter", {**bare, **wrong}, roles="finance",
                         actor=FINANCE_A)
        assert (answer.status, answer.body["field"]) == ("bad_request", "month")
    wrong = way.must("payment.enter", {**bare, "month": 1}, roles="finance",
                     actor=FINANCE_A)["payment"]
    assert way.confirm(wrong, FINANCE_B).status == "conflict"
    assert way.complaints() == []


def test_what_the_total_pays_ahead_is_not_paid_again_by_the_month(quiet_house):
    ahead = type("Ahead", (Way,), {
        "publish": Bank.publish, "total": OWED})(quiet_house)
    home = ahead.home()
    ahead.vacated(home)
    ahead.house.set_time(at("2027-01-10T09:00:00"))
    ahead.runs(home)
    ahead.reaches("2027-02-19", home, 3)
    assert [m[3] for m in ahead.months(home)] == ["0.00", "0.00", "3400.00"]
    assert ahead.complaints() == []


def test_the_latest_published_rate_counts_when_it_is_agreed_so(way):
    home = way.home()
    way.vacated(home)
    way.runs(home, basis="latest", months=1, turnover=False)
    price = {"project": way.project, "since": "2026-12-01", "rate": "24.00",
             "document": "通知1号"}
    assert way.ask("transition.price", price, roles="finance").ok
    assert way.ask("transition.price", price, roles="finance").status == (
        "conflict")
    way.reaches("2027-01-19", home, 2)
    assert [m[3] for m in way.months(home)] == ["1700.00", "4080.00"]


def test_terms_are_those_of_two_persons_and_of_an_agreement_on_a_house(way):
    home, money = way.home(), way.home("QH-0002")
    statement = way.offer(money)
    way.signed(home, choice="swap")
    assert way.sign(money, statement).ok
    assert way.set(money).status == "conflict"
    for wrong, field in (({"area": "0.00"}, "area"), ({"rate": "0.00"}, "rate"),
                         ({"stages": [{"from_month": 1, "multiplier": "0.5"}]},
                          "stages"), ({"months": 0}, "months")):
        answer = way.set(home, **wrong)
        assert (answer.status, answer.body["field"].split("[")[0]) == (
            "bad_request", field)
    terms = way.set(home).body["id"]
    other = way.set(home).body["id"]
    assert way.confirm_terms(terms, FINANCE_A).status == "denied"
    assert way.confirm_terms(terms).ok
    assert way.confirm_terms(terms).status == "conflict"
    assert way.confirm_terms(other).status == "conflict"  # one stands
    stranger = way.ask("transition.show", {"household": home},
                       roles="resident", actor=money, purpose="看")
    assert stranger.status == "denied"
    assert way.ask("transition.show", {"household": home}, roles="resident",
                   actor=home, purpose="看").ok


def test_r_late_the_store_refuses(way):
    home = way.home()
    way.vacated(home)
    way.runs(home)
    terms = way.house.store.value(
        "select id from cases.transition_terms", (), "cases")
    row = {"month": 3, "overrun": 1, "multiplier": 2000000, "rate": 2000,
           "amount": 340000}

    def due(**changed):
        said = {**row, **changed}
        first = datetime.date(2026, 11, 19)
        way.house.store.rows(
            "insert into cases.transition_due values (%s, %s, %s, %s,"
            " %s::date + make_interval(months => %s),"
            " %s::date + make_interval(months => %s), %s, %s, %s, %s, %s)",
            (home, said["month"], terms, first, first, said["month"] - 1,
             first, said["month"], said["overrun"], said["multiplier"],
             said["rate"], said["amount"], first), "cases")

    for changed, why in (({"multiplier": 1000000, "amount": 170000}, "stage"),
                         ({"amount": 339999}, "stage"),
                         ({"amount": 340001}, "stage"),
                         ({"rate": 1000, "amount": 170000}, "stage"),
                         ({"overrun": 0}, "another"),
                         ({"month": 2}, "another")):
        with pytest.raises(Exception, match=f"R-LATE.*{why}"):
            due(**changed)
            pytest.fail(str(changed))
    due()
    for sql, why in (
            ("update cases.transition_due set amount = 1", "permission denied"),
            ("update cases.transition_terms set confirmed_by = set_by", "stand"),
            ("insert into cases.transition_stage select id, 9, 9000000 from"
             " cases.transition_terms", "written with their terms"),
            ("insert into cases.payment (id, household, kind, month, amount,"
             " receipt, paid_on, entered_by, entered_at, checked_by,"
             " checked_at) select gen_random_uuid(), household, 'transition',"
             " 3, 1, 'x', '2026-11-19', set_by, now() + '1 year',"
             " gen_random_uuid(), now() from cases.transition_terms",
             "not what is due")):
        with pytest.raises(Exception, match=why):
            way.house.store.rows(sql, (), "cases")
            pytest.fail(sql)
