-- Help in hardship (domain.md 4.4), behind a firewall (G-FIREWALL, R-HARD).
-- What is known of somebody's health or need stands in hardship_paper, sealed
-- by the service and closed to its role: it is written there, and read through
-- one door, cases.hardship_read(), which asks who and why and writes that down.

create table cases.hardship (
    id uuid primary key references cases.matter,
    household uuid not null references cases.household,
    social_worker uuid, -- the member who is named in the case
    statutory boolean not null default false, -- it holds help the law owes
    consented_by uuid,
    consented_at timestamptz,
    locked_at timestamptz, -- the consent was taken back
    planned_by uuid,
    reviewed_by uuid,
    stable_from timestamptz, -- the reviews that found it stable, in a row:
    stable_to timestamptz,   -- the first, the last
    confirmed_at timestamptz, -- by the resident: it may be closed
    fits_at timestamptz,      -- a dwelling that fits is confirmed (G-FIT)
    ended text check (ended in ('closed', 'revoked')),
    ended_at timestamptz,
    erased_at timestamptz,
    -- Consent is the resident's alone (PIPL art. 29); a household acts under
    -- its own id.
    constraint hardship_consent check (
        consented_by = household and consented_at is not null
        or consented_by is null and consented_at is null),
    constraint hardship_lock check (
        locked_at is null or consented_at is not null),
    check ((ended is null) = (ended_at is null)),
    check ((stable_from is null) = (stable_to is null)),
    -- Two stable reviews, 90 days apart, and the resident's word.
    constraint hardship_close check (
        ended is distinct from 'closed'
        or (confirmed_at is not null and stable_to is not null
            and cases.day_of(stable_to) >= cases.day_of(stable_from) + 90))
) with (fillfactor = 80);
create index hardship_by_household on cases.hardship (household);

create function cases.hardship_guard() returns trigger
language plpgsql as $$
begin
    perform from cases.matter m
    where m.id = new.id and m.flow = 'hardship'
      and m.household = new.household;
    if not found then
        raise exception 'hardship %: its case is about another', new.id;
    end if;
    return new;
end $$;
create trigger hardship_is_of_its_case before insert or update of id, household
    on cases.hardship
    for each row execute function cases.hardship_guard();
create trigger hardship_stays before delete on cases.hardship
    for each row execute function cases.refuse_change();

-- A case is not closed around its own rules.
create function cases.hardship_closed() returns trigger
language plpgsql as $$
begin
    perform from cases.hardship s where s.id = new.id and s.ended = 'closed';
    if not found then
        raise exception 'hardship %: closed without its ground', new.no;
    end if;
    return null;
end $$;
create constraint trigger hardship_closes after update of state on cases.matter
    deferrable initially deferred
    for each row when (new.flow = 'hardship' and new.state = 'closed')
    execute function cases.hardship_closed();

-- Sealed: place "hardship_paper.trigger" and so on, row = its own id.
create table cases.hardship_paper (
    id uuid primary key,
    matter uuid not null references cases.hardship,
    at timestamptz not null,
    author uuid not null,
    part text not null
        check (part in ('screening', 'crisis', 'assessment', 'plan', 'review',
                        'referral', 'dwelling')),
    trigger bytea,
    body bytea,
    check (trigger is not null or body is not null)
);
create index hardship_paper_by_matter on cases.hardship_paper (matter, id);

-- Without consent only that somebody may need help, or needs it at once, is
-- written down; behind a lock, nothing (PIPL art. 13 (4), 28-31, 47).
create function cases.hardship_paper_guard() returns trigger
language plpgsql as $$
begin
    perform from cases.hardship s
    where s.id = new.matter and s.erased_at is null and s.ended is null
      and (new.part = 'crisis'
           or s.locked_at is null
              and (new.part = 'screening' or s.consented_at is not null));
    if not found then
        raise exception 'hardship %: nothing is written without consent',
            new.matter;
    end if;
    return new;
end $$;
create trigger hardship_paper_asks before insert on cases.hardship_paper
    for each row execute function cases.hardship_paper_guard();
create trigger hardship_paper_stands before update on cases.hardship_paper
    for each row execute function cases.refuse_change();

-- Who looked, when and why; only ever longer, and shown to the resident
-- (R-SNOOP).
create table cases.hardship_access (
    seq bigint generated always as identity primary key,
    matter uuid not null references cases.hardship,
    at timestamptz not null,
    actor uuid not null,
    roles text not null,
    purpose text not null check (length(purpose) between 1 and 200),
    call uuid not null
);
create index hardship_access_by_matter on cases.hardship_access (matter, seq);
create trigger hardship_access_stands before update or delete
    on cases.hardship_access
    for each row execute function cases.refuse_change();
create trigger hardship_access_stays before truncate on cases.hardship_access
    for each statement execute function cases.refuse_change();

-- The door.  The papers of a case, to the resident, to the service team, to
-- the social worker named in it, and in a crisis to the duty officer; behind a
-- lock to the resident alone.  Never to the signing team, whatever else it is.
create function cases.hardship_read(
    wanted uuid, actor uuid, roles text, purpose text, at timestamptz,
    call uuid)
returns table (id uuid, written_at timestamptz, author uuid, part text,
               trigger bytea, body bytea)
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    is_role text[] := string_to_array(roles, ',');
begin
    perform from cases.hardship s
    join cases.matter m on m.id = s.id
    where s.id = wanted
      and (is_role && array['resident', 'proxy'] and actor = s.household
           or not 't2_signing' = any (is_role)
              and s.locked_at is null
              and ('t6_service' = any (is_role)
                   or actor = s.social_worker
                   or 'duty_officer' = any (is_role) and m.state = 'crisis'));
    if not found then
        raise exception 'hardship is not yours to read'
            using errcode = 'insufficient_privilege';
    end if;
    insert into cases.hardship_access (matter, at, actor, roles, purpose, call)
    values (wanted, hardship_read.at, hardship_read.actor, hardship_read.roles,
            hardship_read.purpose, hardship_read.call);
    return query
        select p.id, p.at, p.author, p.part, p.trigger, p.body
        from cases.hardship_paper p
        where p.matter = wanted
        order by p.id
        limit 200;
end $$;

-- The contents go; that there was a case stays.  Three years after the end
-- (R-RETAIN), and at once when somebody who was screened wants no help.
create function cases.hardship_erase(wanted uuid, at timestamptz)
returns table (papers bigint)
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform from cases.hardship s
    join cases.matter m on m.id = s.id
    where s.id = wanted
      and (s.consented_at is null and m.state = 'declined'
           or cases.day_of(hardship_erase.at)
              > (cases.day_of(s.ended_at) + interval '36 months')::date);
    if not found then
        raise exception 'hardship %: its contents are kept', wanted;
    end if;
    update cases.hardship s set erased_at = hardship_erase.at
    where s.id = wanted and s.ended is not null;
    return query
        with gone as (
            delete from cases.hardship_paper p where p.matter = wanted
            returning 1)
        select count(*) from gone;
end $$;

-- G-FIT holds for a household: it may be moved as far as hardship is
-- concerned.  It says no more than that.
create function cases.fit_holds(wanted uuid) returns boolean
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select not exists (
        select from cases.hardship s
        join cases.matter m on m.id = s.id
        where s.household = wanted and s.fits_at is null
          and m.state in ('active', 'review_due', 'stable', 'crisis',
                          'referred'))
$$;

revoke all on function cases.hardship_read, cases.hardship_erase,
    cases.fit_holds from public;
grant execute on function cases.hardship_read, cases.hardship_erase,
    cases.fit_holds to redkite_cases;
grant select, insert, update on cases.hardship to redkite_cases;
grant insert on cases.hardship_paper to redkite_cases;
grant select on cases.hardship_access to redkite_cases;

insert into cases.transition (flow, track, from_state, to_state, event)
select 'hardship', '*', edge.from_state, edge.to_state, edge.event
from (values
    ('screened', 'consented', 'consent'), ('declined', 'consented', 'consent'),
    ('none', 'screened', 'screen'),       ('screened', 'declined', 'decline'),
    ('consented', 'assessed', 'assess'),  ('crisis', 'assessed', 'assess'),
    ('referred', 'assessed', 'assess'),   ('assessed', 'planned', 'plan'),
    ('planned', 'active', 'activate'),    ('active', 'review_due', 'fall_due'),
    ('stable', 'review_due', 'fall_due'), ('active', 'stable', 'steady'),
    ('review_due', 'stable', 'steady'),   ('review_due', 'active', 'needy'),
    ('stable', 'active', 'needy'),        ('crisis', 'screened', 'settle'),
    ('crisis', 'active', 'resume'),       ('stable', 'closed', 'close'))
    as edge (from_state, to_state, event)
union all
select 'hardship', '*', state, 'referred', 'refer'
from unnest(array['assessed', 'planned', 'active', 'review_due', 'stable'])
    as state
union all
select 'hardship', '*', state, 'declined', 'revoke'
from unnest(array['consented', 'assessed', 'planned', 'active', 'review_due',
                  'stable', 'referred']) as state
union all
select 'hardship', '*', state, 'crisis', 'crisis'
from unnest(array['none', 'screened', 'consented', 'declined', 'assessed',
                  'planned', 'active', 'review_due', 'stable', 'referred'])
    as state;

-- Nobody in hardship is moved before the dwelling is confirmed (G-FIT).
create function cases.fit_guard() returns trigger
language plpgsql as $$
begin
    if not cases.fit_holds(new.id) then
        raise exception 'household %: the dwelling to move into is not '
            'confirmed', new.id;
    end if;
    return new;
end $$;
create trigger household_fits before update on cases.household
    for each row when (new.state = 'moving' and old.state <> new.state)
    execute function cases.fit_guard();
