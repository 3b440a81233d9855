-- name: project_add
insert into cases.project (id, name, track, district_code, plan_published_on,
    opened_at)
values (:id, :name, :track, :district_code, :plan_published_on, :opened_at);

-- name: project_all
select id, name, track, district_code, plan_published_on, opened_at
from cases.project
order by opened_at, id;
-- then: project_all

-- name: project_track
select track from cases.project where id = :project;

-- name: document_add
insert into cases.project_document (id, project, track, kind, number, day,
    recorded_by, recorded_at)
values (:id, :project, :track, :kind, :number, :day, :recorded_by,
    :recorded_at);

-- name: document_all
select d.kind, d.number, d.day, d.recorded_at,
    row_number() over (partition by d.kind
                       order by d.recorded_at desc, d.id desc) = 1 as counts
from cases.project_document d
where d.project = :project
order by d.kind, d.recorded_at, d.id;
-- then: document_all

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
