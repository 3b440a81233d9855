-- Every kind of case says its moves here, as its table in C does
-- (services/cases/*/rules.c; a test compares the two).  A kind that has no
-- legal track writes '*' for it.

alter table cases.transition
    add column flow text not null default 'household',
    drop constraint transition_pkey,
    add primary key (flow, track, from_state, to_state, event);
alter table cases.transition alter column flow drop default;
insert into cases.transition (flow, track, from_state, to_state, event)
select distinct flow, track, 'none', 'registered', 'import'
from cases.transition;

create function cases.has_move(flow text, track text,
                                          from_state text, to_state text)
returns boolean language sql stable parallel safe
begin atomic
    select exists (
        select from cases.transition t
        where t.flow = has_move.flow and t.track = has_move.track
          and t.from_state = has_move.from_state
          and t.to_state = has_move.to_state);
end;

-- For a table of cases of one kind, whose state is named "state": no state
-- comes out of nowhere.  Its argument is the kind.
create function cases.flow_guard() returns trigger
language plpgsql as $$
declare
    from_state text := case when tg_op = 'INSERT' then 'none'
                            else old.state end;
begin
    if not cases.has_move(tg_argv[0], '*', from_state, new.state) then
        raise exception '% %: there is no move from % to %', tg_argv[0],
            new.id, from_state, new.state
            using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;
