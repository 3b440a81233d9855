-- name: pack_newest
select id, project, name, version, sha256, published_on, text, supersedes,
    imported_by, imported_at, approved_by, approved_at, released_by, released_at
from cases.pack_file
where project = :project and released_at is not null
order by version desc
limit 1;
-- then: pack_newest

-- name: pack_by_id
select id, project, name, version, sha256, published_on, text, supersedes,
    imported_by, imported_at, approved_by, approved_at, released_by, released_at
from cases.pack_file
where id = :id;
-- then: pack_by_id

-- name: pack_take
select id, project, name, version, sha256, published_on, text, supersedes,
    imported_by, imported_at, approved_by, approved_at, released_by, released_at
from cases.pack_file
where id = :id
for update;

-- name: pack_all
select id, project, name, version, sha256, published_on, supersedes, imported_by,
    imported_at, approved_by, approved_at, released_by, released_at
from cases.pack_file
where project = :project
order by version desc, imported_at desc
limit 200;
-- then: pack_all

-- name: pack_add
insert into cases.pack_file (id, project, name, version, sha256,
    published_on, text, supersedes, imported_by, imported_at)
values (:id, :project, :name, :version, :sha256,
    :published_on, :text, :supersedes, :imported_by, :imported_at);

-- name: pack_approve
update cases.pack_file
set approved_by = :by, approved_at = :at
where id = :id;

-- name: pack_release
update cases.pack_file
set released_by = :by, released_at = :at
where id = :id;

-- What the packs of a project ever gave, by its hash.
-- name: pack_gave
select r.sha256, r.total, r.text
from cases.pack_file f
join cases.reckoning r on r.pack = f.id
where f.project = :project and r.sha256 > :after
order by r.sha256
limit 500;
