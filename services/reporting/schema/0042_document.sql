-- What each project rests on, by kind, number and day, so that anybody can ask for
-- it where it was issued (domain.md 1.2 to 1.4).
create table reporting.document (
    id      uuid primary key,
    project uuid not null,
    kind    text not null,
    number  text not null,
    day     date not null,
    seq     bigint not null,
    at      timestamptz not null
);
create index on reporting.document (project, kind, seq);

grant select, insert, update, delete on reporting.document
    to redkite_reporting;
