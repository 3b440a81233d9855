-- Photos and papers of a household or of a case.

-- Content, found by its hash and kept once.  Its parts are sealed one by one
-- (seal.h): place "blob_part.<position>", row = the blob's id.  Ids are of
-- version 7, so that parts can be partitioned by them in the order of time;
-- that is why nothing points at a part.
create table cases.blob_part (
    blob uuid not null,
    position int not null check (position between 0 and 511),
    sealed bytea not null check (length(sealed) between 42 and 24700),
    primary key (blob, position)
);
alter table cases.blob_part alter column sealed set storage external;

create table cases.blob (
    hash bytea primary key check (length(hash) = 32), -- SHA-256
    id uuid not null unique,
    media text not null
        check (media in ('image/jpeg', 'image/png', 'image/webp',
                         'application/pdf')),
    size bigint not null check (size between 1 and 10485760),
    parts int not null check (parts between 1 and 512),
    stored_at timestamptz not null
);
create trigger blob_stands before update or delete on cases.blob
    for each row execute function cases.refuse_change();

-- What is on its way; nobody sees it.  It becomes an attachment, or is removed
-- when its alarm comes.
create table cases.upload (
    id uuid primary key,
    household uuid references cases.household,
    matter uuid references cases.matter,
    kind text not null check (kind in ('photo', 'id_card', 'title_paper',
                                       'agreement', 'other')),
    name bytea not null, -- sealed; place "attachment.name"
    hash bytea not null check (length(hash) = 32),
    media text not null,
    size bigint not null check (size between 1 and 10485760),
    parts int not null check (parts between 1 and 512),
    begun_by uuid not null,
    begun_at timestamptz not null,
    check (num_nonnulls(household, matter) = 1)
);
create index upload_by_member on cases.upload (begun_by);

create table cases.attachment (
    id uuid primary key,
    household uuid references cases.household,
    matter uuid references cases.matter,
    kind text not null check (kind in ('photo', 'id_card', 'title_paper',
                                       'agreement', 'other')),
    name bytea not null, -- sealed; place "attachment.name"
    hash bytea not null references cases.blob,
    added_by uuid not null,
    added_at timestamptz not null,
    check (num_nonnulls(household, matter) = 1)
);
create index attachment_by_household on cases.attachment (household, id)
    where household is not null;
create index attachment_by_matter on cases.attachment (matter, id)
    where matter is not null;
create trigger attachment_stands before update or delete on cases.attachment
    for each row execute function cases.refuse_change();

-- Content that stands is whole for ever.
create function cases.part_guard() returns trigger
language plpgsql as $$
begin
    perform from cases.blob b where b.id = old.blob;
    if found then
        raise exception 'part % of %: what was stored stands', old.position,
            old.blob using errcode = 'integrity_constraint_violation';
    end if;
    return case tg_op when 'DELETE' then old else new end;
end $$;
create trigger blob_part_stands before update or delete on cases.blob_part
    for each row execute function cases.part_guard();

create function cases.blob_guard() returns trigger
language plpgsql as $$
declare
    there bigint;
begin
    select count(*) into there from cases.blob_part p
    where p.blob = new.id and p.position < new.parts;
    if there <> new.parts then
        raise exception 'blob %: it has % of % parts', new.id, there,
            new.parts;
    end if;
    return new;
end $$;
create trigger blob_is_whole before insert on cases.blob
    for each row execute function cases.blob_guard();

grant select, insert, delete on cases.upload to redkite_cases;
grant select, insert, update, delete on cases.blob_part to redkite_cases;
grant update (begun_at) on cases.upload to redkite_cases; -- to lock it
grant select, insert on cases.blob, cases.attachment to redkite_cases;
