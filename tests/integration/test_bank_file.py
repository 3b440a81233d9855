"""The bank's receipt file, as finance brings it by the command line (R-PAY)."""

import csv
import json

import pytest

from test_bank import OWED, Bank
from test_household_life import FINANCE_A, FINANCE_B

HEAD = "某银行代付回单,,,,\r\n回单号,户编号,金额(元),支付日期,备注\r\n"


class Counter(Bank):
    def bring(self, path, *more):
        done = self.house.redkite(
            "payment", "match", path, "--project", self.project, "--json",
            *more, check=False,
            roles="finance", actor=FINANCE_A)
        return done, (json.loads(done.stdout)["lines"] if done.stdout else [])


@pytest.fixture
def bank(quiet_house):
    bank = Counter(quiet_house)
    bank.one, bank.two = bank.home(), bank.home("QH-0002")
    bank.signed(bank.one)
    return bank


def sheet(path, *rows, encoding="utf-8-sig"):
    path.write_bytes((HEAD + "".join(
        ",".join(row) + ",\r\n" for row in rows)).encode(encoding))
    return path


def test_r_pay_the_banks_own_file_is_read_whole_once_and_to_the_fen(
        bank, tmp_path):
    today = str(bank.house.now.date())
    days = [today, today.replace("-", ""), today.replace("-", "/")]
    # a formula, which a spreadsheet must not run when it shows the exception
    file = sheet(tmp_path / "银行.csv",
                 ("银1", "QH-0001", '"88,400.01"', days[0]),
                 ("=银2", "QH-9999", OWED, days[1]),
                 ("银3", "QH-0001", '"88,400.00"', days[2]), encoding="gb18030")
    left = tmp_path / "left.csv"
    done, lines = bank.bring(file, "--exceptions", left)
    assert done.returncode == 1, done
    assert [line["verdict"] for line in lines] == [
        "other_amount", "unknown", "entered"], done.stderr
    assert "1 entered, 2 exceptions" in done.stderr
    assert [(e[0], e[1], e[2]) for e in bank.exceptions()] == [
        ("=银2", 4, "unknown"), ("银1", 3, "other_amount")]
    with open(left, encoding="utf-8-sig") as text:
        rows = list(csv.reader(text))
    assert [row[2] for row in rows] == ["回单号", "银1", "'=银2"]
    assert left.stat().st_mode & 0o777 == 0o600
    assert bank.confirm(lines[2]["payment"], FINANCE_B).ok

    again, lines = bank.bring(file)
    assert again.returncode == 1
    assert "银行.csv:3: this file was read before, to its end" in again.stderr
    assert {line["verdict"] for line in lines} == {"before"}
    other = sheet(tmp_path / "补.csv", ("银3", "QH-0001", OWED, today))
    again, _ = bank.bring(other)
    assert again.returncode == 1
    assert "补.csv:3: the receipt was read before, 银行.csv:5" in again.stderr
    hashes = {h for h, in bank.house.store.rows(
        "select sha256 from cases.bank_line")}
    assert len(hashes) == 1 and len(hashes.pop()) == 64


def test_a_run_that_was_cut_off_goes_on_where_it_was(bank, tmp_path):
    today = str(bank.house.now.date())
    rows = [(f"银{n}", "QH-0002", OWED, today) for n in range(1, 251)]
    file = sheet(tmp_path / "a.csv", *rows)
    done, lines = bank.bring(file)
    assert len(lines) == 250, done.stderr
    bank.house.store.rows("set session_replication_role = replica;"
                          " delete from cases.bank_line where line > 102")
    done, lines = bank.bring(file)
    said = [line["verdict"] for line in lines]
    assert said.count("before") == 100 and said.count("not_due") == 150


@pytest.mark.parametrize("row,why", [
    (("银1", "QH-0001", OWED, "2026-11-19"), ":4: 回单号 银1 在第 3 行已有"),
    (("银2", "QH-0001", "1.234", "2026-11-19"), ":4: 金额"),
    (("银2", "QH-0001", "-1.00", "2026-11-19"), ":4: 金额"),
    (("银2", "QH-0001", OWED, "2026-02-30"), ":4: 支付日期"),
    (("银2", "QH-0001", OWED, "十一月十九"), ":4: 支付日期"),
    (("银2", "", OWED, "2026-11-19"), ":4: 缺少户编号"),
])
def test_a_broken_file_is_refused_whole_with_its_line(bank, tmp_path, row, why):
    file = sheet(tmp_path / "a.csv", ("银1", "QH-0001", OWED, "2026-11-19"), row)
    done, lines = bank.bring(file)
    assert done.returncode == 1 and not lines
    assert f"a.csv{why}" in done.stderr and "nothing of this file" in done.stderr
    assert not bank.house.store.rows("select from cases.bank_line")
