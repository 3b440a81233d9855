"""R-PAY: what the bank's file says is matched to the fen, once, and another
person checks it (domain.md §4.1, §8)."""

import pytest

from machine import new_id
from test_household_life import FINANCE_A, FINANCE_B, Desk

OWED = "88400.00"


class Bank(Desk):
    def match(self, *lines, file="bank-1.csv"):
        return self.must("payment.match", {
            "project": self.project, "file": file, "lines": [
                {"line": n, "receipt": receipt, "no": no, "amount": amount,
                 "paid_on": day} for n, receipt, no, amount, day in lines]},
            roles="finance", actor=FINANCE_A)["results"]

    def verdicts(self, *lines, **more):
        return [r["verdict"] for r in self.match(*lines, **more)]

    def exceptions(self, **more):
        told = self.must("payment.exceptions", {"project": self.project, **more},
                         roles="finance")
        return [(e["receipt"], e["line"], e["verdict"])
                for e in told["exceptions"]]

    def confirm(self, payment, actor):
        return self.ask("payment.confirm", {"payment": payment},
                        roles="finance", actor=actor)


@pytest.fixture
def bank(quiet_house):
    bank = Bank(quiet_house)
    bank.one, bank.two = bank.home(), bank.home("QH-0002")
    bank.signed(bank.one)
    return bank


def test_r_pay_the_banks_file_is_matched_to_the_fen_and_once(bank):
    today = str(bank.house.now.date())
    first = bank.match(
        (2, "银1", "QH-0001", "88400.01", today),
        (3, "银2", "QH-0001", OWED, "2026-12-31"),
        (4, "银3", "QH-9999", OWED, today),
        (5, "银4", "QH-0002", OWED, today),
        (6, "银5", "QH-0001", OWED, today),
        (7, "银5", "QH-0001", OWED, today),
        (8, "银6", "QH-0001", OWED, today))
    assert [r["verdict"] for r in first] == [
        "other_amount", "to_come", "unknown", "not_due", "entered", "repeated",
        "second"]
    assert first[5]["read_at"] == "bank-1.csv:6"
    again = bank.match((6, "银5", "QH-0001", OWED, today), file="bank-1b.csv")
    assert again == [{"line": 6, "verdict": "repeated", "same": False,
                      "read_at": "bank-1.csv:6"}]
    assert bank.exceptions() == [
        ("银1", 2, "other_amount"), ("银2", 3, "to_come"), ("银3", 4, "unknown"),
        ("银4", 5, "not_due"), ("银6", 8, "second")]
    assert bank.exceptions(after="银3") == [("银4", 5, "not_due"),
                                          ("银6", 8, "second")]
    assert bank.state(bank.one) == "effective"
    assert bank.confirm(first[4]["payment"], FINANCE_A).status == "conflict"
    paid = bank.confirm(first[4]["payment"], FINANCE_B)
    assert paid.body["state"] == "paid"
    assert bank.verdicts((9, "银7", "QH-0001", OWED, today)) == ["not_due"]


def test_a_receipt_entered_by_hand_is_not_entered_again(bank):
    today = str(bank.house.now.date())
    bank.must("payment.enter", {
        "household": bank.one, "kind": "compensation", "amount": "1.00",
        "receipt": "银1", "paid_on": today}, roles="finance", actor=FINANCE_B)
    assert bank.verdicts((1, "银1", "QH-0001", OWED, today),
                         (2, "银2", "QH-0001", OWED, today)) == [
        "second", "entered"]


REFUSED = {
    "an exception that pays": (
        "insert into cases.bank_line select project, 'x', file, line, no,"
        " amount, paid_on, 'second', payment, entered_by, entered_at from"
        " cases.bank_line where payment is not null", "pays_when_entered"),
    "a receipt twice": (
        "insert into cases.bank_line select * from cases.bank_line",
        "bank_line_pkey"),
    "a payment twice": (
        "insert into cases.bank_line select project, 'x', file, line, no,"
        " amount, paid_on, verdict, payment, entered_by, entered_at from"
        " cases.bank_line where payment is not null", "payment_key"),
    "another amount": ("update cases.bank_line set amount = 1",
                       "permission denied"),
}


def test_r_pay_the_store_refuses(bank):
    today = str(bank.house.now.date())
    assert bank.verdicts((1, "银1", "QH-0001", OWED, today)) == ["entered"]
    for name, (sql, why) in REFUSED.items():
        with pytest.raises(Exception, match=why):
            bank.house.store.rows(sql, (), "cases")
            pytest.fail(name)


def test_only_finance_reads_the_banks_file(bank):
    body = {"project": bank.project, "file": "x", "lines": []}
    assert bank.ask("payment.match", body, roles="dept",
                    actor=new_id()).status == "denied"
