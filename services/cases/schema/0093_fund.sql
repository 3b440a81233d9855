-- No offer without the money for it (G-FUNDS, Decree 590 art. 12): what a project
-- was given stands in a ledger, and an offer takes no more than is free.

create table cases.fund_entry (
    id uuid primary key,
    project uuid not null references cases.project,
    amount bigint not null check (amount > 0),
    document text not null check (length(document) between 1 and 100),
    day date not null,
    entered_by uuid not null,
    entered_at timestamptz not null,
    unique (project, document),
    constraint fund_entry_day check (day <= cases.day_of(entered_at))
);
create trigger fund_entry_stands before update or delete on cases.fund_entry
    for each row execute function cases.refuse_change();

-- What each household ties up: its offer as long as it may be signed or is, and
-- what was paid beyond it (transition fees by the month).
create view cases.fund_use as
select h.project, h.id as household,
    case when h.state in ('stays', 'withdrawn_scope', 'lapsed')
              and y.compensation is null
        then 0 else s.total end as held,
    h.agreement is not null as agreed,
    coalesce(y.compensation, 0) as compensation, coalesce(y.beyond, 0) as beyond
from cases.household h
join cases.statement s on s.id = h.offer
left join lateral (
    select sum(y.amount) filter (where y.kind = 'compensation') as compensation,
        sum(y.amount) filter (where y.kind <> 'compensation') as beyond
    from cases.payment y
    where y.household = h.id and y.checked_at is not null) y on true;

create function cases.fund_guard() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    of_project uuid;
    wanted bigint;
    free numeric;
begin
    select h.project into of_project from cases.household h
    where h.id = new.household;
    select s.total into wanted from cases.statement s where s.id = new.statement;
    -- one offer of a project after the other: each sees the ones before it
    perform from cases.project p where p.id = of_project for no key update;
    select coalesce((select sum(e.amount) from cases.fund_entry e
                     where e.project = of_project), 0)
        - coalesce((select sum(u.held + u.beyond) from cases.fund_use u
                    where u.project = of_project
                      and u.household <> new.household), 0)
    into free;
    if free < wanted then
        raise exception 'G-FUNDS: the project has less money free than this '
            'offer needs; a deposit has to come first (fund.deposit)';
    end if;
    return new;
end $$;
create trigger fund_guard before insert on cases.offer
    for each row execute function cases.fund_guard();

grant select on cases.fund_use to redkite_cases;
grant select, insert on cases.fund_entry to redkite_cases;
