-- Rule packs as files (docs/packs.md): imported by one person, approved and
-- released by others (R-RULE).  The text is kept byte for byte; the hash is that
-- of its canonical form, by which statements name it.
create table cases.pack_file (
    id uuid primary key,
    project uuid not null references cases.project,
    name text not null check (length(name) between 1 and 100),
    version int not null check (version > 0),
    sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    text text not null check (octet_length(text) between 1 and 100000),
    supersedes uuid,
    imported_by uuid not null,
    imported_at timestamptz not null,
    approved_by uuid,
    approved_at timestamptz check (approved_at >= imported_at),
    released_by uuid,
    released_at timestamptz check (released_at >= approved_at),
    unique (project, sha256),
    unique (id, project),
    foreign key (supersedes, project) references cases.pack_file (id, project),
    constraint pack_file_two_persons check (approved_by <> imported_by
        and released_by <> imported_by),
    constraint pack_file_approved check (
        (approved_by is null) = (approved_at is null)
        and (released_by is null) = (released_at is null)
        and (released_by is null or approved_by is not null))
);

-- Released packs of a project are one line: each is followed by one at most, and
-- one alone follows none.
create unique index pack_file_line
    on cases.pack_file (project, coalesce(supersedes, project))
    where released_at is not null;
create index pack_file_by_version on cases.pack_file (project, version);

-- What follows must be the newest, be later than it, and have been released.
create function cases.pack_file_guard() returns trigger
language plpgsql as $$
declare
    newest record;
begin
    if new.released_at is null then
        return new;
    end if;
    select p.id, p.version into newest from cases.pack_file p
    where p.project = new.project and p.released_at is not null
      and p.id <> new.id
    order by p.version desc limit 1;
    if newest.id is distinct from new.supersedes
       or newest.version >= new.version then
        raise exception 'pack %: it does not follow the newest of its project',
            new.id using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;
create trigger pack_file_guard before insert or update on cases.pack_file
    for each row execute function cases.pack_file_guard();

-- Only an approval and a release are ever added, each once.
create function cases.pack_file_stands() returns trigger
language plpgsql as $$
begin
    if tg_op = 'DELETE' or old.released_at is not null
       or (old.approved_at is not null
           and (new.approved_by, new.approved_at)
               is distinct from (old.approved_by, old.approved_at))
       or (new.id, new.project, new.name, new.version, new.sha256, new.text,
           new.supersedes, new.imported_by, new.imported_at)
          is distinct from
          (old.id, old.project, old.name, old.version, old.sha256, old.text,
           old.supersedes, old.imported_by, old.imported_at) then
        raise exception 'pack %: what was imported stands', old.id
            using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;
create trigger pack_file_stands before update or delete on cases.pack_file
    for each row execute function cases.pack_file_stands();

grant select, insert on cases.pack_file to redkite_cases;
grant update (approved_by, approved_at, released_by, released_at)
    on cases.pack_file to redkite_cases;
