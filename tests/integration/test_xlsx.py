"""Sheets as workbooks, and the report that is corrected and brought again."""

import csv
import datetime
import io
import stat

import openpyxl
import pytest

from office import (TITLES, Office, csv_text, inline, row_xml, sheet_xml,
                    workbook)


@pytest.fixture(scope="module")
def office(postgres, tmp_path_factory):
    office = Office(postgres, tmp_path_factory.mktemp("xlsx"), "xlsx_sheets")
    yield office.open()
    office.close()


def book_of(path, *homes, title=None):
    """As a spreadsheet writes it: shared texts, styles, a merged title."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "入户调查"
    if title:
        sheet.append([title])
        sheet.merge_cells("A1:R1")
    for row in (TITLES, *(home.values() for home in homes)):
        sheet.append(list(row))
    book.create_sheet("说明").append(["别的"])
    book.save(path)
    return path


def shown(office, no):
    return office.rows(
        "select registered_area, persons, surveyed_on::text from"
        " cases.household where no = %s", no)[0]


def test_a_workbook_is_taken_as_the_same_sheet_in_csv_would_be(
        office, tmp_path):
    home = office.home(调查日期=datetime.date(2026, 8, 16), 实测面积=None)
    home = {k: v for k, v in home.items() if k in TITLES}
    done, told = office.importing(
        book_of(tmp_path / "a.xlsx", home, title="青禾社区入户调查表"))
    assert [r["verdict"] for r in told] == ["accepted"], done.stderr
    assert told[0]["line"] == 3
    assert 'of its 2 sheets "入户调查" is read' in done.stderr
    assert shown(office, home["户编号"]) == (9860, 3, "2026-08-16")

    text = csv_text({**home, "调查日期": "2026-08-16"})
    (tmp_path / "a.csv").write_text(text)
    _, told = office.importing(tmp_path / "a.csv")
    assert [r["verdict"] for r in told] == ["already_there"]


def test_each_kind_of_cell_says_what_the_spreadsheet_shows(office, tmp_path):
    home = office.home(
        户主姓名='<c t="s"><v>1</v></c>',
        **{"登记面积(㎡)": "<c><v>120.23999999999999</v></c>",
           "实测面积(㎡)": "<c><f>L2</f><v>1.2024E2</v></c>",
           "家庭人口": '<c t="str"><f>1+3</f><v>4</v></c>',
           "调查日期": '<c s="2"><v>44788</v></c>',
           "备注": inline("甲_x000A_乙 &amp; &lt;丙&gt;")})
    strings = ("<sst><si><t>别人</t></si><si><r><t>王</t></r><r><t>小明</t></r>"
               "<rPh><t>wang</t></rPh></si></sst>")
    done, told = office.importing(workbook(
        tmp_path / "b.xlsx", sheet_xml(home), strings, late=1))
    assert [r["verdict"] for r in told] == ["accepted"], done.stdout
    assert shown(office, home["户编号"]) == (12024, 4, "2026-08-16")
    full = office.house.must(
        "cases", "household.show",
        {"project": office.project, "no": home["户编号"]}, roles="t3_front",
        purpose="a test")
    assert full["name"] == "王小明" and full["remark"] == "甲 乙 & <丙>"


def test_a_sheet_is_chosen_by_its_name(office, tmp_path):
    path = book_of(tmp_path / "c.xlsx", office.home())
    done, _ = office.importing(path, "--sheet", "说明", "--dry-run")
    assert 'sheet "说明", row 1: no header' in done.stderr
    done, _ = office.importing(path, "--sheet", "没有", "--dry-run")
    assert 'it has no sheet "没有"' in done.stderr


@pytest.mark.parametrize("title, cell, remark", [
    ("登记面积(㎡)", "<c><v>98.605</v></c>", "最多两位小数"),
    ("调查日期", "2026-02-30", "没有这一天"),
    ("身份证号", "370214200110223855", "校验位不对"),
    ("身份证号", "<c><v>3.7021420011022298E17</v></c>", "科学计数法"),
    ("户主姓名", '<c t="e"><v>#N/A</v></c>', "公式出错"),
], ids=range(5))
def test_a_line_with_a_wrong_cell_is_refused_and_the_next_is_taken(
        office, tmp_path, title, cell, remark):
    bad, good = office.home(**{title: cell}), office.home()
    done, told = office.importing(
        workbook(tmp_path / "d.xlsx", sheet_xml(bad, good)))
    assert [(r["verdict"], r["column"]) for r in told] == [
        ("refused", title), ("accepted", "")], done.stderr
    assert remark in told[0]["remark"]


BOMB = sheet_xml(after=" " * 20_000_000)
LAUGHS = ('<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
          "<worksheet><sheetData><row><c><v>&b;</v></c></row></sheetData>"
          "</worksheet>")
OUTSIDE = ('<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet>'
           "<sheetData><row><c><v>&a;</v></c></row></sheetData></worksheet>")
HEAD = row_xml(TITLES)


def broken(rows):
    return f"<worksheet><sheetData>{HEAD}{rows}</sheetData></worksheet>"


@pytest.mark.parametrize("sheet, says", [
    (BOMB, "a bomb, not a sheet"),
    (LAUGHS, "a document type"),
    (OUTSIDE, "a document type"),
    ("<a>" * 40, "nested more than 32 deep"),
    (broken("<row><c><v>1</v>"), 'sheet "表一", cell A2: the part '
     "xl/worksheets/sheet1.xml is not well-formed"),
    (broken('<row r="2"><c r="B2"><v>x</v></c></row>'),
     'sheet "表一", cell B2: a number that is none'),
    (broken('<row r="7"><c r="B7" t="s"><v>9</v></c></row>'),
     'sheet "表一", cell B7: a shared text that the workbook does not have'),
    (broken('<row r="7"><c r="B7"><f>A1</f></c></row>'),
     'cell B7: a formula that was never computed'),
    (broken(f'<row r="7"><c r="B7" t="str"><v>{"x" * 4097}</v></c></row>'),
     "cell B7: a cell of more than 4096 bytes"),
    (broken('<row r="7"><c r="BM7"><v>1</v></c></row>'),
     "cell BM7: text beyond the 64th column"),
    (broken('<row r="7"/><row r="7"/>'), "rows that are not in order"),
    (broken('<row r="7"><c r="B7"/><c r="A7"/></row>'),
     "cells that are not in order"),
    (broken('<row r="7"><c r="S7"><v>1</v></c></row>'), "cell S7: more cells"),
    (None, "there is no part xl/worksheets/sheet1.xml"),
], ids=range(14))
def test_a_hostile_or_broken_workbook_is_refused_whole_with_its_place(
        office, tmp_path, sheet, says):
    before = office.value("select count(*) from cases.household")
    path = workbook(tmp_path / "e.xlsx", sheet)
    done, told = office.importing(path)
    assert done.returncode == 1
    assert says in done.stderr and "nothing of this file was taken" in \
        done.stderr, done.stderr
    assert [r["verdict"] for r in told] == ["refused"]
    assert office.value("select count(*) from cases.household") == before


@pytest.mark.parametrize("data, says", [
    (b"PK\x03\x04" + b"\0" * 100, "its table of contents cannot be read"),
    (None, "no workbook is in it"),
], ids=range(2))
def test_what_only_begins_as_a_workbook_is_refused(office, tmp_path, data,
                                                   says):
    path = tmp_path / "f.xlsx"
    if data:
        path.write_bytes(data)
    else:
        workbook(path, None, more={"_rels/.rels": None})
    done, _ = office.importing(path)
    assert done.returncode == 1 and says in done.stderr


def test_a_damaged_part_is_found_before_anything_is_sent(office, tmp_path):
    path = workbook(tmp_path / "g.xlsx", sheet_xml(
        *(office.home() for _ in range(200))))
    data = bytearray(path.read_bytes())
    at = data.rindex(b"xl/worksheets/sheet1.xml", 0, len(data) - 400) + 3000
    data[at] ^= 0xFF
    path.write_bytes(data)
    before = office.value("select count(*) from cases.household")
    done, _ = office.importing(path)
    assert done.returncode == 1 and "sheet1.xml" in done.stderr
    assert office.value("select count(*) from cases.household") == before


# ------------------------------------------------------------- the report
@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_the_report_is_corrected_and_imported_again_as_it_is(
        office, tmp_path, ending):
    homes = [office.home(备注="=1+1"), office.home(房屋用途="厂房"),
             office.home(联系电话="-", 备注="'引号"), office.home()]
    (tmp_path / "h.csv").write_text(csv_text(*homes))
    report = tmp_path / f"report{ending}"
    done, told = office.importing(tmp_path / "h.csv", "--report", report)
    assert [r["verdict"] for r in told] == [
        "accepted", "refused", "remarked", "accepted"], done.stderr
    assert stat.S_IMODE(report.stat().st_mode) == 0o600

    wrong, right = "厂房", "经营"
    if ending == ".csv":
        text = report.read_bytes().decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text, newline="")))
        assert not any(c.startswith(("=", "+", "-", "@"))
                       for row in rows for c in row)
        report.write_text("\ufeff" + text.replace(wrong, right))
    else:
        book = openpyxl.load_workbook(report)
        rows = [["" if c is None else c for c in row]
                for row in book.active.iter_rows(values_only=True)]
        assert all(c.data_type == "s" for row in book.active.iter_rows()
                   for c in row if c.value is not None)
        book.active.cell(3, rows[0].index("房屋用途") + 1).value = right
        book.save(report)
    assert rows[0] == ["文件", "行号", "结果", "栏目", "说明", *TITLES]
    assert [row[1] for row in rows[1:]] == ["2", "3", "4", "5"]
    assert rows[2][2:4] == ["未登记，请改正", "房屋用途"]

    done, again = office.importing(report)
    assert [r["verdict"] for r in again] == [
        "already_there", "accepted", "already_there", "already_there"], \
        done.stdout


def test_a_report_never_overwrites_a_sheet(office, tmp_path):
    path = tmp_path / "i.csv"
    path.write_text(csv_text(office.home()))
    text = path.read_bytes()
    done, _ = office.importing(path, "--report", path)
    assert done.returncode == 1 and "is one of the sheets" in done.stderr
    assert path.read_bytes() == text


def test_text_that_is_not_utf8_is_refused_at_its_byte(office, tmp_path):
    path = tmp_path / "j.csv"
    text = csv_text(office.home()).encode()
    path.write_bytes(text + b"1,\xff\xfe,\n")
    done, _ = office.importing(path)
    assert done.returncode == 1
    assert f"line 3, column 2, byte {len(text) + 2}" in done.stderr
