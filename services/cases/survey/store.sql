-- name: survey_turn
-- Batches that share a household take turns, and ask for their turns in one
-- order; all others go side by side.
select count(pg_advisory_xact_lock(hashtextextended(:project::text || no, 0)))
from (select distinct no
      from unnest(string_to_array(:nos, chr(10))) as asked (no)
      order by no) as n;

-- name: survey_communities
select c.id, c.name, p.track
from cases.project p
join cases.community c on c.project = p.id
where p.id = :project;

-- Plans are made once, often while the tables are empty: "lateral" with a
-- limit or a lock leaves no other way than one look into an index a line.

-- name: survey_known
select h.id, h.no, h.community, h.state, h.registration, h.use, h.structure,
    h.registered_area, h.measured_area, h.persons, h.surveyed_on, h.choice,
    h.content_hash, p.name, p.id_number, p.phone, p.address, p.certificate,
    p.remark, s.sheet, s.line
from (select distinct no
      from unnest(string_to_array(:nos, chr(10))) as asked (no)
      order by no) as n
cross join lateral (
    select * from cases.household
    where project = :project and no = n.no for update) as h
left join lateral (
    select * from cases.household_person
    where household = h.id limit 1) as p on true
left join lateral (
    select * from cases.survey_correction
    where household = h.id limit 1) as s on true;

-- name: survey_twins
select p.id_blind, h.no
from (select distinct blind from unnest(:blinds::bytea[]) as asked (blind)) as b
cross join lateral (
    select household, id_blind from cases.household_person
    where id_blind = b.blind limit 20) as p
cross join lateral (
    select no, project from cases.household
    where id = p.household limit 1) as h
where h.project = :project
order by h.no;

-- name: survey_add
insert into cases.household (id, project, track, community, no, state_since,
    registration, use, structure, registered_area, measured_area, persons,
    surveyed_on, choice, content_hash, registered_at, facts_since)
select id, project, track, community, no, at, registration, use, structure,
    registered_area, measured_area, nullif(persons, 0), surveyed_on, choice,
    content_hash, at, at
from unnest(:id::uuid[], :project::uuid[], :track::text[], :community::uuid[],
    :no::text[], :registration::text[], :use::text[], :structure::text[],
    :registered_area::bigint[], :measured_area::bigint[], :persons::int[],
    :surveyed_on::date[], :choice::text[], :content_hash::bytea[],
    :at::timestamptz[])
    as e (id, project, track, community, no, registration, use, structure,
        registered_area, measured_area, persons, surveyed_on, choice,
        content_hash, at);

-- name: survey_add_person
insert into cases.household_person (household, name, id_number, id_blind,
    name_blind, phone_blind, address_blind, phone, address, certificate, remark)
select * from unnest(:id::uuid[], :name::bytea[], :id_number::bytea[],
    :id_blind::bytea[], :name_blind::bytea[], :phone_blind::bytea[],
    :address_blind::bytea[], :phone::bytea[], :address::bytea[],
    :certificate::bytea[], :remark::bytea[]);

-- name: survey_add_hardship
insert into cases.hardship_note (household, note)
select * from unnest(:id::uuid[], :hardship::bytea[]);

-- name: survey_correct
update cases.household h
set registration = e.registration, use = e.use, structure = e.structure,
    registered_area = e.registered_area, measured_area = e.measured_area,
    persons = nullif(e.persons, 0), surveyed_on = e.surveyed_on,
    choice = e.choice, content_hash = e.content_hash,
    corrected_at = case when e.reason is null then h.corrected_at else e.at end,
    facts_since = case when e.facts then e.at else h.facts_since end
from unnest(:id::uuid[], :registration::text[], :use::text[],
    :structure::text[], :registered_area::bigint[], :measured_area::bigint[],
    :persons::int[], :surveyed_on::date[], :choice::text[],
    :content_hash::bytea[], :at::timestamptz[], :reason::text[],
    :facts::boolean[])
    as e (id, registration, use, structure, registered_area, measured_area,
        persons, surveyed_on, choice, content_hash, at, reason, facts)
where h.id = e.id;

-- name: survey_correct_person
update cases.household_person p
set name = e.name, id_number = e.id_number, id_blind = e.id_blind,
    name_blind = e.name_blind, phone_blind = e.phone_blind,
    address_blind = e.address_blind, phone = e.phone, address = e.address, certificate = e.certificate,
    remark = e.remark
from unnest(:id::uuid[], :name::bytea[], :id_number::bytea[],
    :id_blind::bytea[], :name_blind::bytea[], :phone_blind::bytea[],
    :address_blind::bytea[], :phone::bytea[], :address::bytea[],
    :certificate::bytea[], :remark::bytea[])
    as e (id, name, id_number, id_blind, name_blind, phone_blind,
        address_blind, phone, address, certificate, remark)
where p.household = e.id;

-- name: survey_correct_hardship
update cases.hardship_note n
set note = e.note
from unnest(:id::uuid[], :hardship::bytea[]) as e (id, note)
where n.household = e.id and e.note is not null;

-- name: survey_entry
insert into cases.timeline (household, at, event, from_state, to_state, actor,
    call, reason)
select e.*
from unnest(:id::uuid[], :at::timestamptz[], :event::text[],
    :from_state::text[], :state::text[], :actor::uuid[], :call::uuid[],
    :reason::text[])
    as e (id, at, event, from_state, to_state, actor, call, reason)
where e.event = 'import' or e.reason is not null;

-- name: survey_overtake
insert into cases.survey_correction (household, sheet, line)
select e.id, e.sheet, e.line
from unnest(:id::uuid[], :sheet::bytea[], :line::int[]) as e (id, sheet, line)
where e.line > 0
on conflict (household) do update
set sheet = excluded.sheet, line = excluded.line;

-- Two households that share what one household has, each pair once, in the
-- order of numbers, with what it is.
-- Names are compared by their hashes, so that a name alike but for a character
-- is not seen; one that four households or more bear says nothing.
-- name: survey_duplicates
select h.no, c.name as community, t.no as other_no, d.name as other_community,
    q.same
from (
    select * from cases.household
    where project = :project and no >= coalesce(:after_no, '')
    order by no) as h
cross join lateral (
    select id_blind, phone_blind, address_blind, name_blind
    from cases.household_person
    where household = h.id limit 1) as p
cross join lateral (
    select household, string_agg(what, ',' order by rank) as same
    from (
        (select household, 'id_number' as what, 1 as rank
         from cases.household_person where id_blind = p.id_blind limit 100)
        union all
        (select household, 'phone', 2
         from cases.household_person where phone_blind = p.phone_blind
         limit 100)
        union all
        (select household, 'address', 3
         from cases.household_person where address_blind = p.address_blind
         limit 100)
        union all
        (select household, 'name', 4
         from cases.household_person where name_blind = p.name_blind
           and (select count(*)
                from (select from cases.household_person x
                      where x.name_blind = p.name_blind limit 4) few) < 4
         limit 3)) as each
    group by household) as q
cross join lateral (
    select no, community from cases.household
    where id = q.household and project = h.project and no > h.no
    limit 1) as t
cross join lateral (
    select name from cases.community where id = h.community limit 1) as c
cross join lateral (
    select name from cases.community where id = t.community limit 1) as d
where (h.no, t.no) > (coalesce(:after_no, ''), coalesce(:after_other, ''))
  and (not :across or h.community <> t.community)
order by h.no, t.no
limit :limit;

-- A community's households, and those of its project that are put down under an
-- address of one of them, in the order of numbers, with their sealed names.
-- name: survey_heads
select h.id as household, h.no, h.community, c.name as community_name, p.name,
    p.address_blind
from (
    select id from cases.household where community = :community
    union
    select t.id
    from cases.household o
    join cases.household_person op on op.household = o.id
    join cases.household_person tp on tp.address_blind = op.address_blind
    join cases.household t on t.id = tp.household and t.project = o.project
    where o.community = :community) as each
join cases.household h on h.id = each.id
join cases.household_person p on p.household = h.id
join cases.community c on c.id = h.community
order by h.no collate "C"
limit :heads;
