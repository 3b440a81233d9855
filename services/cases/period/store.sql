-- name: period_names
select c.name
from cases.clock c
where c.subject = :household and c.stopped_at is null
order by c.id;

-- name: period_tolled
select g.tolled from cases.tolling g where g.household = :household;
