-- name: condition_add
insert into cases.project_condition (project, percent, until, document, set_by,
    set_at)
values (:project, :percent, :until, :document, :set_by, :set_at);

-- name: condition_show
select c.project, c.percent, c.until, c.document, c.decided_at, c.met,
    coalesce(c.signed, n.signed, 0) as signed_count,
    coalesce(c.households, n.households, 0) as households
from cases.project_condition c
left join cases.condition_count n on n.project = c.project
where c.project = :project;
-- then: condition_show

-- Nobody signs or withdraws while it is counted.
-- name: condition_take
select c.project, c.percent, c.until, c.decided_at, c.met
from cases.project_condition c
where c.project = :project
for update;

-- name: condition_hold_still
select count(*) as held
from (select from cases.household h
      where h.project = :project and h.agreement is not null
      order by h.id
      for share) held;

-- name: condition_count
select n.signed as signed_count, n.households
from cases.condition_count n
where n.project = :project;

-- name: condition_decide
update cases.project_condition
set decided_at = :decided_at, signed = :signed_count, households = :households,
    met = :met
where project = :project;

-- Those whose cooling days have passed, five hundred at a time.
-- name: condition_waiting
select a.id as agreement
from cases.household h
join cases.agreement a on a.id = h.agreement
where h.project = :project and h.state = 'signed_cooling'
  and a.cooling_until <= :now
  and (:after::uuid is null or a.id > :after)
order by a.id
limit 500;
