-- What the writes of test_bulk.c are about: how often each thing was written,
-- and in how many statements.
create schema trial;
create table trial.thing (
    id    uuid primary key,
    last  bigint not null,
    times int not null default 1,
    trail text not null default ''
);
create table trial.statement (one boolean primary key, count bigint not null);
insert into trial.statement values (true, 0);
create function trial.count_statement() returns trigger
language plpgsql security definer as $$
begin
    update trial.statement set count = count + 1;
    return null;
end $$;
create trigger counted after insert on trial.thing
    for each statement execute function trial.count_statement();
grant usage on schema trial to redkite_cases;
grant select, insert, update on trial.thing to redkite_cases;
grant select on trial.statement to redkite_cases;
