-- What cannot go on, over schema/0003_stuck.sql.

-- name: cursor_try
-- Counts this process, before it takes what comes after the place where it has
-- not been counted yet.  No row: there is nothing to take, or somebody does.
update bus.cursor c
set tries = case when c.tried = c.seq then c.tries + 1 else 1 end,
    tried = c.seq
where (c.reader, c.source) = (
    select a.reader, a.source from bus.cursor a
    where a.reader = :reader and a.source = :source and a.seq <> :marked
      and exists (select from bus.position p
                  where p.source = a.source and p.seq > a.seq)
    for update skip locked)
returning c.seq, c.tries as attempts;

-- name: cursor_wait
select c.seq from bus.cursor c
where c.reader = :reader and c.source = :source
for update;

-- name: cursor_anew
select bus.begin_anew(:reader, :source) as seq;

-- name: parked_subjects
select subject from bus.parked
where reader = :reader and source = :source and due is not null;

-- name: event_park
-- With attempts it is the first of its subject; without, it waits behind.
insert into bus.parked (reader, source, seq, subject, cause, at, attempts, due)
values (:reader, :source, :seq, :subject, :cause, :at::timestamptz,
        :attempts::integer,
        case when :attempts::integer > 0
             then :at::timestamptz + bus.pause(:attempts::integer) end);

-- name: parked_claim
-- The next that is due, counted before it is tried.
update bus.parked p
set attempts = p.attempts + 1, due = :at + bus.pause(p.attempts + 1)
where p.reader = :reader and p.source = :source and p.seq = (
    select q.seq from bus.parked q
    where q.reader = :reader and q.source = :source and q.due <= :at
      and q.attempts < :tries
    order by q.due, q.seq limit 1
    for update skip locked)
returning p.seq, p.subject, p.attempts;

-- name: parked_event
select p.seq, o.event, o.topic, o.subject, o.call, o.actor, o.trace, o.data,
       o.at
from bus.parked w
join bus.position p using (source, seq)
join bus.outbox o on o.month = p.month and o.id = p.id
where w.reader = :reader and w.source = :source and w.seq = :seq
  and w.due is not null;

-- name: parked_cause
update bus.parked set cause = :cause
where reader = :reader and source = :source and seq = :seq;

-- name: parked_uncount
-- The store was away: that was no try.
update bus.parked set attempts = attempts - 1
where reader = :reader and source = :source and seq = :seq and attempts > 0;

-- name: unpark
select bus.unpark(:reader, :source, :seq, :attempts, :at) as subject;

-- name: stuck_events
-- One row a subject: the first event that waits, and how many do.
select w.reader || '/' || w.source || '/' || w.subject as id,
       w.reader, w.source, w.subject, w.seq, o.topic, w.cause, w.attempts,
       w.due, line.since, line.waiting
from bus.parked w
join bus.position p using (source, seq)
join bus.outbox o on o.month = p.month and o.id = p.id
join lateral (select min(q.at) as since, count(*) as waiting from bus.parked q
              where q.reader = w.reader and q.source = w.source
                and q.subject = w.subject) line on true
where w.reader = :reader and w.due is not null
order by w.source, w.seq
limit 200;

-- name: stuck_alarms
select service || '/alarm/' || id as id, service as reader, 'alarm' as source,
       subject, topic, cause, attempts, due, at as since, 1::bigint as waiting
from bus.alarm
where service = :reader and cause is not null
order by at
limit 200;

-- name: stuck_subject
-- All that wait, in their order.
select p.seq, o.topic, o.at, o.call, o.trace, w.cause, w.attempts, w.due
from bus.parked w
join bus.position p using (source, seq)
join bus.outbox o on o.month = p.month and o.id = p.id
where w.reader = :reader and w.source = :source and w.subject = :subject
order by w.seq
limit 200;

-- name: stuck_alarm
select 0::bigint as seq, subject, topic, at, id as call, trace, cause, attempts, due
from bus.alarm
where service = :reader and id = :subject and cause is not null;

-- name: stuck_retry
update bus.parked set attempts = 0, due = :at
where reader = :reader and source = :source and subject = :subject
  and due is not null;

-- name: stuck_retry_alarm
update bus.alarm set attempts = 0, due = :at
where service = :reader and id = :subject and cause is not null;

-- name: stuck_drop_alarm
delete from bus.alarm
where service = :reader and id = :subject and cause is not null;

-- name: lag_sources
-- An event without a position yet is behind as well.
select c.source, head.seq - c.seq + unplaced.count as behind,
       coalesce(extract(epoch from :at::timestamptz
                                   - coalesce(oldest.at, unplaced.at)),
                0)::bigint as seconds,
       (select count(*) from bus.parked w
        where w.reader = c.reader and w.source = c.source
          and w.due is not null) as stuck
from bus.cursor c
join lateral (select coalesce(max(p.seq), 0) as seq from bus.position p
              where p.source = c.source) head on true
join lateral (select count(*) as count, min(o.at) as at
              from bus.pending n join bus.outbox o using (month, id)
              where n.source = c.source) unplaced on true
left join lateral (select o.at from bus.position p
                   join bus.outbox o on o.month = p.month and o.id = p.id
                   where p.source = c.source and p.seq = c.seq + 1) oldest
     on true
where c.reader = :reader
order by c.source;

-- name: lag_alarms
-- Overdue: it should have fired, whether it was tried or not.
select 'alarm' as source,
       count(*) filter (where at < :at::timestamptz
                                   - interval '5 seconds') as behind,
       coalesce(extract(epoch from :at::timestamptz - min(at)),
                0)::bigint as seconds,
       count(*) filter (where cause is not null) as stuck
from bus.alarm
where service = :reader and at <= :at::timestamptz;

-- name: replay_sources
select bus.begin_anew(c.reader, c.source) as seq
from bus.cursor c where c.reader = :reader;
