-- What cannot go on: tried again with growing pauses, counted where a crash is
-- counted too, and handled by an operator one subject at a time.

-- How many processes have begun to take what comes after a reader's place, and
-- which place that was: one that dies of an event leaves its count behind.
alter table bus.cursor
    add column tried bigint not null default -1,
    add column tries integer not null default 0;

-- The first event of a subject is due for its next try; those behind it wait
-- and have none.
alter table bus.parked
    add column due timestamptz,
    add column attempts integer not null default 0;
update bus.parked p set due = p.at, attempts = 5
where p.seq = (select min(q.seq) from bus.parked q
               where q.reader = p.reader and q.source = p.source
                 and q.subject = p.subject);
create index on bus.parked (reader, source, due) where due is not null;

grant update (cause, due, attempts) on bus.parked to redkite_service;
revoke delete on bus.parked from redkite_service;

-- The pause before the next try: 1, 2, 4 ... seconds, a quarter more or less.
create function bus.pause(tries integer) returns interval
language sql volatile
return make_interval(secs => power(2, least(tries, 10) - 1)
                             * (0.75 + random() / 2));

create function bus.check_reader(of_reader text) returns void
language plpgsql as $$
begin
    if session_user <> 'redkite_' || of_reader then
        raise insufficient_privilege
            using message = 'a service ends its own waiting only';
    end if;
end $$;

-- Ends the waiting of one event: the first of its subject, of the service that
-- asks, and no other.  The next of the subject takes its place, due now, with
-- so many attempts behind it.  Locks the reader's place: else an event that
-- arrives meanwhile would wait behind nobody.
create function bus.unpark(of_reader text, of_source text, of_seq bigint,
                           next_attempts integer, next_due timestamptz)
returns uuid
language plpgsql security definer set search_path = bus, pg_temp as $$
declare
    freed uuid;
begin
    perform bus.check_reader(of_reader);
    perform from bus.cursor c
    where c.reader = of_reader and c.source = of_source for update;
    delete from bus.parked p
    where p.reader = of_reader and p.source = of_source and p.seq = of_seq
      and p.due is not null
    returning p.subject into freed;
    update bus.parked p
    set due = next_due, attempts = next_attempts,
        cause = case when next_attempts > 0
                     then 'the event before it was given up' else p.cause end
    where p.reader = of_reader and p.source = of_source
      and p.seq = (select min(q.seq) from bus.parked q
                   where q.reader = of_reader and q.source = of_source
                     and q.subject = freed);
    return freed;
end $$;

-- Starts a source over: the place goes back to the beginning of the stream as
-- it is now, and nothing waits, since all of it will be read again.
create function bus.begin_anew(of_reader text, of_source text) returns bigint
language plpgsql security definer set search_path = bus, pg_temp as $$
begin
    perform bus.check_reader(of_reader);
    update bus.cursor c set seq = 0, epoch = s.epoch, tried = -1, tries = 0
    from bus.life s
    where c.reader = of_reader and c.source = of_source
      and s.source = of_source;
    delete from bus.parked p
    where p.reader = of_reader and p.source = of_source;
    return 0;
end $$;

revoke execute on function bus.unpark, bus.begin_anew from public;
grant execute on function bus.unpark, bus.begin_anew to redkite_service;
