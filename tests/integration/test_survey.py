"""survey.import, over the wire: what becomes of the lines of a sheet."""

import csv
import hashlib
import io
import json

import pytest

from machine import TOP, new_id, wait_until

SHEETS = sorted((TOP / "deploy/sample/survey").glob("*.csv"))
TITLES = {
    "序号": "seq", "社区": "community", "户编号": "no", "户主姓名": "name",
    "身份证号": "id_number", "联系电话": "phone", "房屋坐落": "address",
    "产权证号": "certificate", "登记状态": "registration", "房屋用途": "use",
    "房屋结构": "structure", "登记面积(㎡)": "registered_area",
    "实测面积(㎡)": "measured_area", "家庭人口": "persons",
    "调查日期": "surveyed_on", "补偿意向": "choice", "困难类别": "hardship",
    "备注": "remark",
}
PERSONAL = ("name", "id_number", "phone", "address", "certificate", "remark")
LINE = {
    "line": 2, "community": "青禾社区", "no": "QH-0001", "name": "彭伟兰",
    "id_number": "370214200110223854", "phone": "15962125059",
    "address": "青禾社区4号楼1单元102", "registration": "已登记",
    "use": "住宅", "structure": "砖混", "registered_area": "120.39",
    "measured_area": "120.24", "persons": "2", "hardship": "低保",
}
OTHER_ID = "370214199312220779"


def decode(sheet):
    """The rows of a file, read by another program than ours."""
    data = sheet.read_bytes()
    for encoding in ("utf-16" if data[:2] == b"\xff\xfe" else "utf-8-sig",
                     "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    names, rows = None, []
    reader = csv.reader(io.StringIO(text, newline=""))
    line = 1
    for cells in reader:
        known = [TITLES.get(cell.strip()) for cell in cells]
        if not names and "no" in known:
            names = known
        elif names and any(cell.strip() for cell in cells):
            row = {n: c for n, c in zip(names, cells) if c}
            rows.append({"line": line, **row})
        line = reader.line_num + 1
    return rows


class Office:
    """One project with the communities of all sheets, and who imports."""

    def __init__(self, house):
        self.house = house
        house.start("cases")
        self.project = new_id()
        house.must("cases", "project.open", {
            "id": self.project, "name": "试点", "track": "agreed",
            "district_code": "370214", "plan_published_on": "2026-01-01"})
        for i, sheet in enumerate(SHEETS):
            name = sheet.stem[3:7]
            house.must("cases", "community.add", {
                "id": new_id(), "project": self.project,
                "code": chr(65 + i) * 2, "name": name, "position": i})

    def take(self, *lines, sheet="一.csv", dry_run=False):
        """The results of a whole sheet, sent a hundred lines at a time."""
        digest = hashlib.sha256(
            sheet.encode() + json.dumps(lines).encode()).hexdigest()
        results = []
        for at in range(0, len(lines), 100):
            results += self.house.must("cases", "survey.import", {
                "project": self.project, "sheet": sheet,
                "sheet_hash": digest, "dry_run": dry_run,
                "rows": lines[at:at + 100]}, roles="t3_front")["results"]
        assert [r["line"] for r in results] == [r["line"] for r in lines]
        return results

    def verdicts(self, *lines, **how):
        return [r["verdict"] for r in self.take(*lines, **how)]

    def events(self):
        """All so far: what was written has a position once none is pending."""
        wait_until(lambda: self.rows("select count(*) from bus.pending")
                   == [(0,)], what="the relay")
        return [e for e in self.house.events("cases")
                if e["topic"].startswith("household.")]

    def rows(self, sql, *given):
        return self.house.store.rows(sql, given)


@pytest.fixture
def office(quiet_house):
    return Office(quiet_house)


def test_the_eleven_sheets_are_taken_once_and_change_nothing_twice(office):
    lines = {sheet.name: decode(sheet) for sheet in SHEETS}
    first = [r for name, rows in lines.items()
             for r in office.take(*rows, sheet=name)]
    count = {v: [r["verdict"] for r in first].count(v) for v in
             ("accepted", "remarked", "corrected", "already_there", "refused")}
    assert len(first) == 1343
    assert count["accepted"] > 1200 and count["already_there"] > 10
    assert count["refused"] > 40
    assert all(r["remark"] and r["column"] in TITLES for r in first
               if r["verdict"] == "refused")
    taken = count["accepted"] + count["remarked"]
    assert office.rows("select count(*) from cases.household") == [(taken,)]
    events = office.events()
    assert [e["topic"] for e in events] == ["household.registered"] * taken

    second = [r for name, rows in lines.items()
              for r in office.take(*rows, sheet=name)]
    assert [r["verdict"] for r in second] == [
        "refused" if r["verdict"] == "refused" else "already_there"
        for r in first]
    assert office.events() == events


def test_r_leak_what_is_personal_stands_nowhere_in_plain_text(office):
    office.take(LINE, {**LINE, "line": 3, "no": "QH-0002"})
    office.take({**LINE, "phone": "13957540539", "name": "彭伟"})
    dump = "".join(
        str(office.rows(f"select t::text from {name} t"))
        for (name,) in office.rows(
            "select table_schema || '.' || table_name from"
            " information_schema.tables where table_schema in ('cases', 'bus')"
            " and table_type = 'BASE TABLE'"))
    assert "QH-0001" in dump
    for secret in ("彭伟", "370214200110223854", "15962125059", "13957540539",
                   "4号楼", "低保"):
        assert secret not in dump
        assert secret.encode().hex() not in dump
        assert secret not in office.house.logs("cases")


def test_a_rehearsal_says_the_same_and_writes_nothing(office):
    office.take(LINE)
    events = office.events()
    lines = [{**LINE, "measured_area": "121.00"},
             {**LINE, "line": 3, "no": "QH-0003", "id_number": OTHER_ID},
             {**LINE, "line": 4, "no": "QH-0003", "id_number": OTHER_ID},
             {**LINE, "line": 5, "name": " "}]
    rehearsed = office.take(*lines, dry_run=True)
    assert office.rows("select no, measured_area from cases.household") == [
        ("QH-0001", 12024)]
    assert office.events() == events
    assert office.take(*lines) == rehearsed
    assert [r["verdict"] for r in rehearsed] == [
        "corrected", "accepted", "already_there", "refused"]


def test_a_correction_tells_which_columns_and_no_personal_value(office):
    office.take(LINE)
    told = office.take({**LINE, "phone": "13957540539", "persons": "3",
                        "structure": "框架"}, sheet="二.csv")[0]
    assert told["verdict"] == "corrected"
    assert told["remark"] == ("已更正：联系电话，房屋结构 砖混→框架，"
                              "家庭人口 2→3")
    event = office.events()[-1]
    assert event["topic"] == "household.corrected"
    assert event["data"]["fields"] == "phone,structure,persons"
    assert office.rows(
        "select event, from_state, to_state, reason from cases.timeline"
        " order by seq") == [
            ("import", None, "registered", None),
            ("correct", "registered", "registered", "phone,structure,persons")]
    assert office.rows(
        "select facts_since = corrected_at, structure, persons"
        " from cases.household") == [(True, "frame", 3)]


def test_contact_data_alone_is_no_change_of_facts(office):
    office.take(LINE)
    office.take({**LINE, "phone": "13957540539"})
    assert office.rows(
        "select facts_since = registered_at, corrected_at > registered_at"
        " from cases.household") == [(True, True)]


def test_a_sheet_with_two_versions_of_a_household_is_stable(office):
    """The later line stands, also when the sheet is imported again."""
    lines = [LINE, {**LINE, "line": 3, "persons": "4"},
             {**LINE, "line": 4, "no": "QH-0002", "id_number": OTHER_ID}]
    lines += [{**LINE, "line": 5 + i, "no": f"QH-1{i:03}",
               "id_number": OTHER_ID} for i in range(110)]
    lines += [{**lines[2], "line": 200, "persons": "5"}]
    office.take(*lines)
    persons = "select no, persons from cases.household where no < 'QH-1'" \
              " order by no"
    assert office.rows(persons) == [("QH-0001", 4), ("QH-0002", 5)]
    events = office.events()
    assert set(office.verdicts(*lines)) == {"already_there"}
    assert office.rows(persons) == [("QH-0001", 4), ("QH-0002", 5)]
    assert office.events() == events


def test_the_sheet_that_is_imported_last_stands(office):
    old, new = LINE, {**LINE, "measured_area": "121.00"}
    for line, area in ((old, 12024), (new, 12100), (old, 12024), (new, 12100)):
        office.take(line)
        assert office.rows("select measured_area from cases.household") == [
            (area,)]


def test_an_empty_cell_takes_nothing_away(office):
    office.take(LINE)
    few = {k: LINE[k] for k in ("line", "community", "no", "name", "id_number",
                                "address", "registered_area", "measured_area")}
    assert office.verdicts(few) == ["already_there"]
    assert office.rows(
        "select h.use, h.persons, p.phone is not null, n.note is not null"
        " from cases.household h join cases.household_person p"
        " on p.household = h.id join cases.hardship_note n"
        " on n.household = h.id") == [("residential", 2, True, True)]


def test_hardship_changes_without_a_word_of_it(office):
    """G-FIREWALL: not in an event, the timeline or the report."""
    office.take(LINE)
    before = office.rows("select note from cases.hardship_note")
    events = office.events()
    told = office.take({**LINE, "hardship": "大病"})[0]
    assert told == {"line": 2, "no": "QH-0001", "verdict": "corrected",
                    "remark": "已按本表更新"}
    assert office.rows("select note from cases.hardship_note") != before
    assert office.events() == events
    assert office.rows("select count(*) from cases.timeline") == [(1,)]


@pytest.mark.parametrize("changed, column", [
    ({"community": "无名社区"}, "社区"),
    ({"community": "柳泉社区"}, "户编号"),
    ({"id_number": "370214200110223855"}, "身份证号"),
    ({"registered_area": "-1"}, "登记面积(㎡)"),
])
def test_a_refused_line_names_its_column_and_leaves_the_rest(
        office, changed, column):
    office.take(LINE)
    told = office.take({**LINE, **changed, "persons": "3"},
                       {**LINE, "line": 3, "no": "QH-0009",
                        "id_number": OTHER_ID})
    assert [r["verdict"] for r in told] == ["refused", "accepted"]
    assert told[0]["column"] == column
    assert office.rows("select persons from cases.household where"
                       " no = 'QH-0001'") == [(2,)]


def test_one_id_number_in_two_households_is_remarked(office):
    told = office.take(LINE, {**LINE, "line": 3, "no": "QH-0002"})
    told += office.take({**LINE, "line": 4, "no": "QH-0003"})
    assert [r["verdict"] for r in told] == ["accepted", "remarked", "remarked"]
    for result in told[1:]:
        assert result["remark"] == (
            "身份证号与户编号 QH-0001 登记的相同，请核对")


def test_facts_stand_once_an_offer_rests_on_them(office):
    office.take(LINE)
    house = office.house
    household = office.rows("select id from cases.household")[0][0]
    pack, statement = new_id(), new_id()
    connection = house.store.connect()
    connection.autocommit = False
    with connection.cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")
        cursor.execute(
            "insert into cases.statement (id, household, pack, made_by,"
            " made_at, total, reckoning) values (%s, %s, %s, %s, now(), 5, 'none')",
            (statement, household, pack, new_id()))
        cursor.execute(
            "insert into cases.offer select id, household, made_by, %s, now(),"
            " reckoning from cases.statement", (new_id(),))
        cursor.execute("update cases.household set state = 'considering',"
                       " offer = %s", (statement,))
    connection.commit()
    connection.close()

    told = office.take({**LINE, "measured_area": "150.00"})[0]
    assert (told["verdict"], told["column"]) == ("refused", "实测面积(㎡)")
    assert office.verdicts({**LINE, "phone": "13957540539"}) == ["corrected"]


def test_a_batch_is_a_hundred_lines_at_most(office):
    lines = [{**LINE, "line": i + 1} for i in range(101)]
    answer = office.house.ask("cases", "survey.import", {
        "project": office.project, "sheet": "一.csv", "sheet_hash": "00" * 32,
        "dry_run": False, "rows": lines})
    assert answer.status == "bad_request"
    assert answer.body["field"] == "rows"
