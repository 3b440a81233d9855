-- Who meets whom, when, and how often at most.  The constraints and triggers
-- here refuse what services/scheduling/*/rules.c refuses (domain.md 4.6, 8), so
-- that no other program with this role's password can do it either.  They see
-- only what they are given: the time of a booking is the column agreed_at.

create extension if not exists btree_gist with schema public;
create schema scheduling;
grant usage on schema scheduling to redkite_scheduling;

-- What a trigger refuses, in one sentence that the caller is shown.
create function scheduling.refuse(why text) returns void
language plpgsql as $$
begin
    raise exception '%', why;
end $$;

-- The calendar day of a moment, and the time passed on it, in the district.
create function scheduling.day_of(at timestamptz) returns date
language sql immutable parallel safe
return (at at time zone 'Asia/Shanghai')::date;

create function scheduling.time_of(at timestamptz) returns interval
language sql immutable parallel safe
return (at at time zone 'Asia/Shanghai')
    - date_trunc('day', at at time zone 'Asia/Shanghai');

-- ------------------------------------------------------------- the policy

-- The numbers of contact/policy.h that are in force.  A district may only
-- tighten them, within the bounds, which nobody changes (R-CFG).
create table scheduling.policy (
    name text primary key,
    value integer not null,
    loosest integer not null,
    tightest integer not null,
    tighter text not null generated always as
        (case when tightest > loosest then 'more' else 'less' end) stored,
    constraint policy_only_tighter check (
        value between least(loosest, tightest) and greatest(loosest, tightest)
    )
);

insert into scheduling.policy (name, value, loosest, tightest) values
    ('ahead_h', 24, 24, 168),
    ('visit_7d', 2, 2, 1),
    ('visit_30d', 4, 4, 1),
    ('visit_gap_h', 48, 48, 336),
    ('visit_max_min', 60, 60, 15),
    ('talk_pause_d', 7, 7, 30),
    ('refusals', 2, 2, 1),
    ('refusal_pause_d', 30, 30, 180),
    ('dnc_d', 30, 30, 180),
    ('serve_wd', 3, 3, 10),
    ('quiet_from_min', 1200, 1200, 1080),
    ('quiet_until_min', 510, 510, 600),
    ('morning_from_min', 540, 540, 630),
    ('morning_until_min', 690, 690, 630),
    ('afternoon_from_min', 840, 840, 960),
    ('afternoon_until_min', 1080, 1080, 960),
    ('visitors_least', 2, 2, 3),
    ('visitors_most', 3, 3, 2);

create function scheduling.policy_guard() returns trigger
language plpgsql as $$
begin
    if tg_op = 'UPDATE' and (new.name, new.loosest, new.tightest)
        is not distinct from (old.name, old.loosest, old.tightest) then
        return new;
    end if;
    perform scheduling.refuse('the bounds of the contact policy stand');
    return null;
end $$;

create trigger policy_bounds
before insert or update or delete on scheduling.policy
for each row execute function scheduling.policy_guard();

create trigger policy_stays
before truncate on scheduling.policy
for each statement execute function scheduling.policy_guard();

create view scheduling.policy_now as
select
    max(value) filter (where name = 'ahead_h') as ahead_h,
    max(value) filter (where name = 'visit_7d') as visit_7d,
    max(value) filter (where name = 'visit_30d') as visit_30d,
    max(value) filter (where name = 'visit_gap_h') as visit_gap_h,
    max(value) filter (where name = 'visit_max_min') as visit_max_min,
    max(value) filter (where name = 'talk_pause_d') as talk_pause_d,
    max(value) filter (where name = 'refusals') as refusals,
    max(value) filter (where name = 'refusal_pause_d') as refusal_pause_d,
    max(value) filter (where name = 'dnc_d') as dnc_d,
    max(value) filter (where name = 'serve_wd') as serve_wd,
    max(value) filter (where name = 'quiet_from_min') as quiet_from_min,
    max(value) filter (where name = 'quiet_until_min') as quiet_until_min,
    max(value) filter (where name = 'morning_from_min') as morning_from_min,
    max(value) filter (where name = 'morning_until_min') as morning_until_min,
    max(value) filter (where name = 'afternoon_from_min') as afternoon_from_min,
    max(value) filter (where name = 'afternoon_until_min')
        as afternoon_until_min,
    max(value) filter (where name = 'visitors_least') as visitors_least,
    max(value) filter (where name = 'visitors_most') as visitors_most
from scheduling.policy;

grant select on scheduling.policy, scheduling.policy_now to redkite_scheduling;

-- The State Council's announced days: `off` is a public holiday, else a
-- make-up working day.  0021 and later migrations fill it, one a year.
create table scheduling.day_off (
    day date primary key,
    off boolean not null,
    name text not null
);
grant select on scheduling.day_off to redkite_scheduling;

-- How many working days lie after `since`, until `day` with it.
create function scheduling.working_days(since date, until date)
returns bigint language sql stable parallel safe
return (
    select count(*)
    from generate_series(since + 1, until, interval '1 day') as d (day)
    left join scheduling.day_off o on o.day = d.day::date
    where coalesce(not o.off, extract(isodow from d.day) < 6)
);

-- ----------------------------------------------------- members and squads

create table scheduling.member (
    id uuid primary key,
    name text not null check (length(name) between 1 and 40),
    badge text not null unique check (length(badge) between 1 and 20),
    gender text not null check (gender in ('female', 'male')),
    community uuid, -- of the resident's side: a member who lives there
    teams text not null check (length(teams) between 1 and 200),
    -- Why somebody may not stand before a resident (R-LEO); '' = nothing.
    flags text not null check (flags ~ ('^((police|urban_enforcement|court|'
        || 'developer|demolition_contractor|creditor)(,|$))*$')
        and flags !~ ',$'),
    active boolean not null default true,
    added_at timestamptz not null
);
-- Who a member is does not change: flags cannot be taken off again.
grant select, insert on scheduling.member to redkite_scheduling;
grant update (active) on scheduling.member to redkite_scheduling;

create table scheduling.squad (
    id uuid primary key,
    name text not null check (length(name) between 1 and 60),
    purpose text not null check (length(purpose) between 1 and 200),
    from_day date not null,
    until_day date not null,
    called_at timestamptz not null,
    called_by uuid not null,
    constraint squad_term check (until_day between from_day and from_day + 90)
);
grant select, insert on scheduling.squad to redkite_scheduling;

create table scheduling.squad_member (
    squad uuid not null references scheduling.squad,
    member uuid not null references scheduling.member,
    primary key (squad, member)
);
grant select, insert on scheduling.squad_member to redkite_scheduling;

create function scheduling.squad_member_guard() returns trigger
language plpgsql as $$
declare
    m scheduling.member%rowtype;
begin
    select * into m from scheduling.member where id = new.member;
    if m.flags <> '' then
        perform scheduling.refuse('a member of police, enforcement, court, '
            'developer, demolition or creditor joins no squad');
    elsif not m.active then
        perform scheduling.refuse('a member who has left joins no squad');
    elsif 't5_quality' = any (string_to_array(m.teams, ',')) then
        perform scheduling.refuse('the quality team joins no squad');
    end if;
    return new;
end $$;

create trigger squad_member_guard before insert on scheduling.squad_member
for each row execute function scheduling.squad_member_guard();

-- ------------------------------------------- a household and its wishes

-- The copy of what `cases` says of a household.  `contacts` rises with each
-- booking: two bookings at once meet on this row, whatever their isolation.
create table scheduling.household (
    id uuid primary key,
    project uuid not null,
    community uuid not null,
    contacts bigint not null default 0
);
grant select, insert, update on scheduling.household to redkite_scheduling;

-- The hours that a resident chose; none: the policy's (minutes of the day).
create table scheduling.contact_window (
    household uuid not null references scheduling.household,
    weekday integer not null check (weekday between 1 and 7),
    from_minute integer not null check (from_minute >= 510),
    until_minute integer not null check (until_minute <= 1200),
    primary key (household, weekday, from_minute),
    check (from_minute < until_minute)
);
grant select, insert, delete on scheduling.contact_window to redkite_scheduling;

-- Every setting is kept; the latest of a scope is in force.
create table scheduling.do_not_contact (
    household uuid not null references scheduling.household,
    scope text not null check (scope in ('signing', 'service', 'all')),
    until_day date not null,
    set_at timestamptz not null,
    set_by uuid not null,
    primary key (household, scope, set_at)
);
grant select, insert on scheduling.do_not_contact to redkite_scheduling;

create view scheduling.do_not_contact_now as
select distinct on (household, scope) household, scope, until_day
from scheduling.do_not_contact
order by household, scope, set_at desc;
grant select on scheduling.do_not_contact_now to redkite_scheduling;

-- Who never visits this household (R-KIN).  Only the kind is kept.
create table scheduling.member_household_conflict (
    member uuid not null references scheduling.member,
    household uuid not null references scheduling.household,
    kind text not null
        check (kind in ('kin', 'landlord', 'creditor', 'employer')),
    declared_at timestamptz not null,
    declared_by uuid not null,
    primary key (member, household, kind)
);
create index on scheduling.member_household_conflict (household);
grant select, insert on scheduling.member_household_conflict
to redkite_scheduling;

-- ------------------------------------------------------------- visits

-- Words that press or brand (R-LABEL, R-KIN); those of visit/rules.c.
create function scheduling.has_label(remark text) returns boolean
language sql immutable parallel safe
return coalesce(remark ~ ('钉子户|清零|难缠|刺头|刁民|老赖|顽固|硬骨头|拔钉|'
    '黑名单|重点人|不稳定分子|拒签户|单位|领导|孩子上学|子女上学|编制'), false);

create table scheduling.visit (
    id uuid primary key,
    household uuid not null references scheduling.household,
    topic text not null
        check (topic in ('signing', 'survey', 'service', 'statutory')),
    squad uuid references scheduling.squad,
    asked_by_resident boolean not null,
    starts timestamptz not null,
    ends timestamptz not null,
    agreed_at timestamptz not null, -- when it was booked or last moved
    agreed_by uuid not null,
    state text not null check (state in ('planned', 'held', 'cancelled')),
    cancelled_at timestamptz,
    cancelled_by text check (cancelled_by in ('resident', 'office')),
    -- The office gave less notice than it must give for a visit.
    cancelled_late boolean generated always as (
        cancelled_by = 'office'
        and starts - cancelled_at < interval '24 hours'
    ) stored,
    started timestamptz,
    ended timestamptz,
    outcome text check (outcome in ('met', 'not_home', 'not_now', 'refused')),
    left_materials text,
    promise text,
    resident_remark text,
    logged_by uuid references scheduling.member,
    logged_at timestamptz,
    constraint visit_length check (
        ends > starts and ends - starts <= interval '60 minutes'
    ),
    constraint visit_ahead check (starts - agreed_at >= interval '24 hours'),
    constraint visit_quiet_hours check (
        scheduling.time_of(starts) >= interval '08:30'
        and scheduling.time_of(starts) < interval '20:00'
        and scheduling.time_of(ends) <= interval '20:00'
    ),
    constraint visit_started_awake check (
        scheduling.time_of(started) >= interval '08:30'
        and scheduling.time_of(started) < interval '20:00'
    ),
    constraint visit_started_on_its_day check (
        scheduling.day_of(started) = scheduling.day_of(starts)
    ),
    constraint visit_cancelled check (
        (state = 'cancelled') = (cancelled_at is not null)
        and (state = 'cancelled') = (cancelled_by is not null)
        and cancelled_at < starts
    ),
    constraint visit_held check (
        (state = 'held') = (started is not null)
        and (state = 'held') = (ended is not null)
        and (state = 'held') = (outcome is not null)
        and (state = 'held') = (logged_by is not null)
        and (state = 'held') = (logged_at is not null)
        and started <= ended and ended <= logged_at
    ),
    constraint visit_no_label check (
        not scheduling.has_label(left_materials)
        and not scheduling.has_label(promise)
        and not scheduling.has_label(resident_remark)
    )
);
create index on scheduling.visit (household, starts);
grant select, insert on scheduling.visit to redkite_scheduling;
grant update (starts, ends, agreed_at, agreed_by, state, cancelled_at,
    cancelled_by, started, ended, outcome, left_materials, promise,
    resident_remark, logged_by, logged_at)
on scheduling.visit to redkite_scheduling;

-- Who comes.  `during` and `stands` follow the visit.
create table scheduling.visit_member (
    visit uuid not null references scheduling.visit,
    member uuid not null references scheduling.member,
    during tstzrange not null,
    stands boolean not null,
    primary key (visit, member),
    constraint visit_member_in_one_place
        exclude using gist (member with =, during with &&) where (stands)
);
grant select, insert on scheduling.visit_member to redkite_scheduling;
grant update (during, stands) on scheduling.visit_member to redkite_scheduling;
