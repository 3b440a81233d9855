-- name: problem_record
select p.id, p.text, array_to_string(p.departments, ',') as departments,
    p.team, p.team_since, p.must, p.outcome, p.answer, p.minutes, p.channel,
    p.asked_at, p.answered_at, p.feedback, p.feedback_by, p.feedback_channel,
    p.feedback_at, p.ended_at, p.reopened,
    (select count(distinct o.household) from cases.matter o
     where o.flow = 'problem' and o.project = m.project and o.kind = m.kind
       and o.state not in ('closed', 'referred')) as alike,
    (select count(*) from cases.meeting_action a
     where a.minutes = p.minutes and a.verified_at is null) as actions_left
from cases.problem p
join cases.matter m on m.id = p.id
where p.id = :id;
-- then: problem_record

-- name: problem_add
insert into cases.problem (id, text, departments)
values (:id, :text, string_to_array(:departments, ','));

-- name: problem_put
update cases.problem
set departments = string_to_array(:departments, ','), team = :team,
    team_since = :team_since, must = :must, outcome = :outcome,
    answer = :answer, minutes = :minutes, channel = :channel,
    asked_at = :asked_at, answered_at = :answered_at, feedback = :feedback,
    feedback_by = :feedback_by, feedback_channel = :feedback_channel,
    feedback_at = :feedback_at, ended_at = :ended_at, reopened = :reopened
where id = :id;

-- Who has a part in it: owns an action of its minutes, or is asked about it.
-- name: problem_part
select :id::uuid as id, :actor::uuid as actor,
    exists (select from cases.meeting_action a
            where a.problem = :id and a.owner = :actor) as has;

-- name: problem_household
select h.id as household, h.project, h.community
from cases.household h
where h.id = :household;

-- name: problem_waiting_alike
select o.id
from cases.matter m
join cases.matter o on o.flow = 'problem' and o.project = m.project
    and o.kind = m.kind and o.id <> m.id
where m.id = :id and m.kind <> 'other'
  and o.state in ('raised', 'triaged', 'in_team', 'reopened')
order by o.id
limit 200;

-- The same-case list: what is open of the same kind in the project.
-- name: problem_alike
select o.id, o.no, o.state, o.household, o.community
from cases.matter m
join cases.matter o on o.flow = 'problem' and o.project = m.project
    and o.kind = m.kind and o.id <> m.id
where m.id = :id and m.kind <> 'other'
  and o.state not in ('closed', 'referred')
order by o.id
limit 500;
-- then: problem_alike

-- name: problem_page
select m.id, m.no, m.kind, m.state, m.state_since as since, m.community,
    m.household, m.holder, p.team, p.must,
    array_to_string(p.departments, ',') as departments
from cases.matter m
join cases.problem p on p.id = m.id
where m.flow = 'problem' and m.project = :project
  and m.id > coalesce(:after::uuid, '00000000-0000-0000-0000-000000000000')
  and (:kind::text is null or m.kind = :kind)
  and (:state::text is null or m.state = :state)
order by m.id
limit :limit;
-- then: problem_page

-- What everybody may know: a community only where five households of it have
-- a problem of this kind, and days in place of times.
-- name: problem_public
select m.no, m.kind, cases.day_of(m.opened_at) as raised_on,
    cases.day_of(p.answered_at) as answered_on,
    cases.day_of(p.ended_at) as ended_on, p.outcome, p.channel,
    (select c.name from cases.community c
     where c.id = m.community
       and (select count(distinct o.household) from cases.matter o
            where o.flow = 'problem' and o.project = m.project
              and o.kind = m.kind and o.community = m.community) >= 5)
    as community_name
from cases.matter m
join cases.problem p on p.id = m.id
where m.flow = 'problem' and m.project = :project
  and m.no > coalesce(:after::text, '')
order by m.no
limit :limit;
-- then: problem_public

-- Of itself, and of like cases that hold for it, too.
-- name: problem_decisions
select n.id, n.meeting, n.problem, n.written_at, n.outcome, n.decision
from cases.minutes n
where n.problem = :id
   or n.id in (select c.minutes from cases.minutes_case c
               where c.problem = :id)
order by n.id
limit 50;
-- then: problem_decisions
