"""What two households share: found across the communities."""

import json

import pytest

from office import Office, csv_text


@pytest.fixture(scope="module")
def office(postgres, tmp_path_factory):
    folder = tmp_path_factory.mktemp("duplicates")
    office = Office(postgres, folder, "duplicates")
    office.open()
    first = office.home()
    same = {"身份证号": first["身份证号"]}
    sheet = folder / "a.csv"
    sheet.write_text(csv_text(
        first, office.home(), office.home(**same),
        office.home(社区="柳泉社区", 户编号="LQ-0001", **same)))
    office.first = first
    office.importing(sheet)
    yield office
    office.close()


def pairs(office, **more):
    answer = office.house.must("cases", "survey.duplicates", {
        "project": office.project, **more}, roles="t3_front")
    return [(p["no"], p["community"], p["other_no"], p["other_community"])
            for p in answer["pairs"]], answer


def test_each_pair_is_listed_once_with_its_communities(office):
    assert pairs(office)[0] == [
        ("LQ-0001", "柳泉社区", "QH-0001", "青禾社区"),
        ("LQ-0001", "柳泉社区", "QH-0003", "青禾社区"),
        ("QH-0001", "青禾社区", "QH-0003", "青禾社区")]


def test_those_of_two_communities_are_listed_alone(office):
    assert [p[2] for p in pairs(office, across=True)[0]] == [
        "QH-0001", "QH-0003"]


def test_pages_go_on_within_one_household(office):
    seen, after = [], {}
    for _ in range(4):
        page, answer = pairs(office, limit=1, **after)
        seen += page
        if "next_no" not in answer:
            break
        after = {"after_no": answer["next_no"],
                 "after_other": answer["next_other"]}
    assert seen == pairs(office)[0]


def test_nothing_personal_is_told_and_only_to_the_register(office):
    told = json.dumps(pairs(office)[1], ensure_ascii=False)
    assert office.first["身份证号"] not in told and "沈言" not in told
    answer = office.house.ask("cases", "survey.duplicates", {
        "project": office.project}, roles="chair")
    assert answer.status == "denied"


def test_the_command_line_lists_them(office):
    told = office.house.redkite("survey", "duplicates", "--across", "--plain")
    assert "LQ-0001\t柳泉社区\tQH-0001\t青禾社区\tid_number" in told.stdout


def test_one_telephone_and_one_address_are_found_and_named(office, tmp_path):
    one = office.home(社区="柳泉社区", 户编号="LQ-0002")
    same = {k: one[k] for k in ("联系电话", "房屋坐落")}
    (tmp_path / "b.csv").write_text(csv_text(
        one, office.home(社区="柳泉社区", 户编号="LQ-0003", **same),
        office.home(社区="柳泉社区", 户编号="LQ-0004", 联系电话=one["联系电话"])))
    office.importing(tmp_path / "b.csv")
    told = {(p["no"], p["other_no"]): p["same"]
            for p in pairs(office)[1]["pairs"]}
    assert told["LQ-0002", "LQ-0003"] == "phone,address"
    assert told["LQ-0002", "LQ-0004"] == told["LQ-0003", "LQ-0004"] == "phone"
    assert told["QH-0001", "QH-0003"] == "id_number"
    assert len(told) == 6


def test_a_name_that_few_bear_is_found_across_communities(office, tmp_path):
    (tmp_path / "c.csv").write_text(csv_text(
        office.home(户编号="QH-0801", 户主姓名="钟离望舒"),
        office.home(社区="柳泉社区", 户编号="LQ-0801", 户主姓名="钟离望舒"),
        *(office.home(户编号=f"QH-081{n}", 户主姓名="王小明") for n in range(4))))
    office.importing(tmp_path / "c.csv")
    told = {(p["no"], p["other_no"]): p["same"]
            for p in pairs(office)[1]["pairs"]}
    assert told["LQ-0801", "QH-0801"] == "name"
    assert not [pair for pair in told if "QH-0811" in pair]  # four bear it
