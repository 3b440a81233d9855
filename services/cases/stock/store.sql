-- What is known of a flat that a line of a list names.
-- name: flat_known
select f.id, f.building, f.unit, f.door, f.floor, f.area, f.rooms, f.facing,
    f.price, f.site,
    exists (select from cases.draw_flat d where d.flat = f.id and d.stands)
        as committed
from cases.flat f
where f.project = :project and f.building = :building and f.unit = :unit
  and f.floor = :floor and f.door = :door;

-- name: flat_put
insert into cases.flat (id, project, building, unit, floor, door, area, rooms,
    facing, price, site, imported_by, imported_at)
values (:id, :project, :building, :unit, :floor, :door, :area, :rooms, :facing,
    :price, :site, :imported_by, :imported_at)
on conflict (project, building, unit, floor, door) do update
set area = excluded.area, rooms = excluded.rooms, facing = excluded.facing,
    price = excluded.price, site = excluded.site,
    imported_by = excluded.imported_by, imported_at = excluded.imported_at;

-- name: stock_page
select f.id, f.building, f.unit, f.floor, f.door, f.area, f.rooms, f.facing,
    f.price, f.site,
    case when h.received_at is not null then 'handed'
        when c.id is not null then 'chosen'
        when d.flat is not null then 'drawn'
        else 'free' end as state,
    coalesce((select p.progress from cases.building_progress p
              where p.project = f.project and p.building = f.building
              order by p.day desc, p.recorded_at desc limit 1), 'planned')
        as progress
from cases.flat f
left join cases.draw_flat d on d.flat = f.id and d.stands
left join cases.choice c on c.flat = f.id and c.given_back_at is null
left join cases.handover h on h.choice = c.id
where f.project = :project
  and (:after::uuid is null or f.id > :after)
  and (:building::text is null or f.building = :building)
  and (not :free or c.id is null)
order by f.id
limit 100;
-- then: stock_page

-- name: building_known
select exists (select from cases.flat f
               where f.project = :project and f.building = :building) as known;

-- name: progress_add
insert into cases.building_progress (id, project, building, progress, day,
    document, recorded_by, recorded_at)
values (:id, :project, :building, :progress, :day, :document, :recorded_by,
    :recorded_at);
