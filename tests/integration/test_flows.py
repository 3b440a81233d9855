"""Each kind of case: its table in C, and what the store lets pass."""

from machine import TOP

DOCUMENT = TOP / "docs/states.md"


def tables(house):
    return house.must("cases", "service.describe")["flows"]


def test_every_table_is_kept_by_the_store_and_named_in_chinese(house):
    told = set()
    for flow in tables(house):
        assert len(flow["states"]) == len(flow["labels"]), flow["name"]
        for move in flow["moves"]:
            for track in move["tracks"] or flow["tracks"] or ["*"]:
                told |= {(flow["name"], track, state, move["to"],
                          move["event"]) for state in move["from"]
                         if move.get("to", state) != state}
    kept = set(house.store.rows(
        "select flow, track, from_state, to_state, event"
        " from cases.transition"))
    assert kept == told


def test_the_diagrams_in_the_tree_are_what_the_tables_say(house):
    printed = house.redkite("docs", "states").stdout
    assert DOCUMENT.read_text() == printed, (
        "the tables have changed: redkite docs states > docs/states.md")
