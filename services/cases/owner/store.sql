-- name: owner_now
select s.id, s.share::bigint as share, s.capacity, s.title
from cases.owner_share s
where s.household = :household and s.until is null
order by s.id;

-- name: owner_named
select s.id, s.share::bigint as share, s.capacity, s.title, s.document, s.since,
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
insert into cases.owner_share (id, household, share, capacity, title, name,
    document, since, recorded_by)
select * from unnest(:id::uuid[], :household::uuid[], :share::bigint[],
    :capacity::text[], :title::text[], :name::bytea[], :document::text[],
    :since::timestamptz[], :recorded_by::uuid[]);

-- name: owner_signature_add
insert into cases.owner_signature (agreement, owner, how, document)
select * from unnest(:agreement::uuid[], :owner::uuid[], :how::text[],
    :document::text[]);

-- name: account_add
insert into cases.owner_account (id, owner, holder, number, blind, how,
    document, since, recorded_by)
values (:id, :owner, :holder, :number, :blind, :how, :document, :since,
    :recorded_by);

-- Who else of the household has this account.
-- name: account_taken
select exists (
    select from cases.owner_account a
    join cases.owner_share s on s.id = a.holder
    where s.household = :household and s.until is null and a.blind = :blind
      and a.holder <> :holder) as taken;

-- name: split_last
select g.id as agreement, coalesce(max(s.seq), 0) as seq
from cases.agreement g
left join cases.owner_split s on s.agreement = g.id
where g.household = :household and g.withdrawn_at is null
group by g.id;

-- name: split_add
insert into cases.owner_split (id, agreement, seq, document, since, recorded_by)
values (:id, :agreement, :seq, :document, :since, :recorded_by);

-- name: split_part_add
insert into cases.owner_split_part (split, part, owner, share, how, document)
select * from unnest(:split::uuid[], :part::int[], :owner::uuid[],
    :share::bigint[], :how::text[], :document::text[]);
