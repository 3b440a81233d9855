"""R-GENDER: what is paid for a house goes to each co-owner's own account once one
of them has asked for it (domain.md §8)."""

import csv
import io
import threading

import pytest

from machine import new_id
from test_bank import OWED
from test_batches import Money
from test_household_life import FINANCE_A, FINANCE_B
from test_transition import Way

THIRDS = ["0.333334", "0.333333", "0.333333"]
SPLIT = ("with s as (insert into cases.owner_split select %s, id, %s, '1',"
         " now(), gen_random_uuid() from cases.agreement returning id),"
         " p as (insert into cases.owner_split_part"
         " select s.id, v.* from s, (values (1, %s::uuid, %s::bigint,"
         " 'self', null), (2, %s, %s, {}, null)) v returning 1)"
         " select count(*) from p")
PARTS = ["29466.64", "29466.64", "29466.72"]  # 88400.00, to the fen
HIS, HERS = "6217 0000 0000 0001", "6217 0000 0000 0002"


class Split(Money):
    def owned(self, *shares, titles=("deed", "spouse", "married_out")):
        """Their ids; all of them have signed."""
        owners = self.must("owner.set", {
            "household": self.one, "document": "不动产1号", "owners": [
                {"name": name, "share": share, "capacity": "full",
                 "title": title}
                for name, share, title in zip(("彭伟", "林芳", "彭小雨"),
                                              shares, titles)]})["owners"]
        self.signed(self.one, owners=[{"owner": owner, "how": "self"}
                                      for owner in owners])
        return owners

    def split(self, *signers, **more):
        return self.ask("owner.split", {
            "household": self.one, "document": "分付申请1号",
            "owners": [{"owner": owner, "how": "self"} for owner in signers],
            **more}, roles="t3_front")

    def account(self, owner, number, how="self", **more):
        return self.ask("owner.account", {
            "household": self.one, "owner": owner, "number": number, "how": how,
            "document": "账户确认1号", **more}, roles="t3_front")

    def accounts(self, batch):
        return self.must("payment.batch_accounts", {"batch": batch},
                         roles="finance", purpose="付款")["accounts"]

    def enter(self, amount, receipt, **more):
        return self.ask("payment.enter", {
            "household": self.one, "kind": "compensation", "amount": amount,
            "receipt": receipt, "paid_on": str(self.house.now.date()), **more},
            roles="finance", actor=FINANCE_A)


@pytest.fixture
def house(quiet_house):
    house = Split(quiet_house)
    house.one = house.home()
    return house


def test_r_gender_each_owner_is_paid_and_both_receipts_move_the_household(house):
    him, her = house.owned("0.5", "0.5")
    titles = {o["name"]: o["title"] for o in house.must(
        "owner.list", {"household": house.one}, purpose="核对")["owners"]}
    assert titles == {"彭伟": "deed", "林芳": "spouse"}
    assert house.account(her, HERS).ok
    assert house.split(her).ok  # she alone asks
    alone = house.enter(OWED, "银0")
    assert alone.status == "conflict" and "R-GENDER" in alone.body["why"]

    batch = house.together().body
    assert (batch["lines"], batch["total"]) == (1, OWED)
    assert house.approve(batch["batch"], OWED).ok
    accounts = house.accounts(batch["batch"])
    assert {(a["amount"], a["name"], a.get("number")) for a in accounts} == {
        ("44200.00", "彭伟", None),
        ("44200.00", "林芳", HERS.replace(" ", ""))}
    assert [a["no"] for a in accounts] == ["QH-0001/1", "QH-0001/2"]
    file = csv.reader(io.StringIO(house.house.redkite(
        "payment", "batch", batch["batch"], roles="finance").stdout))
    assert [row[1:3] + row[5:] for row in list(file)[1:]] == [
        ["1", "QH-0001/1", "44200.00"], ["2", "QH-0001/2", "44200.00"]]

    today = str(house.house.now.date())
    lines = house.match((1, "银1", "QH-0001", OWED, today),
                        (2, "银2", "QH-0001/1", "44200.01", today),
                        (3, "银3", "QH-0001/2", "44200.00", today),
                        (4, "银4", "QH-0001/2", "44200.00", today))
    assert [line["verdict"] for line in lines] == [
        "not_due", "other_amount", "entered", "second"]
    own = house.confirm(lines[2]["payment"], FINANCE_A)
    assert own.status == "denied"  # who entered it
    first = house.confirm(lines[2]["payment"], FINANCE_B)
    assert first.body["state"] == "effective"  # hers alone moves nobody
    assert house.shown(batch["batch"])["paid"] == 0
    with pytest.raises(Exception, match="no paper carries"):
        house.sql("update cases.household set state = 'paid' where id = %s",
                  house.one)
    [his] = house.match((5, "银5", "QH-0001/1", "44200.00", today))
    assert house.confirm(his["payment"], FINANCE_A).status == "conflict"
    assert house.confirm(his["payment"], FINANCE_B).body["state"] == "paid"
    shown = house.shown(batch["batch"])
    assert shown["paid"] == 1
    assert [line["receipt"] for line in shown["lines"]] == ["银5", "银3"]
    assert house.sql("select compensation from cases.fund_use") == [(8840000,)]


def test_r_gender_thirds_are_exactly_the_sum(house):
    owners = house.owned(*THIRDS)
    assert house.split(owners[2]).ok
    batch = house.together().body["batch"]
    amounts = [line["amount"] for line in house.shown(batch)["lines"]]
    assert sorted(amounts) == PARTS
    assert sum(int(part.replace(".", "")) for part in PARTS) == 8840000


def test_r_gender_other_parts_want_the_word_of_all(house):
    him, her = house.owned("0.5", "0.5")
    parts = [{"owner": him, "share": "0.25"}, {"owner": her, "share": "0.75"}]
    alone = house.split(her, parts=parts)
    assert (alone.status, house.split().status) == ("conflict", "bad_request")
    assert house.split(him).ok
    assert house.split(her).status == "conflict"  # it goes split already
    assert house.split(him, her, parts=parts).ok
    batch = house.together().body["batch"]
    assert {(a["name"], a["amount"]) for a in house.accounts(batch)} == {
        ("彭伟", "22100.00"), ("林芳", "66300.00")}


def test_r_gender_a_tenant_is_not_left_with_nothing(house):
    lord, tenant = house.owned("1", "0", titles=("deed", "tenant"))
    alone = house.split(lord)
    assert alone.status == "conflict" and "tenant" in alone.body["why"]
    with pytest.raises(Exception, match="with a tenant it is signed by all"):
        house.sql(SPLIT.format("null"), new_id(), 1, lord, 1000000, tenant, 0)
    assert house.split(lord, tenant, parts=[
        {"owner": lord, "share": "0.1"}, {"owner": tenant, "share": "0.9"}]).ok
    batch = house.together().body["batch"]
    assert {(a["name"], a["amount"]) for a in house.accounts(batch)} == {
        ("彭伟", "8840.00"), ("林芳", "79560.00")}


def test_r_gender_a_batch_that_was_made_stays(house):
    him, her = house.owned("0.5", "0.5")
    batch = house.together().body["batch"]
    assert house.split(her).ok
    assert house.approve(batch, OWED).ok
    [line] = house.shown(batch)["lines"]
    assert (line["no"], line["amount"]) == ("QH-0001", OWED)
    assert house.pay(house.one).body["state"] == "paid"


def test_r_gender_what_was_entered_before_is_paid_as_one(house):
    him, her = house.owned("0.5", "0.5")
    entered = house.enter(OWED, "银1").body["payment"]
    assert house.split(her).ok
    assert house.together().status == "conflict"
    assert house.confirm(entered, FINANCE_B).body["state"] == "paid"


def test_r_gender_anothers_account_wants_ones_own_signed_word(house):
    him, her = house.owned("0.5", "0.5")
    assert house.account(him, HIS).ok
    taken = house.account(her, HIS.replace(" ", ""))
    assert taken.status == "conflict" and "another owner" in taken.body["why"]
    by_power = house.account(her, HIS, how="power", holder=him)
    assert by_power.status == "conflict"
    assert house.account(her, HIS, holder=him).ok
    assert house.account(new_id(), HIS).body["field"] == "owner"
    assert house.account(her, "1234").body["field"] == "number"
    assert house.split(her).ok
    batch = house.together().body["batch"]
    assert {(a["name"], a["holder_name"]) for a in house.accounts(batch)} == {
        ("彭伟", "彭伟"), ("林芳", "彭伟")}
    digits = HIS.replace(" ", "")
    assert house.sql("select count(*) from cases.owner_account where"
                     " position(%s::bytea in number) > 0", digits) == [(0,)]


def test_r_gender_of_two_who_ask_at_once_one_splits_it(house):
    owners = house.owned("0.5", "0.5")
    answers = []
    threads = [threading.Thread(
        target=lambda owner=owner: answers.append(house.split(owner)))
        for owner in owners]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(a.status for a in answers) == ["conflict", "ok"]
    assert house.sql("select count(*) from cases.owner_split") == [(1,)]


class Months(Split, Way):
    """The same, in a village that pays the time between two homes monthly."""

    def signed(self, household, **more):
        more.setdefault("owners", self.signing)
        super().signed(household, **more)


def test_r_gender_a_month_between_two_homes_is_paid_to_each(quiet_house):
    months = Months(quiet_house)
    months.one = months.home()
    owners = months.must("owner.set", {
        "household": months.one, "document": "不动产1号", "owners": [
            {"name": name, "share": share, "capacity": "full"}
            for name, share in (("彭伟", "0.75"), ("林芳", "0.25"))]})["owners"]
    months.signing = [{"owner": owner, "how": "self"} for owner in owners]
    months.vacated(months.one)  # paid as one, before anybody asked
    months.runs(months.one)
    months.reaches("2026-12-19", months.one, 1)
    assert months.split(owners[1]).ok
    batch = months.together(kind="transition").body
    assert (batch["lines"], batch["total"]) == (1, "1700.00")
    lines = months.shown(batch["batch"])["lines"]
    assert {line["amount"] for line in lines} == {"1275.00", "425.00"}
    owed = "select count(*) from cases.owed where kind = 'transition'"
    for left, line in zip((1, 0), lines):
        [matched] = months.match((left + 1, f"月{left}", line["no"],
                                  line["amount"], "2026-12-19"))
        assert matched["verdict"] == "entered"
        assert months.confirm(matched["payment"], FINANCE_B).ok
        assert months.sql(owed) == [(left,)]
    assert len(months.months(months.one)) == 1


def test_r_gender_the_store_refuses(house):
    him, her = house.owned("0.5", "0.5")
    assert house.account(him, HIS).ok
    account = ("insert into cases.owner_account select %s, %s, holder, number,"
               " {}, %s, '1', now(), recorded_by from cases.owner_account")
    paid = ("insert into cases.payment (id, household, kind, part, amount,"
            " receipt, paid_on, entered_by, entered_at) values (gen_random_uuid(),"
            " %s, 'compensation', %s, %s, %s, '2026-11-01',"
            " gen_random_uuid(), now())")
    refused = [
        (account.format("blind"), (new_id(), her, "power"), "own_word"),
        (account.format("'\\x00'").replace("holder,", "owner,", 1).replace(
            "%s, %s, owner", "%s, %s, '" + new_id() + "'::uuid"),
         (new_id(), her, "self"), "stranger"),
        (account.replace("holder,", "'" + her + "'::uuid,").format("blind"),
         (new_id(), her, "self"), "another owner"),
        (SPLIT.format("null"), (new_id(), 1, him, 600000, her, 400000),
         "signed by all"),
        (SPLIT.format("null"), (new_id(), 2, him, 500000, her, 500000),
         "signed by all"),
        (SPLIT.format("'self'"), (new_id(), 2, him, 500000, her, 500000),
         "one comes after the other"),
        (SPLIT.format("'self'"), (new_id(), 1, him, 600000, her, 300000),
         "together the whole"),
        (paid, (house.one, 1, 4420000, "银1"), "none of its parts"),
    ]
    for sql, given, why in refused:
        with pytest.raises(Exception, match=why):
            house.sql(sql, *given)
            pytest.fail(sql)
    assert house.split(her).ok
    batch = house.together().body["batch"]
    part = ("insert into cases.batch_part values (%s, 1, 9, %s, null, 1)")
    refused = [
        (paid, (house.one, 0, 8840000, "银2"), "none of its parts"),
        (paid, (house.one, 1, 4420001, "银3"), "none of its parts"),
        (part, (batch, her), "written with it"),
        ("update cases.batch_part set amount = 1", (), "permission denied"),
        ("update cases.owner_account set holder = owner", (),
         "permission denied"),
        ("delete from cases.owner_split_part", (), "permission denied"),
    ]
    for sql, given, why in refused:
        with pytest.raises(Exception, match=why):
            house.sql(sql, *given)
            pytest.fail(sql)
    assert house.void(batch).ok
    connection = house.house.store.connect("cases")
    connection.autocommit = False
    bare = ("insert into cases.batch (id, project, lines, total, made_by,"
            " made_at) values (%s, %s, 1, 8840000, %s, now())")
    line = ("insert into cases.batch_line (batch, position, household, kind,"
            " month, amount) values (%s, 1, %s, 'compensation', 0, 8840000)")
    hers = ("insert into cases.batch_part select %s, 1, 2, %s, id, 4420000"
            " from cases.owner_account")
    with connection.cursor() as cursor:
        mine = new_id()
        cursor.execute(bare, (mine, house.project, FINANCE_A))
        cursor.execute(line, (mine, house.one))
        with pytest.raises(Exception, match="not split as its owners"):
            connection.commit()
    connection.rollback()
    with connection.cursor() as cursor:
        mine = new_id()
        cursor.execute(bare, (mine, house.project, FINANCE_A))
        cursor.execute(line, (mine, house.one))
        with pytest.raises(Exception, match="than its owner named"):
            cursor.execute(hers, (mine, her))  # to his account
    connection.rollback()
    connection.close()
