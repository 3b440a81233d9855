"""R-PAY: what is paid together is put together by one person, approved by
another to the fen, and nothing is in two batches (domain.md §5.4, §5.5)."""

import csv
import io
import threading

import pytest
from psycopg2 import errors

from machine import new_id
from test_bank import OWED, Bank
from test_household_life import FINANCE_A, FINANCE_B


class Money(Bank):
    def together(self, actor=FINANCE_A, **more):
        return self.ask("payment.batch_make", {
            "id": new_id(), "project": self.project, "kind": "compensation",
            **more}, roles="finance", actor=actor)

    def approve(self, batch, total, actor=FINANCE_B):
        return self.ask("payment.batch_approve",
                        {"batch": batch, "total": total},
                        roles="finance", actor=actor)

    def void(self, batch):
        return self.ask("payment.batch_void", {
            "batch": batch, "reason": "错项"}, roles="finance", actor=FINANCE_A)

    def shown(self, batch):
        return self.must("payment.batch_show", {"batch": batch},
                         roles="finance")

    def sql(self, statement, *given):
        return self.house.store.rows(statement, given, "cases")


@pytest.fixture
def money(quiet_house):
    money = Money(quiet_house)
    money.one = money.home()
    money.signed(money.one)
    return money


def test_r_pay_one_makes_another_approves_and_the_bank_gets_the_file(money):
    batch = money.together().body
    assert (batch["lines"], batch["total"]) == (1, OWED)
    unready = money.house.redkite("payment", "batch", batch["batch"],
                                  check=False, roles="finance")
    assert unready.returncode == 1 and not unready.stdout
    assert money.together().status == "conflict"  # it is in one already
    assert money.approve(batch["batch"], OWED, FINANCE_A).status == "denied"
    other = money.approve(batch["batch"], "88400.01")
    assert (other.status, other.body["field"]) == ("bad_request", "total")
    assert money.approve(batch["batch"], OWED).ok
    assert money.approve(batch["batch"], OWED).status == "conflict"
    assert money.void(batch["batch"]).status == "conflict"

    done = money.house.redkite("payment", "batch", batch["batch"],
                               roles="finance")
    assert done.stdout.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(done.stdout[1:])))
    assert rows == [
        ["批次", "序号", "户编号", "款项", "第几个月", "金额(元)"],
        [batch["batch"], "1", "QH-0001", "补偿款", "", OWED]]

    today = str(money.house.now.date())
    [entered] = money.match((1, "银1", "QH-0001", OWED, today))
    assert entered["verdict"] == "entered"
    assert money.confirm(entered["payment"], FINANCE_B).body["state"] == "paid"
    told = money.shown(batch["batch"])
    assert (told["count"], told["paid"]) == (1, 1)
    assert told["lines"][0]["receipt"] == "银1"
    assert money.together().status == "conflict"  # nothing is owed any more
    listed = money.must("payment.batch_list", {"project": money.project},
                        roles="dept")["batches"]
    assert [b["id"] for b in listed] == [batch["batch"]]


def test_r_pay_what_was_in_a_void_batch_may_be_in_another(money):
    first = money.together().body["batch"]
    assert money.void(first).ok
    assert money.approve(first, OWED).status == "conflict"
    second = money.together(households=[money.one])
    assert second.ok
    money.pay(money.one)  # by hand, meanwhile
    late = money.approve(second.body["batch"], OWED)
    assert late.status == "conflict" and "not owed" in late.body["why"]


def test_r_pay_of_eight_batches_at_once_one_is_made(money):
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(money.together()))
               for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    said = sorted(answer.status for answer in answers)
    assert said == ["conflict"] * 7 + ["ok"], said
    assert money.sql("select count(*) from cases.batch_line") == [(1,)]


def test_r_pay_the_store_refuses(money):
    batch = money.together().body["batch"]
    bare = ("with b as (insert into cases.batch (id, project, lines, total,"
            " made_by, made_at) values (%s, %s, 1, %s, %s, now()) returning id)"
            " select 1 from b")
    line = ("insert into cases.batch_line (batch, position, household, kind,"
            " month, amount) values (%s, 2, %s, 'compensation', 0, %s)")
    refused = [
        (bare, (new_id(), money.project, 8840000, FINANCE_A),
         "not the sum of its lines"),
        (line, (batch, money.one, 1), "written with it"),
        ("update cases.batch set approved_by = made_by, approved_at = now()",
         (), "batch_two_persons"),
        ("update cases.batch set total = 1", (), "permission denied"),
        ("update cases.batch_line set amount = 1", (), "permission denied"),
    ]
    for sql, given, why in refused:
        with pytest.raises(Exception, match=why):
            money.sql(sql, *given)
            pytest.fail(sql)
    connection = money.house.store.connect("cases")
    connection.autocommit = False
    for amount, why in ((8840000, "batch_once"), (1, "is not what is owed")):
        with connection.cursor() as cursor:
            mine = new_id()
            cursor.execute(bare, (mine, money.project, amount, FINANCE_A))
            with pytest.raises((errors.UniqueViolation,
                                errors.RaiseException), match=why):
                cursor.execute(line, (mine, money.one, amount))
        connection.rollback()
    connection.close()
    assert money.approve(batch, OWED).ok
    with pytest.raises(Exception, match="stand"):
        money.sql("update cases.batch set approved_by = %s", new_id())
