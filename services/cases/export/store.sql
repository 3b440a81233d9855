-- Takes the day's row, and says how many households there would be on it.
-- name: export_meter_take
insert into cases.export_meter as m (actor, list, day)
values (:actor, :list, :day)
on conflict (actor, list, day) do update set households = m.households
returning cardinality(array(
    select unnest(m.households) union select unnest(:households::uuid[])))
    as shown;

-- name: export_meter_add
update cases.export_meter
set households = array(
    select unnest(households) union select unnest(:households::uuid[]))
where actor = :actor and list = :list and day = :day;

-- name: export_add
insert into cases.export (id, list, project, community, rows, purpose, asked_by,
    asked_at)
values (:id, :list, :project, :community, :rows, :purpose, :asked_by, :asked_at)
returning no;

-- name: export_take
select e.no, e.list, e.project, e.community, e.rows, e.asked_by, e.approved_at,
    e.until,
    cardinality(array(
        select unnest(e.households) union select unnest(:households::uuid[])))
        as shown,
    not exists (
        select from cases.household h
        where h.id = any(:households::uuid[])
          and (h.project <> e.project or h.community <> e.community)) as within
from cases.export e
where e.id = :id
for update;

-- name: export_approve
update cases.export
set approved_by = :actor, approved_at = :now, until = :until
where id = :id;

-- name: export_use
update cases.export
set used_at = :now, households = array(
    select unnest(households) union select unnest(:households::uuid[]))
where id = :id;

-- name: export_page
select e.id, e.no, e.list, e.project, e.community, e.rows, e.purpose,
    e.asked_by, e.asked_at, e.approved_by, e.approved_at, e.until,
    cardinality(e.households) as shown, e.used_at
from cases.export e
where e.project = :project and (:after::uuid is null or e.id < :after)
order by e.id desc
limit 100;
