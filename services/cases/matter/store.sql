-- name: matter_add
insert into cases.matter (id, flow, no, project, community, household, kind,
    state, state_since, opened_at, opened_by)
values (:id, :flow,
    :prefix || '-' || lpad(nextval('cases.matter_number')::text, 6, '0'),
    :project, :community, :household, :kind, :state, :state_since, :opened_at,
    :opened_by)
returning no;

-- name: matter_locked
select m.id, m.flow, m.no, m.project, m.community, m.household, m.kind,
    m.state, m.state_since, m.opened_at, m.opened_by, m.holder
from cases.matter m
where m.id = :id and (:flow::text is null or m.flow = :flow)
for update;

-- name: matter_seen
select m.id, m.flow, m.no, m.project, m.community, m.household, m.kind,
    m.state, m.state_since, m.opened_at, m.opened_by, m.holder
from cases.matter m
where m.id = :id and (:flow::text is null or m.flow = :flow);
-- then: matter_seen

-- name: matter_state
update cases.matter
set state = :to_state, state_since = :at
where id = :matter;

-- name: matter_holder
update cases.matter
set holder = :holder
where id = :id;

-- name: matter_entry_add
insert into cases.matter_entry (matter, at, event, from_state, to_state, actor,
    call, reason)
values (:matter, :at, :event, :from_state, :to_state, :actor, :call, :reason);

-- name: matter_history
select e.at, e.event, e.from_state, e.to_state, e.actor, e.reason
from cases.matter_entry e
where e.matter = :id
order by e.seq
limit 200;
-- then: matter_history

-- A household's own case, as if it were one of the others.
-- name: household_as_case
select h.id, h.no
from cases.household h
where h.id = :id;

-- name: household_history
select t.at, t.event, coalesce(t.from_state, 'none') as from_state, t.to_state,
    t.actor, t.reason
from cases.timeline t
where t.household = :id
order by t.seq
limit 200;
-- then: household_history

-- name: matter_of_holder
select m.id, m.flow, m.no, m.project, m.community, m.household, m.kind,
    m.state, m.state_since, m.opened_at, m.opened_by, m.holder
from cases.matter m
where m.holder = :from and m.id > coalesce(:after::uuid,
    '00000000-0000-0000-0000-000000000000')
order by m.id
limit 50
for update;

-- Periods of cases, the next to end first: what is due, and for whom.
-- name: matter_tasks
select c.subject as id, m.no, c.flow, m.state, m.household, m.community,
    m.holder, c.name as clock, c.due_at, c.paused_at,
    c.due_at <= :now::timestamptz as late
from cases.clock c
join cases.matter m on m.id = c.subject
where c.stopped_at is null
  and c.flow = any (string_to_array(:flows, ','))
  and (:holder::uuid is null or m.holder = :holder)
  and (:household::uuid is null or m.household = :household)
  and (not :late or c.due_at <= :now::timestamptz)
order by m.household nulls last, c.due_at, c.id
limit :limit;

-- What somebody has, for whoever is to take it over.
-- name: matter_held
select m.id, m.no, m.flow, m.kind, m.state, h.no as household_no, m.opened_at,
    c.name as clock, c.due_at
from cases.matter m
left join cases.household h on h.id = m.household
left join lateral (
    select x.name, x.due_at from cases.clock x
    where x.subject = m.id and x.stopped_at is null
    order by x.due_at limit 1) c on true
where m.holder = :holder and m.flow = any (string_to_array(:flows, ','))
  and m.id > coalesce(:after::uuid, '00000000-0000-0000-0000-000000000000')
order by m.id
limit 50;
-- then: matter_held

-- What meetings decided that somebody does, and nobody else has verified yet.
-- name: matter_held_actions
select a.id, a.problem, m.no, a.position, a.due_on, a.done_at
from cases.meeting_action a
join cases.matter m on m.id = a.problem
where a.owner = :holder and a.verified_at is null
  and m.flow = any (string_to_array(:flows, ','))
order by a.due_on, a.id
limit 200;
-- then: matter_held_actions
