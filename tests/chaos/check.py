#!/usr/bin/python3
"""check: what was asked and answered, against what the tables say.

    check.py CONNINFO LOG [naive]

Reads the client's log (see load.c) and the tables, nothing else, and prints
each deviation: a name, how many, and up to three of them.  Ends with 1 when
there is one.  "naive" also holds the reader of `id > last` (readers.py) to what
is asked of the followers.
"""

import collections
import sys

import psycopg2

# What each command that was answered must have left behind.
EFFECTS = {
    "project.open": "project.opened",
    "survey.import": "household.registered",
    "agreement.sign": "household.signed",
    "agreement.withdraw": "household.withdrew",
    "household.offer_make": None,
}

# Every event of these topics has exactly one row with each of its readers.
# (reader, topics, the events that it has rows for)
READERS = [
    ("reporting, projects", ("project.opened",),
     "select said.subject, said.seq from said join reporting.project r"
     " on r.id = said.subject and r.seq = said.seq"),
    ("reporting, households' last move",
     ("household.registered", "household.signed", "household.withdrew",
      "household.effective"),
     "select said.subject, said.seq from said join reporting.household r"
     " on r.id = said.subject and r.seq >= said.seq"),
    ("scheduling, households", ("household.registered",),
     "select said.subject, said.seq from said join scheduling.household h"
     " on h.id = said.subject"),
    ("notifications, messages",
     ("household.signed", "household.withdrew", "household.effective"),
     "select said.subject, said.seq from said join notifications.message m"
     " on m.event = said.event and m.person = said.subject"),
]
NAIVE = ("the reader of id > last", None,
         "select said.subject, said.seq from said join chaos.naive n on n.id = said.id")

# Counts that must be nothing: (what, the query for what is wrong).
NOTHING = [
    ("an event waits for its position for ever",
     "select source, id from bus.pending"),
    ("an event has no position",
     "select o.source, o.id from bus.outbox o left join bus.position p"
     " on p.id = o.id where p.id is null"),
    ("positions have holes",
     "select source, max(seq) - count(*) from bus.position group by source"
     " having min(seq) <> 1 or max(seq) <> count(*)"),
    ("a position is of no event",
     "select p.source, p.seq from bus.position p left join bus.outbox o"
     " on o.id = p.id where o.id is null"),
    ("an event stands twice",
     "select event, count(*) from bus.outbox group by event"
     " having count(*) > 1"),
    ("a call has told twice",
     "select call, topic, count(*) from bus.outbox where source = 'cases'"
     " group by call, topic having count(*) > 1"),
    ("later events of a subject come first",
     "select subject, seq from (select o.subject, p.seq, o.id, lag(o.id)"
     " over (partition by o.source, o.subject order by p.seq) as before"
     " from bus.outbox o join bus.position p on p.id = o.id) as s"
     " where before > id"),
    ("a reader is behind", """
     select c.reader, c.source, c.seq from bus.cursor c
     where c.seq <> (select coalesce(max(p.seq), 0) from bus.position p
                     where p.source = c.source)"""),
    ("an event was set aside",
     "select reader, source, seq, cause from bus.parked"),
    ("a household is shown in another state than it has",
     "select h.id, h.state, r.state from cases.household h"
     " join reporting.household r using (id) where r.state <> case"
     " when h.state in ('considering', 'negotiating') then 'offered'"
     " else h.state end"),
    ("a deadline stands for nothing, or is missing",
     "select a.id, l.subject from (select id from cases.agreement where"
     " withdrawn_at is null and effective_at is null) a full join"
     " (select subject from bus.alarm where topic = 'agreement.cooled') l"
     " on l.subject = a.id where a.id is null or l.subject is null"),
    ("a deadline has been refused",
     "select id, topic, attempts, cause from bus.alarm where attempts > 0"),
    ("a household's timeline leaps",
     "select household, seq from (select household, seq, from_state,"
     " lag(to_state) over (partition by household order by seq) as before"
     " from cases.timeline) t where before is not null"
     " and from_state is distinct from before"),
]


class Log:
    """The client's own account of it."""

    def __init__(self, path):
        self.calls = {}                              # call: (work, command)
        self.works = collections.defaultdict(list)   # work: its calls
        self.answers = {}                            # call: ack, no ..., gone
        self.subjects = collections.defaultdict(list)  # subject: acked calls
        subject_of = {}
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                word, work, call, *more = line.split()
                if word == "ask":
                    self.calls[call] = (work, more[0])
                    self.works[work].append(call)
                    subject_of[call] = more[1]
                    continue
                self.answers[call] = " ".join([word, *more])
                if word == "ack":
                    self.subjects[subject_of[call]].append(call)
        self.acked = {c for c, a in self.answers.items() if a == "ack"}


class Checker:
    def __init__(self, conninfo, log, naive=False):
        self.connection = psycopg2.connect(conninfo)
        self.log = Log(log)
        self.readers = READERS + ([NAIVE] if naive else [])
        self.found = []
        self.figures = {}

    def rows(self, sql, given=None):
        with self.connection.cursor() as cursor:
            cursor.execute(sql, given)
            return cursor.fetchall()

    def expect_none(self, what, wrong):
        wrong = list(wrong)
        if wrong:
            self.found.append((what, len(wrong), wrong[:3]))

    def check_answers(self):
        """Everything asked is answered, took effect once, and is on record."""
        log = self.log
        handled = {str(row[0]) for row in self.rows(
            "select call from bus.handled where service = 'cases'")}
        self.expect_none("a work was never answered with ok", [
            (work, [log.answers.get(c, "silence") for c in calls])
            for work, calls in log.works.items()
            if not any(c in log.acked for c in calls)])
        self.expect_none("an answered command is not on record",
                         log.acked - handled)
        self.expect_none("a command took effect and nobody was told", [
            c for c in log.calls if c in handled and c not in log.acked])
        self.expect_none("a work was done twice", [
            (work, len(calls)) for work, calls in log.works.items()
            if sum(c in handled for c in calls) > 1])
        self.figures["asked"] = len(log.works)
        self.figures["acknowledged"] = len(log.acked)
        self.figures["rows"] = len(handled & log.calls.keys())

    def check_events(self):
        """One event for each command that makes one, and the right one."""
        said = {}
        for call, topic in self.rows(
                "select call, topic from bus.outbox where source = 'cases'"):
            said.setdefault(str(call), []).append(topic)
        self.expect_none("an answered command has not its one event", [
            (c, command, said.get(c)) for c, (_, command)
            in self.log.calls.items() if c in self.log.acked
            and said.get(c, []) != [t for t in [EFFECTS[command]] if t]])
        made = self.rows("select count(*) from cases.statement where id not in"
                         " (select statement from cases.offer)")[0][0]
        acked = sum(self.log.calls[c][1] == "household.offer_make"
                    for c in self.log.acked)
        self.expect_none("statements made and acknowledged",
                         [] if made == acked else [(made, acked)])
        self.figures["events"] = self.rows(
            "select count(*) from bus.outbox where source = 'cases'")[0][0]
        self.figures["positions"] = self.rows(
            "select count(*) from bus.position where source = 'cases'")[0][0]

    def check_order(self):
        """Each subject's events stand in the order of the answers."""
        told = collections.defaultdict(list)
        for subject, call in self.rows(
                "select o.subject, o.call from bus.outbox o"
                " join bus.position p on p.id = o.id"
                " where o.source = 'cases' order by p.seq"):
            if str(call) in self.log.calls:
                told[str(subject)].append(str(call))
        self.expect_none("a subject's events are not in the order of answers", [
            subject for subject, calls in self.log.subjects.items()
            if subject in told and told[subject] != calls
            and EFFECTS[self.log.calls[calls[0]][1]]])

    def check_readers(self):
        for name, topics, effects in self.readers:
            said = ("with said as (select o.id, o.event, o.subject, p.seq"
                    " from bus.outbox o join bus.position p on p.id = o.id"
                    " where o.source = 'cases' and (%(topics)s::text[] is null"
                    " or o.topic = any (%(topics)s)))")
            given = {"topics": list(topics) if topics else None}
            wanted = self.rows(said + " select subject, seq from said", given)
            have = collections.Counter(self.rows(f"{said} {effects}", given))
            self.expect_none(f"lost by {name}",
                             [w for w in wanted if w not in have])
            self.expect_none(f"doubled by {name}",
                             [w for w, n in have.items() if n > 1])
            self.figures[f"effects ({name})"] = len(have)
        strays = self.rows("""
            select m.id from notifications.message m left join bus.outbox o
                on o.event = m.event where o.event is null
            union all select r.id from reporting.project r
                left join cases.project c on c.id = r.id where c.id is null""")
        self.expect_none("an effect is of no event", strays)

    def check(self):
        self.check_answers()
        self.check_events()
        self.check_order()
        self.check_readers()
        for what, sql in NOTHING:
            self.expect_none(what, self.rows(sql))
        self.connection.close()
        return self.found


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    checker = Checker(sys.argv[1], sys.argv[2], "naive" in sys.argv[3:])
    found = checker.check()
    print(", ".join(f"{name} {n}" for name, n in checker.figures.items()))
    for what, count, some in found:
        print(f"DEVIATION {what}: {count}, as {some}")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
