-- name: period_names
select c.name
from cases.clock c
where c.subject = :household and c.stopped_at is null
order by c.id;

-- name: period_tolled
select cases.is_tolled(:household) as tolled;

-- The clocks that run, and the days of reading and cooling, which an offer and
-- an agreement carry themselves.
-- name: period_due
select d.rule, d.source, d.count, d.unit, d.since,
    cases.day_of(d.until - interval '1 microsecond') as due, d.until,
    d.provisional, d.paused
from (
    select c.name as rule, c.source, c.count::bigint as count, c.unit,
        c.started_at as since, c.due_at as until, c.provisional,
        c.pause_reason as paused
    from cases.clock c
    join cases.household h on h.id = c.subject
    where c.subject = :household and c.stopped_at is null
      and h.state <> 'signed_cooling'
    union all
    select 'T-READ', 'domain.md 4.6 G-READ', 7, 'days', o.released_at,
        (cases.day_of(o.released_at) + 8 + time '08:30')
            at time zone 'Asia/Shanghai', false, null
    from cases.household h
    join cases.offer o on o.statement = h.offer
    where h.id = :household and h.state in ('considering', 'negotiating')
    union all
    select 'T-COOL', 'domain.md 4.6 G-COOL', 7, 'days', a.signed_at,
        a.cooling_until, false, null
    from cases.household h
    join cases.agreement a on a.id = h.agreement
    where h.id = :household and h.state = 'signed_cooling') d
order by d.until, d.rule;
