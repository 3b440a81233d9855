-- Who is told when a role is called: an emergency, help in hardship, a deadline.
create table notifications.duty (
    member uuid not null,
    role   text not null check (role ~ '^[a-z][a-z0-9_]{0,39}$'),
    since  timestamptz not null,
    set_by uuid not null,
    primary key (member, role)
);
create index on notifications.duty (role);
grant select, insert, delete on notifications.duty to redkite_notifications;

-- What a member is told may be of no household, or of one that is not named.
alter table notifications.message
    alter column household drop not null,
    drop constraint message_check,
    add constraint message_check check (
        audience = 'member' or (household is not null and person = household));
