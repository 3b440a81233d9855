"""R-LEAK: fifty households of a list a day, and more by an export that another
person approves; R-THRESH: but of those who have not signed never (domain.md §8)."""

import csv
import threading

import pytest
from psycopg2 import errors

from machine import new_id
from test_cases_commands import Office, at

CLERK, LEAKER, PRIVACY = new_id(), new_id(), new_id()
FIRST = "00000000-0000-7000-8000-000000000000"  # before any other
HOMES = 57


class Register(Office):
    """Fifty-seven households."""

    def __init__(self, house):
        super().__init__(house)
        rows = [{"line": n, "community": "青禾社区", "no": f"QH-{n:04d}",
                 "name": "彭五" if n <= 5 else "彭六" if n <= 11 else "彭众", "id_number": id_number(n),
                 "address": f"青禾社区{n}号楼1单元101",
                 "registration": "已登记", "use": "住宅", "structure": "砖混",
                 "registered_area": f"{n}.00", "measured_area": f"{n}.00",
                 "persons": "3", "surveyed_on": "2026-08-16", "choice": "货币"}
                for n in range(1, HOMES + 1)]
        answer = self.must("survey.import", {
            "project": self.project, "sheet": "1.csv", "sheet_hash": "0" * 64,
            "dry_run": False, "rows": rows})
        assert not [r for r in answer["results"]
                    if r["verdict"] == "refused"], answer

    def page(self, actor=CLERK, **more):
        return self.ask("household.list", {"project": self.project, **more},
                        actor=actor)

    def offer_all(self):
        self.house.store.run_as(
            "superuser", "set session_replication_role = replica; update"
            " cases.household set state = 'considering', offer = id")

    def missing(self, **more):
        """Who has an offer and has not signed."""
        return self.page(state="considering", **more)

    def export(self, rows=HOMES, actor=CLERK, **more):
        return self.must("export.ask", {
            "list": "household.list", "project": self.project, "rows": rows,
            **more}, actor=actor, purpose="核对花名册")["id"]

    def approve(self, export, actor=PRIVACY):
        return self.ask("export.approve", {"id": export},
                        roles="privacy_officer", actor=actor)

    def sql(self, statement, *given):
        return self.house.store.rows(statement, given, "cases")


def id_number(n):
    first = f"1101011990{n // 28 % 12 + 1:02d}{n % 28 + 1:02d}{n % 1000:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(d) * w for d, w in zip(first, weights))
    return first + "10X98765432"[total % 11]


@pytest.fixture
def register(quiet_house):
    return Register(quiet_house)


def test_r_leak_a_screens_pages_of_a_whole_community_are_no_export(register):
    first = register.page(community=register.community).body
    rest = register.page(community=register.community, after=first["next"])
    assert len(first["households"]) + len(rest.body["households"]) == HOMES
    at_once = register.page(limit=51)
    assert at_once.status == "denied" and "翻页" in at_once.body["why"]
    assert "state" in first["households"][0] and "watermark" not in first
    assert register.page(state="closed", limit=200).ok
    assert register.sql("select 1 from cases.export_meter") == []


def test_r_thresh_the_51st_of_those_who_have_not_signed_is_refused(register):
    assert register.page(state="registered", limit=50).ok  # nobody could have
    assert register.sql("select 1 from cases.export_meter") == []
    register.offer_all()
    first = register.missing().body
    assert len(first["households"]) == 50
    refused = register.missing(after=first["next"])
    assert refused.status == "denied"
    for word in ("50户", "case.held", "household.search"):
        assert word in refused.body["why"]
    assert register.missing(limit=30).ok  # the same households are no others
    assert register.missing(actor=LEAKER, limit=51).status == "denied"
    for no in range(1, 51):  # one by one is no other way
        assert register.missing(actor=LEAKER, after=f"QH-{no - 1:04d}",
                                limit=1).ok
    assert register.missing(actor=LEAKER, after="QH-0050",
                            limit=1).status == "denied"
    export = register.export()
    assert register.approve(export).ok
    by_state = register.missing(after=first["next"], export=export)
    assert by_state.status == "denied" and "未签约" in by_state.body["why"]
    for row in register.page(limit=200, export=export).body["households"]:
        assert not {"state", "since"} & row.keys()
    register.house.set_time(at("2026-11-03T00:01:00"))
    assert register.missing(after=first["next"]).ok


def test_r_thresh_of_two_asks_at_once_fifty_households_are_shown(register):
    register.offer_all()
    answers = []
    threads = [threading.Thread(target=lambda n=n: answers.append(
        register.missing(actor=LEAKER, after=f"QH-{n:04d}", limit=10)))
        for n in (0, 5, 10, 20, 25, 30, 35, 40, 43, 45)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    shown = {h["no"] for a in answers if a.ok for h in a.body["households"]}
    assert {a.status for a in answers} == {"ok", "denied"}
    assert 40 < len(shown) <= 50
    assert register.sql("select cardinality(households)"
                        " from cases.export_meter") == [(len(shown),)]


def test_r_leak_an_export_is_approved_by_another_and_on_record(register):
    export = register.export()
    early = register.page(export=export)
    assert early.status == "conflict" and "还没有批准" in early.body["why"]
    assert register.approve(export, CLERK).status == "denied"
    assert register.approve(export).ok
    assert register.approve(export).status == "conflict"
    assert register.page(actor=LEAKER, export=export).status == "denied"
    shown = register.page(limit=200, export=export).body
    assert len(shown["households"]) == HOMES
    assert f"导出编号 EX-000001，使用人 {CLERK}" in shown["watermark"]
    (told,) = register.must("export.list", {"project": register.project},
                            roles="auditor")["exports"]
    assert (told["no"], told["shown"], told["purpose"]) == (
        "EX-000001", HOMES, "核对花名册")
    assert (told["asked_by"], told["approved_by"]) == (CLERK, PRIVACY)


def test_r_leak_an_export_ends_by_time_and_by_rows(register):
    few = register.export(rows=51)
    assert register.approve(few).ok
    assert register.page(limit=51, export=few).ok
    more = register.page(after="QH-0051", export=few)
    assert more.status == "denied" and "批准的户数" in more.body["why"]
    assert register.approve(register.export(community=register.community)).ok
    other = register.export(list="recount.results")
    assert register.approve(other).ok
    assert register.page(export=other).status == "denied"
    register.house.set_time(at("2026-11-03T16:10:00"))
    late = register.page(limit=10, export=few)
    assert late.status == "conflict" and "24小时" in late.body["why"]
    none = register.ask("export.ask", {
        "list": "household.list", "project": register.project, "rows": 51},
        actor=CLERK, purpose=" ")
    assert (none.status, none.body["field"]) == ("bad_request", "meta.purpose")


def test_r_leak_the_file_says_by_which_export_and_by_whom(register, tmp_path):
    asked = register.house.redkite(
        "export", "ask", "household.list", "--project", register.project,
        "--rows", str(HOMES), "--purpose", "核对花名册", "--plain", actor=CLERK)
    (told,) = register.must("export.list", {"project": register.project},
                            roles="auditor")["exports"]
    assert told["no"] in asked.stdout
    path = tmp_path / "名单.csv"
    early = register.house.redkite(
        "export", "write", told["id"], "--into", path, "--project",
        register.project, check=False, actor=CLERK)
    assert early.returncode == 1 and not path.exists()
    register.house.redkite("export", "approve", told["id"],
                           roles="privacy_officer", actor=PRIVACY)
    register.house.redkite("export", "write", told["id"], "--into", path,
                           "--project", register.project, actor=CLERK)
    text = path.read_text(encoding="utf-8")
    assert text.startswith("\ufeff")
    rows = list(csv.reader(text[1:].splitlines()))
    assert rows[0] == ["户编号", "社区", "登记面积(㎡)", "实测面积(㎡)",
                       "导出标记"]
    assert len(rows) == HOMES + 1
    assert all(told["no"] in row[4] and CLERK in row[4] for row in rows[1:])
    listed = register.house.redkite("export", "list", "--project",
                                    register.project, roles="auditor")
    assert told["no"] in listed.stdout


def test_r_leak_six_namesakes_count_and_five_do_not(register):
    def found(name, **more):
        return register.ask("household.search", {"name": name, **more},
                            purpose="办理签约", actor=LEAKER)

    def shown():
        return register.sql("select list, cardinality(households)"
                            " from cases.export_meter")

    five = found("彭五").body
    assert len(five["households"]) == 5 and shown() == []
    assert len(found("彭六").body["households"]) == 6
    assert shown() == [("household.search", 6)]
    part = found("彭众", limit=5).body
    assert shown() == [("household.search", 6)]
    for _ in range(9):  # who goes on has a list, however short its pages
        part = found("彭众", limit=4, after=part["next"]).body
    assert shown() == [("household.search", 42)]
    refused = found("彭众", after=FIRST)
    assert refused.status == "denied" and "export.ask" in refused.body["why"]


def test_r_leak_an_export_is_for_its_list(register):
    export = register.export(actor=LEAKER)
    assert register.approve(export).ok
    assert register.ask("household.search", {
        "name": "彭五", "export": export}, purpose="办理签约",
        actor=LEAKER).status == "denied"


def test_r_leak_the_store_refuses(register):
    export = register.export()
    register.offer_all()
    register.missing()
    ids = "array(select id from cases.household)"
    add = ("insert into cases.export (id, list, project, rows, purpose,"
           " asked_by, asked_at{}) values (gen_random_uuid(), 'x', "
           f"'{register.project}', 55, 'x', '{CLERK}', now(){{}})")
    refused = [
        (f"update cases.export_meter set households = {ids}", "export_fifty"),
        ("update cases.export_meter set households = '{}'", "stand"),
        ("delete from cases.export_meter", "permission denied"),
        ("update cases.export_meter set day = day - 1", "permission denied"),
        ("update cases.export set approved_by = asked_by, approved_at = now(),"
         " until = now()", "export_two_persons"),
        ("update cases.export set approved_by = gen_random_uuid(),"
         " approved_at = now(), until = now() + interval '25 hours'",
         "export_a_day"),
        (f"update cases.export set households = {ids}, used_at = now()",
         "export_used_in_time"),
        ("update cases.export set rows = 5000", "permission denied"),
        (add.format(", approved_by, approved_at, until",
                    ", gen_random_uuid(), now(), now()"), "asked for before"),
    ]
    for statement, why in refused:
        with pytest.raises(Exception, match=why):
            register.sql(statement.replace("%", "%%"))
            pytest.fail(statement)
    assert register.approve(export).ok
    with pytest.raises(Exception, match="stand"):
        register.sql("update cases.export set approved_by = gen_random_uuid()")
    with pytest.raises(errors.CheckViolation, match="export_used_in_time"):
        register.sql(f"update cases.export set households = {ids},"
                     " used_at = until")
