-- Facts of a household as its rule pack names them, each with its evidence.  The
-- newest of a name counts; nothing is ever taken away.
create table cases.fact (
    position bigint generated always as identity primary key,
    household uuid not null references cases.household,
    name text not null check (name ~ '^[a-z][a-z0-9_]{0,39}$'),
    value text not null check (octet_length(value) between 1 and 20000),
    evidence text not null check (length(evidence) between 1 and 200),
    recorded_by uuid not null,
    recorded_at timestamptz not null
);
create index fact_by_household on cases.fact (household, name, position desc);
create trigger fact_stands before update or delete on cases.fact
    for each row execute function cases.refuse_change();

grant select, insert on cases.fact to redkite_cases;
