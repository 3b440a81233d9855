-- Agreements that take effect only when enough households of the project have
-- signed by a day (附生效条件协议, Zhejiang Regulations art. 31; domain.md 4.6
-- G-THRESHOLD).  The share is counted by the system, once, on the day after; who
-- has not signed is told to nobody (R-THRESH).
create table cases.project_condition (
    project uuid primary key references cases.project,
    percent int not null check (percent between 1 and 100),
    until date not null,
    document text not null check (length(document) between 1 and 100),
    set_by uuid not null,
    set_at timestamptz not null,
    decided_at timestamptz,
    signed bigint,
    households bigint,
    met boolean,
    constraint condition_still_to_come check (until > cases.day_of(set_at)),
    constraint condition_decided_whole check (
        num_nulls(decided_at, signed, households, met) in (0, 4)),
    constraint condition_decided_after check (
        cases.day_of(decided_at) > until),
    constraint condition_counted check (
        met = (signed * 100 >= percent * households))
);

create view cases.condition_count as
select p.id as project,
    count(*) filter (where h.agreement is not null) as signed,
    count(*) filter (where h.state <> 'withdrawn_scope') as households
from cases.project p
join cases.household h on h.project = p.id
group by p.id;

create function cases.condition_guard() returns trigger
language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        if exists (select from cases.agreement a
                   join cases.household h on h.id = a.household
                   where h.project = new.project) then
            raise exception 'G-THRESHOLD: project %: somebody has signed '
                'already, without a condition', new.project;
        end if;
        return new;
    end if;
    if old.decided_at is not null
       or (new.project, new.percent, new.until, new.document, new.set_by,
           new.set_at) is distinct from
          (old.project, old.percent, old.until, old.document, old.set_by,
           old.set_at) then
        raise exception 'G-THRESHOLD: project %: the condition stands',
            old.project using errcode = 'integrity_constraint_violation';
    end if;
    perform from cases.condition_count c
    where (c.project, c.signed, c.households)
        = (new.project, new.signed, new.households);
    if not found then
        raise exception 'G-THRESHOLD: project %: this is not the share that '
            'has signed', new.project;
    end if;
    return new;
end $$;
create trigger condition_guard before insert or update
    on cases.project_condition
    for each row execute function cases.condition_guard();
create trigger condition_stays before delete on cases.project_condition
    for each row execute function cases.refuse_change();

create function cases.effect_guard() returns trigger
language plpgsql as $$
begin
    if exists (select from cases.project_condition c
               where c.project = new.project and c.met is not true) then
        raise exception 'G-THRESHOLD: household %: too few have signed',
            new.id;
    end if;
    return new;
end $$;
create trigger household_effect before update on cases.household
    for each row when (old.state <> new.state and new.state = 'effective')
    execute function cases.effect_guard();

grant select on cases.condition_count to redkite_cases;
grant select, insert on cases.project_condition to redkite_cases;
grant update (decided_at, signed, households, met) on cases.project_condition
    to redkite_cases;
