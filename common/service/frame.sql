-- The frame's own statements, over schema/.  An event is looked up by the month
-- it is kept in, so that no other month is touched; `offset 0` keeps the store
-- from ever joining whole months.

-- name: handled_find
select actor, asked, answer from bus.handled
where service = :service and call = :call;

-- set: handled_find
select s.n, h.actor, h.asked, h.answer
from unnest(:service::text[], :call::uuid[])
    with ordinality as s(service, call, n)
join bus.handled h on h.service = s.service and h.call = s.call;

-- Until when stood what a call writes over, and which moment a look is about
-- (past.c); both are forgotten with the transaction.
-- name: call_time
select set_config('redkite.now', :at, true);

-- name: past_begin
select set_config('redkite.as_of', :as_of, true);

-- name: handled_keep
with said as (
    insert into bus.audit (at, service, call, actor, command, subject, purpose)
    values (:at, :service, :call, :actor, :command, :subject, :purpose)
)
insert into bus.handled (service, call, actor, asked, answer, at)
values (:service, :call, :actor, :asked, :answer, :at);
-- set: handled_keep
with call as (
    select * from unnest(:service::text[], :call::uuid[], :actor::uuid[],
                         :asked::bytea[], :answer::text[], :at::timestamptz[],
                         :command::text[], :subject::uuid[], :purpose::text[])
        as c(service, call, actor, asked, answer, at, command, subject, purpose)
), said as (
    insert into bus.audit (at, service, call, actor, command, subject, purpose)
    select at, service, call, actor, command, subject, purpose from call
)
insert into bus.handled (service, call, actor, asked, answer, at)
select service, call, actor, asked, answer, at from call;

-- name: audit_keep
insert into bus.audit (at, service, call, actor, command, subject, purpose)
values (:at, :service, :call, :actor, :command, :subject, :purpose);

-- name: outbox_append
with said as (
    insert into bus.outbox (event, source, topic, subject, call, actor, trace,
                            data, at)
    values (:event, :source, :topic, :subject, :call, :actor, :trace, :data, :at)
    returning source, id
)
insert into bus.pending (source, id) select source, id from said;

-- set: outbox_append
with said as (
    insert into bus.outbox (event, source, topic, subject, call, actor, trace,
                            data, at)
    select * from unnest(:event::uuid[], :source::text[], :topic::text[],
                         :subject::uuid[], :call::uuid[], :actor::uuid[],
                         :trace::text[], :data::json[], :at::timestamptz[])
    returning source, id
)
insert into bus.pending (source, id) select source, id from said;

-- name: relay_lock
-- One relay at a time numbers a source's events; waits, ends with the commit.
select pg_advisory_xact_lock(hashtext('redkite relay'), hashtext(:source));

-- name: relay_number
-- Give committed events their position.  Only the source's relay runs this.
with fresh as (
    delete from bus.pending
    where source = :source
      and id in (select id from bus.pending where source = :source
                 order by id limit 500)
    returning id, month
), head as (
    select coalesce(max(seq), 0) as seq from bus.position
    where source = :source
), placed as (
    insert into bus.position (source, seq, id, month)
    select :source, head.seq + row_number() over (order by fresh.id), fresh.id,
           fresh.month
    from fresh, head
    returning seq, id, month
)
select placed.seq, o.event, o.topic, o.subject, o.call, o.trace, o.data, o.at
from placed cross join lateral (
    select * from bus.outbox o
    where o.month = placed.month and o.id = placed.id offset 0
) o
order by placed.seq;

-- name: stream_head
select s.epoch, coalesce((select max(p.seq) from bus.position p
                          where p.source = s.source), 0) as seq,
       t.seq as told
from bus.life s join bus.told t using (source) where s.source = :source;

-- name: stream_tell
-- With all that was committed before it, this commit is on the disk when it is
-- answered, on whatever connection.
update bus.told
set seq = :seq
where source = :source and seq < :seq
  and set_config('synchronous_commit', 'on', true) is not null;

-- name: stream_told
select s.epoch, t.seq
from bus.life s join bus.told t using (source) where s.source = :source;

-- name: events_after
select p.seq, o.event, o.topic, o.subject, o.call, o.actor, o.trace, o.data,
       o.at
from bus.position p cross join lateral (
    select * from bus.outbox o
    where o.month = p.month and o.id = p.id offset 0
) o
where p.source = :source and p.seq > :seq
  and p.seq <= (select t.seq from bus.told t where t.source = :source)
order by p.seq limit :batch;

-- name: events_for
-- Of the next batch, what the reader reacts to; and its last, so that the place
-- is known from which to go on: it is looked for only when others said it.
select p.seq, o.event, o.topic, o.subject, o.call, o.actor, o.trace, o.data,
       o.at
from (
    select b.seq, b.id, b.month
    from bus.position b
    where b.source = :source and b.seq > :seq
    order by b.seq limit :batch
) p cross join lateral (
    select * from bus.outbox o
    where o.month = p.month and o.id = p.id offset 0
) o
where o.topic = any ((select string_to_array(:topics, ','))::text[])
   or p.seq = (select max(l.seq)
               from (select b.seq from bus.position b
                     where b.source = :source and b.seq > :seq
                     order by b.seq limit :batch) l)
order by p.seq;

-- name: cursor_add
insert into bus.cursor (reader, source, epoch)
select :reader, source, epoch from bus.life where source = :source
on conflict do nothing;

-- name: cursor_lock
-- No row: another replica is at it, and takes what there is.
select c.seq, c.epoch as known, s.epoch,
    exists (select from bus.parked p
            where p.reader = c.reader and p.source = c.source) as parked
from bus.cursor c join bus.life s using (source)
where c.reader = :reader and c.source = :source
for update of c skip locked;

-- name: cursor_move
update bus.cursor set seq = :seq, epoch = :epoch
where reader = :reader and source = :source;

-- name: alarm_put
insert into bus.alarm (id, service, topic, subject, at, due, body, actor, trace)
values (:id, :service, :topic, :subject, :at, :at, :body, :actor, :trace)
on conflict (service, topic, subject) do update
set id = excluded.id, at = excluded.at, due = excluded.due, attempts = 0,
    cause = null, body = excluded.body, actor = excluded.actor,
    trace = excluded.trace;

-- set: alarm_put
insert into bus.alarm (id, service, topic, subject, at, due, body, actor, trace)
select id, service, topic, subject, at, at, body, actor, trace
from unnest(:id::uuid[], :service::text[], :topic::text[], :subject::uuid[],
            :at::timestamptz[], :body::json[], :actor::uuid[], :trace::text[])
    as a(id, service, topic, subject, at, body, actor, trace)
on conflict (service, topic, subject) do update
set id = excluded.id, at = excluded.at, due = excluded.due, attempts = 0,
    cause = null, body = excluded.body, actor = excluded.actor,
    trace = excluded.trace;

-- name: alarm_drop
delete from bus.alarm
where service = :service and topic = :topic and subject = :subject;

-- name: alarm_claim
-- The next that is due, counted and put off before it is tried: one that ends
-- the process has been tried too, and no replica tries it meanwhile.
update bus.alarm a
set attempts = a.attempts + 1, due = :at + bus.pause(a.attempts + 1),
    cause = case when a.attempts > 0
                 then coalesce(a.cause, 'it did not come to its end') end
where a.id = (
    select b.id from bus.alarm b
    where b.service = :service and b.due <= :at and b.attempts < :tries
    order by b.due limit 1
    for update skip locked)
returning a.id, a.topic, a.subject, a.at, a.body, a.actor, a.trace, a.attempts;

-- name: alarm_claim_fresh
-- Some that are due, of the topics that go together, and were never tried: what
-- has been tried once goes alone, so that what ends a process is found.
update bus.alarm a
set attempts = 1, due = :at + bus.pause(1)
where a.id in (
    select b.id from bus.alarm b
    where b.service = :service and b.due <= :at and b.attempts = 0
      and b.topic = any (string_to_array(:topics, ','))
    order by b.due limit 100
    for update skip locked)
returning a.id, a.topic, a.subject, a.at, a.body, a.actor, a.trace, a.attempts;

-- name: alarm_take
delete from bus.alarm where id = :id and attempts = :attempts;

-- name: alarm_cause
update bus.alarm set cause = :cause where id = :id;

-- name: alarm_uncount
-- The store was away: that was no try.
update bus.alarm set attempts = attempts - 1, cause = null
where id = :id and attempts = :attempts;

-- name: ready_schema
select coalesce(max(number), 0)::bigint as number from redkite_meta.migration;

-- name: ready_lag
select coalesce(sum(head - seq), 0)::bigint as lag
from (select c.seq, (select coalesce(max(p.seq), 0) from bus.position p
                     where p.source = c.source) as head
      from bus.cursor c where c.reader = :service) as behind;

-- name: house_patience
-- Archiving copies a month: it takes as long as it takes.
set local statement_timeout = 0;

-- name: house_open
select bus.open_months() as done;

-- name: house_archive
select bus.archive_month(:months::bigint) as done;

-- name: house_forget
select bus.forget_handled(:service, :at, :most::bigint) as gone;

-- name: house_link
select gone, done from bus.link_audit(:most::bigint);

-- name: stream_renew
select bus.renew_stream(:source);
-- name: measure_lag_events
select c.source as first, null::text as second,
       ((select coalesce(max(p.seq), 0) from bus.position p
         where p.source = c.source) - c.seq)::text as value
from bus.cursor c where c.reader = :service;

-- name: measure_lag_seconds
select c.source as first, null::text as second,
       greatest(coalesce(extract(epoch from :at::timestamptz - (
           select o.at from bus.position p
           join bus.outbox o on o.month = p.month and o.id = p.id
           where p.source = c.source and p.seq > c.seq
           order by p.seq limit 1)), 0), 0)::text as value
from bus.cursor c where c.reader = :service;

-- name: measure_stuck
select null::text as first, null::text as second,
       count(distinct (source, subject))::text as value
from bus.parked where reader = :service;

-- name: measure_overdue
select null::text as first, null::text as second, count(*)::text as value
from bus.alarm
where service = :service and at <= :at::timestamptz - interval '10 seconds';

-- name: holidays_newest
select coalesce(max(f.version), 0) as version from bus.holiday_file f;

-- name: holidays_now
select h.year, h.day, h.off, h.name from bus.holiday_now h order by h.day;
