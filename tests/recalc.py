#!/usr/bin/python3
"""A second calculator of statements, made of nothing but docs/packs.md.

    recalc.py PACK FACTS    one line of JSON a household: its lines and total

Exact fractions; tests/integration/test_packs.py compares it to common/formula.
"""

import calendar
import datetime
import functools
import json
import operator
import re
import sys
from fractions import Fraction

TOKEN = re.compile(r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<word>[a-z_][a-z0-9_]*)"
                   r"|'(?P<text>[^']*)'|\[(?P<unit>[^\]]*)\]"
                   r"|(?P<sign>==|!=|<=|>=|[-+*/×÷−≤≥≠<>(),.（），]))")
SAME = {"×": "*", "÷": "/", "−": "-", "≤": "<=", "≥": ">=", "≠": "!=",
        "（": "(", "）": ")", "，": ","}
STRENGTH = {"or": 1, "and": 2, "==": 3, "!=": 3, "<": 3, "<=": 3, ">": 3,
            ">=": 3, "+": 4, "-": 4, "*": 5, "/": 5}
UNITS = {"fen": Fraction(1, 100), "jiao": Fraction(1, 10),
         "yuan": Fraction(1), "0.01": Fraction(1, 100)}


def tokens_of(text):
    found = [(m.lastgroup, m[m.lastgroup]) for m in TOKEN.finditer(text)]
    return [(k, SAME.get(word, word)) for k, word in found] + [("end", "")]


class Parser:
    """The text of a formula as nested tuples."""
    def __init__(self, text):
        self.tokens, self.at = tokens_of(text), 0

    def peek(self):
        kind, word = self.tokens[self.at]
        return None if kind == "text" else word

    def take(self):
        self.at += 1
        return self.tokens[self.at - 1]

    def expression(self, strength=0):
        left = self.one()
        while STRENGTH.get(self.peek(), -1) >= strength:
            op = self.take()[1]
            left = (op, left, self.expression(STRENGTH[op] + 1))
        return left

    def one(self):
        if self.peek() in ("-", "not"):
            minus = self.take()[1] == "-"
            return ("negative", self.one()) if minus \
                else ("not", self.expression(3))
        kind, word = self.take()
        if kind in ("number", "text"):
            if self.tokens[self.at][0] == "unit":
                self.take()
            return ("value", word if kind == "text" else Fraction(word))
        if word == "(":
            inner = self.expression()
            self.take()
            return inner
        if self.peek() == ".":
            self.take()
            return ("field", word, self.take()[1])
        if self.peek() != "(":
            return ("name", word)
        args = []
        while self.take()[1] != ")":
            args.append(self.expression())
        return ("call", word, args)


@functools.lru_cache(maxsize=None)
def parsed(text):
    return Parser(text).expression()


def add_months(day, count):
    year, month = divmod(day.year * 12 + day.month - 1 + int(count), 12)
    last = calendar.monthrange(year, month + 1)[1]
    return datetime.date(year, month + 1, min(day.day, last))


def months(first, last):
    if last < first:
        return -months(last, first)
    count = (last.year - first.year) * 12 + last.month - first.month
    return count - (add_months(first, count) > last)


def month_parts(first, last, mode):
    """The first day of each part month, and what the part counts."""
    while first < last:
        days = calendar.monthrange(first.year, first.month)[1]
        after = add_months(first.replace(day=1), 1)
        covered = (min(after, last) - first).days
        if covered == days or mode == "whole":
            part = Fraction(1)
        elif mode == "half":
            part = Fraction(1, 2) if covered * 2 <= days else Fraction(1)
        else:
            part = Fraction(covered, days)
        yield first, part
        first = min(after, last)


def rounded(number, step, mode):
    steps = abs(Fraction(number)) / step
    whole, rest = divmod(steps.numerator, steps.denominator)
    twice, den = rest * 2, steps.denominator
    up = {"half_up": twice >= den, "half_down": twice > den,
          "half_even": twice > den or (twice == den and whole % 2 == 1),
          "down": False, "up": rest > 0}[mode]
    return (whole + up) * step * (-1 if number < 0 else 1)


def value_of(decl, value):
    kind = decl["type"]
    if kind == "day":
        return datetime.date.fromisoformat(value)
    return value if kind in ("bool", "choice") else Fraction(value)


def facts_of(declared, given):
    return {decl["name"]: [facts_of(decl["fields"], row)
                           for row in given[decl["name"]]]
            if decl["type"] == "list" else value_of(decl, given[decl["name"]])
            for decl in declared}


def band_of(parameter, number):
    over = {"type": "day" if parameter["over"] == "day" else "number"}
    above, below = (operator.ge, operator.lt) \
        if parameter["includes"] == "from" else (operator.gt, operator.le)
    for band in parameter["bands"]:
        if ("from" not in band or above(number, value_of(over, band["from"]))) \
                and ("to" not in band
                     or below(number, value_of(over, band["to"]))):
            return value_of(parameter, band["value"])
    raise ValueError("outside of all bands")


def marginal(parameter, number):
    total = Fraction(0)
    for band in parameter["bands"]:
        high = min(number, Fraction(band["to"])) if "to" in band else number
        total += max(high - Fraction(band.get("from", "0")), 0) \
            * Fraction(band["value"])
    return total


def on(parameter, day):
    held = [step for step in parameter["values"] if
            datetime.date.fromisoformat(step["from"]) <= day]
    return value_of(parameter, held[-1]["value"])


OPERATORS = {
    "+": operator.add, "-": operator.sub, "*": operator.mul,
    "/": operator.truediv, "==": operator.eq, "!=": operator.ne,
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "negative": operator.neg, "not": operator.not_,
}


WORDS = {"tier": "vP", "marginal": "vP", "pick": "vP", "at": "Pv",
         "round": "vvW", "months_over": "vvW", "monthly": "PvvW"}
FUNCTIONS = {
    "min": min, "max": max, "clamp": lambda x, a, b: min(max(x, a), b),
    "round": rounded, "at": on,
    "tier": lambda x, p: band_of(p, x), "marginal": lambda x, p: marginal(p, x),
    "pick": lambda x, p: value_of(p, p["table"][x]),
    "days": lambda a, b: Fraction((b - a).days),
    "months": lambda a, b: Fraction(months(a, b)),
    "add_months": add_months,
    "add_days": lambda day, n: day + datetime.timedelta(int(n)),
    "month_start": lambda day: day.replace(day=1),
    "month_end": lambda day: add_months(day.replace(day=1), 1)
    - datetime.timedelta(1),
    "months_over": lambda a, b, mode: sum(
        (part for _, part in month_parts(a, b, mode)), Fraction(0)),
    "monthly": lambda p, a, b, mode: sum(
        (part * on(p, day) for day, part in month_parts(a, b, mode)),
        Fraction(0)),
}


class Household:
    def __init__(self, pack, given):
        self.pack = pack
        self.facts = facts_of(pack["facts"], given)
        self.parameters = {p["name"]: p for p in pack["parameters"]}
        self.lines = {line["name"]: line for line in pack["lines"]}
        self.done, self.row = {}, (None, 0)

    def name(self, name):
        if name in self.facts:
            return self.facts[name]
        if name in self.parameters:
            parameter = self.parameters[name]
            return value_of(parameter, parameter["value"])
        rows = [value for value in self.line(name) if value is not None]
        return sum(rows[1:], rows[0]) if rows else Fraction(0)

    def run(self, tree):
        kind = tree[0]
        if kind == "value":
            return tree[1]
        if kind == "name":
            return self.name(tree[1])
        if kind == "field":
            return self.facts[tree[1]][self.row[1]][tree[2]]
        if kind == "call":
            return self.call(tree[1], tree[2])
        if kind == "and":
            return self.run(tree[1]) and self.run(tree[2])
        if kind == "or":
            return self.run(tree[1]) or self.run(tree[2])
        return OPERATORS[kind](*(self.run(part) for part in tree[1:]))

    def over(self, name, tree, count=None):
        before, found = self.row, []
        for i in range(len(self.facts[name]) if count is None else count):
            self.row = (name, i)
            found.append(self.run(tree))
        self.row = before
        return found

    def call(self, name, args):
        if name == "if":
            return self.run(args[1] if self.run(args[0]) else args[2])
        if name in ("sum", "most", "before"):
            rows = self.over(args[0][1], args[1],
                             self.row[1] if name == "before" else None)
            return max(rows, default=Fraction(0)) if name == "most" \
                else sum(rows, Fraction(0))
        # P: a parameter; W: a word.
        v = [self.parameters.get(arg[1], arg[1]) if letter in "PW"
             else self.run(arg)
             for arg, letter in zip(args, WORDS.get(name, "vvvv"))]
        return FUNCTIONS[name](*v)

    def line(self, name):
        """The values of a line's rows; None where it does not apply."""
        if name in self.done:
            return self.done[name]
        rule, before, rows = self.lines[name], self.row, []
        each = rule.get("each")
        for i in range(len(self.facts[each]) if each else 1):
            self.row = (each, i)
            value = None
            if "when" not in rule or self.run(parsed(rule["when"])):
                value = self.run(parsed(rule["formula"]))
                how = rule.get("rounding", {"stage": "none"})
                if how["stage"] in ("line", "area"):
                    value = rounded(value, UNITS[how["unit"]], how["mode"])
            rows.append(value)
        self.row = before
        self.done[name] = rows
        return rows


def shown(value):
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


def work_out(pack, given):
    """[[name, row, value], ...] and the total."""
    household, lines, total = Household(pack, given), [], Fraction(0)
    for rule in pack["lines"]:
        for row, value in enumerate(household.line(rule["name"]), 1):
            if value is None:
                continue
            lines.append([rule["name"], row if rule.get("each") else 0,
                          shown(value)])
            if rule["counts"] != "none":
                total += value if rule["counts"] == "add" else -value
    how = pack["total"]
    return lines, rounded(total, UNITS[how["unit"]], how["mode"])


def main():
    with open(sys.argv[1], encoding="utf-8") as text, \
            open(sys.argv[2], encoding="utf-8") as households:
        pack = json.load(text)
        for given in households:
            lines, total = work_out(pack, json.loads(given))
            print(json.dumps({"lines": lines, "total": str(total)}))


if __name__ == "__main__":
    main()
