-- The audit's chain (design.md §3; domain.md §8 R-EDIT): each row of the audit is
-- followed by a link whose hash covers the row and the link before.  Who changes,
-- removes or slips in a row has to write every later link anew, and then no head
-- that somebody noted fits any more.

create table bus.audit_link (
    no    bigint primary key,       -- 1, 2, 3 ...
    entry bigint not null unique,   -- of bus.audit
    hash  bytea not null check (octet_length(hash) = 32)
);

-- The head, and up to which row nothing can still come in.  One row: who links
-- locks it.
create table bus.audit_head (
    one      boolean primary key default true check (one),
    no       bigint not null default 0,
    hash     bytea not null default '',
    settled  bigint not null default 0,  -- rows up to it are all linked
    mark     bigint not null default 0,  -- rows up to it may be, when ...
    before   xid8 not null default '0',  -- ... the transactions before it are over,
    marked   timestamptz not null default '-infinity',  -- and some time has passed
    anchored timestamptz not null default '-infinity'   -- the head was last told
);
insert into bus.audit_head default values;

-- Of one row and of all before it.
create function bus.audit_hash(before bytea, a bus.audit) returns bytea
language sql stable
return sha256(before || convert_to(json_build_array(
    a.id, to_char(a.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
    a.service, a.call, a.actor, a.command, a.subject, a.purpose)::text, 'UTF8'));

-- Links so many rows at most that have none yet.  A row with a lower number may
-- be committed late, so all are looked at that are not settled; a number is drawn
-- a moment before its transaction counts, hence the half minute.  A mark from
-- ahead of the cluster's own transactions is from another cluster, and over.
-- Each hour it tells the head.
create function bus.link_audit(most bigint, out gone bigint, out done text)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    h bus.audit_head;
    a bus.audit;
    past boolean;
begin
    gone := 0;
    select * into h from bus.audit_head for update skip locked;
    if not found then
        return;
    end if;
    past := h.marked < clock_timestamp() - interval '30 s'
            and (h.before <= pg_snapshot_xmin(pg_current_snapshot())
                 or h.before > pg_snapshot_xmax(pg_current_snapshot()));
    for a in select * from bus.audit x
             where x.id > h.settled
               and not exists (select from bus.audit_link l where l.entry = x.id)
             order by x.id limit most loop
        h.no := h.no + 1;
        h.hash := bus.audit_hash(h.hash, a);
        insert into bus.audit_link values (h.no, a.id, h.hash);
        gone := gone + 1;
    end loop;
    if past and gone < most then
        h.settled := h.mark;
        h.mark := coalesce((select max(id) from bus.audit), 0);
        h.before := pg_snapshot_xmax(pg_current_snapshot());
        h.marked := clock_timestamp();
    end if;
    if h.anchored < clock_timestamp() - interval '1 h' and h.no > 0 then
        h.anchored := clock_timestamp();
        done := 'head ' || h.no || ':' || encode(h.hash, 'hex');
    end if;
    update bus.audit_head
    set no = h.no, hash = h.hash, settled = h.settled, mark = h.mark,
        before = h.before, marked = h.marked, anchored = h.anchored;
end $$;

-- Looks at the links after one, and at the rows after one, so many of each: how
-- far it came, and the first thing that does not hold, or null.  "upto" ends at
-- a link; 0 is none.  At the end of all links the head must be the last.
create function bus.verify_audit(inout no bigint, inout hash text,
                                 inout entry bigint, upto bigint, most bigint,
                                 out wrong text, out ended boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    h bus.audit_head;
    x record;
    sofar bytea := decode(hash, 'hex');
    looked bigint := 0;
    stray bigint;
begin
    select * into h from bus.audit_head;
    for x in select l.no, l.entry, l.hash, a as kept, a.id as id
             from bus.audit_link l left join bus.audit a on a.id = l.entry
             where l.no > verify_audit.no and (upto = 0 or l.no <= upto)
               and l.no <= h.no
             order by l.no limit most loop
        looked := looked + 1;
        wrong := case
            when x.no <> verify_audit.no + 1
                then 'link ' || verify_audit.no + 1 || ' is missing'
            when x.id is null
                then 'row ' || x.entry || ' of link ' || x.no || ' is gone'
            when x.hash <> bus.audit_hash(sofar, x.kept)
                then 'row ' || x.entry || ' or its link ' || x.no || ' was changed'
            end;
        if wrong is not null then
            return;
        end if;
        verify_audit.no := x.no;
        sofar := x.hash;
        hash := encode(sofar, 'hex');
    end loop;
    ended := looked < most;
    if ended and upto = 0 and (verify_audit.no, sofar) <> (h.no, h.hash) then
        wrong := 'the last link is ' || verify_audit.no || ', the head says '
                 || h.no || ':' || encode(h.hash, 'hex');
        return;
    end if;
    select max(r.id), count(*), min(r.id) filter (where not exists (
               select from bus.audit_link l where l.entry = r.id))
    into x
    from (select id from bus.audit
          where id > verify_audit.entry and id <= h.settled
          order by id limit most) as r(id);
    looked := x.count;
    stray := x.min;
    verify_audit.entry := coalesce(x.max, verify_audit.entry);
    if stray is not null then
        wrong := 'row ' || stray || ' was slipped in: it has no link';
    end if;
    ended := ended and looked < most;
end $$;

revoke execute on function bus.link_audit, bus.verify_audit from public;
grant execute on function bus.link_audit, bus.verify_audit to redkite_service;
grant select on bus.audit_head to redkite_service;
