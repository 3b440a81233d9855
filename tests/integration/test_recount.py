"""Every household reckoned anew: by night as a proof that equal facts were
offered equal money, and after new rules; a kill undoes no step and doubles no
result."""

import json

import pytest

from machine import new_id, wait_until
from office import id_number
from test_cases_commands import MAKER, RELEASER, Office, at

AUDITOR = new_id()


class Counting(Office):
    def record(self, household, **facts):
        return self.must("facts.record", {
            "household": household, "facts": facts, "evidence": "更正 第2号"},
            roles="t3_front")

    def start(self, **more):
        return self.ask("recount.start", {"project": self.project, **more},
                        roles="auditor", actor=AUDITOR)

    def recounts(self):
        return self.must("recount.list", {"project": self.project},
                         roles="auditor")["recounts"]

    def ended(self, recount, seconds=60):
        wait_until(lambda: [r for r in self.recounts() if r["id"] == recount
                            and "ended_at" in r], seconds, "the recount's end")
        return next(r for r in self.recounts() if r["id"] == recount)

    def results(self, recount):
        """Each page by another auditor: nobody is shown more than fifty."""
        found, after = [], {}
        while True:
            page = self.must("recount.results", {"id": recount, **after},
                             roles="auditor", purpose="核对",
                             actor=new_id())["results"]
            found += page
            if not page:
                return {r["no"]: r for r in found}
            after = {"after": page[-1]["household"]}

    def crowd(self, count):
        """So many more homes, by the sheets' rows."""
        for first in range(0, count, 100):
            rows = [{"line": n, "community": "青禾社区", "no": f"QH-{n:04d}",
                     "name": "沈言", "id_number": id_number(n),
                     "address": f"青禾社区{n}号楼1单元101",
                     "registration": "已登记", "use": "住宅",
                     "structure": "砖混", "registered_area": f"{n}.00",
                     "measured_area": f"{n}.00", "persons": "3",
                     "surveyed_on": "2026-08-16", "choice": "货币"}
                    for n in range(first + 10, min(first + 110, count + 10))]
            answer = self.must("survey.import", {
                "project": self.project, "sheet": f"{first}.csv",
                "sheet_hash": "0" * 64, "dry_run": False, "rows": rows})
            assert not [r for r in answer["results"]
                        if r["verdict"] == "refused"], answer


@pytest.fixture
def office(quiet_house):
    office = Counting(quiet_house)
    assert office.publish().ok
    return office


def test_r_equal_what_was_offered_otherwise_is_found_with_who_offered_it(office):
    same, area, use, forged, bare = (
        office.register(no=f"QH-000{n}") for n in range(1, 6))
    statements = {home: office.offer(home)
                  for home in (same, area, use, forged)}
    assert len({office.must("statement.show", {"id": s}, purpose="核对")[
        "sha256"] for s in statements.values()}) == 1  # equal facts, one sum
    office.record(area, area="130.00")
    office.record(use, area="110.00")
    # What nobody can do but who holds the store itself: another amount.
    office.house.store.run_as("superuser", f"""
        set session_replication_role = replica;
        insert into cases.reckoning
        select 'forged', pack, 'forged', total + 100000,
            replace(text, '81600.00', '82600.00') from cases.reckoning limit 1;
        update cases.statement set reckoning = 'forged', total = total + 100000
        where id = '{statements[forged]}'""")
    office.register(no="QH-0009", structure=None)

    started = office.start()
    assert started.ok, started
    ended = office.ended(started.body["id"])
    assert (ended["total"], ended["done"], ended["deviations"]) == (6, 6, 5)
    told = office.results(ended["id"])
    assert {no: r["verdict"] for no, r in told.items()} == {
        "QH-0002": "more", "QH-0003": "less", "QH-0004": "differs",
        "QH-0005": "new", "QH-0009": "cannot"}
    assert told["QH-0004"]["offered"] == "89400.00"
    assert told["QH-0004"]["now"] == "88400.00"
    assert (told["QH-0004"]["made_by"], told["QH-0004"]["released_by"]) == (
        MAKER, RELEASER)
    assert "facts.area: 120.00 -> 130.00" in told["QH-0002"]["why"]
    assert '"structure" is missing' in told["QH-0009"]["why"]
    assert "deviations=5" in office.house.logs("cases")
    assert [e["data"] for e in office.house.events("cases")
            if e["topic"] == "recount.ended"] == [{
                "recount": ended["id"], "project": office.project, "done": 6,
                "deviations": 5}]
    assert bare and office.start(offered=True).ok


def test_each_night_proves_what_is_on_offer(office):
    home = office.register()
    office.offer(home)
    office.register(no="QH-0002")
    assert office.recounts() == []
    office.house.set_time(at("2026-11-03T02:00:01"))
    wait_until(lambda: [r for r in office.recounts() if "ended_at" in r], 30,
               "the night's proof")
    (night,) = office.recounts()
    assert (night["total"], night["done"], night["deviations"]) == (1, 1, 0)
    assert "begun_by" not in night and office.results(night["id"]) == {}
    office.house.set_time(at("2026-11-04T02:00:01"))
    wait_until(lambda: len(office.recounts()) == 2, 30, "the next night")


def test_a_recount_that_is_killed_goes_on_and_writes_each_result_once(office):
    office.crowd(450)
    started = office.start()
    refused = office.start()
    assert refused.status == "conflict" and "running" in refused.body["why"]
    recount = started.body["id"]
    for _ in range(3):
        office.house.kill("cases")
        office.house.start("cases")
    ended = office.ended(recount)
    assert (ended["total"], ended["done"], ended["deviations"]) == (
        450, 450, 450)
    rows = office.house.store.rows(
        "select count(*), count(distinct household) from cases.recount_result"
        " where verdict = 'new'")
    assert rows == [(450, 450)]
    told = office.results(recount)
    assert told["QH-0100"]["now"] == "74000.00"  # 100 x 680 + 2000 + 100 x 40


def test_what_was_counted_stands(office):
    office.register()
    ended = office.ended(office.start().body["id"])
    for sql in ("update cases.recount set done = 0, ended_at = null",
                "delete from cases.recount",
                "update cases.recount_result set verdict = 'more'",
                "delete from cases.recount_result"):
        with pytest.raises(Exception, match="stand|permission denied"):
            office.house.store.rows(sql, role="cases")
    assert office.recounts() == [ended]
    denied = office.ask("recount.results", {"id": ended["id"]},
                        roles="t6_service", purpose="核对")
    assert denied.status == "denied"
    silent = office.ask("recount.results", {"id": ended["id"]},
                        roles="auditor")
    assert (silent.status, silent.body["field"]) == ("bad_request",
                                                     "meta.purpose")


def test_a_household_can_check_its_statement_alone(office, tmp_path):
    statement = office.offer(office.register())
    saved = office.house.redkite("statement", "file", statement, "--json",
                                 "--purpose", "住户要求").stdout
    path = tmp_path / "statement.json"
    path.write_text(saved)
    assert "88400.00" in office.house.redkite(
        "statement", "verify", path).stdout
    document = json.loads(saved)
    document["statement"]["lines"][0]["value"] = "81600.01"
    path.write_text(json.dumps(document, ensure_ascii=False))
    refused = office.house.redkite("statement", "verify", path, check=False)
    assert refused.returncode == 1 and "81600.01" in refused.stderr


def test_two_statements_are_compared_line_by_line(office):
    home = office.register()
    first = office.offer(home)
    office.house.set_time(at("2026-11-02T16:10:00"))
    office.record(home, area="130.00")
    second = office.offer(home)
    changes = {c["what"]: (c.get("earlier"), c.get("later"), c.get("more"))
               for c in office.must("statement.compare", {
                   "earlier": first, "later": second},
                   purpose="讲解")["changes"]}
    assert changes == {
        "facts.area": ("120.00", "130.00", None),
        "lines.house_value": ("81600.00", "88400.00",
                              "130.00 × 680.00 × 1 = 88400.00"),
        "lines.transition": ("4800.00", "5200.00",
                             "130.00 × 1 × 4.00 × 10 = 5200.00"),
        "total": ("88400.00", "95600.00", None)}
