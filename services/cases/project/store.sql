-- name: project_add
insert into cases.project (id, name, track, district_code, plan_published_on,
    opened_at)
values (:id, :name, :track, :district_code, :plan_published_on, :opened_at);

-- name: project_all
select id, name, track, district_code, plan_published_on, opened_at
from cases.project
order by opened_at, id;
-- then: project_all

-- name: community_add
insert into cases.community (id, project, code, name, position)
values (:id, :project, :code, :name, :position);

-- name: community_all
select c.id, c.code, c.name, c.position,
    (select count(*) from cases.household h
     where h.community = c.id) as households
from cases.community c
where c.project = :project
order by c.position, c.code;
-- then: community_all
