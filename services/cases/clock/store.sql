-- name: clock_add
insert into cases.clock (id, flow, subject, name, count, unit, source,
    started_at, due_at, provisional, step)
values (:id, :flow, :subject, :name, :count, :unit, :source, :started_at,
    :due_at, :provisional, :step);

-- name: clock_entry_add
insert into cases.clock_entry (clock, at, event, due_at, step, actor, reason)
values (:clock, :at, :event, :due_at, :step, :actor, :reason);

-- One that runs, by its name or all of them.
-- name: clock_running
select c.id, c.flow, c.subject, c.name, c.count, c.unit, c.source,
    c.started_at, c.due_at, c.provisional, c.paused_at, c.pause_reason,
    c.paused_us, c.step
from cases.clock c
where c.subject = :subject and (:name::text is null or c.name = :name)
  and c.stopped_at is null
order by c.id
for update;

-- A notice that was out of sight hangs longer (R-PUB), so that its end is told
-- later.
-- name: clock_locked
select c.id, c.flow, c.subject, c.name, c.count, c.unit, c.source,
    c.started_at, greatest(c.due_at, e.until) as due_at, c.provisional,
    c.paused_at, c.pause_reason, c.paused_us, c.step
from cases.clock c
left join cases.household h on h.id = c.subject and c.name = 'T-POST'
left join lateral (
    select cases.published_until(h.project, cases.day_of(c.started_at), 5, true)
        as until
    where h.id is not null) e on true
where c.id = :id and c.stopped_at is null
for update of c;

-- name: clock_put
update cases.clock
set due_at = :due_at, provisional = :provisional, paused_at = :paused_at,
    pause_reason = :pause_reason, paused_us = :paused_us, step = :step,
    stopped_at = :stopped_at
where id = :id;

-- What runs, and for a household the days of reading and of cooling, which its
-- offer and its agreement carry themselves.
-- name: clock_list
select d.flow, d.name, d.source, d.count, d.unit, d.started_at, d.due_at,
    cases.day_of(d.due_at - interval '1 microsecond') as last_day,
    d.provisional, d.paused_at, d.pause_reason
from (
    select c.flow, c.name,
        case when e.until > c.due_at then c.source || '; domain.md 1.1 R-PUB'
            else c.source end as source, c.count::bigint as count, c.unit,
        c.started_at, greatest(c.due_at, e.until) as due_at, c.provisional,
        c.paused_at, c.pause_reason
    from cases.clock c
    left join cases.household h on h.id = c.subject
    left join lateral (
        select cases.published_until(h.project, cases.day_of(c.started_at), 5,
            true) as until
        where c.name = 'T-POST') e on true
    where c.subject = :subject and c.stopped_at is null
      and h.state is distinct from 'signed_cooling'
    union all
    select 'household', 'T-READ', 'domain.md 4.6 G-READ', 7, 'days',
        o.released_at, (cases.day_of(o.released_at) + 8 + time '08:30')
            at time zone 'Asia/Shanghai', false, null, null
    from cases.household h
    join cases.offer o on o.statement = h.offer
    where h.id = :subject and h.state in ('considering', 'negotiating')
    union all
    select 'household', 'T-COOL', 'domain.md 4.6 G-COOL', 7, 'days',
        a.signed_at, a.cooling_until, false, null, null
    from cases.household h
    join cases.agreement a on a.id = h.agreement
    where h.id = :subject and h.state = 'signed_cooling') d
order by d.due_at, d.name
limit 100;
-- then: clock_list

-- name: clock_provisionals
select c.id, c.flow, c.subject, c.name, c.count, c.unit, c.source,
    c.started_at, c.due_at, c.provisional, c.paused_at, c.pause_reason,
    c.paused_us, c.step
from cases.clock c
where (c.provisional or :all::boolean) and c.stopped_at is null
  and c.id > coalesce(:after::uuid, '00000000-0000-0000-0000-000000000000')
order by c.id
limit :limit
for update;
