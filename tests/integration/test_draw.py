"""R-ORDER: the order in which homes are chosen is drawn: bound to beforehand,
revealed by another person, and worked out again by anybody (domain.md §8)."""

import json
import subprocess
import sys

import pytest
from house import house_of_cases
from machine import TOP, new_id
from test_cases_commands import at

MAKER, OTHER = new_id(), new_id()
VALUE = "03 08 14 19 22 31 + 07"


class Office:
    def __init__(self, house):
        self.house = house
        house.set_time(at("2026-11-26T10:00:00"))
        self.project, self.community, self.other = (new_id() for _ in range(3))
        house.must("cases", "project.open", {
            "id": self.project, "name": self.project, "track": "agreed",
            "district_code": "370214", "plan_published_on": "2026-09-01"})
        for position, each in ((1, self.community), (2, self.other)):
            house.must("cases", "community.add", {
                "id": each, "project": self.project, "code": ("QH", "LQ")[position - 1],
                "name": f"社区{position}", "position": position})

    def homes(self, count, community=None, state="transition", first=1):
        """Households that wait for a new home, as the register would leave
        them."""
        for n in range(first, first + count):
            self.house.store.rows(
                "set session_replication_role = replica; insert into"
                " cases.household (id, project, track, community, no, state,"
                " state_since, registered_at, facts_since, offer) values (%s,"
                " %s, 'agreed', %s, %s, %s, '2026-09-01', '2026-09-01',"
                " '2026-09-01', gen_random_uuid())",
                (new_id(), self.project, community or self.community,
                 f"QH-{n:04}", state))

    def many(self, count):
        self.house.store.rows(
            "set session_replication_role = replica; insert into"
            " cases.household (id, project, track, community, no, state,"
            " state_since, registered_at, facts_since, offer)"
            " select gen_random_uuid(), %s, 'agreed', %s,"
            " 'QH-' || lpad(n::text, 4, '0'), 'transition', '2026-09-01',"
            " '2026-09-01', '2026-09-01', gen_random_uuid()"
            " from generate_series(1, %s) n",
            (self.project, self.community, count))

    def ask(self, command, body, roles="dept", actor=MAKER):
        return self.house.ask("cases", command, body, roles=roles, actor=actor)

    def commit(self, **more):
        answer = self.ask("draw.commit", {
            "id": new_id(), "project": self.project, "name": "一期选房",
            "source": "双色球 2026140 期", "drawn_on": "2026-12-10", **more})
        assert answer.ok, answer
        return answer.body

    def reveal(self, draw, actor=OTHER, value=VALUE):
        return self.ask("draw.reveal", {"draw": draw, "value": value},
                        "gov_organ", actor)

    def revealed(self, **more):
        draw = self.commit(**more)["draw"]
        self.house.set_time(at("2026-12-10T09:00:00"))
        assert self.reveal(draw).ok
        return draw

    def show(self, draw):
        told = self.ask("draw.show", {"draw": draw}, "", new_id())
        assert told.ok, told
        return told.body


@pytest.fixture(scope="module")
def house(postgres, tmp_path_factory):
    with house_of_cases(postgres, tmp_path_factory.mktemp("house"), "draw",
                        at("2026-11-26T10:00:00")) as house:
        yield house


@pytest.fixture
def office(house):
    return Office(house)


def again(draw):
    """The program that docs hands to everybody, over what is public."""
    return subprocess.run([sys.executable, TOP / "docs/draw.py"], check=False,
                          input=json.dumps(draw), capture_output=True,
                          text=True)


def test_r_order_anybody_works_it_out_again(office):
    office.homes(7)
    office.homes(6, office.other, first=8)
    office.homes(3, state="choosing", first=20)  # they have their turn already
    said = office.commit()
    assert said["households"] == 13
    before = office.show(said["draw"])
    assert before["roster_hash"] == said["roster_hash"]
    assert before.keys().isdisjoint({"secret", "value", "order"})
    office.house.set_time(at("2026-12-10T09:00:00"))
    assert office.reveal(said["draw"]).ok
    draw = office.show(said["draw"])
    assert sorted(draw["order"]) == sorted(draw["roster"])
    told = again(draw)
    assert told.returncode == 0, told.stderr
    assert told.stdout.split() == draw["order"]
    for change in ({"value": VALUE + " "}, {"secret": "X" + draw["secret"][1:]},
                   {"roster": draw["roster"][1:]},
                   {"order": draw["order"][::-1]}):
        assert again({**draw, **change}).returncode == 1, change
    topics = [e["topic"] for e in office.house.events("cases")
              if e["data"].get("draw") == said["draw"]]
    assert topics == ["draw.committed", "draw.revealed"]


def test_r_order_the_command_line_and_the_program_of_the_docs(office):
    office.homes(5)
    draw = office.revealed()
    shown = office.house.redkite("--json", "draw", "show", draw)
    told = subprocess.run([sys.executable, TOP / "docs/draw.py"], check=False,
                          input=shown.stdout, capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
    assert "一期选房" in office.house.redkite(
        "draw", "list", "--project", office.project).stdout


def test_r_order_a_whole_subdistrict_is_drawn_at_once(office):
    office.many(5000)
    draw = office.show(office.revealed())
    assert len(set(draw["order"])) == 5000
    assert again(draw).returncode == 0


def test_more_than_can_be_drawn_at_once_is_said(office):
    office.many(5001)
    answer = office.ask("draw.commit", {
        "id": new_id(), "project": office.project, "name": "x", "source": "x",
        "drawn_on": "2026-12-10"})
    assert answer.status == "conflict" and "5000" in answer.body["why"]


def test_nobody_is_picked_left_out_or_drawn_twice(office):
    office.homes(4)
    assert office.commit(community=office.community)["households"] == 4
    answer = office.ask("draw.commit", {
        "id": new_id(), "project": office.project, "name": "再抽",
        "source": "x", "drawn_on": "2026-12-10"})
    assert answer.status == "conflict" and "no draw" in answer.body["why"]
    office.homes(2, office.other, first=9)
    assert office.commit()["households"] == 2


def test_a_void_draw_is_seen_and_its_households_are_drawn_anew(office):
    office.homes(3)
    draw = office.commit()["draw"]
    assert office.ask("draw.void", {"draw": draw, "reason": "开奖延期"}).ok
    assert office.show(draw)["void_reason"] == "开奖延期"
    office.house.set_time(at("2026-12-10T09:00:00"))
    assert office.reveal(draw).status == "conflict"
    office.house.set_time(at("2026-11-26T10:00:00"))
    assert office.commit()["households"] == 3


def test_another_person_reveals_it_once_and_not_before_the_day(office):
    office.homes(3)
    draw = office.commit()["draw"]
    early = office.reveal(draw)
    assert early.status == "conflict" and "still to come" in early.body["why"]
    office.house.set_time(at("2026-12-10T00:00:00"))
    same = office.reveal(draw, actor=MAKER)
    assert same.status == "conflict" and "another person" in same.body["why"]
    assert office.reveal(draw).ok
    order = office.show(draw)["order"]
    assert office.reveal(draw, value="1").status == "conflict"
    assert office.ask("draw.void", {"draw": draw, "reason": "x"}
                      ).status == "conflict"
    assert office.show(draw)["order"] == order


def test_the_secret_is_sealed_until_it_is_revealed(office):
    office.homes(3)
    said = office.commit()
    dump = str(office.house.store.rows(
        "select row_to_json(d) from cases.draw d where id = %s",
        (said["draw"],)))
    office.house.set_time(at("2026-12-10T09:00:00"))
    secret = office.reveal(said["draw"]).body["secret"]
    assert secret not in dump and secret not in office.house.logs("cases")


REFUSED = {
    "committed late": ("update cases.draw set drawn_on = '2026-11-26'"
                       " where id = %(draw)s", "check|stand"),
    "other source": ("update cases.draw set source = 'y' where id = %(draw)s",
                     "stand as they were written"),
    "other secret": ("update cases.draw set value = 'x', secret = 'y',"
                     " revealed_by = %(other)s, revealed_at ="
                     " '2026-12-10T09:00+08' where id = %(draw)s", "draw_fits"),
    "longer roster": ("insert into cases.draw_roster select %(draw)s, 99, id, no"
                      " from cases.household where state = 'choosing' limit 1",
                      "written with its draw"),
    "places before": ("insert into cases.draw_place values (%(draw)s, 0, 1)",
                      "nobody before"),
    "roster changed": ("update cases.draw_roster set no = 'x'"
                       " where draw = %(draw)s", "permission denied"),
    "taken back": ("delete from cases.draw where id = %(draw)s",
                   "permission denied"),
    "order changed": ("update cases.draw_place set place = 9",
                      "permission denied"),
}


@pytest.mark.parametrize("sql, why", REFUSED.values(), ids=REFUSED)
def test_r_order_the_store_refuses(office, sql, why):
    office.homes(3)
    office.homes(1, state="choosing", first=50)
    draw = office.commit()["draw"]
    with pytest.raises(Exception, match=why):
        office.house.store.rows(sql, {"draw": draw, "other": OTHER}, "cases")


def test_r_order_the_store_refuses_another_roster_than_was_committed(office):
    office.homes(3)
    draw = office.commit()["draw"]
    with pytest.raises(Exception, match="not the one that was committed"):
        office.house.store.rows(
            "with d as (insert into cases.draw select %s, project, community,"
            " name, algorithm, repeat('0', 64), secret_hash, secret_sealed,"
            " source, drawn_on, committed_by, committed_at from cases.draw"
            " where id = %s returning id) select 1", (new_id(), draw), "cases")
