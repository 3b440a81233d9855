-- Mails on their way.

-- name: delivery_contact
-- Whether the person wants mail; held, so that mails to one person are
-- counted one after the other.
select audience from notifications.contact where person = :person for update;

-- name: delivery_history
-- What went out to a person, and (with :planned) what waits to.
select coalesce(started_at, not_before) as at
from notifications.delivery
where person = :person and id <> :id and class <> 'emergency'
  and (state in ('sending', 'sent', 'unknown')
       or state = 'waiting' and :planned::boolean)
  and coalesce(started_at, not_before) > :since;

-- name: delivery_add
insert into notifications.delivery
    (id, message, person, channel, class, state, attempts, body, due,
     not_before)
values (:id, :message, :person, 'mail', :class, 'waiting', 0, :body, :due,
        :not_before);

-- name: delivery_lock
select id, message, person, class, state, attempts, due, not_before,
       started_at, sent_at, cause
from notifications.delivery
where id = :delivery
for update;

-- name: delivery_letter
select m.subject, d.body, c.email
from notifications.delivery d
join notifications.message m on m.id = d.message
join notifications.contact c on c.person = d.person
where d.id = :delivery
for update of c;

-- name: delivery_save
update notifications.delivery
set state = :state, attempts = :attempts, not_before = :not_before,
    started_at = :started_at, sent_at = :sent_at, cause = :cause
where id = :id;
