-- name: attachment_home
select h.id as household from cases.household h where h.id = :household;

-- name: upload_count
select count(*) as uploads
from (select from cases.upload where begun_by = :begun_by limit 100) as u;

-- name: upload_add
insert into cases.upload (id, household, matter, kind, name, hash, media, size,
    parts, begun_by, begun_at)
values (:id, :household, :matter, :kind, :name, :hash, :media, :size, :parts,
    :begun_by, :begun_at);

-- Locked, so that its parts, its end and its alarm take turns.
-- name: upload_locked
select u.id, u.household, u.matter, u.kind, u.name, u.hash, u.media, u.size,
    u.parts, u.begun_by, u.begun_at
from cases.upload u
where u.id = :id
for update;

-- name: upload_drop
delete from cases.upload where id = :id;

-- name: part_keep
insert into cases.blob_part (blob, position, sealed)
values (:blob, :position, :sealed)
on conflict (blob, position) do update set sealed = excluded.sealed;

-- name: part_get
select p.sealed from cases.blob_part p
where p.blob = :blob and p.position = :position;

-- name: parts_drop
delete from cases.blob_part where blob = :id;

-- name: blob_find
select b.id, b.media, b.size, b.parts from cases.blob b where b.hash = :hash;

-- Two of the same content at once: the second waits, and finds the first.
-- name: blob_add
insert into cases.blob (hash, id, media, size, parts, stored_at)
values (:hash, :id, :media, :size, :parts, :added_at)
on conflict (hash) do nothing;

-- name: attachment_add
insert into cases.attachment (id, household, matter, kind, name, hash, added_by,
    added_at)
values (:id, :household, :matter, :kind, :name, :hash, :added_by, :added_at);

-- name: attachment_one
select a.id, a.household, a.matter, a.kind, a.name, a.hash, a.added_by,
    a.added_at, b.id as blob, b.media, b.size, b.parts
from cases.attachment a
join cases.blob b on b.hash = a.hash
where a.id = :id;

-- name: attachment_page
select a.id, a.kind, a.added_by, a.added_at, b.media, b.size, a.hash
from cases.attachment a
cross join lateral (
    select media, size from cases.blob where hash = a.hash limit 1) as b
where (a.household = :household or a.matter = :matter)
  and (:after::uuid is null or a.id > :after)
order by a.id
limit 100;
-- then: attachment_page
