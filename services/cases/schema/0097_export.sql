-- Small exports only (domain.md §8 R-LEAK): a person is shown fifty households of
-- one list a day, however it is paged; more wants an export that was asked for
-- with a purpose and approved by another person, and that ends.

-- Whose rows somebody was shown of a list on a day.  One row, so that asks at the
-- same time wait for each other and are counted together.
create table cases.export_meter (
    actor uuid not null,
    list text not null,
    day date not null,
    households uuid[] not null default '{}',
    primary key (actor, list, day),
    constraint export_fifty check (cardinality(households) <= 50)
);
create trigger export_meter_grows before update on cases.export_meter
    for each row when (
        (old.actor, old.list, old.day) <> (new.actor, new.list, new.day)
        or not new.households @> old.households)
    execute function cases.refuse_change();
create trigger export_meter_stays before delete on cases.export_meter
    for each row execute function cases.refuse_change();

create sequence cases.export_no;
create table cases.export (
    id uuid primary key,
    no text not null unique
        default 'EX-' || lpad(nextval('cases.export_no')::text, 6, '0'),
    list text not null,
    project uuid not null references cases.project,
    community uuid references cases.community, -- null: all of the project
    rows int not null check (rows between 51 and 5000),
    purpose text not null check (length(purpose) between 1 and 200),
    asked_by uuid not null,
    asked_at timestamptz not null,
    approved_by uuid,
    approved_at timestamptz,
    until timestamptz,
    households uuid[] not null default '{}', -- that were shown by it
    used_at timestamptz,
    constraint export_two_persons check (approved_by <> asked_by),
    constraint export_approved_whole check (
        num_nulls(approved_by, approved_at, until) in (0, 3)),
    constraint export_a_day check (until <= approved_at + interval '24 hours'),
    constraint export_rows check (cardinality(households) <= rows),
    constraint export_used_in_time check (
        used_at is null and cardinality(households) = 0
        or until is not null and used_at is not null
           and used_at >= approved_at and used_at < until)
);
-- What was asked for stands, and so does who approved it.
create trigger export_stands before update on cases.export
    for each row when (
        (old.id, old.no, old.list, old.project, old.community, old.rows,
         old.purpose, old.asked_by, old.asked_at)
        is distinct from
        (new.id, new.no, new.list, new.project, new.community, new.rows,
         new.purpose, new.asked_by, new.asked_at)
        or (old.approved_at is not null
            and (old.approved_by, old.approved_at, old.until)
                is distinct from (new.approved_by, new.approved_at, new.until))
        or not new.households @> old.households)
    execute function cases.refuse_change();
create trigger export_stays before delete on cases.export
    for each row execute function cases.refuse_change();

-- It shows what it was approved for, and nothing before it was.
create function cases.export_guard() returns trigger
language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        if new.approved_at is not null or new.used_at is not null then
            raise exception 'R-LEAK: an export is asked for before it is '
                'approved';
        end if;
        return new;
    end if;
    if exists (select from cases.household h
               where h.id = any(new.households)
                 and (h.project <> new.project
                      or h.community <> new.community)) then
        raise exception 'R-LEAK: %: it was approved for other households',
            new.no;
    end if;
    return new;
end $$;
create trigger export_guard before insert or update on cases.export
    for each row execute function cases.export_guard();

grant usage on sequence cases.export_no to redkite_cases;
grant select, insert on cases.export_meter, cases.export to redkite_cases;
grant update (households) on cases.export_meter to redkite_cases;
grant update (approved_by, approved_at, until, households, used_at)
    on cases.export to redkite_cases;

-- ------------------------------------------------------------------- access
-- Who opened the personal data of many households on a day (domain.md §8
-- R-SNOOP): told once to the privacy officer, and nothing is blocked.

create index audit_by_day on bus.audit using brin (at);

-- The service may not read the audit: it learns how many, and never whose.  A
-- look is a row with a purpose; it is of a household, or of a case that is.
create function cases.access_counted(from_day date, to_day date)
returns table (member uuid, day date, households bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select a.actor, cases.day_of(a.at),
        count(distinct coalesce(h.id, m.household))
    from bus.audit a
    left join cases.household h on h.id = a.subject
    left join cases.matter m on m.id = a.subject
    where a.service = 'cases' and a.purpose is not null
      and a.at >= from_day::timestamp at time zone 'Asia/Shanghai'
      and a.at < (to_day + 1)::timestamp at time zone 'Asia/Shanghai'
    group by 1, 2
$$;
revoke all on function cases.access_counted from public;
grant execute on function cases.access_counted to redkite_cases;

create table cases.access_told (
    member uuid not null,
    day date not null,
    households int not null,
    told_at timestamptz not null,
    primary key (member, day),
    constraint access_many check (households > 30),
    constraint access_day_is_over check (cases.day_of(told_at) > day)
);
create index access_told_by_day on cases.access_told (day, member);
create trigger access_told_stands before update or delete on cases.access_told
    for each row execute function cases.refuse_change();
grant select, insert on cases.access_told to redkite_cases;

-- The first look; each sets the next.
insert into bus.alarm (id, service, topic, subject, at, due, body, actor, trace)
values (gen_random_uuid(), 'cases', 'access.night',
    '00000000-0000-0000-0000-000000000000', now(), now(),
    json_build_object('since', cases.day_of(now())),
    '00000000-0000-0000-0000-000000000000',
    encode(substr(sha256(gen_random_uuid()::text::bytea), 1, 16), 'hex'));
