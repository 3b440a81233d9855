-- name: meeting_add
insert into cases.meeting (id, project, starts_at, chair, departments,
    called_by, called_at)
values (:id, :project, :starts_at, :chair,
    string_to_array(:departments, ','), :called_by, :called_at);

-- name: meeting_locked
select m.id, m.project, m.starts_at, m.chair,
    array_to_string(m.departments, ',') as departments, m.state, m.called_by,
    m.called_at, m.ended_at
from cases.meeting m
where m.id = :meeting
for update;

-- name: meeting_put
update cases.meeting
set departments = string_to_array(:departments, ','), state = :state,
    ended_at = :ended_at
where id = :id;

-- name: meeting_item_add
insert into cases.meeting_item (meeting, problem, invited_at)
values (:meeting, :problem, :invited_at);

-- name: meeting_item
select i.meeting, i.problem, i.invited_at, i.view, i.view_from,
    i.view_channel, i.view_text, i.view_at, i.view_by
from cases.meeting_item i
where i.meeting = :meeting and i.problem = :problem;

-- name: meeting_item_view
update cases.meeting_item
set view = :view, view_from = :view_from, view_channel = :view_channel,
    view_text = :view_text, view_at = :view_at, view_by = :view_by
where meeting = :meeting and problem = :problem;

-- What was postponed meanwhile is on another agenda.
-- name: meeting_items_open
select i.meeting, i.problem, i.invited_at, i.view, i.view_from,
    i.view_channel, i.view_text, i.view_at, i.view_by
from cases.meeting_item i
join cases.matter m on m.id = i.problem
where i.meeting = :meeting and m.state = 'agenda_set'
  and not exists (
      select from cases.meeting_item later
      where later.problem = i.problem and later.invited_at > i.invited_at)
order by i.problem;

-- What scheduling knows of the member (R-LEO).
-- name: meeting_of_force
select exists (select from scheduling.public_of_force f
               where f.member = :member) as of_force;

-- name: meeting_attendee_add
insert into cases.meeting_attendee (meeting, member, part, department, flags,
    said_by, said_at)
values (:meeting, :member, :part, :department, :flags, :said_by, :said_at);

-- name: meeting_opinion_add
insert into cases.meeting_opinion (meeting, department, opinion, taken_by,
    taken_at)
values (:meeting, :department, :opinion, :taken_by, :taken_at);

-- name: meeting_came
select
    exists (select from cases.meeting_attendee a
            where a.meeting = :meeting and a.part = 'chair') as chair,
    exists (select from cases.meeting_attendee a
            where a.meeting = :meeting and a.part = 'quality') as quality,
    coalesce((select string_agg(distinct a.department, ',')
              from cases.meeting_attendee a
              where a.meeting = :meeting), '') as here,
    coalesce((select string_agg(o.department, ',')
              from cases.meeting_opinion o
              where o.meeting = :meeting), '') as wrote;

-- name: meeting_alike
select o.id
from cases.matter m
join cases.matter o on o.flow = 'problem' and o.project = m.project
    and o.kind = m.kind and o.id <> m.id
where m.id = :id and m.kind <> 'other'
  and o.state not in ('closed', 'referred');

-- name: minutes_add
insert into cases.minutes (id, meeting, problem, facts, law, options, decision,
    dissent, outcome, written_by, written_at)
values (:id, :meeting, :problem, :facts, :law, :options, :decision, :dissent,
    :outcome, :written_by, :written_at);

-- name: minutes_case_add
insert into cases.minutes_case (minutes, problem)
values (:minutes, :problem);

-- name: meeting_action_add
insert into cases.meeting_action (id, minutes, problem, written_at, position,
    what, owner, due_on)
values (:id, :minutes, :problem, :written_at, :position, :what, :owner,
    :due_on);

-- name: meeting_action
select a.id, a.minutes, a.problem, a.written_at, a.position, a.what, a.owner,
    a.due_on, a.done_at, a.verified_at, a.verified_by
from cases.meeting_action a
where a.id = :action
for update;

-- name: meeting_action_put
update cases.meeting_action
set done_at = :done_at, verified_at = :verified_at, verified_by = :verified_by
where id = :id;

-- name: meeting_seen
select m.id, m.project, m.starts_at, m.chair,
    array_to_string(m.departments, ',') as departments, m.state, m.ended_at
from cases.meeting m
where m.id = :meeting;
-- then: meeting_seen

-- name: meeting_items
select i.problem, m.no, m.state, i.invited_at, i.view, i.view_from,
    i.view_text as view_sealed
from cases.meeting_item i
join cases.matter m on m.id = i.problem
where i.meeting = :meeting
order by i.problem
limit 200;
-- then: meeting_items

-- name: meeting_attendees
select a.member, a.part, a.department
from cases.meeting_attendee a
where a.meeting = :meeting
order by a.member
limit 200;
-- then: meeting_attendees

-- name: meeting_opinions
select o.department, o.opinion as opinion_sealed
from cases.meeting_opinion o
where o.meeting = :meeting
order by o.department;
-- then: meeting_opinions

-- name: meeting_minutes
select n.id, n.problem, n.outcome, n.written_at,
    array (select c.problem from cases.minutes_case c
           where c.minutes = n.id order by c.problem) as same_cases,
    n.facts as facts_sealed, n.law as law_sealed, n.options as options_sealed,
    n.decision as decision_sealed, n.dissent as dissent_sealed
from cases.minutes n
where n.meeting = :meeting
order by n.problem
limit 200;
-- then: meeting_minutes

-- name: meeting_actions
select a.id, a.problem, a.position, a.owner, a.due_on, a.done_at,
    a.verified_at, a.what as what_sealed
from cases.meeting_action a
join cases.minutes n on n.id = a.minutes
where n.meeting = :meeting
order by a.problem, a.position
limit 200;
-- then: meeting_actions
