"""Rule packs by the command line: two calculators that share nothing give the
same, a saved statement proves itself, and bad input is told where it is bad."""

import hashlib
import json
import random
import subprocess
import sys
import time
from fractions import Fraction

import pytest

from machine import BIN, TOP, clean_env

sys.path.insert(0, str(TOP / "tests"))
import recalc  # noqa: E402
from district import entered, household  # noqa: E402

PACKS = sorted((TOP / "deploy/packs").glob("*.json"))
CASES = sorted((TOP / "tests/unit/packs").glob("*.cases.json"))
HOUSEHOLDS = 10000


def redkite(*args, good=True):
    run = subprocess.run([BIN / "redkite", *map(str, args)], text=True,
                         capture_output=True, env=clean_env(), check=False)
    assert (run.returncode == 0) == good, run.stdout[-2000:] + run.stderr
    return run


def digest(document):
    text = json.dumps(document, ensure_ascii=False, sort_keys=True,
                      separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def number(text):
    return text if set(text) - set("-0123456789./") or text.count("-") > 1 \
        else str(Fraction(text))


def compare(pack, facts, made):
    """A statement by the service's calculator and by the other one."""
    told = json.loads(made)
    statement = told["statement"]
    lines, total = recalc.work_out(pack, facts)
    assert [[row["name"], row.get("row", 0), number(row["value"])]
            for row in statement["lines"]] == lines
    assert Fraction(statement["total"]) == total
    assert told["sha256"] == digest(statement)
    assert statement["pack"]["sha256"] == digest(pack)


@pytest.fixture
def files(tmp_path):
    """Writes a document, or lines of them; gives the path."""
    def write(name, *documents):
        path = tmp_path / name
        path.write_text("".join(
            json.dumps(one, ensure_ascii=False) + "\n" for one in documents))
        return path
    return write


@pytest.mark.parametrize("path", PACKS, ids=lambda path: path.stem)
def test_two_calculators_agree_on_ten_thousand_households(path, files):
    seed = int(time.time())
    print("seed", seed)
    dice = random.Random(seed)
    pack = entered(json.loads(path.read_text()))
    facts = [household(dice, pack) for _ in range(HOUSEHOLDS // len(PACKS))]
    made = redkite("pack", "try", files("pack.json", pack),
                   files("facts.jsonl", *facts)).stdout.splitlines()
    assert len(made) == len(facts)
    for one, other in zip(facts, made):
        compare(pack, one, other)


def by_pack(path):
    """The cases of a file, those of the same patched pack together."""
    cases, packs = json.loads(path.read_text()), {}
    for case in cases["cases"]:
        text = (path.parent / cases["pack"]).read_text()
        for old, new in case.get("patch", ()):
            text = text.replace(old, new, 1)
        packs.setdefault(text, []).append(case["facts"])
    return [(json.loads(text), facts) for text, facts in packs.items()]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name[:-11])
def test_two_calculators_agree_on_every_vector(path, files):
    for pack, facts in by_pack(path):
        made = redkite("pack", "try", files("pack.json", pack),
                       files("facts.jsonl", *facts)).stdout.splitlines()
        for one, other in zip(facts, made, strict=True):
            compare(pack, one, other)


def vector(name="tv3", case=0):
    cases = json.loads((TOP / f"tests/unit/packs/{name}.cases.json").read_text())
    pack = json.loads((TOP / "tests/unit/packs" / cases["pack"]).read_text())
    return pack, cases["cases"][case]["facts"]


@pytest.fixture
def saved(files):
    """A saved statement, as a document."""
    pack, facts = vector()
    return json.loads(redkite("pack", "try", files("pack.json", pack),
                              files("facts.jsonl", facts), "--whole").stdout)


def test_a_saved_statement_is_verified_from_its_file_alone(saved, files):
    told = redkite("statement", "verify", files("saved.json", saved)).stdout
    assert "2065471.00" in told and saved["sha256"] in told


def test_a_changed_statement_is_refused_with_the_line_that_differs(saved, files):
    saved["statement"]["lines"][1]["value"] = "0.01"
    said = redkite("statement", "verify", files("saved.json", saved),
                   good=False).stderr
    assert "line 2 (min_area_pay): value" in said
    assert '"0.01"' in said and '"0.00"' in said and "saved.json:1:" in said


@pytest.mark.parametrize("change, word", [
    (lambda d: d["statement"].update(total="1.00"), "total"),
    (lambda d: d["statement"]["facts"].update(moving="1001"), "line"),
    (lambda d: d["statement"]["lines"].pop(), "missing from"),
    (lambda d: d["statement"]["lines"].append({}), "do not give"),
    (lambda d: d["pack"]["parameters"][0].update(value="46"), "line"),
    (lambda d: d["pack"].update(sha256="0" * 64), "hash does not fit"),
    (lambda d: d.update(sha256="0" * 64), "hash is not"),
    (lambda d: d.pop("pack"), "no saved statement"),
])
def test_whatever_is_changed_in_a_saved_statement_is_found(saved, files,
                                                          change, word):
    change(saved)
    assert word in redkite("statement", "verify", files("saved.json", saved),
                           good=False).stderr


def test_the_packs_that_ship_can_be_read_and_say_what_is_open():
    for path in PACKS:
        assert "to be entered by the district" in redkite("pack", "check",
                                                          path).stderr


def test_a_pack_with_open_parameters_gives_no_statement(files):
    pack = json.loads(PACKS[0].read_text())
    facts = household(random.Random(1), pack)
    assert "yet to enter" in redkite("pack", "try", files("pack.json", pack),
                                     files("facts.jsonl", facts),
                                     good=False).stderr


def later(pack, **change):
    """The next version of a pack, with parameters changed."""
    bare = json.loads(json.dumps(pack))
    bare.update(version=pack["version"] + 1,
                supersedes={"version": pack["version"], "sha256": digest(pack)})
    for parameter in bare["parameters"]:
        parameter.update(change.get(parameter["name"], {}))
    return bare


def test_a_later_version_may_pay_more_and_never_less(files):
    pack, facts = vector("tv8")
    before = files("before.json", pack)
    more = files("more.json", later(pack, move={"value": "2000.01"}))
    less = files("less.json", later(pack, rate={"value": "3.99"}))
    redkite("pack", "check", more, "--against", before)
    redkite("pack", "check", more, "--against", before, "--facts",
            files("facts.jsonl", facts))
    said = redkite("pack", "check", less, "--against", before,
                   good=False).stderr
    assert "would get less" in said and '"parts"' in said
    assert "household 1: a household would get less" in redkite(
        "pack", "check", less, "--against", before, "--facts",
        files("facts.jsonl", facts), good=False).stderr


def test_a_band_that_ends_a_day_earlier_is_found(files):
    pack, _ = vector("tv5")
    bands = json.loads(json.dumps(next(
        p["bands"] for p in pack["parameters"] if p["name"] == "vacate")))
    bands[0]["to"] = bands[1]["from"] = "2023-03-30"
    said = redkite("pack", "check",
                   files("less.json", later(pack, vacate={"bands": bands})),
                   "--against", files("before.json", pack), good=False).stderr
    assert "would get less" in said and '"vacated":"2023-03-31"' in said


def test_a_version_must_succeed_the_one_before(files):
    pack, _ = vector("tv8")
    before = files("before.json", pack)
    other = later(pack)
    other["supersedes"]["sha256"] = "0" * 64
    assert "must name version 1" in redkite(
        "pack", "check", files("o.json", other), "--against", before,
        good=False).stderr
    assert "above 1" in redkite("pack", "check", before, "--against", before,
                                good=False).stderr


def test_a_difference_is_shown_line_by_line(files):
    pack, _ = vector("tv8")
    new = later(pack, move={"value": "2500"})
    new["lines"].pop()
    new["parameters"].append(dict(new["parameters"][-1], name="extra"))
    said = redkite("pack", "diff", files("a.json", pack),
                   files("b.json", new)).stdout.splitlines()
    assert "~ pack version: 1 -> 2" in said
    assert '~ parameter move value: "2000" -> "2500"' in said
    assert "- line transition" in said
    assert any(line.startswith("+ parameter extra: {") for line in said)
