-- Call-backs (domain.md 3.3, 4.3; §8 R-FAKE): of the errands and problems that
-- end, one in twenty is asked about by somebody who had no hand in it.

insert into cases.transition (flow, track, from_state, to_state, event) values
    ('callback', '*', 'none', 'due', 'draw'),
    ('callback', '*', 'due', 'unreached', 'give_up'),
    ('callback', '*', 'due', 'confirmed', 'confirm'),
    ('callback', '*', 'due', 'contested', 'contest'),
    -- who was pressed, or was told that something was done, need not go to the
    -- window first
    ('grievance', '*', 'received', 'appealed_g2', 'escalate');

-- The share, in percent.  A district may raise it and never lower it (R-CFG).
create table cases.callback_policy (
    one boolean primary key default true check (one),
    pct int not null default 5,
    constraint callback_only_tighter check (pct between 5 and 100)
);
insert into cases.callback_policy default values;
create trigger callback_policy_stays before delete on cases.callback_policy
    for each row execute function cases.refuse_change();

-- Anybody can work a draw out again; nobody knows the salt before the case has
-- ended.
create function cases.callback_is_drawn(matter uuid, salt uuid, pct int)
returns boolean
language sql immutable parallel safe
return ('x' || substr(encode(sha256(convert_to(
            matter::text || salt::text, 'UTF8')), 'hex'), 1, 8))
       ::bit(32)::bigint % 10000 < pct * 100;

create table cases.callback_draw (
    id uuid primary key default gen_random_uuid(),
    matter uuid not null references cases.matter,
    at timestamptz not null,
    salt uuid not null,
    pct int not null,
    drawn boolean not null,
    constraint callback_drawn check (
        drawn = cases.callback_is_drawn(matter, salt, pct))
);
create index callback_draw_by_matter on cases.callback_draw (matter);
create trigger callback_draw_stands before update or delete
    on cases.callback_draw
    for each row execute function cases.refuse_change();

create table cases.callback (
    id uuid primary key references cases.callback_draw,
    matter uuid not null references cases.matter,
    state text not null default 'due',
    tries int not null default 0 check (tries between 0 and 3),
    tried_at timestamptz,
    tried_by uuid,
    said text check (said in ('done', 'not_done')),
    score int check (score between 1 and 5),
    pressed text check (pressed in ('yes', 'no')), -- to withdraw
    constraint callback_tried check (
        (tries = 0) = (tried_at is null) and (tries = 0) = (tried_by is null)),
    -- Who was not reached has said nothing, and is not satisfied.
    constraint callback_answered check (
        case when state in ('confirmed', 'contested')
             then num_nulls(said, score, pressed) = 0
                  and (state = 'confirmed') = (said = 'done')
             else num_nulls(said, score, pressed) = 3 end),
    constraint callback_thrice check (
        (state <> 'due' or tries < 3) and (state <> 'unreached' or tries = 3))
);
create unique index callback_once on cases.callback (matter)
    where state = 'due';
create trigger callback_stays before delete on cases.callback
    for each row execute function cases.refuse_change();

-- At the commit, when nobody can take it back: families' quarrels are for
-- their mediators alone, and nobody asks about them.
create function cases.callback_draw() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    d cases.callback_draw;
begin
    d.id := gen_random_uuid();
    d.salt := gen_random_uuid();
    select p.pct into d.pct from cases.callback_policy p;
    d.drawn := cases.callback_is_drawn(new.id, d.salt, d.pct);
    insert into cases.callback_draw (id, matter, at, salt, pct, drawn)
    values (d.id, new.id, new.state_since, d.salt, d.pct, d.drawn);
    if d.drawn then
        insert into cases.callback (id, matter) values (d.id, new.id)
        on conflict (matter) where state = 'due' do nothing;
    end if;
    return null;
end $$;
create constraint trigger callback_draw after update on cases.matter
    deferrable initially deferred
    for each row when (
        new.flow in ('errand', 'problem') and new.kind <> 'family_mediation'
        and old.state <> 'closed' and new.state = 'closed')
    execute function cases.callback_draw();

-- Did anything in the case, or has it.
create function cases.callback_handled(which uuid, who uuid) returns boolean
language sql stable
return exists (select from cases.matter_entry e
               where e.matter = which and e.actor = who)
       or exists (select from cases.matter m
                  where m.id = which and who in (m.holder, m.opened_by));

create function cases.callback_guard() returns trigger
language plpgsql as $$
declare
    minute int := extract(epoch from
        (new.tried_at at time zone 'Asia/Shanghai')::time) / 60;
begin
    if new.id <> old.id or new.matter <> old.matter or old.state <> 'due'
       or new.tries <> old.tries + 1 then
        raise exception 'R-FAKE: what a call-back was about, and what was '
            'answered, stands';
    end if;
    perform from cases.transition t
    where t.flow = 'callback' and t.from_state = old.state
      and t.to_state = new.state;
    if not found and new.state <> 'due' then
        raise exception 'R-FAKE: there is no move of a call-back from % to %',
            old.state, new.state;
    end if;
    if cases.callback_handled(new.matter, new.tried_by) then
        raise exception 'R-FAKE: who handled the case does not ask about it';
    end if;
    if minute < 510 or minute >= 1200 then
        raise exception 'R-QUIET: nobody is called between 20:00 and 08:30';
    end if;
    if cases.day_of(new.tried_at) <= cases.day_of(old.tried_at) then
        raise exception 'R-QUIET: one call a day';
    end if;
    return new;
end $$;
create trigger callback_guard before update on cases.callback
    for each row execute function cases.callback_guard();

revoke all on function cases.callback_draw from public;
grant select on cases.callback_policy, cases.callback_draw, cases.callback
    to redkite_cases;
grant update (state, tries, tried_at, tried_by, said, score, pressed)
    on cases.callback to redkite_cases;
