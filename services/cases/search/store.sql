-- One of the four hashes is given: null finds nothing.  Each part is one look
-- into its index, in the order of ids, and reads no more than a page.
-- name: household_found
select h.id, h.project, h.no, h.community, c.name as community_name, h.state,
    h.state_since as since, h.registered_area, h.measured_area
from (
    (select household from cases.household_person
     where name_blind = :name_blind
       and household > coalesce(:after,
           '00000000-0000-0000-0000-000000000000'::uuid)
     order by household limit :limit)
    union all
    (select household from cases.household_person
     where id_blind = :id_blind
       and household > coalesce(:after,
           '00000000-0000-0000-0000-000000000000'::uuid)
     order by household limit :limit)
    union all
    (select household from cases.household_person
     where phone_blind = :phone_blind
       and household > coalesce(:after,
           '00000000-0000-0000-0000-000000000000'::uuid)
     order by household limit :limit)
    union all
    (select household from cases.household_person
     where address_blind = :address_blind
       and household > coalesce(:after,
           '00000000-0000-0000-0000-000000000000'::uuid)
     order by household limit :limit)
) as p
cross join lateral (
    select * from cases.household where id = p.household limit 1) as h
cross join lateral (
    select name from cases.community where id = h.community limit 1) as c
order by p.household;

-- name: household_unfound
select household, name, phone, address
from cases.household_person
where name_blind is null
order by household
limit :limit
for update skip locked;

-- name: household_findable
update cases.household_person p
set name_blind = e.name_blind, phone_blind = e.phone_blind,
    address_blind = e.address_blind
from unnest(:household::uuid[], :name_blind::bytea[], :phone_blind::bytea[],
    :address_blind::bytea[])
    as e (household, name_blind, phone_blind, address_blind)
where p.household = e.household;
