#!/bin/sh
# day-off — the announced days of the yearly files as rows of a migration.
# When a year is announced, its file gives the next migration of this folder.
#
# Usage: services/scheduling/schema/day-off.sh common/base/holidays/2027.json
set -eu
cat <<'SQL'
-- The State Council's announcements, from the files that the calendar is made
-- of (common/base/holidays): made by day-off.sh, for each newly announced year
-- one migration.  tests/unit/test_day_off.c holds the two together.

insert into scheduling.day_off (day, off, name) values
SQL
cat "$@" | tr -d '\r' | awk '
    function value(line) { sub(/^[^:]*:[ "]*/, "", line); sub(/[",]*$/, "", line); return line }
    /"name":/ { name = value($0) }
    /"date":/ { date = value($0) }
    /"isOffDay":/ { printf "(\047%s\047, %s, \047%s\047)\n", date, value($0), name }
' | sort -u | sed '$!s/$/,/; s/^/    /; $s/$/;/'
