-- name: outage_add
-- What was told before is not told again: an event may come twice.
insert into cases.outage (id, project, since, until, why, source, entered_by,
    entered_at)
values (:id, :project, :since, :until, :why, :source, :entered_by, :entered_at)
on conflict (id) do nothing;

-- name: outage_project
select p.id from cases.project p where p.id = :project;

-- For the periods of a project: what was lost after a moment, by its beginning.
-- name: outage_spans
select o.since, o.until
from cases.outage o
where o.until > :since::timestamptz
  and (o.project is null or o.project = :project)
order by o.since;

-- For what hangs on a board for a household: what somebody reported.
-- name: outage_board
select o.since, o.until
from cases.household h
join cases.outage o on o.project is null or o.project = h.project
where h.id = :household and o.source = 'reported'
  and o.until > :since::timestamptz
order by o.since;

-- name: outage_page
select o.id, o.project, o.since, o.until, o.why, o.source, o.entered_at
from cases.outage o
where (:project::uuid is null or o.project is null or o.project = :project)
  and (:before::uuid is null or o.id < :before)
order by o.id desc
limit 100;
