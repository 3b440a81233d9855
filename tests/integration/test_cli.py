"""The command line, used as an operator uses it, against the real services."""

import csv
import io
import json
import re
import signal
import subprocess
import time

import pytest

from machine import BIN, TOP, Process, clean_env, new_id, wait_until

SHEETS = sorted((TOP / "deploy/sample/survey").glob("*.csv"))
COMMUNITIES = [("青禾社区", "QH"), ("柳泉社区", "LQ"), ("石桥社区", "SQ"),
               ("双槐社区", "SH"), ("望海社区", "WH"), ("东塘社区", "DT"),
               ("西塘社区", "XT"), ("杏林社区", "XL"), ("古渡社区", "GD"),
               ("长堤社区", "CD"), ("丰台社区", "FT")]
HEADER = ("序号,社区,户编号,户主姓名,身份证号,联系电话,房屋坐落,产权证号,"
          "登记状态,房屋用途,房屋结构,登记面积(㎡),实测面积(㎡),家庭人口,"
          "调查日期,补偿意向,困难类别,备注\n")


def line(no, name="沈言", phone="15900000001", area="98.60", seq=1,
         id_number="370214198902071764", remark=""):
    return (f"{seq},青禾社区,{no},{name},{id_number},{phone},"
            f"青禾社区1号楼1单元101,青房权证字第1号,已登记,住宅,砖混,{area},"
            f"{area},3,2026-08-16,货币,,{remark}\n")


def numbers(count, first=1):
    return "".join(line(f"QH-{i:04d}", seq=i) for i in range(
        first, first + count))


@pytest.fixture
def project(house):
    """A project with the eleven communities; its id."""
    project = json.loads(house.redkite(
        "project", "open", "青禾片区", "--track", "state_land", "--district",
        "370214", "--published", "2026-09-01", "--json").stdout)["id"]
    for position, (name, code) in enumerate(COMMUNITIES):
        house.redkite("community", "add", name, "--code", code,
                      "--position", position)
    return project


def sheet(tmp_path, text, name="调查.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else
                     text.encode(encoding))
    return path


def verdicts(done):
    """(no, verdict) of each line of --json output."""
    rows = [json.loads(row) for row in done.stdout.splitlines()]
    return [(row["no"], row["verdict"]) for row in rows]


def imported(house, *args, **more):
    return house.redkite("import", "survey", *args, "--json", check=False,
                         **more)


# ------------------------------------------------------------------- import
def test_the_eleven_sheets_go_in_and_again_change_nothing(house, project):
    first = imported(house, *SHEETS)
    assert first.returncode in (0, 1), first.stderr
    rows = [json.loads(row) for row in first.stdout.splitlines()]
    assert {row["file"] for row in rows} == {path.name for path in SHEETS}
    taken = house.store.value("select count(*) from cases.household")
    assert taken > 500
    events = len(house.events("cases"))

    again = imported(house, *SHEETS)
    told = {verdict for _, verdict in verdicts(again)}
    assert told <= {"already_there", "refused"}, told
    assert house.store.value("select count(*) from cases.household") == taken
    assert len(house.events("cases")) == events
    refused = [v for v in verdicts(first) if v[1] == "refused"]
    assert refused == [v for v in verdicts(again) if v[1] == "refused"]


def test_every_line_of_a_sheet_is_reported_in_its_order(
        house, project, tmp_path):
    text = HEADER + numbers(950)
    done = imported(house, sheet(tmp_path, text))
    rows = [json.loads(row) for row in done.stdout.splitlines()]
    assert [row["line"] for row in rows] == list(range(2, 952))
    assert [row["no"] for row in rows] == [
        f"QH-{i:04d}" for i in range(1, 951)]


def test_a_corrected_sheet_updates_what_changed_and_says_what(
        house, project, tmp_path):
    imported(house, sheet(tmp_path, HEADER + numbers(3)))
    text = HEADER + line("QH-0001") + line("QH-0002", area="88.80", seq=2) \
        + line("QH-0003", seq=3)
    done = imported(house, sheet(tmp_path, text, "更正.csv"))
    assert verdicts(done) == [("QH-0001", "already_there"),
                              ("QH-0002", "corrected"),
                              ("QH-0003", "already_there")]
    remark = json.loads(done.stdout.splitlines()[1])["remark"]
    assert "98.60" in remark and "88.80" in remark


def test_going_back_to_the_first_sheet_is_a_correction_again(
        house, project, tmp_path):
    first = sheet(tmp_path, HEADER + line("QH-0001"))
    imported(house, first)
    other = sheet(tmp_path, HEADER + line("QH-0001", area="50.00"), "b.csv")
    imported(house, other)
    assert verdicts(imported(house, first)) == [("QH-0001", "corrected")]


def test_the_later_line_of_one_household_has_the_last_word(
        house, project, tmp_path):
    text = HEADER + numbers(150) + line("QH-0001", area="11.00", seq=151) \
        + numbers(150, first=151) + line("QH-0001", area="22.00", seq=302)
    done = imported(house, sheet(tmp_path, text))
    assert verdicts(done).count(("QH-0001", "corrected")) == 2
    shown = json.loads(house.redkite(
        "household", "list", "--limit", 1, "--json").stdout)
    assert shown["households"][0]["measured_area"] == "22.00"


def test_a_dry_run_reports_and_changes_nothing(house, project, tmp_path):
    path = sheet(tmp_path, HEADER + numbers(3))
    done = imported(house, path, "--dry-run")
    assert [v for _, v in verdicts(done)] == [
        "accepted", "remarked", "remarked"]  # one ID number for all
    assert "nothing was changed" in done.stderr
    assert house.store.value("select count(*) from cases.household") == 0


def test_the_report_for_the_office_is_a_sheet_that_runs_nothing(
        house, project, tmp_path):
    text = HEADER + line("QH-0001") + line('"=HYPERLINK(1)"', seq=2)
    report = tmp_path / "report.csv"
    imported(house, sheet(tmp_path, text, "=1.csv"), "--report", report)
    raw = report.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf") and raw.count(b"\r\n") == 3
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
    assert rows[0][:6] == ["文件", "行号", "结果", "栏目", "说明", "序号"]
    assert all(not cell.startswith(("=", "+", "-", "@"))
               for row in rows for cell in row)
    assert rows[1][0] == "'=1.csv"


BROKEN = {
    "not a sheet": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
    "an empty file": b"",
    "a header without the columns": "甲,乙,丙\n1,2,3\n".encode(),
    "a line of ten megabytes":
        (HEADER + line("QH-0001")).encode() + b"1," + b"x" * 10_000_000,
    "a NUL": (HEADER + line("QH-0001") + line("QH-\0", seq=2)).encode(),
    "an unfinished quote":
        (HEADER + line("QH-0001") + '2,"青禾社区,QH-2\n').encode(),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_sheet_is_refused_whole_and_the_others_go_on(
        house, project, tmp_path, name):
    bad = sheet(tmp_path, BROKEN[name], "bad.csv")
    good = sheet(tmp_path, HEADER + line("QH-0009"), "good.csv")
    done = imported(house, bad, good)
    assert done.returncode == 1
    assert "bad.csv" in done.stderr, done.stderr
    if name not in ("an empty file", "not a sheet"):
        assert re.search(r"bad\.csv: line \d+", done.stderr), done.stderr
    assert ("", "refused") in verdicts(done)
    assert house.store.rows("select no from cases.household") == [("QH-0009",)]


def test_a_file_that_is_not_there_is_refused_and_the_others_go_on(
        house, project, tmp_path):
    good = sheet(tmp_path, HEADER + line("QH-0009"))
    done = imported(house, tmp_path / "none.csv", tmp_path, good)
    assert done.returncode == 1
    assert [v for _, v in verdicts(done)][:2] == ["refused", "refused"]
    assert house.store.value("select count(*) from cases.household") == 1


def test_a_formula_in_a_cell_stays_text(house, project, tmp_path):
    text = HEADER + line("QH-0001", remark="=1+1")
    assert imported(house, sheet(tmp_path, text)).returncode == 0
    shown = house.redkite("household", "show", "QH-0001", "--purpose",
                          "a test", "--json", roles="t3_front")
    assert json.loads(shown.stdout)["remark"] == "=1+1"


def test_a_sheet_can_come_from_stdin(house, project):
    done = imported(house, "-", stdin=HEADER + line("QH-0001"))
    assert [no for no, _ in verdicts(done)] == ["QH-0001"], done.stderr


def test_an_import_that_was_killed_is_simply_run_again(
        house, project, tmp_path):
    path = sheet(tmp_path, HEADER + numbers(3000))
    running = subprocess.Popen(
        [BIN / "redkite", "import", "survey", path], stdout=subprocess.PIPE,
        env=clean_env(**house.shell(), REDKITE_ROLES="t3_front"))
    running.stdout.readline()
    running.send_signal(signal.SIGKILL)
    running.communicate()
    done = imported(house, path)
    assert len(verdicts(done)) == 3000
    assert house.store.value("select count(*) from cases.household") == 3000
    heads = [e for e in house.events("cases")
             if e["topic"] == "household.registered"]
    assert len(heads) == 3000


def test_an_import_outlives_a_crash_of_cases(house, project, tmp_path):
    path = sheet(tmp_path, HEADER + numbers(3000))
    told = tmp_path / "told"
    with open(told, "wb") as out:
        running = subprocess.Popen(
            [BIN / "redkite", "import", "survey", path, "--json"], stdout=out,
            env=clean_env(**house.shell(), REDKITE_ROLES="t3_front"))
    wait_until(lambda: told.stat().st_size, what="the first line")
    house.kill("cases")
    assert running.poll() is None, "it was over too soon to crash in"
    house.start("cases")
    assert running.wait(120) == 0
    assert told.read_text().count("\n") == 3000
    assert house.store.value("select count(*) from cases.household") == 3000


def test_memory_stays_flat_however_long_a_sheet_is(house, tmp_path):
    """No such community: each line is refused, quickly."""
    house.redkite("project", "open", "一", "--track", "state_land",
                  "--district", "370214", "--published", "2026-09-01")
    house.redkite("community", "add", "别处", "--code", "BC", "--position", 1)
    peaks = []
    for count in (1000, 20000):
        path = sheet(tmp_path, HEADER + numbers(count), f"{count}.csv")
        done = subprocess.run(
            ["/usr/bin/time", "-f", "%M", BIN / "redkite", "import",
             "survey", path, "--plain"], check=False, capture_output=True,
            text=True, env=clean_env(**house.shell(),
                                     ASAN_OPTIONS="quarantine_size_mb=1",
                                     REDKITE_ROLES="t3_front"))
        assert len(done.stdout.splitlines()) == count, done.stderr
        peaks.append(int(done.stderr.split()[-1]))
    assert peaks[1] < peaks[0] * 1.3 + 2000, peaks


# ------------------------------------------------------------ words and status
@pytest.mark.parametrize("args, said", [
    (["hosehold", "list"], "do you mean: redkite household"),
    (["visit", "bok"], "do you mean: redkite visit book"),
    (["visit"], "visit book"),
    (["visit", "book", "QH-1"], "--start is missing"),
    (["project", "list", "--jsn"], "do you mean --json?"),
    (["project", "list", "more"], "one argument too many"),
    (["household", "show", "QH-1"], "--purpose is missing"),
    (["health", "casses"], 'no service "casses"'),
    (["project", "list", "--roles", "king"], "no such role"),
    (["project", "list", "--actor", "me"], "not an id"),
    (["ask", "cases", "project.list", "{"], "BODY"),
])
def test_what_is_asked_wrongly_ends_with_2_and_a_hint(args, said):
    done = subprocess.run([BIN / "redkite", *args], check=False, text=True,
                          capture_output=True, env=clean_env())
    assert done.returncode == 2, done.stderr
    assert said in done.stderr and done.stdout == ""


@pytest.mark.parametrize("args", [
    [], ["--help"], ["-h"], ["help"], ["visit", "--help"],
    ["visit", "book", "-h"], ["import", "survey", "--help"]])
def test_help_begins_with_an_example_and_needs_no_service(args):
    done = subprocess.run([BIN / "redkite", *args], check=False, text=True,
                          capture_output=True, env=clean_env())
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Example")


def test_every_verb_fits_the_command_that_it_asks(house):
    """The table of main.c against what the services say of themselves."""
    verbs = json.loads(house.redkite("help", "--json").stdout)["verbs"]
    told = {s: {c["name"]: c for c in house.must(s, "service.describe")[
        "commands"]} for s in ("cases", "scheduling", "notifications",
                               "reporting")}
    asking = [v for v in verbs if v["command"]]
    assert len(asking) > 25
    for verb in asking:
        what = verb["noun"] + " " + verb["verb"]
        assert verb["command"] in told[verb["service"]], what
        command = told[verb["service"]][verb["command"]]
        members = {m["name"]: m for m in command["body"]}
        says = {a["member"] for a in verb["args"] if "member" in a}
        assert says <= set(members), (what, says - set(members))
        needed = {n for n, m in members.items() if not m["optional"]}
        if not any(a["file"] for a in verb["args"]):
            assert needed <= says, (what, needed - says)
        assert verb["personal"] == command["personal"], what


def test_the_man_page_in_the_tree_is_the_one_of_the_table():
    made = subprocess.run([BIN / "redkite", "help", "--man"], check=True,
                          capture_output=True, env=clean_env()).stdout
    assert (TOP / "services/redkite/redkite.1").read_bytes() == made
    checked = subprocess.run(
        ["man", "--warnings", "-l", TOP / "services/redkite/redkite.1"],
        check=True, capture_output=True, env=clean_env(MANWIDTH="80"))
    assert checked.stderr == b""


def test_a_refusal_is_plain_and_names_the_next_thing_to_try(house, project):
    done = house.redkite("household", "offer-make", new_id(), check=False)
    assert done.returncode == 1 and done.stdout == ""
    assert "(household.offer_make: not_found)" in done.stderr
    assert "try: redkite household show" in done.stderr
    denied = house.redkite("project", "open", "二", "--track", "agreed",
                           "--district", "370214", "--published",
                           "2026-09-01", roles="resident", check=False)
    assert denied.returncode == 1
    assert "not allowed" in denied.stderr and "REDKITE_ROLES" in denied.stderr


def test_answers_come_as_a_table_as_json_and_parted_by_tab(house, project):
    table = house.redkite("community", "list").stdout
    assert "青禾社区" in table and "community" not in table.split("\n")[1]
    whole = json.loads(house.redkite("community", "list", "--json").stdout)
    assert len(whole["communities"]) == 11
    plain = house.redkite("community", "list", "--plain").stdout
    assert plain.splitlines()[0].split("\t")[1:3] == ["QH", "青禾社区"]


def test_what_people_typed_cannot_steer_the_terminal(house):
    house.redkite("project", "open", "青禾\x1b[31m", "--track", "agreed",
                  "--district", "370214", "--published", "2026-09-01",
                  check=False)
    assert "\x1b" not in house.redkite("project", "list").stdout


def test_an_unknown_setting_is_refused(house):
    done = house.redkite("project", "list", check=False, REDKITE_CASE="x")
    assert done.returncode == 2 and "REDKITE_CASE" in done.stderr


def test_config_check_says_all_that_is_wrong_at_once():
    done = subprocess.run(
        [BIN / "redkite", "config", "check"], check=False, text=True,
        capture_output=True, env=clean_env(
            REDKITE_CASES="http://x", REDKITE_WORKERS="0",
            REDKITE_DATABASE_URL="postgresql://a:secret@b/c"))
    assert done.returncode == 1
    for name in ("REDKITE_CASES", "REDKITE_WORKERS", "REDKITE_DATABASE_URL"):
        assert name in done.stderr


def test_config_show_hides_secrets():
    shown = subprocess.run(
        [BIN / "redkite", "config", "show", "--json"], check=True, text=True,
        capture_output=True, env=clean_env(
            REDKITE_DATABASE_URL="postgresql://a:hidden@b/c",
            REDKITE_FIELD_KEY_FILE="/run/secrets/hidden")).stdout
    assert "hidden" not in shown
    rows = {r["name"]: r for r in json.loads(shown)["settings"]}
    assert rows["REDKITE_DATABASE_URL"]["value"] == "(set)"
    assert rows["REDKITE_CASES"]["value"] == "tcp://127.0.0.1:5551"


# --------------------------------------------------------------------- health
def test_health_is_0_when_all_are_ready_and_1_when_one_is_down(house):
    assert house.redkite("health").stdout.count("ready") == 4
    house.kill("scheduling")
    began = time.monotonic()
    down = house.redkite("health", "scheduling", check=False)
    assert down.returncode == 1 and time.monotonic() - began < 5
    assert "not ready" in down.stdout and "no answer" in down.stdout
    assert house.redkite("health", "cases").returncode == 0
    told = json.loads(house.redkite("health", "--json", check=False).stdout)
    assert [s["ready"] for s in told["services"]] == [True, False, True, True]


# --------------------------------------------------------------------- events
def test_events_tail_tells_everything_from_a_number_on(house, project):
    house.events("cases")  # all may be told
    told = house.redkite("events", "tail", "cases", "--from", 1, "--once",
                         "--json").stdout
    rows = [json.loads(row) for row in told.splitlines()]
    assert [r["seq"] for r in rows] == list(range(1, 13))
    assert rows[0]["topic"] == "project.opened"
    some = house.redkite("events", "tail", "cases", "--from", 3, "--once",
                         "--topic", "community.", "--plain").stdout
    assert [row.split("\t")[1] for row in some.splitlines()] == [
        str(n) for n in range(3, 13)]


def test_events_tail_tells_what_happens_at_once_and_over_a_crash(
        house, project, tmp_path):
    log = tmp_path / "tail"
    tail = Process(
        [BIN / "redkite", "events", "tail", "--plain"], log,
        clean_env(**house.shell()))
    try:
        time.sleep(1)
        for n, code, seconds in ((1, "NA", 3), (2, "NB", 15)):
            community = f"新区{n}"
            house.redkite("community", "add", community, "--code", code,
                          "--position", 50 + n)
            wait_until(lambda n=n: log.read_text().count(
                "community.added") == n, seconds, "the event")
            if n == 1:
                house.kill("cases")
                house.start("cases")
    finally:
        assert tail.end(signal.SIGINT, within=2) == -signal.SIGINT


# -------------------------------------------------------------------- migrate
def test_migrating_twice_applies_everything_once(empty_store):
    first = empty_store.migrate("--json")
    rows = json.loads(first.stdout)["migrations"]
    assert {row["state"] for row in rows} == {"applied now"}
    assert [r["number"] for r in rows] == sorted(r["number"] for r in rows)
    again = empty_store.migrate("--json")
    assert {row["state"] for row in json.loads(again.stdout)["migrations"]} \
        == {"was applied"}
    status = empty_store.migrate("--status")
    assert "0 pending" in status.stderr


def test_migrating_sets_the_passwords_of_the_roles(empty_store):
    empty_store.migrate()
    assert empty_store.value("select current_user", role="cases") \
        == "redkite_cases"


def test_a_dry_run_of_the_migrations_tries_all_and_leaves_nothing(empty_store):
    tried = empty_store.migrate("--dry-run")
    assert "nothing was changed" in tried.stderr
    assert empty_store.value(
        "select count(*) from pg_namespace where nspname in"
        " ('bus', 'cases', 'redkite_meta')") == 0
    assert re.search(r"\b[1-9]\d* pending",
                     empty_store.migrate("--status").stderr)


def test_two_migrations_at_once_do_the_work_once(empty_store):
    running = [subprocess.Popen(
        [BIN / "redkite", "migrate", "--json"], stdout=subprocess.PIPE,
        text=True, env=clean_env(**empty_store.settings("owner")))
        for _ in range(2)]
    told = [json.loads(r.communicate(timeout=60)[0]) for r in running]
    assert [r.returncode for r in running] == [0, 0]
    states = sorted(t["migrations"][0]["state"] for t in told)
    assert states == ["applied now", "was applied"]


@pytest.mark.parametrize("change, said", [
    ("update redkite_meta.migration set checksum = 'x' where number = 10",
     "0010_cases was changed after it was applied"),
    ("insert into redkite_meta.migration values (149, '0149_new', 'x',"
     " now(), 1)", "0149_new is applied but not known"),
    ("delete from redkite_meta.migration where number = 20",
     "was left out"),
])
def test_a_history_that_does_not_fit_is_refused_by_name(store, change, said):
    store.run_as("owner", change)
    for args in ([], ["--status"], ["--dry-run"]):
        done = store.migrate(*args, check=False)
        assert done.returncode == 1 and said in done.stderr, done.stderr


def test_a_migration_that_cannot_get_a_lock_gives_up_and_leaves_nothing(
        empty_store):
    holder = empty_store.connect()
    holder.autocommit = False
    with holder.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock("
                       "hashtext('redkite roles'))")
        done = empty_store.migrate(check=False)
    holder.close()
    assert done.returncode == 1 and "0001_bus" in done.stderr
    assert "55P03" in done.stderr
    assert empty_store.migrate().returncode == 0


def test_without_a_database_the_reason_is_said():
    done = subprocess.run(
        [BIN / "redkite", "migrate"], check=False, text=True,
        capture_output=True, env=clean_env(
            REDKITE_DATABASE_URL="host=127.0.0.1 port=1 dbname=x user=x"))
    assert done.returncode == 1 and "the database" in done.stderr
    unset = subprocess.run([BIN / "redkite", "migrate"], check=False,
                           text=True, capture_output=True, env=clean_env())
    assert "REDKITE_DATABASE_URL" in unset.stderr


# ------------------------------------------------------------------- progress
def test_progress_draws_a_bar_for_each_community(house, project):
    imported(house, SHEETS[0])
    shown = wait_until(
        lambda: (out := house.redkite("progress").stdout).count("[") == 12
        and out, what="twelve bars")
    assert "青禾社区" in shown
    table = house.redkite("progress", "--csv").stdout
    assert table.startswith("\ufeff项目,社区")
    board = json.loads(house.redkite("progress", "--json").stdout)
    assert len(board["projects"][0]["communities"]) == 11


def test_an_address_for_mail_can_stay_out_of_sight(house):
    person = new_id()
    done = house.redkite("contact", "set", person, "--kind", "household",
                         "--email", "-", stdin="shen@example.org\n")
    assert person in done.stdout
