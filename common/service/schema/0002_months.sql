-- The outbox by months, the memory that ends, and an epoch that cannot be
-- forgotten (docs/frame.md).

-- ------------------------------------------------------------------- months
-- The month in which an event is kept, by the store's clock alone: services'
-- clocks may differ or jump.  Never a month that is archived: archiving puts
-- its floor here.
create function bus.this_month() returns date language sql stable
return greatest(date_trunc('month', now() at time zone 'UTC')::date,
                date '-infinity');

-- What the partitions are, and which of them are closed.
create table bus.month (
    month    date primary key,
    archived timestamptz
);

create sequence bus.outbox_id;
grant usage on sequence bus.outbox_id to redkite_service;

alter table bus.outbox rename to outbox_whole;
create table bus.outbox (
    id      bigint not null default nextval('bus.outbox_id'),
    month   date not null default bus.this_month(),
    event   uuid not null,
    source  text not null,
    topic   text not null check (octet_length(topic) between 1 and 64),
    subject uuid not null,
    call    uuid not null,
    actor   uuid not null,
    trace   text not null,
    data    json compression lz4 not null,
    at      timestamptz not null
) partition by list (month);

-- A month that nobody opened: its events wait here until somebody does.
create table bus.outbox_rest partition of bus.outbox (primary key (id)) default;

-- Opens a month: with what came in before it was open.  The lock holds up
-- those who append for the moment that their month changes its table.
create function bus.open_month(m date) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    name text := 'outbox_' || to_char(m, 'YYYY_MM');
begin
    lock table bus.outbox in share row exclusive mode;
    execute format('create table bus.%I (like bus.outbox including defaults'
                   ' including constraints including compression,'
                   ' primary key (id))', name);
    execute format('with moved as (delete from bus.outbox_rest where month = %L'
                   ' returning *) insert into bus.%I select * from moved',
                   m, name);
    execute format('alter table bus.outbox attach partition bus.%I'
                   ' for values in (%L)', name, m);
    insert into bus.month (month) values (m);
end $$;

-- This month and the next two are open.  Says what was done.
create function bus.open_months() returns text
language plpgsql security definer
set search_path = pg_catalog, pg_temp set lock_timeout = '200ms'
set enable_seqscan = on as $$
declare
    m date;
    opened text;
begin
    if not pg_try_advisory_xact_lock(hashtext('redkite months'), 0) then
        return null;
    end if;
    for m in select (bus.this_month() + make_interval(months => ahead))::date
             from generate_series(0, 2) as ahead
             except select month from bus.month
             order by 1 loop
        perform bus.open_month(m);
        opened := concat_ws(' ', opened, to_char(m, 'YYYY-MM'));
    end loop;
    return opened;
end $$;

-- ------------------------------------------------------------------ archive
create function bus.refuse_change() returns trigger
language plpgsql as $$
begin
    raise exception 'the archive of events is read-only';
end $$;

-- A copy of a month without gaps, in the order of the ids, that nobody can
-- change: in the tablespace redkite_archive, when there is one for us.
create function bus.copy_month(m date, name text) returns bigint
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    place text := (select ' tablespace ' || quote_ident(spcname)
                   from pg_tablespace
                   where spcname = 'redkite_archive'
                     and has_tablespace_privilege(oid, 'create'));
    events bigint;
begin
    execute format('create table bus.%I (like bus.outbox including defaults'
                   ' including constraints including compression,'
                   ' check (month = %L)) with (fillfactor = 100)%s',
                   name, m, place);
    execute format('insert into bus.%I select * from bus.outbox'
                   ' where month = %L order by id', name, m);
    get diagnostics events = row_count;
    execute format('alter table bus.%I add primary key (id)'
                   ' with (fillfactor = 100)%s', name,
                   replace(coalesce(place, ''), ' tablespace',
                           ' using index tablespace'));
    execute format('create trigger closed before insert or update or delete'
                   ' on bus.%I for each row'
                   ' execute function bus.refuse_change()', name);
    execute format('create trigger closed_whole before truncate on bus.%I'
                   ' for each statement execute function bus.refuse_change()',
                   name);
    execute format('alter table bus.%1$I enable always trigger closed,'
                   ' enable always trigger closed_whole', name);
    return events;
end $$;

-- Archives the oldest open month that is more than so many months over, one at
-- a time.  Appending and reading are held up by the exchange of the tables, not
-- by the copying.  Says what was done.
create function bus.archive_month(open_months bigint) returns text
language plpgsql security definer
set search_path = pg_catalog, pg_temp set lock_timeout = '200ms'
set enable_seqscan = on as $$
declare
    m date;
    open text;
    closed text;
    events bigint;
begin
    if not pg_try_advisory_xact_lock(hashtext('redkite months'), 0) then
        return null;
    end if;
    select min(month) into m
    from (select month from bus.month where archived is null
          union all select month from bus.outbox_rest) as unclosed
    where month < bus.this_month()
                  - make_interval(months => greatest(open_months, 2)::int);
    if m is null then
        return null;
    end if;
    if not exists (select from bus.month where month = m) then
        perform bus.open_month(m);
    end if;
    open := 'outbox_' || to_char(m, 'YYYY_MM');
    closed := 'archive_' || to_char(m, 'YYYY_MM');

    execute format('create or replace function bus.this_month() returns date'
                   ' language sql stable return greatest('
                   'date_trunc(''month'', now() at time zone ''UTC'')::date,'
                   ' %L::date)', (m + interval '1 month')::date);
    execute format('lock table bus.%I in share mode', open);
    events := bus.copy_month(m, closed);
    lock table bus.outbox in access exclusive mode;
    execute format('alter table bus.outbox detach partition bus.%I', open);
    execute format('drop table bus.%I', open);
    execute format('alter table bus.outbox attach partition bus.%I'
                   ' for values in (%L)', closed, m);
    update bus.month set archived = now() where month = m;
    return format('%s: %s events', to_char(m, 'YYYY-MM'), events);
end $$;

-- -------------------------------------------------------- what is there now
do $$
declare
    m date;
begin
    for m in select distinct date_trunc('month', at at time zone 'UTC')::date
             from bus.outbox_whole order by 1 loop
        perform bus.open_month(m);
    end loop;
end $$;
insert into bus.outbox (id, month, event, source, topic, subject, call, actor,
                        trace, data, at)
select id, date_trunc('month', at at time zone 'UTC')::date, event, source,
       topic, subject, call, actor, trace, data, at
from bus.outbox_whole order by id;
select setval('bus.outbox_id', coalesce(max(id), 0) + 1, false)
from bus.outbox_whole;

-- Both know where their event is kept.  The default is that of the outbox, and
-- the same in one transaction.
alter table bus.position add column month date;
update bus.position p set month = o.month from bus.outbox o where o.id = p.id;
alter table bus.position alter column month set not null,
    alter column month set default bus.this_month();
alter table bus.pending add column month date;
update bus.pending p set month = o.month from bus.outbox o where o.id = p.id;
alter table bus.pending alter column month set not null,
    alter column month set default bus.this_month();

drop table bus.outbox_whole;
grant select, insert on bus.outbox to redkite_service;
select bus.open_months();

-- ------------------------------------------------------------------- memory
-- Forgets answers that were given before a moment, a helping at a time, by the
-- ids of the calls, which rise with time.  Never one of the last 32 days by the
-- store's clock: a call is taken until it is 30 days old, and its clock may be
-- a day ahead.  Says how many went.
create function bus.forget_handled(whose text, before timestamptz, most bigint)
returns bigint language plpgsql security definer
set search_path = pg_catalog, pg_temp as $$
declare
    until timestamptz := least(before, now() - interval '32 days');
    last  uuid := (lpad(to_hex((extract(epoch from until + interval '1 day')
                                * 1000)::bigint), 12, '0')
                   || repeat('0', 20))::uuid;
    gone  bigint;
begin
    delete from bus.handled
    where service = whose and call in (
        select call from bus.handled
        where service = whose and call < last and at < until
        order by call limit most for update skip locked);
    get diagnostics gone = row_count;
    return gone;
end $$;

-- Tables that empty as they fill, or whose few rows change all the time.
alter table bus.alarm set (autovacuum_vacuum_scale_factor = 0,
                           autovacuum_vacuum_threshold = 1000);
alter table bus.cursor set (autovacuum_vacuum_scale_factor = 0,
                            autovacuum_vacuum_threshold = 100,
                            fillfactor = 50);
alter table bus.handled set (autovacuum_vacuum_scale_factor = 0.02,
                             autovacuum_vacuum_insert_scale_factor = 0.05);

-- -------------------------------------------------------------------- epoch
-- A stream's epoch is one of this very table, in this database, of this
-- cluster, on this timeline: a dump that is restored anywhere, and a cluster
-- that is restored or promoted, begin a new one without anybody's doing.
create view bus.life as
select source,
       md5(concat_ws(' ', epoch, (pg_control_system()).system_identifier,
                     (select oid from pg_database
                      where datname = current_database()),
                     'bus.stream'::regclass::oid,
                     left(pg_walfile_name(pg_current_wal_lsn()), 8)))::uuid
           as epoch
from bus.stream;
grant select on bus.life to redkite_service;

update bus.cursor c set epoch = l.epoch
from bus.stream s join bus.life l using (source)
where c.source = s.source and c.epoch = s.epoch;

-- For the one restore that leaves no trace: files copied back as they were.
create function bus.renew_stream(whose text) returns void
language sql security definer set search_path = pg_catalog, pg_temp
begin atomic
    update bus.stream set epoch = gen_random_uuid() where source = whose;
end;

revoke execute on all functions in schema bus from public;
grant execute on function bus.this_month(), bus.open_months(),
    bus.archive_month(bigint), bus.forget_handled(text, timestamptz, bigint),
    bus.renew_stream(text) to redkite_service;
