"""A rule pack as a district would have entered it, and households made up for
it: what the tests of packs and the bench of statements work on."""

import datetime
from fractions import Fraction


def entered(pack):
    """What a district would enter, in place of every null."""
    kinds = {kind["name"]: kind["values"] for kind in pack["choices"]}
    for number, p in enumerate(pack["parameters"]):
        value = "6" if p["type"] == "months" else f"{number + 1}.5"
        if "value" in p and p["value"] is None:
            p["value"] = value
        if "table" in p and p["table"] is None:
            p["table"] = {v["name"]: f"{number}.{i}"
                          for i, v in enumerate(kinds[p["by"]], 1)}
        if "bands" in p and p["bands"] is None:
            ends = ("2025-03-31", "2025-06-30") if p["over"] == "day" \
                else ("6", "12")
            p["bands"] = [{"to": ends[0], "value": "30000"},
                          {"from": ends[0], "to": ends[1], "value": "1.5"},
                          {"from": ends[1], "value": "0"}]
    return pack


def drawn(dice, fact, kinds):
    kind = fact["type"]
    if kind == "list":
        return [{f["name"]: drawn(dice, f, kinds) for f in fact["fields"]}
                for _ in range(dice.randrange(4))]
    if kind == "bool":
        return dice.random() < 0.5
    if kind == "choice":
        return dice.choice(kinds[fact["choices"]])["name"]
    if kind == "day":
        return str(datetime.date(2024, 12, 1)
                   + datetime.timedelta(dice.randrange(1200)))
    most = min(float(fact.get("max", "1000000")), dice.choice((3, 60, 100000)))
    least = Fraction(fact.get("min", "0"))
    if kind == "months":
        return str(dice.randrange(1 + int(most)))
    return f"{float(max(least, dice.randrange(1 + int(most * 100)) / 100)):.2f}"


def household(dice, pack):
    kinds = {kind["name"]: kind["values"] for kind in pack["choices"]}
    facts = {}
    for fact in pack["facts"]:
        facts[fact["name"]] = drawn(dice, fact, kinds)
        if "after" in fact:
            facts[fact["name"]] = max(facts[fact["name"]],
                                      facts[fact["after"]])
    return facts
