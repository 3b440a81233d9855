-- name: fact_ground
select h.project, h.registration, h.use, h.structure, h.registered_area,
    h.measured_area, h.facts_since
from cases.household h
where h.id = :household;
-- then: fact_ground

-- name: fact_add
insert into cases.fact (household, name, value, evidence, recorded_by,
    recorded_at)
select * from unnest(:household::uuid[], :name::text[], :value::text[],
    :evidence::text[], :recorded_by::uuid[], :recorded_at::timestamptz[]);

-- name: fact_now
select distinct on (f.name) f.household, f.name, f.value, f.evidence,
    f.recorded_by, f.recorded_at
from cases.fact f
where f.household = :household
order by f.name, f.position desc;
-- then: fact_now

-- name: fact_history
select f.household, f.name, f.value, f.evidence, f.recorded_by, f.recorded_at
from cases.fact f
where f.household = :household
order by f.position desc
limit 1000;
-- then: fact_history
