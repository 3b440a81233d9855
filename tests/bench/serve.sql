-- What tests/bench/serve.c writes, in the store of a bench.
create schema bench;
create table bench.item (id uuid primary key);
create table bench.tally (kind bigint primary key, seen bigint not null);
grant usage on schema bench to redkite_cases;
grant select, insert, update on bench.item, bench.tally to redkite_cases;
