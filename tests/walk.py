"""A household's way from the register to the calculation, by its papers.

What a test of offers and agreements needs to have behind it: the papers are of
the weeks before, each is written down by the command that the office uses.
"""

import datetime

DISTRICT = datetime.timezone(datetime.timedelta(hours=8))
SERVED = {"served_mode": "in_person", "served_to": "户主本人"}

# Event, days ago, what else its paper says, who writes it down.  The report was
# served so lately that the clock does not make it final before the waiver does.
PAPERS = [
    ("notice", 62, SERVED, "t3_front"),
    ("survey_start", 61, {}, "t3_front"),
    ("survey_post", 60, {"document": "公示1号"}, "t5_quality"),
    ("confirm", 40, {}, "dept"),
    ("appraise", 39, {"document": "选定记录1号"}, "appraiser"),
    ("post_prelim", 38, {"document": "公示2号"}, "appraiser"),
    ("serve", 9, {"document": "评估1号", **SERVED}, "dept"),
    ("waive_review", 5, {"document": "声明1号"}, "t6_service"),
]


def day(house, ago):
    """A day of the services' time, so many before today."""
    today = house.now.astimezone(DISTRICT).date()
    return str(today - datetime.timedelta(days=ago))


def record(house, households, event, ago=0, roles="dept", **more):
    """One paper for one household or several; the answer, whatever it is."""
    many = [households] if isinstance(households, str) else list(households)
    return house.ask("cases", "household.record", {
        "households": many, "event": event, "day": day(house, ago), **more},
        roles=roles)


def walk(house, *households, until="waive_review"):
    """By all papers up to the one of that event: "explaining" at the end."""
    for event, ago, more, roles in PAPERS:
        answer = record(house, households, event, ago, roles, **more)
        assert answer.ok, f"{event}: {answer}"
        if event == until:
            break
