"""The public page in a real browser, over a real import."""

import datetime
import json
import pathlib
import re

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

import village
from machine import TOP, new_id, wait_until
from walk import walk

SHEETS = sorted((TOP / "deploy/sample/survey").glob("*.csv"))
STAGES = ["已建档", "已提供方案", "协议生效"]


def day(before):
    return str(datetime.date.today() - datetime.timedelta(days=before))


class Office:
    """What an office does, by its command line."""

    def __init__(self, house):
        self.house = house
        self.project = new_id()

    def run(self, *args, **more):
        done = self.house.redkite(*args, "--json", "--no-input", **more)
        return json.loads(done.stdout) if done.stdout.strip() else {}

    def open(self):
        self.run("project", "open", "红石崖旧村改造", "--id", self.project,
                 "--track", "agreed", "--district", "370214", "--published",
                 day(75))

    def add(self, *names):
        for position, name in enumerate(names, start=1):
            self.run("community", "add", name, "--code", f"A{chr(64 + position)}",
                     "--position", str(position), "--project", self.project)

    def take_home(self, number):
        """Some lines of a sheet are refused: the status says so."""
        self.house.redkite("import", "survey", str(SHEETS[number]),
                           "--project", self.project, check=False)

    def offer(self, code, wanted):
        assert village.bring(self.house, self.project,
                             village.pack(published=day(60))).ok
        there = self.run("household", "list", "--project", self.project,
                         "--community", code, "--limit", "50")["households"]
        walk(self.house, *[household["id"] for household in there])
        for household in there:
            if wanted == 0:
                return
            done = self.house.redkite("household", "offer-make",
                                      household["id"], "--json", "--no-input",
                                      check=False)
            if done.returncode:
                continue  # its survey lacks what the rules need
            self.run("household", "offer-release",
                     json.loads(done.stdout)["statement"], actor=new_id())
            wanted -= 1
        assert wanted == 0


@pytest.fixture
def office(house):
    return Office(house)


def open_page(browser, house):
    """Opened once; whatever changes later came by itself."""
    browser.get(house.address)
    browser.execute_script("window.sameVisit = true")


def text(browser):
    return browser.find_element(By.TAG_NAME, "main").text


def rows(browser):
    return browser.find_elements(By.CSS_SELECTOR, "tbody tr")


def waits_for(browser, words, seconds=20):
    wait_until(lambda: words in text(browser), seconds, words)


def complaints(browser):
    """All that the browser has to say against the page."""
    return [entry["message"] for entry in browser.get_log("browser")]


def as_phone(browser, width=360):
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
        "width": width, "height": 740, "deviceScaleFactor": 2,
        "mobile": True})


def is_wide(browser):
    return browser.execute_script(
        "return document.documentElement.scrollWidth > innerWidth")


def test_bars_grow_out_of_the_survey_without_a_reload(browser, office):
    open_page(browser, office.house)
    waits_for(browser, "还没有项目")

    office.open()
    waits_for(browser, "还没有登记的住户")
    office.add("青禾社区", "柳泉社区")
    office.take_home(0)
    waits_for(browser, "青禾社区")
    office.take_home(1)
    wait_until(lambda: len(rows(browser)) == 2, 20, "the second community")

    counted = office.house.store.rows(
        "select c.name, count(*) from cases.household h join cases.community c"
        " on c.id = h.community group by 1")
    assert len(counted) == 2
    for name, number in counted:
        assert number > 100
        waits_for(browser, f"{name}")
        wait_until(lambda n=name, k=number: any(
            r.text.startswith(n) and f"{k} 户" in r.text
            for r in rows(browser)), 20, f"{name} with {number}")

    office.offer("AA", 6)
    bar = rows(browser)[0].find_element(By.CSS_SELECTOR, ".bar")
    offered = bar.find_element(By.CSS_SELECTOR, ".s2")
    wait_until(lambda: offered.size["width"] > 0, 20, "the bar")
    share = 5 * 100 // dict(counted)["青禾社区"]
    assert f"已提供方案 5 户（{share}%）" in bar.get_attribute("aria-label")
    assert "width" in offered.get_attribute("style")
    wait_until(lambda: abs(offered.size["width"] / bar.size["width"]
                           - share / 100) < 0.01, 5, "the bar's full length")

    assert browser.execute_script("return window.sameVisit")
    assert "更新" in text(browser)
    assert complaints(browser) == []


@pytest.fixture
def full(browser, office):
    """The page with all eleven communities, as the sheets give them."""
    office.open()
    office.add(*(path.name[3:7] for path in SHEETS))
    for number in range(len(SHEETS)):
        office.take_home(number)
    open_page(browser, office.house)
    wait_until(lambda: len(rows(browser)) == 11, 30, "the communities")
    return browser


def test_the_page_fits_every_screen_and_every_reader(full):
    # From a small phone to a desk, also in large type, nothing is cut off.
    for width in (320, 360, 768, 1280):
        as_phone(full, width)
        assert not is_wide(full), width
        button = full.find_element(By.ID, "large")
        button.click()
        assert button.get_attribute("aria-pressed") == "true"
        assert not is_wide(full), f"{width}, large"
        button.click()
    as_phone(full)

    # What can be pressed is large enough for a thumb; text for old eyes.
    for node in full.find_elements(By.CSS_SELECTOR, "main a, button, summary"):
        if node.is_displayed():
            assert node.size["height"] >= 44, node.text
    small = full.execute_script(
        "return [...document.querySelectorAll('body *')].filter(n =>"
        " n.innerText && parseFloat(getComputedStyle(n).fontSize) < 16)"
        ".map(n => n.tagName)")
    assert small == []

    # Landmarks, names, a language; every bar says its numbers in words.
    assert full.find_element(By.TAG_NAME, "html").get_attribute(
        "lang") == "zh-CN"
    for landmark in ("header", "main", "footer", "h1"):
        assert len(full.find_elements(By.TAG_NAME, landmark)) == 1
    for bar in full.find_elements(By.CSS_SELECTOR, ".bar"):
        assert bar.get_attribute("role") == "img"
        for stage in STAGES:
            assert stage in bar.get_attribute("aria-label")
    ids = full.execute_script(
        "return [...document.querySelectorAll('[id]')].map(n => n.id)")
    assert len(ids) == len(set(ids))

    # No dead link, and none to outside.
    for link in full.find_elements(By.CSS_SELECTOR, "a[href]"):
        href = link.get_dom_attribute("href")
        assert href != "#" and href[0] in "/#"
        if href[0] == "#":
            assert full.find_element(By.ID, href[1:])
    assert complaints(full) == []


def test_how_a_figure_is_made_is_told_by_keyboard(full, house):
    board = json.loads(house.get("/api/v1/progress")[2])
    summary = full.find_element(By.TAG_NAME, "summary")
    assert summary.text.startswith("这个数怎么算的")
    for _ in range(10):
        full.switch_to.active_element.send_keys(Keys.TAB)
        if full.switch_to.active_element == summary:
            break
    full.switch_to.active_element.send_keys(Keys.ENTER)
    for part in ("numerator", "denominator", "formula", "privacy"):
        waits_for(full, board["definition"][part])
    assert house.get(full.find_element(By.ID, "sheet").get_dom_attribute(
        "href"))[0] == 200


def test_a_lost_connection_is_said_and_found_again(full, house):
    assert "重新连接" not in text(full)
    house.stop("reporting")
    waits_for(full, "连接断开了，正在重新连接")
    assert len(rows(full)) == 11  # what was there stays
    house.start("reporting")
    wait_until(lambda: "重新连接" not in text(full), 40, "the connection")
    assert full.execute_script("return window.sameVisit")


def test_what_the_project_rests_on_is_shown_before_anybody_is_surveyed(
        browser, office):
    office.open()
    open_page(browser, office.house)
    waits_for(browser, "还没有登记的住户")
    assert "依据的文件" not in text(browser)
    office.house.must("cases", "project.document", {
        "project": office.project, "kind": "plan",
        "number": "青方案〔2026〕3号", "day": "2026-03-02"}, roles="dept")
    waits_for(browser, "青方案〔2026〕3号 2026 年 3 月 2 日")
    assert "补偿（安置）方案" in text(browser)
    assert browser.execute_script("return window.sameVisit")
    assert complaints(browser) == []


def test_names_are_text_whatever_they_say(browser, office):
    office.open()
    office.add("<img src=x onerror=document.title=1>")
    office.house.must("cases", "community.list", {"project": office.project})
    open_page(browser, office.house)
    waits_for(browser, "还没有登记的住户")
    assert browser.find_elements(By.CSS_SELECTOR, "img[src=x]") == []
    assert "红风筝" in browser.title


def test_each_kind_of_document_has_a_name_for_people():
    rules = (TOP / "services/cases/project/rules.c").read_text()
    kinds = re.findall(r'"(\w+)"', rules.split("project_kinds[] = {")[1]
                       .split("}")[0])
    script = (TOP / "services/reporting/web/progress.js").read_text()
    assert len(kinds) > 5
    assert [k for k in kinds if f"{k}: \"" not in script] == []


def test_files_of_the_page_hold_no_inline_code():
    for path in pathlib.Path(TOP / "services/reporting/web").glob("*.html"):
        page = path.read_text()
        for word in ("style=", "onclick", "onload", "<style", "javascript:",
                     "http://", "https://"):
            assert word not in page, f"{path.name}: {word}"
    script = (TOP / "services/reporting/web/progress.js").read_text()
    for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "eval(",
                 "document.write"):
        assert word not in script
