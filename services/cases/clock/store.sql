-- name: clock_add
insert into cases.clock (id, flow, subject, name, count, unit, source,
    started_at, due_at, provisional)
values (:id, :flow, :subject, :name, :count, :unit, :source, :started_at,
    :due_at, :provisional);

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

-- name: clock_locked
select c.id, c.flow, c.subject, c.name, c.count, c.unit, c.source,
    c.started_at, c.due_at, c.provisional, c.paused_at, c.pause_reason,
    c.paused_us, c.step
from cases.clock c
where c.id = :id and c.stopped_at is null
for update;

-- name: clock_put
update cases.clock
set due_at = :due_at, provisional = :provisional, paused_at = :paused_at,
    pause_reason = :pause_reason, paused_us = :paused_us, step = :step,
    stopped_at = :stopped_at
where id = :id;

-- name: clock_list
select c.id, c.flow, c.subject, c.name, c.count, c.unit, c.source,
    c.started_at, c.due_at, c.provisional, c.paused_at, c.pause_reason,
    c.paused_us, c.step
from cases.clock c
where c.subject = :subject and c.stopped_at is null
order by c.due_at, c.id
limit 100;

-- name: clock_provisionals
select c.id, c.flow, c.subject, c.name, c.count, c.unit, c.source,
    c.started_at, c.due_at, c.provisional, c.paused_at, c.pause_reason,
    c.paused_us, c.step
from cases.clock c
where c.provisional and c.stopped_at is null
  and c.id > coalesce(:after::uuid, '00000000-0000-0000-0000-000000000000')
order by c.id
limit :limit
for update;
