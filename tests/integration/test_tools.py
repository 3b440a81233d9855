"""The rules of the house, each broken once: a check that cannot fail proves
nothing."""

import re
import subprocess

import pytest

from machine import TOP

RULES = "services/cases/topic/rules.c"
COMMANDS = "services/cases/topic/commands.c"

BREACHES = [
    ("common/base/x.c", "#include <czmq.h>", "used only in"),
    ("common/base/x.c", "#include <sodium.h>", "used only in"),
    ("common/base/x.c", '#include "common/service/db.h"', "nothing but itself"),
    ("common/service/x.c", '#include "services/cases/a.h"', "no service"),
    ("common/service/x.c", "#include <curl/curl.h>", "used only in"),
    (RULES, '#include "common/service/db.h"', "rules alone"),
    (RULES, '#include "services/cases/topic/commands.h"', "rules alone"),
    (RULES, "#include <time.h>", "pure"),
    (RULES, "    file = fopen(a, b);", "neither read nor write"),
    (RULES, "    printf(a);", "neither read nor write"),
    ("services/cases/topic/policy.h", "#include <time.h>", "pure"),
    (RULES, "#include <cjson/cJSON.h>", "pure"),
    (RULES, "static int kept;", "rules keep nothing"),
    (RULES, "    now = moment_now();", "an argument"),
    (COMMANDS, "    now = moment_now();", "call->now"),
    (COMMANDS, '#include "services/scheduling/a.h"', "what two services share"),
    (COMMANDS, '#include "commands.h"', "whole path"),
    (COMMANDS, "#include <libpq-fe.h>", "used only in"),
    (COMMANDS, "#include <zmq.h>", "used only in"),
    (COMMANDS, "#include <microhttpd.h>", "used only in"),
    (COMMANDS, "#include <bzlib.h>", "not a library of this house"),
    (COMMANDS, "    cJSON_GetObjectItem(a, b);", "case-sensitively"),
    ("common/service/x.c", "    { ZMQ_HEARTBEAT_IVL, { 9, 0 } },", "abort"),
    ("services/cases/topic/store.sql", "select now();", ":now"),
    ("services/cases/topic/store.sql", "select Current_Timestamp;", ":now"),
    *(("common/base/x.c", f"    {name}(a);", "banned")
      for name in ("sprintf strcpy strcat strtok gets atoi atol sscanf system"
                   " popen alloca").split()),
    *((COMMANDS, f"    {name}(a);", "the arena's")
      for name in "malloc calloc realloc free strdup".split()),
]

HARMLESS = [
    ("common/base/x.c", "    free(a);"),
    ("common/base/x.c", "    cJSON_GetObjectItemCaseSensitive(a, b);"),
    ("common/service/x.c", "    { ZMQ_HEARTBEAT_IVL, { 0, 0 } },"),
    (RULES, '#include "services/cases/topic/rules.h"'),
    (RULES, '#include "services/cases/other/policy.h"'),
    (RULES, '#include "common/base/value.h"'),
    (RULES, "static const int table[] = { 1 };"),
    (COMMANDS, '    say("free(a) and system(b)"); /* popen(c) */ // gets(d)'),
    (COMMANDS, "/* a comment\n * free(a)\n */"),
    (COMMANDS, "    arena_free(a); a->free(b);"),
    ("services/cases/topic/store.sql", "select known, :now; -- not now()"),
]


def check_includes(folder, path, text):
    file = folder / path
    file.parent.mkdir(parents=True)
    file.write_text(text + "\n")
    return subprocess.run([TOP / "tools/check-includes", path], cwd=folder,
                          check=False, capture_output=True, text=True)


@pytest.mark.parametrize("path, text, rule", BREACHES)
def test_a_breach_of_a_rule_is_named_with_its_place(path, text, rule, tmp_path):
    done = check_includes(tmp_path, path, text)
    assert done.returncode != 0
    assert done.stdout.startswith(f"{path}:1: ") and rule in done.stdout


@pytest.mark.parametrize("path, text", HARMLESS)
def test_what_only_looks_like_a_breach_is_let_through(path, text, tmp_path):
    done = check_includes(tmp_path, path, text)
    assert (done.returncode, done.stdout) == (0, "")


MIGRATIONS = [
    (["common/service/schema/0001_a", "services/cases/schema/0010_b"], None),
    (["common/service/schema/0001_a", "common/service/schema/0001_b"], "taken"),
    (["services/cases/schema/0010_a", "services/cases/schema/0012_b"],
     "missing"),
    (["services/cases/schema/0011_a"], "missing"),
    (["services/cases/schema/0020_a"], "begin at 10"),
    (["services/cases/schema/0010_a", "services/cases/schema/0060_b"], None),
    (["services/cases/schema/0060_a", "services/cases/schema/0060_b"], "taken"),
    (["services/reporting/schema/0060_a"], "begin at 40"),
    (["services/cases/schema/10_a"], "NNNN_name"),
    (["services/elsewhere/schema/0010_a"], "no numbers"),
]


@pytest.mark.parametrize("names, refusal", MIGRATIONS)
def test_migrations_are_numbered_without_holes_and_twice_is_refused(
        names, refusal, tmp_path):
    for name in names:
        file = tmp_path / f"{name}.sql"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text('select \'a "quoted" \\ text\';\n')
    done = subprocess.run(
        [TOP / "tools/embed-migrations", *(f"{n}.sql" for n in names)],
        cwd=tmp_path, check=False, capture_output=True, text=True)
    if refusal:
        assert done.returncode != 0 and refusal in done.stderr
    else:
        assert done.returncode == 0
        assert '"select \'a \\"quoted\\" \\\\ text\';\\n"' in done.stdout


THEN = [
    ("select x from cases.a join only cases.b on cases.f(x) = :id;\n"
     "-- then: one\n",
     "select x from cases_then.a join only cases.b on cases.f(x) = $1", None),
    ("select x from cases.a where x = :id;\n-- then: one\n"
     "select 1 where 1 = :id;\n", "select 1 where 1 = $1", None),
    ("select 1;\n-- then: two\n", None, "stands behind its statement"),
    ("select 1;\n-- then: one\nselect :id;\n", None, "other parameters"),
]


@pytest.mark.parametrize("text, then, refusal", THEN)
def test_a_statement_is_said_over_how_things_stood(text, then, refusal,
                                                   tmp_path):
    file = tmp_path / "services/cases/topic/store.sql"
    file.parent.mkdir(parents=True)
    file.write_text("-- name: one\n" + text)
    done = subprocess.run(
        [TOP / "tools/embed-sql", file.relative_to(tmp_path)], cwd=tmp_path,
        check=False, capture_output=True, text=True)
    if refusal:
        assert done.returncode != 0 and refusal in done.stderr
    else:
        assert done.returncode == 0
        assert f'.name = "one_then",\n    .text = "{then}"' in done.stdout
        assert ".then = &SQL_one_then" in done.stdout


def test_a_file_of_more_than_600_lines_is_refused(tmp_path):
    for folder in ("common", "services", "tests", "tools", "deploy"):
        (tmp_path / folder).mkdir()
    (tmp_path / "tools/check-sizes").write_text(
        (TOP / "tools/check-sizes").read_text())
    (tmp_path / "common/long.c").write_text("\n" * 600)
    check = ["sh", "tools/check-sizes"]
    assert subprocess.run(check, cwd=tmp_path, check=False).returncode == 0
    (tmp_path / "common/long.c").write_text("\n" * 601)
    done = subprocess.run(check, cwd=tmp_path, check=False,
                          capture_output=True, text=True)
    assert done.returncode != 0 and "common/long.c" in done.stdout


# ------------------------------------------------------------ docs/rules.md

RULES = (
    "VISIT QUIET DNC LABEL GOAL RANK LEO KIN SERVICE HARD BONUS TIER GROUP"
    " THRESH ORDER READ CAP OWNER PAY LATE UTIL DEMO COURT TRACK LEAK SNOOP"
    " RETAL WITHDRAW CLOSE FAKE SURVEY EDIT RULE PUB AI TRACKING RETAIN CFG"
    " LANG ACCESS GENDER").split()


def rows_of_rules():
    return [[cell.strip() for cell in line.strip("|\n ").split("|")]
            for line in (TOP / "docs/rules.md").read_text().splitlines()
            if line.startswith("| R-")]


def test_every_rule_of_section_8_stands_in_the_table_once():
    assert [row[0] for row in rows_of_rules()] == [f"R-{r}" for r in RULES]


@pytest.mark.parametrize("row", rows_of_rules(), ids=lambda row: row[0])
def test_each_test_and_each_file_that_the_table_names_is_there(row):
    rule, code, store, tests = row
    for places in tests.split(";"):
        named = re.findall(r"`([^`]+)`", places)
        if not named:
            continue
        place, *tests = named
        path, = [p for p in (TOP / f"tests/integration/test_{place}.py",
                             TOP / f"tests/unit/test_{place[5:]}.c")
                 if p.exists()]
        text = path.read_text()
        for test in tests:
            assert re.search(rf"\b{test}\(", text), (rule, place, test)
            assert re.match(r"(test_)?r_[a-z]+_", test), test
    for name in re.findall(r"`([^`]+\.(?:sql|[ch]|py))`", code + store):
        assert list(TOP.glob(f"**/{name}")), (rule, name)
