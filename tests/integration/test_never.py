"""What exists nowhere in the house (domain.md §8): goals of signing, rankings, the
places of people.  Walked are the tables, the bus and the settings, as they are."""

import csv
import io
import re

import pytest
import yaml

from machine import TOP
from town import JSON, Town

GOALS = {"goal", "goals", "target", "targets", "quota", "quotas", "kpi", "kpis",
         "clearance", "clearances", "milestone", "campaign"}
RANKS = {"rank", "ranks", "ranking", "rankings", "league", "leaderboard",
         "star", "stars", "contest", "podium", "medal"}
PLACES = {"lat", "lon", "lng", "latitude", "longitude", "gps", "geo", "geom",
          "geometry", "geohash", "coordinate", "coordinates", "position_at",
          "location", "track_point", "altitude"}
# Chinese words of the campaigns that the first article tells of.
CAMPAIGNS = re.compile("清零|擂台|摘星|夺旗|(?<!不给社区)排名|排行|攻坚|倒计时")


def words(name):
    return set(re.split(r"[^a-z]+", name.lower())) | {name.lower()}


def columns(store):
    """schema.table.column and its type, of all that is ours."""
    return store.rows("""
        select n.nspname || '.' || c.relname || '.' || a.attname,
            format_type(a.atttypid, a.atttypmod)
        from pg_attribute a join pg_class c on c.oid = a.attrelid
        join pg_namespace n on n.oid = c.relnamespace
        where a.attnum > 0 and c.relkind in ('r', 'p', 'v', 'm')
          and n.nspname in ('bus', 'cases', 'scheduling', 'notifications',
                            'reporting')""")


def members(schema, path):
    """The path of each member that a body may have."""
    if isinstance(schema, dict):
        for name, value in schema.get("properties", {}).items():
            yield f"{path}.{name}"
            yield from members(value, f"{path}.{name}")
        for key in ("items", "payload", "allOf", "oneOf", "anyOf"):
            yield from members(schema.get(key), path)
    elif isinstance(schema, list):
        for one in schema:
            yield from members(one, path)


def bus():
    """Commands, events and all the members of their bodies."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    told = yaml.load((TOP / "docs/bus.asyncapi.yaml").read_text(), loader)
    yield from told["operations"]
    for kind in ("messages", "schemas"):
        for name, schema in told["components"][kind].items():
            yield name
            yield from members(schema, name)


def settings():
    return re.findall(r'"(REDKITE_\w+)"',
                      (TOP / "services/redkite/settings.c").read_text())


def named(store, banned):
    """Whatever has one of these words in its name."""
    names = [name for name, _ in columns(store)] + [*bus()] + settings()
    assert len(names) > 2000
    return [name for name in names
            if any(words(part) & banned for part in re.split(r"[./]", name))]


def campaigns():
    """Files that people read with a word of the campaigns in them."""
    return [str(path) for folder in ("services/reporting/web",
                                     "services/notifications/template",
                                     "services/cases", "services/redkite")
            for path in (TOP / folder).glob("**/*")
            if path.is_file() and path.suffix != ".sql"
            and CAMPAIGNS.search(path.read_text(errors="replace"))]


@pytest.mark.parametrize("banned, sql, where", [
    (GOALS, "create table cases.squad_target (id int)",
     "cases.squad_target.id"),
    (GOALS, "alter table cases.community add signing_goal int",
     "cases.community.signing_goal")])
def test_r_goal_nothing_has_a_goal_of_signing_or_clearing(
        store, banned, sql, where):
    assert named(store, banned) == []
    store.rows(sql)
    assert named(store, banned) == [where]


def test_r_goal_no_text_calls_for_clearing_or_counts_down():
    assert campaigns() == []


@pytest.mark.parametrize("sql, where", [
    ("alter table scheduling.squad add rank int", "scheduling.squad.rank"),
    ("create view reporting.leaderboard as select 1 as n",
     "reporting.leaderboard.n")])
def test_r_rank_nothing_ranks_a_person_a_team_or_a_community(store, sql, where):
    assert named(store, RANKS) == []
    store.rows(sql)
    assert named(store, RANKS) == [where]


def keys(value):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys(inner)


def test_r_rank_the_board_has_the_order_of_the_numbers_and_no_persons(
        quiet_house):
    """Who has reached least comes first when it has the first number."""
    quiet_house.start("reporting")
    town = Town(quiet_house)
    town.open()
    places = [("丙社区", 3, 15), ("甲社区", 1, 0), ("乙社区", 2, 8)]
    for name, position, bound in places:
        community = town.add(name, position)
        town.settle(community, *["effective"] * bound,
                    *["registered"] * (20 - bound))
    board = town.board()
    order = ["甲社区", "乙社区", "丙社区"]
    assert [c["name"] for c in board["projects"][0]["communities"]] == order
    _, _, sheet = quiet_house.get(JSON, Accept="text/csv")
    told = [row for row in csv.reader(io.StringIO(sheet.decode("utf-8-sig")))]
    found = [next(n for n in order if n in row) for row in told
             if set(row) & set(order)]
    assert list(dict.fromkeys(found)) == order
    people = {"member", "squad", "team", "actor", "holder", "staff", "secretary"}
    assert not {k for k in keys(board) if words(k) & people}
    kept = [name for name, _ in columns(quiet_house.store)
            if name.startswith("reporting.")]
    assert kept and not [name for name in kept if words(name) & people]
    refused = quiet_house.get(JSON + "?sort=share")
    assert refused[0] == 400


@pytest.mark.parametrize("sql, where", [
    ("alter table scheduling.visit add started_lat numeric",
     "scheduling.visit.started_lat"),
    ("alter table scheduling.member add last_seen point",
     "scheduling.member.last_seen")])
def test_r_tracking_no_place_of_anybody_is_kept(store, sql, where):
    """Not even that of a visit: where it was is the household's own address."""
    def places():
        return named(store, PLACES) + [
            name for name, kind in columns(store)
            if re.match(r"(point|l(ine|seg)|box|path|polygon|circle|geo)", kind)]
    assert places() == []
    store.rows(sql)
    assert places() == [where]
