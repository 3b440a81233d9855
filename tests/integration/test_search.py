"""A household by one word that a resident says; what it leaves behind."""

import json
import re

import pytest

from machine import TOP
from office import Office, csv_text

PURPOSE = "the resident asked"
WORDS = (("name", "王小明"), ("id_number", None), ("phone", "159-0000-0003"),
         ("address", "青禾社区 ３号楼1单元101"))


@pytest.fixture(scope="module")
def office(postgres, tmp_path_factory):
    folder = tmp_path_factory.mktemp("search")
    office = Office(postgres, folder, "search")
    office.open()
    homes = [office.home(), office.home(), office.home(户主姓名="王小明"),
             office.home(联系电话="15900000001"),
             office.home(社区="柳泉社区", 户编号="LQ-0001",
                         房屋坐落="青禾社区 2号楼1单元101")]
    office.third = homes[2]
    sheet = folder / "a.csv"
    sheet.write_text(csv_text(*homes))
    office.importing(sheet)
    yield office
    office.close()


def search(office, roles="t3_front", purpose=PURPOSE, **words):
    return office.house.ask("cases", "household.search", words, roles=roles, purpose=purpose)


def found(office, **words):
    answer = search(office, **words)
    assert answer.status == "ok", answer
    return [h["no"] for h in answer.body["households"]]


@pytest.mark.parametrize("way, word", WORDS)
def test_a_household_is_found_by_each_word(office, way, word):
    word = word or office.third["身份证号"]
    assert found(office, **{way: word}) == ["QH-0003"]


def test_a_part_of_a_word_and_a_stranger_find_nothing(office):
    assert found(office, name="王小") == found(office, name="李静") == []


def test_pages_of_one_name_go_on_in_order(office):
    seen, after = [], {}
    for _ in range(9):
        page = search(office, name="沈言", limit=1, **after).body
        seen += [h["no"] for h in page["households"]]
        if "next" not in page:
            break
        after = {"after": page["next"]}
    assert sorted(seen) == ["LQ-0001", "QH-0001", "QH-0002", "QH-0004"]
    assert seen == found(office, name="沈言")


@pytest.mark.parametrize("words", [
    {}, {"name": "  "}, {"name": "沈言", "phone": "15900000001"}])
def test_one_whole_word_is_asked_for(office, words):
    answer = search(office, **words)
    assert answer.status == "bad_request" and "请只填一项" in str(answer)


def test_only_the_register_searches_and_only_for_a_purpose(office):
    assert search(office, roles="chair", name="沈言").status == "denied"
    assert search(office, purpose=None, name="沈言").status == "bad_request"


def test_a_search_is_in_the_audit_and_its_word_nowhere(office):
    before = office.value(
        "select count(*) from bus.audit where command = 'household.search'")
    answer = search(office, name="王小明")
    rows = office.rows("select to_jsonb(c)::text from bus.audit c"
                       " where command = 'household.search'")
    assert len(rows) == before + 1
    assert "王小明" not in str(rows)
    assert "王小明" not in json.dumps(answer.body, ensure_ascii=False)
    assert "王小明" not in office.house.logs("cases")


def test_who_was_registered_before_is_found_once_indexed(office):
    office.rows("update cases.household_person set name_blind = null,"
                     " phone_blind = null, address_blind = null")
    assert found(office, name="王小明") == []
    left = [office.house.must("cases", "household.index", {"limit": 3},
                              roles="it_operator") for _ in range(2)]
    assert left == [{"done": 3, "more": True}, {"done": 2, "more": False}]
    for way, word in WORDS:
        word = word or office.third["身份证号"]
        assert found(office, **{way: word}) == ["QH-0003"]


def test_a_correction_moves_what_a_household_is_found_by(office, tmp_path):
    sheet = tmp_path / "b.csv"
    sheet.write_text(csv_text({**office.third, "户主姓名": "王小敏"}))
    office.importing(sheet)
    assert found(office, name="王小明") == []
    assert found(office, name="王小敏") == ["QH-0003"]


def test_the_command_line_searches_without_the_word_in_its_arguments(office):
    told = office.house.redkite(
        "household", "search", "--name", "-", "--purpose", PURPOSE, "--plain",
        stdin="王小敏\n")
    assert "QH-0003" in told.stdout


def plan_of(office, name, **given):
    """How the store goes about a statement of the search, as a service asks."""
    text = (TOP / "services/cases/search/store.sql").read_text()
    sql = re.search(rf"-- name: {name}\n(.*?;)", text, re.DOTALL).group(1)
    for word, value in given.items():
        sql = re.sub(rf":{word}\b", value, sql)
    return "\n".join(row[0] for row in office.rows(
        "set enable_seqscan = off; explain " + sql.replace("%", "%%")))


def test_each_word_is_one_look_into_its_index(office):
    plan = plan_of(office, "household_found", after="null::uuid",
                   limit="50", **{way: r"'\\x00'::bytea" for way in (
                       "name_blind", "id_blind", "phone_blind",
                       "address_blind")})
    for index in ("name", "id_number", "phone", "address"):
        assert f"household_person_by_{index} " in plan, plan
    assert plan.count("Limit") >= 4 and "Seq Scan" not in plan, plan
    assert "household_pkey" in plan and "project_no" not in plan, plan


def test_a_page_of_those_to_be_indexed_is_found_in_an_index(office):
    plan = plan_of(office, "household_unfound", limit="500")
    assert "household_person_unfound" in plan and "Sort" not in plan, plan
