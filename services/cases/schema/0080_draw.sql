-- The order in which households choose their new homes is drawn, never that of
-- signing (domain.md §8 R-ORDER).  What was committed to stands before the source
-- of chance has spoken, and what was revealed has to fit it.

create table cases.draw (
    id uuid primary key,
    project uuid not null references cases.project,
    community uuid, -- null: of the whole project
    name text not null check (length(name) between 1 and 100),
    algorithm text not null check (algorithm = 'hmac-sha256-fisher-yates-1'),
    roster_hash text not null check (roster_hash ~ '^[0-9a-f]{64}$'),
    secret_hash text not null check (secret_hash ~ '^[0-9a-f]{64}$'),
    secret_sealed bytea not null, -- place "draw.secret"
    source text not null check (length(source) between 1 and 200),
    drawn_on date not null, -- when the source speaks
    committed_by uuid not null,
    committed_at timestamptz not null,
    value text check (length(value) between 1 and 200), -- what it said
    secret text,
    revealed_by uuid,
    revealed_at timestamptz,
    voided_by uuid,
    voided_at timestamptz,
    void_reason text check (length(void_reason) between 1 and 200),
    foreign key (project, community) references cases.community (project, id),
    constraint draw_before_the_source check (
        cases.day_of(committed_at) < drawn_on),
    constraint draw_after_the_source check (
        cases.day_of(revealed_at) >= drawn_on),
    constraint draw_two_persons check (revealed_by <> committed_by),
    constraint draw_fits check (
        encode(sha256(convert_to(secret, 'UTF8')), 'hex') = secret_hash),
    constraint draw_revealed_whole check (
        num_nulls(value, secret, revealed_by, revealed_at) in (0, 4)),
    constraint draw_voided_whole check (
        num_nulls(voided_by, voided_at, void_reason) in (0, 3)),
    constraint draw_one_end check (revealed_at is null or voided_at is null)
);
create index draw_by_project on cases.draw (project, id);

create table cases.draw_roster (
    draw uuid not null references cases.draw,
    position int not null check (position >= 0),
    household uuid not null references cases.household,
    no text not null,
    stands boolean not null default true,
    primary key (draw, position),
    unique (draw, household)
);
-- A household stands in one draw, which is not void.
create unique index draw_once on cases.draw_roster (household) where stands;

create table cases.draw_place (
    draw uuid not null,
    place int not null check (place >= 0), -- 0 chooses first
    position int not null,
    primary key (draw, place),
    unique (draw, position),
    foreign key (draw, position) references cases.draw_roster (draw, position)
);

-- At the commit the roster is the one whose hash was published, and as long as
-- it is not revealed nobody has a place; then everybody has.
create function cases.draw_whole() returns trigger
language plpgsql as $$
declare
    d cases.draw;
    found_hash text;
    asked bigint;
    placed bigint;
begin
    select * into d from cases.draw
    where id = (to_jsonb(new) ->> case tg_table_name when 'draw' then 'id'
                                  else 'draw' end)::uuid;
    select encode(sha256(convert_to(string_agg(r.no || E'\n', '' order by
               r.no collate "C"), 'UTF8')), 'hex'), count(*)
    into found_hash, asked
    from cases.draw_roster r where r.draw = d.id;
    if found_hash is distinct from d.roster_hash then
        raise exception 'R-ORDER: draw %: the roster is not the one that was '
            'committed to', d.id;
    end if;
    select count(*) into placed from cases.draw_place p where p.draw = d.id;
    if d.revealed_at is null then
        asked := 0;
    end if;
    if placed <> asked then
        raise exception 'R-ORDER: draw %: everybody has a place when it is '
            'revealed, and nobody before', d.id;
    end if;
    return null;
end $$;
create constraint trigger draw_whole after insert or update on cases.draw
    deferrable initially deferred
    for each row execute function cases.draw_whole();
create constraint trigger draw_roster_whole after insert on cases.draw_roster
    deferrable initially deferred
    for each row when (new.position = 0)
    execute function cases.draw_whole();
create constraint trigger draw_place_whole after insert on cases.draw_place
    deferrable initially deferred
    for each row when (new.place = 0)
    execute function cases.draw_whole();

-- Nothing is added to a roster later: it is written with its draw.
create function cases.draw_roster_guard() returns trigger
language plpgsql as $$
begin
    perform from cases.draw d
    where d.id = new.draw and d.xmin::text = (pg_current_xact_id()::xid)::text;
    if not found then
        raise exception 'R-ORDER: a roster is written with its draw';
    end if;
    return new;
end $$;
create trigger draw_roster_guard before insert on cases.draw_roster
    for each row execute function cases.draw_roster_guard();

create trigger draw_stands before update on cases.draw
    for each row when (
        old.revealed_at is not null or old.voided_at is not null
        or (old.id, old.project, old.community, old.name, old.algorithm,
            old.roster_hash, old.secret_hash, old.secret_sealed, old.source,
            old.drawn_on, old.committed_by, old.committed_at)
           is distinct from
           (new.id, new.project, new.community, new.name, new.algorithm,
            new.roster_hash, new.secret_hash, new.secret_sealed, new.source,
            new.drawn_on, new.committed_by, new.committed_at))
    execute function cases.refuse_change();
create trigger draw_stays before delete on cases.draw
    for each row execute function cases.refuse_change();
create trigger draw_roster_stays before delete on cases.draw_roster
    for each row execute function cases.refuse_change();
create trigger draw_place_stands before update or delete on cases.draw_place
    for each row execute function cases.refuse_change();

-- Who stood in a void draw may stand in another.
create function cases.draw_void() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    update cases.draw_roster set stands = false where draw = new.id;
    return null;
end $$;
create trigger draw_void after update of voided_at on cases.draw
    for each row when (old.voided_at is null and new.voided_at is not null)
    execute function cases.draw_void();

grant select, insert, update on cases.draw to redkite_cases;
grant select, insert on cases.draw_roster, cases.draw_place to redkite_cases;
