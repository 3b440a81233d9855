"""A register written by plain SQL, as the service's role.

Each household gets by the same statements that a lawful move needs to where a
test wants it; what else is tried, the database itself has to refuse.
"""

import hashlib
import itertools
import json

from psycopg2 import errors

from machine import new_id

MAKER, RELEASER, STAFF = new_id(), new_id(), new_id()

PLAN = "2026-09-01"
MADE = "2026-11-02T16:00+08"
RELEASED = "2026-11-02T16:30+08"
SIGNED = "2026-11-10T08:30+08"
COOLED = "2026-11-18T00:00+08"

# RAISE in a trigger, CHECK, and "its rows stand".
SAID_NO = errors.RaiseException
CHECKED = errors.CheckViolation
STANDS = errors.IntegrityConstraintViolation
DENIED = errors.InsufficientPrivilege


# What a decision against a household rests on, by the track.
POWER = {"state_land": ("decision",),
         "collective_land": ("approval", "land_notice")}
SERVED = {"served_mode": "in_person", "served_to": b"sealed"}
# What the papers of an event say, at the least.
NEEDED = {
    "notice": SERVED, "serve": {"document": "1号", **SERVED},
    "survey_post": {"document": "1号"}, "appraise": {"document": "1号"},
    "post_prelim": {"document": "1号"}, "waive_review": {"document": "1号"},
    "draft_decision": {"document": "1号", **SERVED},
    "decide": {"document": "1号", "organ": "市政府", "court": "中级法院",
               "legal_aid_phone": "12348", "choice": "money", **SERVED},
    "urge": {"document": "1号", **SERVED},
    "apply_court": {"document": "1号", "account": "专户1", "housing": "1号楼"},
    "court_grant": {"document": "1号"}, "scope_out": {"document": "1号"},
    "vacate": {"document": "1号"},
}
WAY = [
    ("survey_start", "surveying", "2026-09-02T10:00+08"),
    ("survey_post", "survey_posted", "2026-09-03T10:00+08"),
    ("confirm", "entitled", "2026-09-14T10:00+08"),
    ("appraise", "appraising", "2026-09-15T10:00+08"),
    ("post_prelim", "appraisal_posted", "2026-09-16T10:00+08"),
    ("serve", "appraisal_served", "2026-09-22T10:00+08"),
    ("waive_review", "explaining", "2026-09-25T10:00+08"),
]


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


class Register:
    """One project with one pack; every row is written as redkite_cases."""

    def __init__(self, store):
        self.store = store
        self.connection = store.connect("cases")
        self.numbers = itertools.count(1)
        self.project = self.add_project()
        self.community = self.add(
            "community", project=self.project, code="QH", name="青禾社区",
            position=1)
        self.pack = self.add_pack(self.project)
        self.bare = self.add_project()  # without rules

    def run(self, sql, *given):
        with self.connection.cursor() as cursor:
            cursor.execute(sql, given)
            return cursor.fetchall() if cursor.description else None

    def add(self, table, **row):
        row = {"id": new_id(), **row}
        self.run(f"insert into cases.{table} ({', '.join(row)}) values"
                 f" ({', '.join(['%s'] * len(row))})", *row.values())
        return row["id"]

    def add_project(self, plan=PLAN, track="agreed", funds=10_000_000_00,
                    power=True):
        project = self.add(
            "project", name=f"Project {next(self.numbers)}", track=track,
            district_code="370214", plan_published_on=plan, opened_at=PLAN)
        for kind in POWER.get(track, ()) if power else ():
            self.add_document(project, track, kind)
        if funds:
            self.add("fund_entry", project=project, amount=funds,
                     document="拨款1号", day=PLAN, entered_by=STAFF,
                     entered_at=PLAN)
        return project

    def add_document(self, project, track, kind, **changed):
        row = {"number": "1号", "day": PLAN, "recorded_by": STAFF,
               "recorded_at": MADE, **changed}
        return self.add("project_document", project=project, track=track,
                        kind=kind, **row)

    def add_pack(self, project, published_on=PLAN, version=1, supersedes=None):
        """In force, by other persons than the importer."""
        text = json.dumps({"document": "1号", "published_from": published_on})
        return self.add(
            "pack_file", project=project, name=f"Pack {next(self.numbers)}",
            version=version, sha256=sha256(f"{next(self.numbers)}"),
            published_on=published_on, text=text, supersedes=supersedes,
            imported_by=STAFF, imported_at=PLAN, approved_by=RELEASER,
            approved_at=PLAN, released_by=RELEASER, released_at=PLAN)

    def add_household(self, **changed):
        row = dict(
            project=self.project, track="agreed", community=self.community,
            no=f"QH-{next(self.numbers):04}", state_since=PLAN,
            registered_at=PLAN, facts_since=PLAN)
        return self.add("household", **{**row, **changed})

    def text_of(self, pack, amounts, total, facts=None):
        """What the engine would write, as far as the store looks at it."""
        name, version, digest = self.run(
            "select name, version, sha256 from cases.pack_file where id = %s",
            pack)[0]
        return json.dumps({
            "facts": facts or {"n": str(next(self.numbers))},
            "lines": [{"name": "moving", "code": "MOVE", "counts": "add",
                       "value": f"{fen / 100:.2f}"} for fen in amounts],
            "pack": {"name": name, "sha256": digest, "version": version},
            "total": f"{total / 100:.2f}"},
            sort_keys=True, separators=(",", ":"))

    def add_reckoning(self, pack, text, fen, **changed):
        facts = json.dumps(json.loads(text)["facts"], sort_keys=True,
                           separators=(",", ":"))
        row = {"sha256": sha256(text), "pack": pack, "total": fen,
               "facts_sha256": sha256(facts), "text": text, **changed}
        self.run(f"insert into cases.reckoning ({', '.join(row)}) values"
                 f" ({', '.join(['%s'] * len(row))})", *row.values())
        return row["sha256"]

    def add_statement(self, household, amounts=(100, 23), total=123,
                      pack=None, **more):
        pack = pack or self.pack
        text = self.text_of(pack, amounts, total)
        return self.add(
            "statement", household=household, pack=pack, made_by=MAKER,
            made_at=MADE, total=total,
            reckoning=self.add_reckoning(pack, text, total), **more)

    def add_offer(self, household, statement, **changed):
        row = dict(statement=statement, household=household, made_by=MAKER,
                   released_by=RELEASER, released_at=RELEASED,
                   reproduced=self.run(
                       "select reckoning from cases.statement where id = %s",
                       statement)[0][0])
        row = {**row, **changed}
        self.run(f"insert into cases.offer ({', '.join(row)}) values"
                 f" ({', '.join(['%s'] * len(row))})", *row.values())

    def add_agreement(self, household, statement, **changed):
        row = dict(household=household, statement=statement,
                   offer_released_at=RELEASED, place="counter",
                   choice="money", signed_by=STAFF, signers=[STAFF],
                   signed_at=SIGNED, cooling_until=COOLED)
        row = {**row, **changed}
        names = ["id", *row]
        agreement = new_id()
        self.run(
            f"insert into cases.agreement ({', '.join(names)}) values (%s, "
            + ", ".join("%s::uuid[]" if n == "signers" else "%s"
                        for n in row) + ")", agreement, *row.values())
        return agreement

    def move(self, household, state, **changed):
        row = {"state": state, **changed}
        self.run("update cases.household set "
                 + ", ".join(f"{n} = %s" for n in row) + " where id = %s",
                 *row.values(), household)

    # ------------------------------------------------- lawful, up to a state
    def paper(self, household, event, state=None, at=MADE, **more):
        """Its paper, written down on that day, and the move that it carries."""
        self.add("paper", **{
            "household": household, "event": event, "day": at[:10], "at": at,
            "recorded_by": STAFF, **NEEDED.get(event, {}), **more})
        if state:
            self.move(household, state, state_since=at)

    def explained(self, **whose):
        household = self.add_household(**whose)
        for event, state, at in WAY:
            self.paper(household, event, state, at)
        return household

    def offered(self, **whose):
        household = self.explained(**whose)
        statement = self.add_statement(household)
        self.add_offer(household, statement)
        self.move(household, "offered", offer=statement)
        self.move(household, "considering", state_since=RELEASED)
        return household, statement

    def signed(self):
        household, statement = self.offered()
        agreement = self.add_agreement(household, statement)
        self.move(household, "signed_cooling", agreement=agreement)
        return household, statement, agreement

    def pay(self, household, amount=123, checked_by=RELEASER):
        self.add("payment", household=household, kind="compensation",
                 amount=amount, receipt="R1", paid_on="2026-11-20",
                 entered_by=MAKER, entered_at="2026-11-20T10:00+08",
                 checked_by=checked_by,
                 checked_at=checked_by and "2026-11-20T11:00+08")

    def end(self, agreement, **how):
        self.run("update cases.agreement set "
                 + ", ".join(f"{n} = %s" for n in how) + " where id = %s",
                 *how.values(), agreement)
