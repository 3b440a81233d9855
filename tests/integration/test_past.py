"""Every read can be as of a moment that has passed (design.md, history)."""

import datetime

import pytest

from house import House, Store
from test_cases_commands import at
from test_errand import Desk

# What reads without "as_of", and why.
NOW_ALONE = {
    "attachment.get": "what was attached stands as it is",
    "case.tasks": "what is to be done now",
    "errand.catalogue": "the catalogue of this version of the program",
    "grievance.shield": "what may be done now",
    "household.search": "names are not kept beyond their correction",
    "pack.diff": "two texts that stand as they are",
    "recount.results": "what one run gave stands as it is",
    "statement.compare": "two statements that stand as they are",
    "statement.file": "a statement stands as it is",
    "statement.options": "reckons by the facts of now",
    "statement.what_if": "reckons by the facts of now",
    "survey.alike": "a list for checking the register of now",
    "survey.duplicates": "a list for checking the register of now",
}


@pytest.fixture(scope="module")
def house(postgres, tmp_path_factory):
    store = Store(postgres, "past")
    house = House(store, tmp_path_factory.mktemp("house"), "past")
    house.set_time(at("2026-11-02T10:00:00"))
    house.start("cases")
    yield house
    house.close()
    store.drop()


@pytest.fixture
def desk(house):
    return Desk(house)


class Album:
    """Looks at one thing after each move, and again later, as of then."""

    def __init__(self, house, looks):
        self.house, self.looks, self.taken = house, looks, []

    def look(self, **more):
        """What each look says, without the moves that are open now."""
        said = {}
        for name, (command, body, who) in self.looks.items():
            answer = self.house.ask("cases", command, {**body, **more}, **who)
            said[name] = {k: v for k, v in answer.body.items()
                          if k not in ("moves", "may")} if answer.ok else None
        return said

    def take(self):
        self.taken.append((self.house.now, self.look()))
        self.house.set_time(datetime.timedelta(minutes=10))

    def compare(self, but=()):
        """Each picture is what a look as of its moment says today."""
        self.house.set_time(datetime.timedelta(minutes=10))
        assert any(said != self.taken[0][1] for _, said in self.taken)
        for number, (moment, said) in enumerate(self.taken):
            for name, then in self.look(as_of=moment.isoformat()).items():
                if name not in but:
                    assert then == said[name], (number, name)


def reads(house):
    told = house.must("cases", "service.describe", {})
    return {c["name"]: {m["name"] for m in c["body"]}
            for c in told["commands"] if c["reads"] and not c["everywhere"]}


def test_every_read_takes_as_of_or_says_why_not(house):
    without = {name for name, members in reads(house).items()
               if "as_of" not in members}
    assert without == set(NOW_ALONE)


def test_nothing_is_told_of_what_is_to_come(desk):
    body = {"project": desk.project,
            "as_of": (desk.house.now + datetime.timedelta(days=1)).isoformat()}
    refused = desk.refused("errand.list", body)
    assert (refused.status, refused.body["field"]) == ("bad_request", "as_of")
    assert desk.refused("case.assign", {
        "id": desk.project, "holder": desk.project,
        "as_of": desk.house.now.isoformat()}).body["field"] == "as_of"


def test_an_errand_is_shown_as_it_stood(desk):
    household = desk.home()
    before = desk.house.now
    desk.house.set_time(datetime.timedelta(minutes=1))
    errand = desk.request(household)
    office = {"roles": "t6_service", "actor": desk.project}
    album = Album(desk.house, {
        "show": ("errand.show", {"id": errand}, {**office, "purpose": "核对"}),
        "list": ("errand.list", {"project": desk.project}, office),
        "asked": ("errand.list", {"project": desk.project,
                                  "state": "accepted"}, office),
        "due": ("deadline.list", {"subject": errand}, office),
    })
    album.take()
    for command, body in (
            ("errand.accept", {}),
            ("errand.authorise", {"until": "2027-06-30", "may_submit": True,
                                  "may_hold_papers": True,
                                  "may_handle_money": True}),
            ("errand.progress", {}),
            ("errand.original_take", {"what": "户口簿"}),
            ("errand.submit", {"second": desk.community}),
            ("errand.result", {"outcome": "granted", "answer": "已办好"}),
            ("case.assign", {"holder": desk.project})):
        desk.done(command, {"id": errand, **body})
        album.take()
    paper = album.taken[-1][1]["show"]["originals"][0]["id"]
    desk.done("errand.original_return", {"id": errand, "original": paper})
    album.take()
    desk.done("errand.deliver", {"id": errand})
    album.take()
    desk.done("errand.rate", {"id": errand, "rating": 5, "channel": "online"},
              "resident", household)
    album.take()
    album.compare()
    gone = desk.refused("errand.show", {
        "id": errand, "as_of": before.isoformat()}, purpose="核对")
    assert gone.status == "not_found" and "as of" in gone.body["why"]
