"""A house with one project and two communities, and sheets of their homes."""

import json
import zipfile

from cluster import Store
from house import House
from machine import new_id

TITLES = ["序号", "社区", "户编号", "户主姓名", "身份证号", "联系电话",
          "房屋坐落", "产权证号", "登记状态", "房屋用途", "房屋结构",
          "登记面积(㎡)", "实测面积(㎡)", "家庭人口", "调查日期", "补偿意向",
          "困难类别", "备注"]
COMMUNITIES = (("青禾社区", "QH"), ("柳泉社区", "LQ"))


class Office:
    """The register, by the command line and over the wire."""

    def __init__(self, postgres, folder, name):
        self.store = Store(postgres, name)
        self.house = House(self.store, folder, name)
        self.project = new_id()
        self.homes = 0

    def open(self):
        self.house.start("cases")
        self.house.must("cases", "project.open", {
            "id": self.project, "name": "试点", "track": "agreed",
            "district_code": "370214", "plan_published_on": "2026-01-01"})
        for position, (name, code) in enumerate(COMMUNITIES):
            self.house.must("cases", "community.add", {
                "id": new_id(), "project": self.project, "code": code,
                "name": name, "position": position})
        return self

    def close(self):
        try:
            self.house.close()
        finally:
            self.store.drop()

    def home(self, **changed):
        """A line of a sheet, as no other: a dict by title."""
        self.homes += 1
        n = self.homes
        cells = [n, "青禾社区", f"QH-{n:04d}", "沈言", id_number(n),
                 f"159{n:08d}", f"青禾社区{n}号楼1单元101", "青房权证字第1号",
                 "已登记", "住宅", "砖混", 98.6, 98.6, 3, "2026-08-16", "货币",
                 None, None]
        return {**dict(zip(TITLES, cells)), **changed}

    def importing(self, *args, **more):
        """The rows of the report; `done` is the process."""
        done = self.house.redkite("import", "survey", *args, "--json",
                                  check=False, **more)
        return done, [json.loads(row) for row in done.stdout.splitlines()]

    def rows(self, sql, *given):
        return self.store.rows(sql, given)

    def value(self, sql, *given):
        return self.store.value(sql, given)


def id_number(n):
    """The nth ID number of people born on one day (GB 11643)."""
    body = f"370214198902{1 + n // 1000:02d}{n % 1000:03d}"
    weights = [pow(2, 17 - i, 11) for i in range(17)]
    total = sum(int(d) * w for d, w in zip(body, weights))
    return body + "10X98765432"[total % 11]


def csv_text(*homes):
    """A sheet as CSV, of plain cells."""
    lines = [TITLES, *(["" if v is None else str(v) for v in home.values()]
                       for home in homes)]
    return "\n".join(map(",".join, lines)) + "\n"


# ------------------------------------------------------- workbooks by hand
WORKBOOK = """<workbook xmlns:r="r"><workbookPr date1904="{late}"/><sheets>
<sheet name="表一" sheetId="1" r:id="rId1"/></sheets></workbook>"""
RELATION = ('<Relationship Id="{}" Type="http://x/relationships/{}" '
            'Target="{}"/>')
ROOT = ("<Relationships>"
        + RELATION.format("r", "officeDocument", "xl/workbook.xml")
        + "</Relationships>")
RELATIONS = ("<Relationships>"
             + RELATION.format("rId1", "worksheet", "worksheets/sheet1.xml")
             + RELATION.format("rId2", "styles", "styles.xml")
             + RELATION.format("rId3", "sharedStrings", "sharedStrings.xml")
             + "</Relationships>")
STYLES = """<styleSheet><numFmts><numFmt numFmtId="165"
formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/></numFmts><cellXfs><xf
numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="165"/></cellXfs></styleSheet>"""


def inline(text):
    return f'<c t="inlineStr"><is><t>{text}</t></is></c>'


def row_xml(cells):
    """A row: texts are inline, what begins with < is a cell by itself."""
    return "<row>" + "".join(
        c if str(c).startswith("<") else "<c/>" if c is None else inline(c)
        for c in cells) + "</row>"


def sheet_xml(*homes, after=""):
    rows = [row_xml(TITLES), *(row_xml(h.values()) for h in homes)]
    return ("<worksheet><sheetData>" + "".join(rows) + after
            + "</sheetData></worksheet>")


def workbook(path, sheet, strings="<sst/>", late=0, more=()):
    """An .xlsx of these parts, as no spreadsheet would write it."""
    parts = {"_rels/.rels": ROOT, "xl/workbook.xml": WORKBOOK.format(late=late),
             "xl/_rels/workbook.xml.rels": RELATIONS, "xl/styles.xml": STYLES,
             "xl/sharedStrings.xml": strings,
             "xl/worksheets/sheet1.xml": sheet, **dict(more)}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in parts.items():
            if text is not None:
                book.writestr(name, text)
    return path
