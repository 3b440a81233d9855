-- Contact points.  An address is sealed before it comes here.

-- name: contact_set
-- A member's address is never taken over as a household's, nor the other way.
insert into notifications.contact (person, audience, email, set_at, set_by)
values (:person, :audience, :email, :set_at, :set_by)
on conflict (person) do update
set email = excluded.email, set_at = excluded.set_at, set_by = excluded.set_by
where contact.audience = excluded.audience;

-- name: contact_drop
delete from notifications.contact where person = :person;
