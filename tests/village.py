"""The list of prices of 2018 (domain.md TV-8) as a rule pack, and its way into
force by two persons."""

import hashlib
import json

from machine import TOP, new_id

EDITOR, APPROVER = new_id(), new_id()
SAMPLE = TOP / "deploy/sample/pack.json"
PRICES = {"brick_concrete": "680", "frame": "800", "brick_wood": "550",
          "earth_wood": "480", "brick_fibre": "300", "simple": "150"}
SINGLE = {"move_fee": "2000", "rate": "4", "months_paid": "10"}


def pack(published="2026-09-01", after=None, **prices):
    """The list; with `after` (what pack.import told of it) as the version that
    follows."""
    rules = json.loads(SAMPLE.read_text())
    rules["published_from"] = published
    for parameter in rules["parameters"]:
        if parameter["name"] == "price":
            parameter["table"] = {**PRICES, **prices}
        elif parameter["name"] == "times":
            parameter["table"]["converted"] = "1"
        elif parameter["name"] in SINGLE:
            parameter["value"] = SINGLE[parameter["name"]]
    if after:
        rules["version"] = after["version"] + 1
        rules["supersedes"] = {"version": after["version"],
                               "sha256": after["sha256"]}
    return rules


def stored(project, identity, rules):
    """SQL: the list is in force, for a ground that is filled at once."""
    canonical = json.dumps(rules, ensure_ascii=False, sort_keys=True,
                           separators=(",", ":"))
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    return f"""
        insert into cases.pack_file (id, project, name, version, sha256,
            published_on, text, imported_by, imported_at, approved_by,
            approved_at, released_by, released_at)
        values ('{identity}', '{project}', '{rules["name"]}', 1, '{digest}',
            '{rules["published_from"]}', '{canonical}', '{EDITOR}',
            '2026-01-01', '{APPROVER}', '2026-01-01', '{APPROVER}',
            '2026-01-01')
        on conflict do nothing;"""


def fund(house, project, amount="1000000000.00"):
    """The money for the offers (G-FUNDS)."""
    return house.must("cases", "fund.deposit", {
        "id": new_id(), "project": project, "amount": amount,
        "document": f"拨款{new_id()}", "day": "2026-01-05"}, roles="finance")


def bring(house, project, rules, funds=True):
    """pack.import, and when it is taken, into force; the import's answer.  With
    the money for the offers by it."""
    brought = house.ask("cases", "pack.import", {
        "id": new_id(), "project": project, "file": "list.json",
        "text": json.dumps(rules, ensure_ascii=False)},
        roles="rule_editor", actor=EDITOR)
    for step in ("approve", "release"):
        if brought.ok:
            house.must("cases", f"pack.{step}", {"id": brought.body["id"]},
                       roles="rule_approver", actor=APPROVER)
    if brought.ok and funds:
        fund(house, project)
    return brought
