-- What the calls of test_group.c are about: accounts that may not be overdrawn.
create schema trial;
create table trial.account (
    id      uuid primary key,
    round   int not null,
    no      int not null,
    balance bigint not null default 0 check (balance >= 0),
    seen    int not null default 0
);
create table trial.entry (
    seq     bigint generated always as identity,
    account uuid not null references trial.account,
    mark    bigint not null,
    amount  bigint not null,
    primary key (account, mark)
);
grant usage on schema trial to redkite_cases;
grant select, insert, update on trial.account, trial.entry to redkite_cases;
