-- name: owner_now
select s.id, s.share::bigint as share, s.capacity
from cases.owner_share s
where s.household = :household and s.until is null
order by s.id;

-- name: owner_named
select s.id, s.share::bigint as share, s.capacity, s.document, s.since,
    s.name as name_sealed
from cases.owner_share s
where s.household = :household and s.until is null
order by s.id;
-- then: owner_named

-- name: owner_end
update cases.owner_share
set until = :at
where household = :household and until is null;

-- name: owner_add
insert into cases.owner_share (id, household, share, capacity, name, document,
    since, recorded_by)
select * from unnest(:id::uuid[], :household::uuid[], :share::bigint[],
    :capacity::text[], :name::bytea[], :document::text[],
    :since::timestamptz[], :recorded_by::uuid[]);

-- name: owner_signature_add
insert into cases.owner_signature (agreement, owner, how, document)
select * from unnest(:agreement::uuid[], :owner::uuid[], :how::text[],
    :document::text[]);
