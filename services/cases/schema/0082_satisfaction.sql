-- How satisfied residents are (domain.md 7.4): the only measure of the work, so
-- nobody may be able to press for it (§8 R-SURVEY).  A round has as many tokens
-- as a community has households, signed or not.  They are printed on letters
-- that all look the same; which household got which is known to nobody, and
-- nothing here leads from a token, or from an answer, to a household.

create table cases.satisfaction_round (
    id uuid primary key,
    project uuid not null references cases.project,
    name text not null check (length(name) between 1 and 60),
    opened_by uuid not null,
    opened_at timestamptz not null,
    closes_at timestamptz not null,
    closed_at timestamptz,
    unique (project, name),
    constraint satisfaction_long_enough check (
        closes_at between opened_at + interval '7 days'
                      and opened_at + interval '92 days'),
    constraint satisfaction_closed check (closed_at > opened_at)
);

-- What stands for a token is a keyed hash of it.  Rows come in the order of the
-- hashes, which says nothing.
create table cases.satisfaction_token (
    hash bytea primary key check (length(hash) = 16),
    round uuid not null references cases.satisfaction_round,
    community uuid not null references cases.community,
    spent boolean not null default false
);
create index satisfaction_token_of
    on cases.satisfaction_token (round, community);

-- No time and no call; the id is random.  What a front knows a device by is
-- hashed for its round.
create table cases.satisfaction_answer (
    id uuid primary key default gen_random_uuid(),
    round uuid not null references cases.satisfaction_round,
    community uuid not null references cases.community,
    overall int not null check (overall between 1 and 5),
    respect int not null check (respect between 1 and 5),
    clarity int not null check (clarity between 1 and 5),
    fairness int not null check (fairness between 1 and 5),
    pressure int not null check (pressure between 1 and 5),
    promise int not null check (promise between 1 and 5),
    quality int check (quality between 1 and 5),
    staff_present boolean not null,
    device bytea check (length(device) = 16)
);
create index satisfaction_answer_of
    on cases.satisfaction_answer (round, community);

create function cases.satisfaction_round_guard() returns trigger
language plpgsql as $$
begin
    if old.closed_at is not null
       or (new.id, new.project, new.name, new.opened_by, new.opened_at,
           new.closes_at) is distinct from
          (old.id, old.project, old.name, old.opened_by, old.opened_at,
           old.closes_at) then
        raise exception 'R-SURVEY: a round of satisfaction stands'
            using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;
create trigger satisfaction_round_stands before update
    on cases.satisfaction_round
    for each row execute function cases.satisfaction_round_guard();
create trigger satisfaction_round_stays before delete
    on cases.satisfaction_round
    for each row execute function cases.refuse_change();

-- A token is spent once; as long as none of its community's is, all may be made
-- anew.
create function cases.satisfaction_token_guard() returns trigger
language plpgsql as $$
declare
    of cases.satisfaction_token := coalesce(new, old);
begin
    perform from cases.satisfaction_round r
    where r.id = of.round and r.closed_at is null for update;
    if not found then
        raise exception 'R-SURVEY: the round is closed';
    end if;
    if tg_op = 'UPDATE' then
        if old.spent or not new.spent
           or (new.hash, new.round, new.community)
              <> (old.hash, old.round, old.community) then
            raise exception 'R-SURVEY: a token is spent once';
        end if;
        return new;
    end if;
    if of.spent or exists (
            select from cases.satisfaction_token t
            where t.round = of.round and t.community = of.community
              and t.spent) then
        raise exception 'R-SURVEY: tokens of this community are out already';
    end if;
    return of;
end $$;
create trigger satisfaction_token_guard before insert or update or delete
    on cases.satisfaction_token
    for each row execute function cases.satisfaction_token_guard();

-- As many answers as tokens that were spent, and none that was changed.
create function cases.satisfaction_answer_guard() returns trigger
language plpgsql as $$
begin
    perform from cases.satisfaction_round r
    where r.id = new.round and r.closed_at is null for update;
    if not found then
        raise exception 'R-SURVEY: the round is closed';
    end if;
    if (select count(*) from cases.satisfaction_answer a
        where a.round = new.round and a.community = new.community)
       <> (select count(*) from cases.satisfaction_token t
           where t.round = new.round and t.community = new.community
             and t.spent) then
        raise exception 'R-SURVEY: an answer for each token that was spent';
    end if;
    return null;
end $$;
create constraint trigger satisfaction_answer_guard after insert
    on cases.satisfaction_answer deferrable initially deferred
    for each row execute function cases.satisfaction_answer_guard();
create trigger satisfaction_answer_stands before update or delete
    on cases.satisfaction_answer
    for each row execute function cases.refuse_change();
create constraint trigger satisfaction_token_answers after update
    on cases.satisfaction_token deferrable initially deferred
    for each row execute function cases.satisfaction_answer_guard();

grant select, insert on cases.satisfaction_round, cases.satisfaction_token,
    cases.satisfaction_answer to redkite_cases;
grant update (closed_at) on cases.satisfaction_round to redkite_cases;
grant update (spent) on cases.satisfaction_token to redkite_cases;
grant delete on cases.satisfaction_token to redkite_cases;
