-- Every kind of case says its moves here, as its table in C does
-- (services/cases/*/rules.c; a test compares the two).  A kind that has no
-- legal track writes '*' for it; the guards of the household ask for its track
-- and so see its own moves alone.

alter table cases.transition
    add column flow text not null default 'household',
    drop constraint transition_pkey,
    add primary key (flow, track, from_state, to_state, event);
alter table cases.transition alter column flow drop default;
insert into cases.transition (flow, track, from_state, to_state, event)
select distinct flow, track, 'none', 'registered', 'import'
from cases.transition;
