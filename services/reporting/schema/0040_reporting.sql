-- reporting's own tables: read models.  Each can be emptied and made again
-- from the events, with the same result; no personal data stands here.

create schema reporting;
grant usage on schema reporting to redkite_reporting;

-- How far the read model has come: events taken in, and the time of the last.
create table reporting.clock (
    one      boolean primary key default true check (one),
    sequence bigint not null default 0 check (sequence >= 0),
    as_of    timestamptz
);
insert into reporting.clock default values;

create table reporting.project (
    id     uuid primary key,
    name   text not null,
    track  text not null,
    opened bigint not null   -- the clock's sequence then: the order of display
);

create table reporting.community (
    id       uuid primary key,
    project  uuid not null,
    code     text not null,
    name     text not null,
    position integer not null
);
create index on reporting.community (project, position);

-- Where each household stands.  No key to project or community: their events
-- may be set aside, and what is known of a household must not wait for them.
create table reporting.household (
    id        uuid primary key,
    project   uuid not null,
    community uuid not null,
    state     text not null check (state in ('registered', 'offered',
                                             'signed_cooling', 'effective')),
    at        timestamptz not null
);

-- The same, counted; moved in the transaction that moves the household.
create table reporting.progress (
    project   uuid not null,
    community uuid not null,
    state     text not null,
    count     bigint not null check (count >= 0),
    primary key (community, state, project)
);

grant select, update on reporting.clock to redkite_reporting;
grant select, insert, update, delete
    on reporting.project, reporting.community, reporting.household,
       reporting.progress
    to redkite_reporting;
