"""How satisfied residents are: by tokens that lead to nobody, asked by none of
the office, told when it is over (domain.md 7.4, §8 R-SURVEY, R-FAKE)."""

import threading

import pytest

from machine import new_id, wait_until
from test_cases_commands import Office, at
from test_export import id_number

PANEL = new_id()
NOBODY = "00000000-0000-0000-0000-000000000000"
CONTENT = {"overall": 5, "respect": 5, "clarity": 4, "fairness": 4,
           "pressure": 1, "promise": 5, "staff_present": False}
ENDS = "2026-11-30T16:00:00+08:00"


class Village(Office):
    """Two communities: of forty households, and of three."""

    def __init__(self, house):
        super().__init__(house)
        self.other = new_id()
        self.must("community.add", {
            "id": self.other, "project": self.project, "code": "LQ",
            "name": "柳泉社区", "position": 2})
        rows = [{"line": n, "community": "青禾社区" if n <= 40 else "柳泉社区",
                 "no": f"{'QH' if n <= 40 else 'LQ'}-{n:04d}", "name": "彭伟",
                 "id_number": id_number(n), "address": f"{n}号楼1单元101",
                 "registration": "已登记", "use": "住宅", "structure": "砖混",
                 "registered_area": "90.00", "measured_area": "90.00",
                 "persons": "3", "surveyed_on": "2026-08-16", "choice": "货币"}
                for n in range(1, 44)]
        answer = self.must("survey.import", {
            "project": self.project, "sheet": "1.csv", "sheet_hash": "0" * 64,
            "dry_run": False, "rows": rows})
        assert not [r for r in answer["results"]
                    if r["verdict"] == "refused"], answer
        self.round = self.open()["round"]

    def open(self, **more):
        return self.must("satisfaction.open", {
            "project": self.project, "name": "2026年第四季度",
            "closes_at": ENDS, **more}, roles="district_panel", actor=PANEL)

    def letters(self, community=None, **more):
        return self.ask("satisfaction.tokens", {
            "round": self.round, "community": community or self.community},
            **{"roles": "district_panel", "actor": PANEL, **more})

    def tokens(self, community=None):
        answer = self.letters(community)
        assert answer.ok, answer
        return [letter["token"] for letter in answer.body["letters"]]

    def answer(self, token, call=None, **more):
        return self.ask("satisfaction.answer",
                        {"token": token, **CONTENT, **more}, roles="",
                        actor=NOBODY, id=call)

    def result(self):
        return self.ask("satisfaction.show", {"round": self.round}, roles="")

    def end(self):
        self.house.set_time(at("2026-11-30T16:00:01"))
        return wait_until(lambda: self.result().ok and self.result().body, 20)

    def sql(self, statement, *given):
        return self.house.store.rows(statement, given, "cases")


@pytest.fixture
def village(quiet_house):
    return Village(quiet_house)


def test_r_survey_a_token_leads_to_no_household(village):
    tokens = village.tokens()
    assert len(set(tokens)) == 40  # as many as households, signed or not
    assert village.answer(tokens[7]).ok
    store = village.house.store
    columns = {(t, c) for t, c in store.rows(
        "select table_name, column_name from information_schema.columns"
        " where table_schema = 'cases' and table_name in"
        " ('satisfaction_token', 'satisfaction_answer')")}
    assert columns == {("satisfaction_token", c) for c in (
        "hash", "round", "community", "spent")} | {
        ("satisfaction_answer", c) for c in (
            "id", "round", "community", "overall", "respect", "clarity",
            "fairness", "pressure", "promise", "quality", "staff_present",
            "device")}
    keys = store.rows(
        "select confrelid::regclass::text from pg_constraint"
        " where contype = 'f' and conrelid in ('cases.satisfaction_token'"
        "::regclass, 'cases.satisfaction_answer'::regclass)")
    assert {k[0] for k in keys} == {"cases.satisfaction_round",
                                    "cases.community"}
    # The rows lie in the order of their hashes, not of any list of households.
    lie = [bytes(row[0]) for row in store.rows(
        "select hash from cases.satisfaction_token where not spent"
        " order by ctid")]
    assert lie == sorted(lie)
    named = village.ask("satisfaction.answer",
                        {"token": tokens[8], **CONTENT}, roles="resident")
    assert (named.status, named.body["field"]) == ("bad_request", "meta.actor")
    # What answered is on record without a name, and no token stands anywhere.
    assert store.rows("select distinct actor::text, subject::text from bus.audit"
                      " where command = 'satisfaction.answer'") == [
        ("00000000-0000-0000-0000-000000000000", village.round)]
    for table, in store.rows(
            "select format('%%I.%%I', table_schema, table_name)"
            " from information_schema.tables where table_schema in"
            " ('cases', 'bus') and table_type = 'BASE TABLE'"):
        for token in tokens[6:9]:
            found = store.value(f"select count(*) from {table} t"
                                " where t::text like %s", [f"%{token}%"])
            assert found == 0, table
    assert not [t for t in tokens if t in village.house.logs("cases")]


def test_r_survey_nobody_of_the_office_asks(village):
    for roles in ("t5_quality", "dept", "chair", "district_panel,t2_signing"):
        refused = village.letters(roles=roles)
        assert refused.status == "denied", roles
    assert village.ask("satisfaction.open", {
        "project": village.project, "name": "再来一轮", "closes_at": ENDS},
        roles="district_panel,community_secretary").status == "denied"


def test_r_survey_a_letter_is_answered_once(village):
    token, other, *_ = village.tokens()
    call = village.house.new_id()
    first = village.answer(token, call=call)
    assert first.ok and "谢谢" in first.body["thanks"]
    assert village.answer(token, call=call).body == first.body
    again = village.answer(token)
    assert again.status == "conflict" and "已经用过" in again.body["why"]
    wrong = village.answer("AAAAA-BBBBB-CCCCC-DDDDD")
    assert (wrong.status, wrong.body["field"]) == ("bad_request", "token")
    answers = []
    threads = [threading.Thread(
        target=lambda: answers.append(village.answer(other).status))
        for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["conflict"] * 5 + ["ok"]
    assert village.sql("select count(*) from cases.satisfaction_answer") == [
        (2,)]
    # The letters are out: who had them printed cannot make others.
    assert village.letters().status == "conflict"
    assert village.answer(token, overall=6).status == "bad_request"


def test_letters_that_were_lost_are_made_anew(village):
    call = village.house.new_id()
    first = village.letters(id=call)
    assert village.letters(id=call).body == first.body  # its answer was lost
    fresh = village.tokens()
    old = first.body["letters"][0]["token"]
    assert old not in fresh and village.answer(old).status == "bad_request"
    assert village.answer(fresh[0]).ok


def test_r_survey_it_is_told_when_it_is_over_and_of_enough(village):
    tokens, few = village.tokens(), village.tokens(village.other)
    early = village.result()
    assert early.status == "conflict" and "还没有结束" in early.body["why"]
    for n, token in enumerate(tokens[:34]):
        assert village.answer(token, overall=5 if n < 24 else 2,
                              pressure=3 if n == 0 else 2).ok
    assert village.answer(tokens[34], staff_present=True, overall=5).ok
    assert village.answer(few[0], overall=1, pressure=5).ok
    result = village.end()
    late = village.answer(few[1])
    assert late.status == "conflict" and "已经结束" in late.body["why"]
    assert (result["households"], result["said"], result["beside_staff"]) == (
        43, 36, 1)
    (whole,) = result["whole"]
    assert (whole["answers"], whole["satisfied"]) == (35, "0.686")
    assert (whole["satisfied_low"], whole["satisfied_high"]) == (
        "0.52", "0.814")
    assert (whole["pressed"], whole["commendable"]) == ("0.057", False)
    assert whole["answered"] == "0.814" and "quality" not in whole
    # Of the other one answered: alone it would be the rest of the whole.
    assert (result["communities"], result["held_back"]) == ([], 2)
    told = [e for e in village.house.events("cases")
            if e["topic"] == "satisfaction.counted"]
    assert len(told) == 1 and told[0]["data"]["whole"] == [whole]
    (round_,) = village.must("satisfaction.list", {
        "project": village.project}, roles="")["rounds"]
    assert round_["closed_at"]


def test_r_fake_five_answers_of_one_device_do_not_count(village):
    tokens = village.tokens()
    for token in tokens[:5]:
        assert village.answer(token, device="a cookie of a front").ok
    for token in tokens[5:9]:
        assert village.answer(token, device="another", overall=1).ok
    assert village.answer(tokens[9], overall=1).ok
    doubts = [e for e in village.house.events("cases")
              if e["topic"] == "satisfaction.doubted"]
    assert [d["data"]["answers"] for d in doubts] == [5]
    result = village.end()
    assert (result["said"], result["of_one_device"]) == (10, 5)
    assert (result["whole"][0]["answers"],
            result["whole"][0]["satisfied"]) == (5, "0")
    assert "cookie" not in str(village.sql(
        "select * from cases.satisfaction_answer"))


def test_r_survey_the_store_refuses(village):
    token, *_ = village.tokens()
    assert village.answer(token).ok
    add = ("insert into cases.satisfaction_answer (round, community, overall,"
           " respect, clarity, fairness, pressure, promise, staff_present)"
           f" values ('{village.round}', '{village.community}', {{}}, 5, 5, 5,"
           " 1, 5, false)")
    refused = [
        (add.format(5), "an answer for each token"),
        (add.format(6), "overall_check"),
        ("update cases.satisfaction_answer set overall = 5",
         "permission denied"),
        ("delete from cases.satisfaction_answer", "permission denied"),
        ("update cases.satisfaction_token set spent = false",
         "spent once"),
        ("update cases.satisfaction_token set spent = true where not spent",
         "an answer for each token"),
        ("delete from cases.satisfaction_token", "out already"),
        ("insert into cases.satisfaction_token values (sha256('x'),"
         f" '{village.round}', '{village.other}')", "hash_check"),
        ("insert into cases.satisfaction_token select"
         " substr(sha256(hash), 1, 16), round, community"
         " from cases.satisfaction_token limit 1", "out already"),
        ("update cases.satisfaction_round set closes_at = now()",
         "permission denied"),
        ("delete from cases.satisfaction_round", "permission denied"),
    ]
    for statement, why in refused:
        with pytest.raises(Exception, match=why):
            village.sql(statement)
            pytest.fail(statement)
    village.end()
    for statement in (
            "update cases.satisfaction_round set closed_at = null",
            "update cases.satisfaction_token set spent = true"
            " where not spent", add.format(1)):
        with pytest.raises(Exception, match="R-SURVEY"):
            village.sql(statement)
            pytest.fail(statement)
