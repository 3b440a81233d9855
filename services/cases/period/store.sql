-- name: period_names
select c.name
from cases.clock c
where c.subject = :household and c.stopped_at is null
order by c.id;

-- name: period_tolled
select cases.is_tolled(:household) as tolled;
