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


PURPOSE = "the register is checked"


def alike(office, community, roles="dept", purpose=PURPOSE, **more):
    found = office.value("select id from cases.community where name = %s",
                         community)
    return office.house.ask("cases", "survey.alike", {
        "community": str(found), **more}, roles=roles, purpose=purpose)


def test_names_one_character_apart_are_paired_in_a_community_or_an_address(
        office, tmp_path):
    first = office.home(社区="柳泉社区", 户编号="LQ-0011", 户主姓名="欧阳小明")
    (tmp_path / "c.csv").write_text(csv_text(
        first,
        office.home(社区="柳泉社区", 户编号="LQ-0012", 户主姓名="欧阳晓明"),
        office.home(社区="柳泉社区", 户编号="LQ-0013", 户主姓名="欧阳明"),
        office.home(户编号="QH-0011", 户主姓名="欧阳小鸣"),
        office.home(户编号="QH-0012", 户主姓名="欧阳小茗",
                    房屋坐落=first["房屋坐落"])))
    office.importing(tmp_path / "c.csv")
    answer = alike(office, "柳泉社区")
    assert answer.ok, answer
    told = [(p["no"], p["other_no"], p["same"]) for p in answer.body["pairs"]]
    assert told == [("LQ-0011", "LQ-0012", "name_alike"),
                    ("LQ-0011", "LQ-0013", "name_alike"),
                    ("LQ-0011", "QH-0012", "name_alike,address"),
                    ("LQ-0012", "LQ-0013", "name_alike")]
    assert "欧阳" not in json.dumps(answer.body, ensure_ascii=False)
    page = alike(office, "柳泉社区", limit=2).body
    rest = alike(office, "柳泉社区", limit=2, after_no=page["next_no"],
                 after_other=page["next_other"]).body
    assert [p["other_no"] for p in page["pairs"] + rest["pairs"]] \
        == [t[1] for t in told]


def test_names_are_compared_for_the_department_and_a_purpose_alone(office):
    assert alike(office, "柳泉社区", roles="t3_front").status == "denied"
    answer = alike(office, "柳泉社区", purpose=None)
    assert answer.status == "bad_request" and "purpose" in str(answer)
    assert alike(office, "柳泉社区").ok
    assert office.value(
        "select count(*) from bus.audit where command = 'survey.alike' "
        "and purpose = %s", PURPOSE) > 0


def test_the_command_line_tells_alike_names(office):
    told = office.house.redkite(
        "survey", "alike", "柳泉社区", "--purpose", PURPOSE, "--plain",
        roles="dept")
    assert "LQ-0011\t柳泉社区\tLQ-0012\t柳泉社区\tname_alike" in told.stdout
