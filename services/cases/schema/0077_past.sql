-- What a survey said of a household before it was corrected, so that a look can
-- be as of a day (design.md, history).  Of corrections from before this table
-- only the time is known: until then nothing is.  Names and numbers of people
-- are not kept beyond their correction.
create table cases.household_past (
    household uuid not null references cases.household,
    seq bigint generated always as identity,
    until timestamptz not null,
    registration text,
    use text,
    structure text,
    registered_area bigint,
    measured_area bigint,
    persons int,
    surveyed_on date,
    choice text,
    primary key (household, seq)
);
create trigger household_past_stands before update or delete
    on cases.household_past
    for each row execute function cases.refuse_change();

insert into cases.household_past (household, until)
select h.id, h.corrected_at from cases.household h
where h.corrected_at is not null;

create function cases.keep_past() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    insert into cases.household_past (household, until, registration, use,
        structure, registered_area, measured_area, persons, surveyed_on, choice)
    values (old.id,
        case when new.facts_since <> old.facts_since then new.facts_since
            when new.corrected_at is distinct from old.corrected_at
                then new.corrected_at
            else now() end,
        old.registration, old.use, old.structure, old.registered_area,
        old.measured_area, old.persons, old.surveyed_on, old.choice);
    return null;
end $$;
revoke execute on function cases.keep_past from public;
create trigger household_keeps_past after update on cases.household
    for each row when (
        (old.registration, old.use, old.structure, old.registered_area,
         old.measured_area, old.persons, old.surveyed_on, old.choice)
        is distinct from
        (new.registration, new.use, new.structure, new.registered_area,
         new.measured_area, new.persons, new.surveyed_on, new.choice))
    execute function cases.keep_past();

grant select on cases.household_past to redkite_cases;
