"""G-FUNDS: no offer without the money for it (domain.md §4.6, Decree 590
art. 12)."""

import threading

import pytest
from psycopg2 import errors

import case_register
import village
from machine import new_id
from test_cases_commands import MAKER, RELEASER
from test_household_life import Desk
from walk import walk

TOTAL = 8_840_000  # of each household here, in fen


class Treasury(Desk):
    """A project whose money is counted."""

    def publish(self, **more):
        return village.bring(self.house, self.project, village.pack(**more),
                             funds=False)

    def fund(self, amount):
        return village.fund(self.house, self.project, amount)

    def free(self):
        told = self.must("fund.show", {"project": self.project}, roles="dept")
        return {k: told[k] for k in ("deposited", "offered", "agreed", "paid",
                                     "free")}


@pytest.fixture
def treasury(quiet_house):
    return Treasury(quiet_house)


def test_g_funds_an_offer_waits_for_its_money(treasury):
    home = treasury.home()
    statement = treasury.make(home)
    refused = treasury.release(statement)
    assert refused.status == "conflict" and "G-FUNDS" in refused.body["why"]
    treasury.fund("88399.99")
    assert treasury.release(statement).status == "conflict"
    treasury.fund("0.01")
    assert treasury.release(statement).ok
    assert treasury.free() == {"deposited": "88400.00", "offered": "88400.00",
                               "agreed": "0.00", "paid": "0.00",
                               "free": "0.00"}


def test_g_funds_what_is_signed_and_paid_stays_counted(treasury):
    treasury.fund("100000.00")
    home = treasury.home()
    treasury.signed(home)
    assert treasury.free()["agreed"] == "88400.00"
    assert treasury.pay(home).ok
    assert treasury.free() == {"deposited": "100000.00", "offered": "0.00",
                               "agreed": "0.00", "paid": "88400.00",
                               "free": "11600.00"}


def test_g_funds_who_stays_frees_what_was_offered(treasury):
    treasury.fund("88400.00")
    home = treasury.home()
    treasury.offer(home)
    assert treasury.free()["free"] == "0.00"
    treasury.house.store.rows(
        "set session_replication_role = replica;"
        " update cases.household set state = 'stays' where id = %s", (home,))
    assert treasury.free()["free"] == "88400.00"


def test_r_pay_eight_releases_at_once_do_not_overdraw(treasury):
    homes = [treasury.home(f"QH-{n:04}") for n in range(1, 9)]
    walk(treasury.house, *homes)
    statements = [treasury.must("household.offer_make", {"household": home},
                                actor=MAKER)["statement"] for home in homes]
    treasury.fund("265200.00")  # three times 88 400
    answers = []
    threads = [threading.Thread(
        target=lambda s=s: answers.append(treasury.release(s, RELEASER)))
        for s in statements]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    said = sorted(answer.status for answer in answers)
    assert said == ["conflict"] * 5 + ["ok"] * 3, answers
    assert treasury.free()["free"] == "0.00"


def test_g_funds_an_offer_waits_for_the_one_before_it(register):
    """Of two at once, the second sees the first."""
    project = register.add_project(funds=200)
    community = register.add("community", project=project, code="LQ",
                             name="柳泉社区", position=1)
    pack = register.add_pack(project)
    homes = [register.explained(project=project, community=community)
             for _ in range(2)]
    statements = [register.add_statement(home, pack=pack) for home in homes]
    other = register.store.connect("cases")
    register.connection.autocommit = False
    register.add_offer(homes[0], statements[0])
    register.move(homes[0], "offered", offer=statements[0])
    add = ("insert into cases.offer (statement, household, made_by,"
           " released_by, released_at, reproduced) select s.id, s.household,"
           " s.made_by, %s, %s, s.reckoning from cases.statement s"
           " where s.id = %s")
    given = (case_register.RELEASER, case_register.RELEASED, statements[1])
    with other.cursor() as cursor:
        cursor.execute("set lock_timeout = '300ms'")
        with pytest.raises(errors.LockNotAvailable):
            cursor.execute(add, given)
        register.connection.commit()
        with pytest.raises(errors.RaiseException, match="G-FUNDS"):
            cursor.execute(add, given)
    other.close()


@pytest.mark.parametrize("changed,field", [
    ({"amount": "0.00"}, "amount"), ({"amount": "-1.00"}, "amount"),
    ({"day": "2027-01-01"}, "day")])
def test_a_deposit_is_money_that_has_come(treasury, changed, field):
    answer = treasury.ask("fund.deposit", {
        "id": new_id(), "project": treasury.project, "amount": "1.00",
        "document": "拨款1号", "day": "2026-10-01", **changed},
        roles="finance")
    assert (answer.status, answer.body["field"]) == ("bad_request", field)


def test_a_paper_is_counted_once_and_stands(treasury):
    body = {"project": treasury.project, "amount": "1.00",
            "document": "拨款1号", "day": "2026-10-01"}
    assert treasury.ask("fund.deposit", {"id": new_id(), **body},
                        roles="finance").ok
    assert treasury.ask("fund.deposit", {"id": new_id(), **body},
                        roles="finance").status == "conflict"
    assert treasury.ask("fund.deposit", {"id": new_id(), **body},
                        roles="t2_signing").status == "denied"
    for sql in ("update cases.fund_entry set amount = 2",
                "delete from cases.fund_entry"):
        with pytest.raises(Exception, match="permission denied"):
            treasury.house.store.rows(sql, (), "cases")
        with pytest.raises(Exception, match="stand"):
            treasury.house.store.rows(sql)
