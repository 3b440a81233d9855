-- What notifications knows: how a person is reached, what was said, and what
-- became of each mail.  Quiet hours and caps are domain.md 4.6 (R-QUIET).

create schema notifications;
grant usage on schema notifications to redkite_notifications;

-- 20:00 to 08:30 in the district: nothing rings.
create function notifications.is_quiet(at timestamptz) returns boolean
language sql immutable strict
return (at at time zone 'Asia/Shanghai')::time < time '08:30'
    or (at at time zone 'Asia/Shanghai')::time >= time '20:00';

-- Addresses are personal: sealed, and in a table of their own.
create table notifications.contact (
    person   uuid primary key,
    audience text not null check (audience in ('household', 'member')),
    email    bytea not null,         -- sealed, place "contact.email"
    set_at   timestamptz not null,
    set_by   uuid not null
);

-- The inbox.  Its texts bear no name, number or amount.
create table notifications.message (
    id        uuid primary key,
    event     uuid not null,
    topic     text not null,
    household uuid not null,
    person    uuid not null,
    audience  text not null check (audience in ('household', 'member')),
    subject   text not null check (subject <> '' and subject !~ '[[:cntrl:]]'),
    text      text not null check (text <> ''),
    at        timestamptz not null,
    read_at   timestamptz,
    unique (event, person),          -- once, however often the event is read
    unique (id, person),
    check (audience = 'member' or person = household)
);
create index on notifications.message (person, id desc);

-- One mail of a message.  `due` is the appointment that it speaks of: a day
-- before it the caps hold the mail no longer.
create table notifications.delivery (
    id         uuid primary key,
    message    uuid not null,
    person     uuid not null,
    channel    text not null check (channel = 'mail'),
    class      text not null
               check (class in ('notice', 'answer', 'duty', 'emergency')),
    state      text not null
               check (state in ('waiting', 'sending', 'sent', 'failed',
                                'unknown')),
    attempts   integer not null check (attempts between 0 and 5),
    body       text not null,
    due        timestamptz,
    not_before timestamptz not null,
    started_at timestamptz,          -- the last attempt
    sent_at    timestamptz,          -- the attempt that was accepted
    cause      text check (cause ~ '^[a-z_0-9 ]{1,40}$'),
    unique (message, channel),
    foreign key (message, person) references notifications.message (id, person),
    check ((state = 'sent') = (sent_at is not null)),
    check ((attempts > 0) = (started_at is not null)),
    check (state in ('waiting', 'failed') or attempts > 0),
    check (cause is not null or state not in ('failed', 'unknown')),
    constraint quiet_hours check (
        class = 'emergency'
        or not (notifications.is_quiet(not_before)
                or coalesce(notifications.is_quiet(started_at), false)
                or coalesce(notifications.is_quiet(sent_at), false)))
);
create index on notifications.delivery (person, started_at);

-- The caps once more, for whatever writes here: a notice goes out when no
-- other mail did that day and fewer than three in seven days, unless the
-- appointment that it speaks of is within a day.
create function notifications.keep_caps() returns trigger
language plpgsql as $$
begin
    perform from notifications.contact where person = new.person for update;
    if exists (
        select from notifications.delivery d
        where d.person = new.person and d.id <> new.id
          and d.class <> 'emergency'
          and d.state in ('sending', 'sent', 'unknown')
          and d.started_at > new.started_at - interval '7 days'
        having count(*) >= 3
            or count(*) filter (
                where (d.started_at at time zone 'Asia/Shanghai')::date
                   >= (new.started_at at time zone 'Asia/Shanghai')::date) >= 1
    ) then
        raise exception 'contact caps: this household was written to already'
            using errcode = 'check_violation', constraint = 'contact_caps';
    end if;
    return new;
end $$;

create trigger keep_caps before insert or update on notifications.delivery
for each row
when (new.state = 'sending' and new.class = 'notice'
      and (new.due is null or new.started_at < new.due - interval '24 hours'))
execute function notifications.keep_caps();

-- What was said stays said; a mail's way only goes on.
grant select, insert, update, delete on notifications.contact
    to redkite_notifications;
grant select, insert, update (read_at) on notifications.message
    to redkite_notifications;
grant select, insert,
      update (state, attempts, not_before, started_at, sent_at, cause)
    on notifications.delivery to redkite_notifications;
