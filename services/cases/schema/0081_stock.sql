-- The flats from which households choose, in the order that was drawn (R-ORDER).
-- What a draw committed to stands; a flat goes to one household.

create table cases.flat (
    id uuid primary key,
    project uuid not null references cases.project,
    building text not null check (length(building) between 1 and 40),
    unit text not null check (length(unit) between 1 and 20),
    floor int not null check (floor between -3 and 99 and floor <> 0),
    door text not null check (length(door) between 1 and 20),
    area bigint not null check (area between 1000 and 100000), -- 0.01 m2
    rooms text check (length(rooms) between 1 and 40),
    facing text check (length(facing) between 1 and 20),
    price bigint not null check (price between 1 and 100000000), -- fen a m2
    site text not null check (site in ('on_site', 'off_site')),
    imported_by uuid not null,
    imported_at timestamptz not null,
    unique (project, building, unit, floor, door),
    unique (id, project)
);

create table cases.building_progress (
    id uuid primary key,
    project uuid not null references cases.project,
    building text not null,
    progress text not null check (progress in
        ('planned', 'started', 'topped_out', 'accepted', 'ready')),
    day date not null,
    document text not null check (length(document) between 1 and 100),
    recorded_by uuid not null,
    recorded_at timestamptz not null
);
create index building_progress_newest
    on cases.building_progress (project, building, day desc, recorded_at desc);
create trigger building_progress_stands before update or delete
    on cases.building_progress
    for each row execute function cases.refuse_change();

-- ------------------------------------------------------------- of a draw

-- stock_hash is that of the flats' lines as the roster's is of its numbers; it is
-- null for draws from before there was a stock.
alter table cases.draw
    add stock_hash text check (stock_hash ~ '^[0-9a-f]{64}$'),
    add take int not null default 1 check (take between 1 and 10),
    add choosing_since timestamptz check (choosing_since >= revealed_at),
    add turn_minutes int check (turn_minutes between 5 and 10080),
    add constraint draw_choosing_whole check (
        (choosing_since is null) = (turn_minutes is null));

create table cases.draw_flat (
    draw uuid not null references cases.draw,
    flat uuid not null references cases.flat,
    line text not null,
    stands boolean not null default true,
    primary key (draw, flat)
);
create unique index draw_flat_once on cases.draw_flat (flat) where stands;
create trigger draw_flat_stays before delete on cases.draw_flat
    for each row execute function cases.refuse_change();

create function cases.flat_line(f cases.flat) returns text
language sql immutable
return format('%s/%s/%s/%s %s.%s m2 %s.%s yuan/m2', f.building, f.unit,
    f.floor, f.door, f.area / 100, lpad((f.area % 100)::text, 2, '0'),
    f.price / 100, lpad((f.price % 100)::text, 2, '0'));

create function cases.draw_stock_whole() returns trigger
language plpgsql as $$
declare
    found_hash text;
begin
    select encode(sha256(convert_to(coalesce(string_agg(f.line || E'\n', ''
               order by f.line collate "C"), ''), 'UTF8')), 'hex')
    into found_hash
    from cases.draw_flat f where f.draw = new.id;
    if found_hash <> new.stock_hash then
        raise exception 'R-ORDER: draw %: the stock is not the one that was '
            'committed to', new.id;
    end if;
    return null;
end $$;
create constraint trigger draw_stock_whole after insert on cases.draw
    deferrable initially deferred
    for each row execute function cases.draw_stock_whole();

create function cases.draw_flat_guard() returns trigger
language plpgsql as $$
begin
    perform from cases.draw d
    join cases.flat f on f.id = new.flat and f.project = d.project
        and cases.flat_line(f) = new.line
    where d.id = new.draw and d.xmin::text = (pg_current_xact_id()::xid)::text;
    if not found then
        raise exception 'R-ORDER: a stock is written with its draw';
    end if;
    return new;
end $$;
create trigger draw_flat_guard before insert on cases.draw_flat
    for each row execute function cases.draw_flat_guard();

create function cases.flat_guard() returns trigger
language plpgsql as $$
begin
    if tg_op = 'DELETE' or exists (
           select from cases.draw_flat d where d.flat = old.id and d.stands)
       or (new.id, new.project, new.building, new.unit, new.floor, new.door)
          is distinct from (old.id, old.project, old.building, old.unit,
                            old.floor, old.door) then
        raise exception 'R-ORDER: flat %: a draw was committed to it', old.id
            using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;
create trigger flat_guard before update or delete on cases.flat
    for each row execute function cases.flat_guard();

-- What a draw committed to does not change when choosing begins; that is once.
create or replace function cases.draw_void() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    update cases.draw_roster set stands = false where draw = new.id;
    update cases.draw_flat set stands = false where draw = new.id;
    return null;
end $$;
drop trigger draw_stands on cases.draw;
create trigger draw_stands before update on cases.draw
    for each row when (
        old.voided_at is not null
        or (old.id, old.project, old.community, old.name, old.algorithm,
            old.roster_hash, old.secret_hash, old.secret_sealed, old.source,
            old.drawn_on, old.committed_by, old.committed_at, old.stock_hash,
            old.take)
           is distinct from
           (new.id, new.project, new.community, new.name, new.algorithm,
            new.roster_hash, new.secret_hash, new.secret_sealed, new.source,
            new.drawn_on, new.committed_by, new.committed_at, new.stock_hash,
            new.take)
        or (old.revealed_at is not null
            and ((old.value, old.secret, old.revealed_by, old.revealed_at,
                  old.voided_by, old.voided_at, old.void_reason)
                 is distinct from
                 (new.value, new.secret, new.revealed_by, new.revealed_at,
                  new.voided_by, new.voided_at, new.void_reason)
                 or old.choosing_since is not null)))
    execute function cases.refuse_change();

-- --------------------------------------------------------------- choosing

-- Whose turn it was, is and will be, one after the other.
create table cases.turn (
    draw uuid not null references cases.draw,
    seq int not null check (seq >= 0),
    household uuid not null references cases.household,
    again boolean not null default false, -- did not come the first time
    began_at timestamptz,
    until timestamptz check (until > began_at),
    ended_at timestamptz check (ended_at >= began_at),
    how text check (how in ('chose', 'declined', 'missed')),
    primary key (draw, seq),
    unique (draw, household, again),
    check ((began_at is null) = (until is null)),
    check ((ended_at is null) = (how is null)),
    check (ended_at is null or began_at is not null)
);
create unique index turn_one_now on cases.turn (draw)
    where began_at is not null and ended_at is null;

-- R-ORDER: nobody comes before those who were drawn before.
create function cases.turn_guard() returns trigger
language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        if new.began_at is not null then
            raise exception 'R-ORDER: draw %: a turn is made before it begins',
                new.draw;
        end if;
        if new.again then
            perform from cases.turn t
            where t.draw = new.draw and t.household = new.household
              and t.how = 'missed'
              and new.seq > (select max(x.seq) from cases.turn x
                             where x.draw = new.draw);
        else
            perform from cases.draw_place p
            join cases.draw_roster r
                on r.draw = p.draw and r.position = p.position
            where p.draw = new.draw and p.place = new.seq
              and r.household = new.household;
        end if;
        if not found then
            raise exception 'R-ORDER: draw %: the turns are those that were '
                'drawn', new.draw;
        end if;
        return new;
    end if;
    if old.ended_at is not null
       or (new.draw, new.seq, new.household, new.again)
          is distinct from (old.draw, old.seq, old.household, old.again)
       or (old.began_at is not null and (new.began_at, new.until)
           is distinct from (old.began_at, old.until)) then
        raise exception 'R-ORDER: draw %: a turn stands as it was', old.draw
            using errcode = 'integrity_constraint_violation';
    end if;
    if old.began_at is null and exists (
           select from cases.turn t
           where t.draw = new.draw and t.seq < new.seq
             and t.ended_at is null) then
        raise exception 'R-ORDER: draw %: others choose before', new.draw;
    end if;
    if new.how = 'missed' and new.ended_at < new.until then
        raise exception 'R-ORDER: draw %: the household still has its turn',
            new.draw;
    end if;
    return new;
end $$;
create trigger turn_guard before insert or update on cases.turn
    for each row execute function cases.turn_guard();
create trigger turn_stays before delete on cases.turn
    for each row execute function cases.refuse_change();

create table cases.choice (
    id uuid primary key,
    draw uuid not null,
    flat uuid not null,
    household uuid not null,
    chosen_at timestamptz not null,
    chosen_by uuid not null, -- the household, or who wrote its word down
    given_back_at timestamptz check (given_back_at >= chosen_at),
    foreign key (draw, flat) references cases.draw_flat (draw, flat),
    foreign key (draw, household) references cases.draw_roster (draw, household)
);
-- No flat to two households.
create unique index choice_one_household on cases.choice (flat)
    where given_back_at is null;
create index choice_by_household on cases.choice (draw, household);

create function cases.choice_guard() returns trigger
language plpgsql as $$
declare
    allowed int;
begin
    if tg_op = 'UPDATE' then
        if old.given_back_at is not null
           or exists (select from cases.handover h where h.choice = old.id)
           or not exists (
               select from cases.turn t
               where t.draw = old.draw and t.household = old.household
                 and t.began_at is not null and t.ended_at is null)
           or (new.id, new.draw, new.flat, new.household, new.chosen_at,
               new.chosen_by) is distinct from
              (old.id, old.draw, old.flat, old.household, old.chosen_at,
               old.chosen_by) then
            raise exception 'R-ORDER: choice %: a choice stands once the turn '
                'is over', old.id
                using errcode = 'integrity_constraint_violation';
        end if;
        return new;
    end if;
    select d.take into allowed from cases.draw d
    where d.id = new.draw and d.choosing_since <= new.chosen_at
    for share;
    if not found then
        raise exception 'R-ORDER: draw %: choosing has not begun', new.draw;
    end if;
    if not exists (
           select from cases.turn t
           where t.draw = new.draw and t.household = new.household
             and t.began_at is not null and t.ended_at is null)
       and exists (select from cases.turn t
                   where t.draw = new.draw and t.ended_at is null) then
        raise exception 'R-ORDER: draw %: it is another household''s turn',
            new.draw;
    end if;
    perform pg_advisory_xact_lock(hashtextextended(new.household::text, 81));
    if (select count(*) from cases.choice c
        where c.draw = new.draw and c.household = new.household
          and c.given_back_at is null) >= allowed then
        raise exception 'R-ORDER: draw %: no more flats to one household',
            new.draw;
    end if;
    return new;
end $$;
create trigger choice_guard before insert or update on cases.choice
    for each row execute function cases.choice_guard();
create trigger choice_stays before delete on cases.choice
    for each row execute function cases.refuse_change();

-- The keys: the office says so, and the household says so.
create table cases.handover (
    choice uuid primary key references cases.choice,
    day date not null,
    measured_area bigint not null check (measured_area between 1000 and 100000),
    given_by uuid not null,
    given_at timestamptz not null,
    received_by uuid,
    received_at timestamptz check (received_at >= given_at),
    constraint handover_two_persons check (received_by <> given_by),
    constraint handover_received check (
        (received_by is null) = (received_at is null))
);
create function cases.handover_guard() returns trigger
language plpgsql as $$
begin
    if tg_op = 'UPDATE' then
        if old.received_at is not null
           or (new.choice, new.day, new.measured_area, new.given_by,
               new.given_at) is distinct from
              (old.choice, old.day, old.measured_area, old.given_by,
               old.given_at) then
            raise exception 'handover %: it stands as it was', old.choice
                using errcode = 'integrity_constraint_violation';
        end if;
        return new;
    end if;
    perform from cases.choice c
    join cases.flat f on f.id = c.flat
    join cases.building_progress p
        on p.project = f.project and p.building = f.building
        and p.progress = 'ready' and p.day <= new.day
    where c.id = new.choice and c.given_back_at is null;
    if not found then
        raise exception 'handover %: the building is not ready', new.choice;
    end if;
    return new;
end $$;
create trigger handover_guard before insert or update on cases.handover
    for each row execute function cases.handover_guard();
create trigger handover_stays before delete on cases.handover
    for each row execute function cases.refuse_change();

grant select, insert on cases.building_progress, cases.draw_flat
    to redkite_cases;
grant select, insert, update on cases.flat, cases.turn, cases.choice,
    cases.handover to redkite_cases;
