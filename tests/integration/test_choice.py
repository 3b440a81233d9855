"""Flats are chosen in the order that was drawn, each by one household; what was
committed to stands (domain.md §8 R-ORDER)."""

import datetime
import json
import threading

import pytest

from case_register import SAID_NO, STANDS
from house import house_of_cases
from machine import new_id, wait_until
from test_cases_commands import at
from test_draw import MAKER, OTHER, Office, again

FRONT = new_id()


class Choosing(Office):
    def __init__(self, house):
        super().__init__(house)
        self.flats = {}

    def line(self, door, **more):
        return {"line": int(door), "building": "1号楼", "unit": "1单元",
                "floor": int(door) // 100, "door": door, "area": "85.50",
                "rooms": "两室一厅", "price": "12000.00", "site": "on_site",
                **more}

    def bring(self, *lines):
        return self.must("stock.import", {"project": self.project,
                                          "lines": list(lines)})["results"]

    def must(self, command, body, **more):
        answer = self.ask(command, body, **more)
        assert answer.ok, answer
        return answer.body

    def stock(self, **more):
        found, after = [], {}
        while True:
            page = self.must("stock.list", {"project": self.project, **after,
                                            **more}, roles="")["flats"]
            found += page
            if not page:
                return {f["door"]: f for f in found}
            after = {"after": page[-1]["id"]}

    def ready(self, homes, flats, minutes=60, **more):
        """Drawn, and the first household's turn has begun."""
        self.homes(homes)
        self.bring(*(self.line(str(100 + n)) for n in range(1, flats + 1)))
        draw = self.revealed(**more)
        self.must("choice.open", {"draw": draw, "minutes": minutes})
        return draw

    def roll(self, draw):
        return self.must("choice.roll", {"draw": draw}, roles="",
                         actor=new_id())["places"]

    def household(self, no):
        return self.house.store.value(
            "select id from cases.household where project = %s and no = %s",
            (self.project, no))

    def take(self, draw, no, door, own=True):
        household = self.household(no)
        return self.ask(
            "choice.take", {"draw": draw, "household": household,
                            "flat": self.stock()[door]["id"]},
            roles="resident" if own else "t3_front",
            actor=household if own else FRONT)

    def pass_time(self, minutes):
        self.house.set_time(self.house.now
                            + datetime.timedelta(minutes=minutes))


@pytest.fixture(scope="module")
def house(postgres, tmp_path_factory):
    with house_of_cases(postgres, tmp_path_factory.mktemp("house"), "choice",
                        at("2026-11-26T10:00:00")) as house:
        yield house


@pytest.fixture
def office(house):
    return Choosing(house)


def why(answer):
    assert not answer.ok, answer
    return answer.body["why"]


# ---------------------------------------------------------------- the stock

def test_a_list_is_taken_line_by_line_and_corrected_until_it_is_drawn(office):
    told = office.bring(
        office.line("101"), office.line("102", area="9.99"),
        office.line("103", floor=0), office.line("101"),
        office.line("104", price="0.00"))
    assert [(r["line"], r["verdict"], r.get("field")) for r in told] == [
        (101, "taken", None), (102, "refused", "area"),
        (103, "refused", "floor"), (101, "refused", "door"),
        (104, "refused", "price")]
    assert [r["verdict"] for r in office.bring(
        office.line("101"), office.line("102"))] == ["known", "taken"]
    assert office.bring(office.line("101", price="11000.00"))[0][
        "verdict"] == "corrected"
    office.homes(2)
    office.commit()
    (late,) = office.bring(office.line("101", price="13000.00"))
    assert late["verdict"] == "refused" and "committed" in late["why"]
    stock = office.stock()
    assert stock["101"]["price"] == "11000.00"
    assert {f["state"] for f in stock.values()} == {"drawn"}
    for row in stock.values():
        assert "household" not in row
    with pytest.raises(STANDS):
        office.house.store.rows("update cases.flat set price = price + 1",
                                role="cases")


def test_an_office_brings_a_list_as_it_wrote_it(office, tmp_path):
    path = tmp_path / "flats.csv"
    rows = [["安置房源表"], ["楼栋", "单元", "楼层", "房号", "建筑面积（㎡）",
                        "户型", "朝向", "单价（元/㎡）", "位置"]]
    rows += [["1号楼", "1单元", str(n // 100 or 1), str(n), "85.50", "两室一厅",
              "南", "12000", "就地"] for n in range(101, 231)]
    rows += [["2号楼", "1单元", "x", "101", "85.50", "", "", "12000", "异地"],
             ["2号楼", "1单元", "1", "102", "8.5", "", "", "12000", "异地"],
             ["2号楼", "1单元", "1", "", "85.50", "", "", "12000", "异地"],
             ["2号楼", "1单元", "1", "104", "85.50", "", "", "12000", "异地"]]
    path.write_text("\n".join(",".join(row) for row in rows), encoding="utf-8")
    told = office.house.redkite("stock", "import", path, "--project",
                                office.project, check=False).stderr
    assert f"{path}:133: 楼层: 应是整数" in told
    assert f"{path}:134: 建筑面积(㎡)" in told
    assert f"{path}:135: 房号: 不能为空" in told
    assert "131 taken, 0 corrected, 0 known before, 3 refused" in told
    again = office.house.redkite("stock", "import", path, "--project",
                                 office.project, check=False).stderr
    assert "0 taken, 0 corrected, 131 known before, 3 refused" in again
    listed = office.house.redkite("stock", "list", "--project", office.project,
                                  "--building", "2号楼").stdout
    assert "104" in listed and "off_site" in listed


def test_a_building_goes_on_and_everybody_sees_it(office):
    office.bring(office.line("101"))
    for progress, day in (("started", "2026-05-01"), ("topped_out", "2026-11-01")):
        office.must("stock.progress", {
            "project": office.project, "building": "1号楼",
            "progress": progress, "day": day, "document": "监理月报"})
    assert office.stock()["101"]["progress"] == "topped_out"
    assert "still to come" in why(office.ask("stock.progress", {
        "project": office.project, "building": "1号楼", "progress": "ready",
        "day": "2027-05-01", "document": "1"}))
    assert "no flats" in why(office.ask("stock.progress", {
        "project": office.project, "building": "9号楼", "progress": "ready",
        "day": "2026-05-01", "document": "1"}))
    denied = office.ask("stock.import", {"project": office.project,
                                         "lines": []}, roles="t3_front")
    assert denied.status == "denied"


def test_r_order_the_stock_is_committed_to_with_the_roster(office):
    office.homes(2, first=50)
    bare = office.commit()
    assert bare["flats"] == 0
    office.homes(3)
    office.bring(office.line("101"), office.line("102"))
    said = office.commit()
    assert said["flats"] == 2
    office.house.set_time(at("2026-12-10T09:00:00"))
    assert office.reveal(said["draw"]).ok
    draw = office.show(said["draw"])
    assert draw["stock_hash"] == said["stock_hash"]
    assert draw["stock"][0] == (
        "1号楼/1单元/1/101 85.50 m2 12000.00 yuan/m2")
    assert again(draw).returncode == 0
    assert again({**draw, "stock": draw["stock"][1:]}).returncode == 1
    asked = {"draw": bare["draw"], "minutes": 60}
    assert "not known" in why(office.ask("choice.open", asked))
    assert office.reveal(bare["draw"]).ok
    assert "no flats" in why(office.ask("choice.open", asked))


# ---------------------------------------------------------------- choosing

def test_r_order_one_after_the_other_as_was_drawn(office):
    draw = office.ready(3, 3)
    order = office.show(draw)["order"]
    assert [p["no"] for p in office.roll(draw)] == order
    assert "another household's turn" in why(office.take(draw, order[1], "101"))
    assert office.take(draw, order[0], "102").ok
    assert "gone" in why(office.take(draw, order[1], "102"))
    assert office.take(draw, order[1], "101", own=False).ok
    stranger = office.ask("choice.take", {
        "draw": draw, "household": office.household(order[2]),
        "flat": office.stock()["103"]["id"]}, roles="resident", actor=new_id())
    assert stranger.status == "denied"
    assert office.take(draw, order[2], "103").ok
    roll = office.roll(draw)
    assert [(p["no"], p["how"], p["line"].split(" ")[0][-3:]) for p in roll] == [
        (order[0], "chose", "102"), (order[1], "chose", "101"),
        (order[2], "chose", "103")]
    assert "as many" in why(office.take(draw, order[2], "101"))
    assert "begun before" in why(office.ask("choice.open", {
        "draw": draw, "minutes": 60}))
    assert {f["state"] for f in office.stock().values()} == {"chosen"}
    assert office.stock(free=True) == {}


def test_who_does_not_come_has_another_turn_at_the_end(office):
    draw = office.ready(3, 3, minutes=30)
    order = office.show(draw)["order"]
    office.pass_time(31)
    wait_until(lambda: office.roll(draw)[0].get("how") == "missed", 20, "it")
    assert [(p["no"], p["again"]) for p in office.roll(draw)] == [
        (order[0], False), (order[1], False), (order[2], False),
        (order[0], True)]
    assert office.take(draw, order[1], "101").ok
    declined = office.ask("choice.decline", {
        "draw": draw, "household": office.household(order[2])},
        roles="t3_front", actor=FRONT)
    assert declined.ok, declined
    assert office.roll(draw)[2]["how"] == "declined"
    office.pass_time(31)  # the last misses the turn again
    wait_until(lambda: office.roll(draw)[3].get("how") == "missed", 20, "it")
    assert len(office.roll(draw)) == 4
    assert office.take(draw, order[0], "102").ok  # and may come at any time
    assert office.take(draw, order[2], "103").ok
    told = [(e["data"]["household"], bool(e["data"].get("until")))
            for e in office.house.events("cases")
            if e["topic"] == "choice.turn" and e["data"]["draw"] == draw]
    assert told == [(office.household(no), True)
                    for no in (*order, order[0])]


def test_a_choice_can_be_given_back_while_it_is_ones_turn(office):
    draw = office.ready(2, 4, take=2)
    order = office.show(draw)["order"]
    first = office.take(draw, order[0], "101").body["choice"]
    assert office.ask("choice.back", {"choice": first}, "t3_front", FRONT).ok
    for door in ("102", "103"):
        last = office.take(draw, order[0], door)
        assert last.ok, last
    assert "stands" in why(office.ask(
        "choice.back", {"choice": last.body["choice"]}, "t3_front", FRONT))
    assert office.take(draw, order[1], "101").ok


def test_no_flat_goes_to_two_households_however_many_ask_at_once(office):
    homes = 32
    draw = office.ready(homes, 8, minutes=10080)
    office.house.store.run_as("superuser", f"""
        set session_replication_role = replica;  -- all turns have gone by
        update cases.turn set began_at = now() - interval '1 day',
            until = now(), ended_at = now(), how = 'missed'
        where draw = '{draw}'""")
    flats = [f["id"] for f in office.stock().values()]
    answers, order = [], office.show(draw)["order"]
    ids = [office.household(no) for no in order]

    def choose(n):
        for flat in flats:  # everybody wants the first
            answers.append((n, flat, office.ask(
                "choice.take", {"draw": draw, "household": ids[n],
                                "flat": flat}, "resident", ids[n])))

    threads = [threading.Thread(target=choose, args=(n,)) for n in range(homes)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken = [(n, flat) for n, flat, answer in answers if answer.ok]
    assert len(taken) == len({n for n, _ in taken}) == 8
    assert {flat for _, flat in taken} == set(flats)
    for _, _, answer in answers:
        assert answer.ok or answer.status == "conflict", answer
    assert office.house.store.value(
        "select count(*) from cases.choice where draw = %s", (draw,)) == 8


def test_the_keys_want_a_building_that_is_ready_and_the_households_word(office):
    draw = office.ready(2, 2)
    no = office.show(draw)["order"][0]
    choice = office.take(draw, no, "101").body["choice"]
    hand = {"choice": choice, "day": "2026-12-10", "measured_area": "85.01"}
    refused = office.ask("choice.hand", hand, "t3_front", FRONT)
    assert not refused.ok and "not ready" in json.dumps(refused.body)
    office.must("stock.progress", {
        "project": office.project, "building": "1号楼", "progress": "ready",
        "day": "2026-12-01", "document": "竣工备案"})
    household = office.household(no)
    assert "no keys" in why(office.ask(
        "choice.receive", {"choice": choice}, "resident", household))
    handed = office.ask("choice.hand", hand, "t3_front", FRONT)
    assert handed.ok and handed.body["more_centi"] == -49, handed
    for roles, actor in (("t3_front", FRONT), ("resident", new_id())):
        assert office.ask("choice.receive", {"choice": choice}, roles,
                          actor).status == "denied"
    assert office.ask("choice.receive", {"choice": choice}, "resident",
                      household).ok
    assert office.stock()["101"]["state"] == "handed"


# -------------------------------------------------------- by plain SQL

def test_r_order_the_store_keeps_the_order(office):
    draw = office.ready(3, 3)
    order = office.show(draw)["order"]
    flat = office.stock()["101"]["id"]
    second = office.household(order[1])
    insert = ("insert into cases.choice (id, draw, flat, household, chosen_at,"
              " chosen_by) values (%s, %s, %s, %s, %s, %s)")

    def run(sql, *given):
        return office.house.store.rows(sql, given, role="cases")

    with pytest.raises(SAID_NO, match="another household"):
        run(insert, new_id(), draw, flat, second, office.house.now, MAKER)
    with pytest.raises(SAID_NO, match="others choose before"):
        run("update cases.turn set began_at = %s, until = %s where draw = %s"
            " and seq = 2", office.house.now,
            office.house.now + datetime.timedelta(hours=1), draw)
    with pytest.raises(SAID_NO, match="still has its turn"):
        run("update cases.turn set ended_at = %s, how = 'missed' where draw ="
            " %s and seq = 0", office.house.now, draw)
    with pytest.raises(SAID_NO, match="those that were drawn"):
        run("insert into cases.turn (draw, seq, household) values (%s, 9, %s)",
            draw, second)
    with pytest.raises(STANDS):
        run("update cases.turn set household = %s where draw = %s and seq = 2",
            second, draw)
    with pytest.raises(SAID_NO, match="written with its draw"):
        run("insert into cases.draw_flat values (%s, %s, 'x')", draw, flat)
    with pytest.raises(Exception, match="stand|permission"):
        run("update cases.draw set stock_hash = repeat('0', 64)")
    assert office.take(draw, order[0], "101").ok
    with pytest.raises(SAID_NO, match="no more flats"):
        for door in ("102", "103"):
            run(insert, new_id(), draw, office.stock()[door]["id"], second,
                office.house.now, OTHER)
