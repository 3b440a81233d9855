-- What a project rests on: the documents of its legal track, with their numbers
-- and days (domain.md 1.0 and 1.2 to 1.4).

-- Which document there is on which track; services/cases/project/rules.c has the
-- same.  Without those of the power nobody is decided against.
create table cases.project_document_kind (
    kind text not null,
    track text not null,
    power boolean not null,
    primary key (track, kind)
);
insert into cases.project_document_kind (kind, track, power) values
    ('purpose', 'state_land', false),
    ('freeze', 'state_land', false),
    ('risk', 'state_land', false),
    ('plan', 'state_land', false),
    ('decision', 'state_land', true),
    ('pre_notice', 'collective_land', false),
    ('risk', 'collective_land', false),
    ('plan', 'collective_land', false),
    ('approval', 'collective_land', true),
    ('land_notice', 'collective_land', true),
    ('resolution', 'agreed', false),
    ('risk', 'agreed', false),
    ('plan', 'agreed', false),
    ('lessor', 'public_housing', false),
    ('risk', 'public_housing', false),
    ('plan', 'public_housing', false);

-- Of a kind the last one counts; none is taken back.
create table cases.project_document (
    id uuid primary key,
    project uuid not null,
    track text not null,
    kind text not null,
    number text not null check (length(number) between 1 and 100),
    day date not null,
    recorded_by uuid not null,
    recorded_at timestamptz not null,
    unique (project, kind, number),
    foreign key (project, track) references cases.project (id, track),
    constraint project_document_track foreign key (track, kind)
        references cases.project_document_kind (track, kind),
    constraint project_document_made check (day <= cases.day_of(recorded_at))
);
create trigger project_document_stands before update or delete
    on cases.project_document
    for each row execute function cases.refuse_change();
create trigger project_document_stays before truncate
    on cases.project_document
    for each statement execute function cases.refuse_change();

-- What the power of a project still lacks.
create view cases.project_lacks as
select p.id as project, k.kind
from cases.project p
join cases.project_document_kind k on k.track = p.track and k.power
where not exists (select from cases.project_document d
                  where d.project = p.id and d.kind = k.kind);

-- R-TRACK (domain.md 8): no decision against anybody before the government's own.
create function cases.paper_basis() returns trigger
language plpgsql as $$
declare
    lacks text;
begin
    select l.kind into lacks from cases.household h
    join cases.project_lacks l on l.project = h.project
    where h.id = new.household limit 1;
    if found then
        raise exception 'R-TRACK: household %: its project''s % is not on '
            'record', new.household, lacks;
    end if;
    return new;
end $$;
create trigger paper_basis before insert on cases.paper
    for each row when (new.event = 'draft_decision')
    execute function cases.paper_basis();

select cases_then.keep('project_document', '{id}',
                       'recorded_at <= cases_then.at()');

grant select on cases.project_document_kind, cases.project_lacks
    to redkite_cases;
grant select, insert on cases.project_document to redkite_cases;
