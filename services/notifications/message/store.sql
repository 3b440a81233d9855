-- The inbox.

-- name: message_add
-- No row comes back when this person was told of this event before.
insert into notifications.message
    (id, event, topic, household, person, audience, subject, text, at)
values (:id, :event, :topic, :household, :person, :audience, :subject, :text,
        :at)
on conflict (event, person) do nothing
returning id;

-- name: message_inbox
-- Newest first; ids rise with time.  One row more than asked says "there is more".
select m.id, m.at, m.subject, m.text, m.read_at is not null as read,
       coalesce((select json_agg(json_build_object('channel', d.channel,
                                                   'state', d.state))
                 from notifications.delivery d where d.message = m.id), '[]')
           as deliveries
from notifications.message m
where m.person = :person
  and (:own::boolean or m.audience = 'household')
  and (:after::uuid is null or m.id < :after)
order by m.id desc
limit :rows;

-- name: message_find
select person, audience from notifications.message where id = :message;

-- name: message_read
-- The first time stays.
update notifications.message
set read_at = coalesce(read_at, :at)
where id = :message;

-- name: message_count
-- What was said, and how it ended.  What is still on its way is not counted:
-- a counter never falls.
select 'inbox' as first, 'added' as second, count(*)::text as value
from notifications.message
union all
select channel, state, count(*)::text from notifications.delivery
where state in ('sent', 'failed', 'unknown') group by channel, state;

-- name: message_waiting
select 'mail' as first, null::text as second, count(*)::text as value
from notifications.delivery
where state in ('waiting', 'sending');
