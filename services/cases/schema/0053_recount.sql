-- Every household of a project reckoned anew, after new rules or by night: equal
-- facts, equal money (R-EQUAL, R-BONUS).  What came out is written down once for
-- each household, as far as it is not what was offered.
create table cases.recount (
    id uuid primary key,
    project uuid not null references cases.project,
    pack uuid not null references cases.pack_file,
    offered boolean not null, -- those with an offer alone: the nightly proof
    begun_by uuid,            -- nobody: the night
    begun_at timestamptz not null,
    total bigint not null check (total >= 0),
    done bigint not null default 0 check (done between 0 and total),
    deviations bigint not null default 0 check (deviations <= done),
    after uuid, -- the last household that is done
    ended_at timestamptz check (ended_at >= begun_at)
);
create unique index recount_one_at_a_time on cases.recount (project)
    where ended_at is null;
create index recount_by_project on cases.recount (project, begun_at);

create table cases.recount_result (
    recount uuid not null references cases.recount,
    household uuid not null references cases.household,
    verdict text not null
        check (verdict in ('differs', 'less', 'more', 'facts', 'new', 'cannot')),
    offered bigint,
    now bigint,
    why text not null check (length(why) <= 2000),
    statement uuid references cases.statement,
    made_by uuid,
    released_by uuid,
    primary key (recount, household)
);
create trigger recount_result_stands before update or delete
    on cases.recount_result
    for each row execute function cases.refuse_change();

-- It only goes on, and what has ended has ended.
create function cases.recount_guard() returns trigger
language plpgsql as $$
begin
    if tg_op = 'DELETE' or old.ended_at is not null or new.done < old.done
       or new.deviations < old.deviations or new.after < old.after
       or (new.id, new.project, new.pack, new.offered, new.begun_by,
           new.begun_at, new.total) is distinct from
          (old.id, old.project, old.pack, old.offered, old.begun_by,
           old.begun_at, old.total) then
        raise exception 'recount %: what was counted stands', old.id
            using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;
create trigger recount_goes_on before update or delete on cases.recount
    for each row execute function cases.recount_guard();

grant select, insert, update on cases.recount to redkite_cases;
grant select, insert on cases.recount_result to redkite_cases;
