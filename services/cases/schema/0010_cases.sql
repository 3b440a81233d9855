-- The register of households and what was offered to and agreed with each.
-- Money is bigint fen, areas are bigint 0.01 m2.  The constraints and triggers
-- here refuse what services/cases/*/rules.c refuses, so that no other program
-- with this role's password can do it either (domain.md 8).

create schema cases;
grant usage on schema cases to redkite_cases;

-- The district's calendar day and time of day of a moment (domain.md 1.1).
create function cases.day_of(at timestamptz) returns date
language sql immutable parallel safe
return (at at time zone 'Asia/Shanghai')::date;

create function cases.time_of(at timestamptz) returns time
language sql immutable parallel safe
return (at at time zone 'Asia/Shanghai')::time;

create function cases.refuse_change() returns trigger
language plpgsql as $$
begin
    raise exception '% on %.%: its rows stand as they were written',
        lower(tg_op), tg_table_schema, tg_table_name
        using errcode = 'integrity_constraint_violation';
end $$;

-- ------------------------------------------------------------- project/

create table cases.project (
    id uuid primary key,
    name text not null unique check (length(name) between 1 and 100),
    track text not null check (track in ('state_land', 'collective_land',
                                         'agreed', 'public_housing')),
    district_code text not null check (district_code ~ '^[0-9]{6,12}$'),
    plan_published_on date not null,
    opened_at timestamptz not null,
    unique (id, track)
);

create table cases.community (
    id uuid primary key,
    project uuid not null references cases.project,
    code text not null check (code ~ '^[A-Z]{1,8}$'),
    name text not null check (length(name) between 1 and 40),
    position int not null check (position between 0 and 9999),
    unique (project, code),
    unique (project, name),
    unique (project, id)
);

-- ----------------------------------------------------------- statement/

-- A version of the rules.  What was published stands (R-RULE).
create table cases.rule_pack (
    id uuid primary key,
    project uuid not null references cases.project,
    name text not null check (length(name) between 1 and 100),
    published_on date not null,
    document text not null check (length(document) between 1 and 100),
    brick_concrete bigint not null check (brick_concrete > 0),
    frame bigint not null check (frame > 0),
    brick_wood bigint not null check (brick_wood > 0),
    earth_wood bigint not null check (earth_wood > 0),
    brick_fibre bigint not null check (brick_fibre > 0),
    simple bigint not null check (simple > 0),
    simple_counted boolean not null,
    business_multiplier bigint not null check (business_multiplier >= 1000000),
    converted_multiplier bigint not null
        check (converted_multiplier >= 1000000),
    moving bigint not null check (moving >= 0),
    transition_rate bigint not null check (transition_rate >= 0),
    transition_months int not null check (transition_months between 0 and 120),
    version int not null check (version > 0), -- 1 is the project's first
    published_by uuid not null,
    published_at timestamptz not null,
    unique (project, version),
    unique (project, name),
    unique (id, project)
);

-- A later pack may lower nothing: then no household's total can fall
-- (domain.md 2.0, monotone check).
create function cases.pack_guard() returns trigger
language plpgsql as $$
begin
    if exists (
        select from cases.rule_pack p
        where p.project = new.project
          and (p.version >= new.version
            or p.brick_concrete > new.brick_concrete
            or p.frame > new.frame
            or p.brick_wood > new.brick_wood
            or p.earth_wood > new.earth_wood
            or p.brick_fibre > new.brick_fibre
            or p.simple > new.simple
            or p.simple_counted > new.simple_counted
            or p.business_multiplier > new.business_multiplier
            or p.converted_multiplier > new.converted_multiplier
            or p.moving > new.moving
            or p.transition_rate > new.transition_rate
            or p.transition_months > new.transition_months)
    ) then
        raise exception 'a later pack must not pay less than an earlier one';
    end if;
    return new;
end $$;
create trigger pack_guard before insert on cases.rule_pack
    for each row execute function cases.pack_guard();
create trigger pack_stands before update or delete on cases.rule_pack
    for each row execute function cases.refuse_change();

-- ----------------------------------------------------------- household/

-- Which state follows which, on which track (domain.md 4.1; R-TRACK).
create table cases.transition (
    track text not null,
    from_state text not null,
    to_state text not null,
    event text not null,
    primary key (track, from_state, to_state)
);
insert into cases.transition (track, from_state, to_state, event)
select track, from_state, to_state, event
from unnest(array['state_land', 'collective_land', 'agreed',
                  'public_housing']) as track,
     (values ('registered', 'offered', 'offer'),
             ('offered', 'signed_cooling', 'sign'),
             ('signed_cooling', 'offered', 'withdraw'),
             ('signed_cooling', 'effective', 'effective'))
         as edge (from_state, to_state, event);

-- States are these and no others, and there is no free label (R-LABEL).
-- No index names a column that a move changes: the update stays on its page.
create table cases.household (
    id uuid primary key,
    project uuid not null,
    track text not null, -- the project's, so that a move is checked in place
    community uuid not null,
    no text not null check (length(no) between 1 and 40),
    state text not null default 'registered'
        check (state in ('registered', 'offered', 'signed_cooling',
                         'effective')),
    state_since timestamptz not null,
    registration text check (registration in ('registered', 'unregistered')),
    use text check (use in ('residential', 'business', 'converted')),
    structure text
        check (structure in ('brick_concrete', 'frame', 'brick_wood',
                             'earth_wood', 'brick_fibre', 'simple')),
    registered_area bigint check (registered_area > 0),
    measured_area bigint check (measured_area > 0),
    persons int check (persons between 1 and 99),
    surveyed_on date,
    choice text -- as asked at the survey
        check (choice in ('undecided', 'money', 'swap')),
    content_hash bytea, -- of the sheet's row, to see what a later sheet changes
    registered_at timestamptz not null,
    corrected_at timestamptz,         -- last correction of anything
    facts_since timestamptz not null, -- last change of what a statement counts
    offer uuid,     -- the statement on offer
    agreement uuid, -- the agreement that stands
    unique (project, no),
    foreign key (project, track) references cases.project (id, track),
    foreign key (project, community) references cases.community (project, id),
    check (state = 'registered' or offer is not null),
    check ((state in ('signed_cooling', 'effective'))
           = (agreement is not null))
) with (fillfactor = 80);
create index household_by_community on cases.household (community, no);

-- Sealed by the service (common/service/seal.h): place "household_person.name"
-- and so on, row = the household's id.
create table cases.household_person (
    household uuid primary key references cases.household,
    name bytea not null,
    id_number bytea,
    id_blind bytea, -- seal_blind() of place "household_person.id_number"
    phone bytea,
    address bytea,
    certificate bytea,
    remark bytea
);
create index household_person_by_id on cases.household_person (id_blind);

-- Behind the firewall (G-FIREWALL, R-HARD): this role writes it and cannot
-- read it.  Every household has a row, so that its being there says nothing.
create table cases.hardship_note (
    household uuid primary key references cases.household,
    note bytea -- sealed; place "hardship_note.note"
);

-- What happened to a household, in order; only ever longer (R-EDIT).
create table cases.timeline (
    household uuid not null references cases.household,
    seq bigint generated always as identity,
    at timestamptz not null,
    event text not null
        check (event in ('import', 'correct', 'make', 'offer', 'reoffer',
                         'sign', 'withdraw', 'effective')),
    from_state text,
    to_state text not null,
    actor uuid, -- null: a deadline came
    call uuid not null,
    about uuid, -- the statement or the agreement
    reason text check (length(reason) <= 200),
    primary key (household, seq)
);
create trigger timeline_stands before update or delete on cases.timeline
    for each row execute function cases.refuse_change();
create trigger timeline_stays before truncate on cases.timeline
    for each statement execute function cases.refuse_change();

-- What the rules give for one household's facts.  It has no writer but the
-- engine, it never changes, and it is the sum of its lines (R-BONUS).
create table cases.statement (
    id uuid primary key,
    household uuid not null references cases.household,
    pack uuid not null references cases.rule_pack,
    made_by uuid not null,
    made_at timestamptz not null,
    facts json not null,
    line_count int not null check (line_count > 0),
    total bigint not null check (total >= 0),
    unique (id, household, made_by)
);
create index statement_by_household on cases.statement (household, made_at);

create table cases.statement_line (
    statement uuid not null references cases.statement,
    position int not null check (position > 0),
    code text not null check (code in ('HOUSE_VALUE', 'MOVE', 'TRANSITION')),
    label text not null,
    formula text not null,
    amount bigint not null check (amount >= 0),
    citation text not null,
    evidence text not null,
    primary key (statement, position)
);

create function cases.statement_guard() returns trigger
language plpgsql as $$
declare
    wanted uuid;
begin
    if tg_table_name = 'statement' then
        wanted := new.id;
    else
        wanted := new.statement;
    end if;
    perform from cases.statement s
    where s.id = wanted
      and (s.line_count, s.total) = (
          select count(*), coalesce(sum(l.amount), 0)
          from cases.statement_line l where l.statement = wanted);
    if not found then
        raise exception 'statement %: the total is not the sum of its lines',
            wanted;
    end if;
    return null;
end $$;
create constraint trigger statement_sums after insert on cases.statement
    deferrable initially deferred
    for each row execute function cases.statement_guard();
create constraint trigger statement_sums after insert on cases.statement_line
    deferrable initially deferred
    for each row execute function cases.statement_guard();
create trigger statement_stands before update or delete on cases.statement
    for each row execute function cases.refuse_change();
create trigger line_stands before update or delete on cases.statement_line
    for each row execute function cases.refuse_change();

-- The release of a statement to its household.  There is no amount here: an
-- offer that differs from its statement cannot be written down.
create table cases.offer (
    statement uuid primary key,
    household uuid not null,
    made_by uuid not null,
    released_by uuid not null,
    released_at timestamptz not null,
    foreign key (statement, household, made_by)
        references cases.statement (id, household, made_by),
    unique (statement, household, released_at),
    constraint offer_two_persons check (released_by <> made_by)
);

-- G-PUBLISHED: 30 whole days of publication for the plan and the first pack,
-- 10 for a pack that pays more.  The day of publication is not counted.
create function cases.offer_guard() returns trigger
language plpgsql as $$
begin
    perform from cases.statement s
    join cases.rule_pack k on k.id = s.pack
    join cases.project p on p.id = k.project
    join cases.household h on h.id = s.household and h.project = p.id
    where s.id = new.statement
      and new.released_at >= s.made_at
      and cases.day_of(new.released_at) > p.plan_published_on + 30
      and cases.day_of(new.released_at)
          > k.published_on + case when k.version = 1 then 30 else 10 end;
    if not found then
        raise exception 'offer %: the plan or the rules were not published '
            'long enough', new.statement;
    end if;
    return new;
end $$;
create trigger offer_guard before insert on cases.offer
    for each row execute function cases.offer_guard();
create trigger offer_stands before update or delete on cases.offer
    for each row execute function cases.refuse_change();

create table cases.agreement (
    id uuid primary key,
    household uuid not null,
    statement uuid not null,
    offer_released_at timestamptz not null,
    place text not null check (place in ('home_by_invitation',
                                         'community_window', 'notary',
                                         'counter')),
    choice text not null check (choice in ('money', 'swap')),
    signed_by uuid not null,
    signers uuid[] not null check (cardinality(signers) >= 1),
    signed_at timestamptz not null,
    cooling_until timestamptz not null,
    withdrawn_at timestamptz,
    withdrawn_channel text
        check (withdrawn_channel in ('counter', 'phone', 'paper', 'online')),
    effective_at timestamptz,
    foreign key (statement, household, offer_released_at)
        references cases.offer (statement, household, released_at),
    -- G-READ: seven whole days after the day of the offer.
    constraint agreement_read check (
        cases.day_of(signed_at) > cases.day_of(offer_released_at) + 7),
    -- G-PLACE: 08:30 up to, not including, 18:00.
    constraint agreement_hours check (
        cases.time_of(signed_at) >= '08:30'
        and cases.time_of(signed_at) < '18:00'),
    -- G-COOL: at least seven whole days after the day of signing.
    constraint agreement_cooling check (
        cases.day_of(cooling_until) > cases.day_of(signed_at) + 7),
    constraint agreement_effective check (effective_at >= cooling_until),
    constraint agreement_withdrawn check (
        (withdrawn_at is null) = (withdrawn_channel is null)
        and withdrawn_at < cooling_until),
    constraint agreement_one_end check (
        withdrawn_at is null or effective_at is null)
) with (fillfactor = 80);
create unique index agreement_one_live on cases.agreement (household)
    where withdrawn_at is null;

-- What was agreed does not change; that it ended is said once.
create function cases.agreement_guard() returns trigger
language plpgsql as $$
begin
    if tg_op = 'DELETE'
       or old.withdrawn_at is not null or old.effective_at is not null
       or (new.id, new.household, new.statement, new.offer_released_at,
           new.place, new.choice, new.signed_by, new.signers, new.signed_at,
           new.cooling_until)
          is distinct from
          (old.id, old.household, old.statement, old.offer_released_at,
           old.place, old.choice, old.signed_by, old.signers, old.signed_at,
           old.cooling_until)
    then
        raise exception 'agreement %: what was agreed does not change', old.id
            using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;
create trigger agreement_stands before update or delete on cases.agreement
    for each row execute function cases.agreement_guard();

alter table cases.household
    add foreign key (offer) references cases.offer,
    add foreign key (agreement) references cases.agreement;

-- A state rests on its papers: an edge of the table above, and for the states
-- about an agreement the agreement itself, of this household and this offer.
create function cases.move_guard() returns trigger
language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        raise exception 'a household begins as registered';
    end if;
    perform from cases.transition t
    where t.track = new.track
      and t.from_state = old.state and t.to_state = new.state;
    if not found then
        raise exception 'household %: there is no move from % to % here',
            old.id, old.state, new.state;
    end if;
    if old.state = 'registered' then
        perform from cases.offer o
        where o.statement = new.offer and o.household = new.id;
    else
        perform from cases.agreement a
        where a.id = coalesce(new.agreement, old.agreement)
          and a.household = new.id
          and a.statement = new.offer
          and (a.withdrawn_at is not null) = (new.state = 'offered')
          and (a.effective_at is not null) = (new.state = 'effective')
          and (new.facts_since <= a.offer_released_at
               or new.state <> 'signed_cooling');
    end if;
    if not found then
        raise exception 'household %: no paper carries the move to %',
            old.id, new.state;
    end if;
    return new;
end $$;
create trigger household_begins before insert on cases.household
    for each row when (new.state <> 'registered')
    execute function cases.move_guard();
create trigger household_moves before update on cases.household
    for each row when (old.state <> new.state)
    execute function cases.move_guard();

-- Within a state: another offer must be this household's, and what was signed
-- for keeps its offer, its agreement and its facts.
create function cases.stay_guard() returns trigger
language plpgsql as $$
begin
    perform from cases.offer o
    where o.statement = new.offer and o.household = new.id
      and old.agreement is null;
    if not found then
        raise exception 'household %: what was signed for stands', old.id;
    end if;
    return new;
end $$;
create trigger household_stays before update on cases.household
    for each row when (
        old.state = new.state
        and (old.offer is distinct from new.offer
             or old.agreement is distinct from new.agreement
             or (old.agreement is not null
                 and old.facts_since <> new.facts_since)))
    execute function cases.stay_guard();
create trigger household_is_itself before update on cases.household
    for each row when (
        old.id <> new.id or old.project <> new.project
        or old.track <> new.track or old.no <> new.no)
    execute function cases.refuse_change();

-- ------------------------------------------------------------ who may

grant select, insert on cases.project, cases.community, cases.rule_pack,
    cases.timeline, cases.statement, cases.statement_line, cases.offer
    to redkite_cases;
grant select, insert, update on cases.household, cases.household_person,
    cases.agreement to redkite_cases;
grant select (household), insert, update on cases.hardship_note
    to redkite_cases;
grant select on cases.transition to redkite_cases;
