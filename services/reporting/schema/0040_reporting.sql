-- reporting's own tables: read models.  Each can be emptied and made again
-- from the events, with the same result; no personal data stands here.

create schema reporting;
grant usage on schema reporting to redkite_reporting;

-- Each row bears the position (seq) and the time of the last event that it
-- shows: the greatest of them is how far the read model has come.

create table reporting.project (
    id     uuid primary key,
    name   text not null,
    track  text not null,
    opened bigint not null,  -- position of its first event: order of display
    seq    bigint not null,
    at     timestamptz not null
);

create table reporting.community (
    id       uuid primary key,
    project  uuid not null,
    code     text not null,
    name     text not null,
    position integer not null,
    seq      bigint not null,
    at       timestamptz not null
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
    seq       bigint not null,
    at        timestamptz not null
);
create index on reporting.household (project, community, state, seq, at);

grant select, insert, update, delete
    on reporting.project, reporting.community, reporting.household
    to redkite_reporting;
