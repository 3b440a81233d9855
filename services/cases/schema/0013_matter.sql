-- What the kinds of case share that are not the household's own: errands,
-- problems, hardship, grievances.  One row a case, one entry for each thing
-- that happened to it, one clock for each period that runs.  What a kind knows
-- beside this stands in a table of its own that points here.

-- ---------------------------------------------------------------- matter/

create sequence cases.matter_number;

create table cases.matter (
    id uuid primary key,
    flow text not null
        check (flow in ('errand', 'problem', 'hardship', 'grievance')),
    no text not null unique check (no ~ '^[A-Z]{2}-[0-9]{6,12}$'),
    project uuid not null references cases.project,
    community uuid,
    household uuid references cases.household, -- whom it is about, if anyone
    kind text not null check (kind ~ '^[a-z][a-z0-9_]{0,39}$'),
    state text not null,
    state_since timestamptz not null,
    opened_at timestamptz not null,
    opened_by uuid, -- null: nobody said who
    holder uuid,    -- the member who has it; null: it waits in its team's queue
    foreign key (project, community) references cases.community (project, id)
) with (fillfactor = 80);
-- A case's id is of version 7: its order is that of opening, and a page that
-- goes on after an id is not moved by what is inserted meanwhile.
create index matter_by_flow on cases.matter (flow, project, id);
create index matter_by_household on cases.matter (household, flow)
    where household is not null;
create index matter_by_holder on cases.matter (holder, id)
    where holder is not null;

-- Only ever longer (R-EDIT).
create table cases.matter_entry (
    matter uuid not null references cases.matter,
    seq bigint generated always as identity,
    at timestamptz not null,
    event text not null check (event ~ '^[a-z][a-z0-9_]{0,39}$'),
    from_state text not null, -- 'none' before there was the case
    to_state text not null,
    actor uuid, -- null: a deadline came, or nobody said who
    call uuid not null,
    reason text check (length(reason) between 1 and 200),
    primary key (matter, seq)
);
create trigger matter_entry_stands before update or delete
    on cases.matter_entry
    for each row execute function cases.refuse_change();
create trigger matter_entry_stays before truncate on cases.matter_entry
    for each statement execute function cases.refuse_change();

-- A move is a row of the kind's table.
create function cases.matter_guard() returns trigger
language plpgsql as $$
declare
    came_from text := 'none';
begin
    if tg_op = 'UPDATE' then
        came_from := old.state;
    end if;
    perform from cases.transition t
    where t.flow = new.flow and t.track = '*'
      and t.from_state = came_from and t.to_state = new.state;
    if not found then
        raise exception '% %: there is no move from % to %',
            new.flow, new.no, came_from, new.state;
    end if;
    return new;
end $$;
create trigger matter_begins before insert on cases.matter
    for each row execute function cases.matter_guard();
create trigger matter_moves before update on cases.matter
    for each row when (old.state <> new.state)
    execute function cases.matter_guard();
create trigger matter_is_itself before update on cases.matter
    for each row when (
        (old.id, old.flow, old.no, old.project, old.kind, old.opened_at,
         old.opened_by, old.household)
        is distinct from
        (new.id, new.flow, new.no, new.project, new.kind, new.opened_at,
         new.opened_by, new.household))
    execute function cases.refuse_change();
create trigger matter_stays before delete on cases.matter
    for each row execute function cases.refuse_change();

-- What is not written down did not happen: at the commit, the case stands
-- where its last entry says.
create function cases.matter_told() returns trigger
language plpgsql as $$
begin
    perform from cases.matter m
    join lateral (
        select e.to_state from cases.matter_entry e
        where e.matter = m.id
        order by e.seq desc limit 1) e on e.to_state = m.state
    where m.id = new.id;
    if not found then
        raise exception '% %: its last entry does not tell its state',
            new.flow, new.no;
    end if;
    return null;
end $$;
create constraint trigger matter_told after insert on cases.matter
    deferrable initially deferred
    for each row execute function cases.matter_told();
create constraint trigger matter_told_again after update of state
    on cases.matter
    deferrable initially deferred
    for each row when (old.state <> new.state)
    execute function cases.matter_told();

-- ----------------------------------------------------------------- clock/

-- A period that runs for a household or a case (domain.md 4.7), with what has
-- to be known to count it again and to say why it ends when it ends.
create table cases.clock (
    id uuid primary key,
    flow text not null,
    subject uuid not null,
    name text not null check (name ~ '^[TG]-[A-Z0-9-]{1,30}$'),
    count int not null check (count between 0 and 10000),
    unit text not null
        check (unit in ('hours', 'days', 'working_days', 'months')),
    source text not null,
    started_at timestamptz not null,
    due_at timestamptz not null check (due_at >= started_at),
    provisional boolean not null, -- counted past the announced holidays
    paused_at timestamptz,
    pause_reason text check (length(pause_reason) between 1 and 200),
    paused_us bigint not null default 0 check (paused_us >= 0),
    step int not null default 0 check (step >= 0), -- of its ladder, the next
    stopped_at timestamptz,
    check ((paused_at is null) = (pause_reason is null))
) with (fillfactor = 80);
create unique index clock_runs_once on cases.clock (subject, name)
    where stopped_at is null;
create index clock_due on cases.clock (due_at)
    where stopped_at is null;
create index clock_provisional on cases.clock (id)
    where stopped_at is null and provisional;

-- Every start, pause, resumption, step and stop; only ever longer.
create table cases.clock_entry (
    clock uuid not null references cases.clock,
    seq bigint generated always as identity,
    at timestamptz not null,
    event text not null check (event in ('start', 'pause', 'resume', 'step',
                                         'stop', 'recount')),
    due_at timestamptz not null,
    step int, -- of the ladder, when one was taken
    actor uuid,
    reason text check (length(reason) between 1 and 200),
    primary key (clock, seq)
);
-- Each step of a ladder is taken once.
create unique index clock_step_once on cases.clock_entry (clock, step)
    where event = 'step';
create trigger clock_entry_stands before update or delete
    on cases.clock_entry
    for each row execute function cases.refuse_change();

-- What stopped stays stopped, and a rule is not changed while it counts.
create trigger clock_stands before update on cases.clock
    for each row when (
        old.stopped_at is not null
        or (old.id, old.flow, old.subject, old.name, old.count, old.unit,
            old.started_at)
           is distinct from
           (new.id, new.flow, new.subject, new.name, new.count, new.unit,
            new.started_at)
        or new.step < old.step or new.paused_us < old.paused_us)
    execute function cases.refuse_change();
create trigger clock_stays before delete on cases.clock
    for each row execute function cases.refuse_change();

grant usage on sequence cases.matter_number to redkite_cases;
grant select, insert, update on cases.matter, cases.clock to redkite_cases;
grant select, insert on cases.matter_entry, cases.clock_entry
    to redkite_cases;
