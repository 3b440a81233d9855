-- Between the old home and the new one (R-LATE, domain.md 2.2): the terms that
-- were agreed or published, and a row for each month that is due, written by the
-- clock.  Nobody types the amount of a month, and nobody has to ask for more
-- when the new home is late.

-- What a project publishes later, for overruns that go by the latest rate.
create table cases.transition_price (
    project uuid not null references cases.project,
    since date not null,
    rate bigint not null check (rate > 0), -- fen a square metre and month
    document text not null check (length(document) between 1 and 100),
    entered_by uuid not null,
    entered_at timestamptz not null,
    primary key (project, since)
);
create trigger transition_price_stands before update or delete
    on cases.transition_price
    for each row execute function cases.refuse_change();

create table cases.transition_terms (
    id uuid primary key,
    household uuid not null references cases.household,
    agreement uuid not null references cases.agreement,
    area bigint not null check (area between 1 and 10000000),
    rate bigint not null check (rate between 1 and 100000000),
    months int not null check (months between 1 and 120),
    start text not null check (start in ('vacated', 'next_day', 'month')),
    part text not null check (part in ('days', 'half', 'whole')),
    basis text not null check (basis in ('agreed', 'latest')),
    stop_months int not null check (stop_months between 0 and 24),
    prepaid boolean not null, -- the agreed months are in the offer's total
    turnover boolean not null,
    liability_required boolean not null,
    liable boolean not null,
    citation text not null check (length(citation) between 1 and 200),
    set_by uuid not null,
    set_at timestamptz not null,
    confirmed_by uuid,
    confirmed_at timestamptz,
    constraint transition_two_persons check (confirmed_by <> set_by),
    constraint transition_confirmed check (
        (confirmed_by is null) = (confirmed_at is null))
);
create unique index transition_once on cases.transition_terms (agreement)
    where confirmed_at is not null;
create index transition_by_household on cases.transition_terms (household);

create table cases.transition_stage (
    terms uuid not null references cases.transition_terms,
    from_month int not null check (from_month > 0), -- of the overrun
    multiplier bigint not null check (multiplier >= 1000000),
    primary key (terms, from_month)
);

-- What an offer's total pays already.
create function cases.transition_paid_ahead(of_statement uuid) returns boolean
language sql stable as $$
    select exists (
        select from cases.statement s
        join cases.reckoning r on r.sha256 = s.reckoning,
            json_array_elements(r.text::json -> 'lines') as l (line)
        where s.id = of_statement and l.line ->> 'code' = 'TRANSITION'
          and l.line ->> 'counts' = 'add' and (l.line ->> 'value')::numeric > 0)
$$;

create function cases.transition_terms_guard() returns trigger
language plpgsql as $$
begin
    perform from cases.agreement a
    where a.id = new.agreement and a.household = new.household
      and a.choice = 'swap' and a.withdrawn_at is null
      and cases.transition_paid_ahead(a.statement) = new.prepaid;
    if not found then
        raise exception 'R-LATE: household %: no agreement on a house, or its '
            'total says otherwise what is paid ahead', new.household;
    end if;
    return new;
end $$;
create trigger transition_terms_guard before insert on cases.transition_terms
    for each row execute function cases.transition_terms_guard();

create function cases.transition_stage_guard() returns trigger
language plpgsql as $$
begin
    perform from cases.transition_terms t
    where t.id = new.terms
      and t.xmin::text = (pg_current_xact_id()::xid)::text;
    if not found then
        raise exception 'R-LATE: stages are written with their terms';
    end if;
    return new;
end $$;
create trigger transition_stage_guard before insert on cases.transition_stage
    for each row execute function cases.transition_stage_guard();
create trigger transition_stage_stands before update or delete
    on cases.transition_stage
    for each row execute function cases.refuse_change();
create trigger transition_terms_stand before update on cases.transition_terms
    for each row when (
        old.confirmed_at is not null
        or to_jsonb(old) - '{confirmed_by,confirmed_at}'::text[]
           <> to_jsonb(new) - '{confirmed_by,confirmed_at}'::text[])
    execute function cases.refuse_change();
create trigger transition_terms_stay before delete on cases.transition_terms
    for each row execute function cases.refuse_change();

create table cases.transition_due (
    household uuid not null references cases.household,
    month int not null check (month > 0),
    terms uuid not null references cases.transition_terms,
    first_day date not null, -- of the period
    from_day date not null,
    to_day date not null check (to_day > from_day), -- the first after it
    overrun int not null check (overrun >= 0),
    multiplier bigint not null check (multiplier >= 0),
    rate bigint not null check (rate > 0),
    amount bigint not null check (amount >= 0),
    due_on date not null,
    primary key (household, month)
);

-- The switch to the overrun's fee cannot be left out: the row says what the
-- stage says, and a whole month is area x rate x multiplier to the fen.
create function cases.transition_due_guard() returns trigger
language plpgsql as $$
declare
    t cases.transition_terms;
    wanted bigint;
    priced bigint;
    whole numeric;
begin
    select * into t from cases.transition_terms
    where id = new.terms and household = new.household
      and confirmed_at is not null;
    if not found then
        raise exception 'R-LATE: household %: its terms are not confirmed',
            new.household;
    end if;
    if new.overrun <> greatest(new.month - t.months, 0)
       or new.from_day <> new.first_day + make_interval(months => new.month - 1)
       or new.to_day > new.first_day + make_interval(months => new.month) then
        raise exception 'R-LATE: household %: month % is another', new.household,
            new.month;
    end if;
    if new.overrun = 0 then
        wanted := case when t.prepaid or t.turnover then 0 else 1000000 end;
    elsif t.turnover or (t.liability_required and not t.liable) then
        wanted := 1000000;
    else
        select s.multiplier into wanted from cases.transition_stage s
        where s.terms = t.id and s.from_month <= new.overrun
        order by s.from_month desc limit 1;
        wanted := coalesce(wanted, 1000000);
    end if;
    if new.overrun > 0 and t.basis = 'latest' then
        select p.rate into priced from cases.transition_price p
        join cases.household h on h.project = p.project
        where h.id = new.household and p.since <= new.from_day
        order by p.since desc limit 1;
    end if;
    whole := round(t.area::numeric * new.rate * new.multiplier / 100000000);
    if new.multiplier <> wanted or new.rate <> coalesce(priced, t.rate)
       or new.amount > whole
       or (new.amount <> whole and new.to_day
           = new.first_day + make_interval(months => new.month)) then
        raise exception 'R-LATE: household %: month % is not what its stage '
            'says', new.household, new.month;
    end if;
    return new;
end $$;
create trigger transition_due_guard before insert on cases.transition_due
    for each row execute function cases.transition_due_guard();
create trigger transition_due_stands before update or delete
    on cases.transition_due
    for each row execute function cases.refuse_change();

create or replace view cases.owed as
select h.project, h.id as household, h.no, 'compensation' as kind, 0 as month,
    s.total as amount
from cases.household h
join cases.statement s on s.id = h.offer
where h.state in ('effective', 'decided') and s.total > 0
union all
select h.project, h.id, h.no, 'transition', d.month, d.amount
from cases.transition_due d
join cases.household h on h.id = d.household
where d.amount > 0 and not exists (
    select from cases.payment y
    where y.household = d.household and y.kind = 'transition'
      and y.month = d.month and y.checked_at is not null);

-- A month is paid by what was due for it, to the fen.
create function cases.payment_month_guard() returns trigger
language plpgsql as $$
begin
    perform from cases.transition_due d
    where d.household = new.household and d.month = new.month
      and d.amount = new.amount;
    if not found then
        raise exception 'R-PAY: household %: month % is not what is due',
            new.household, new.month;
    end if;
    return new;
end $$;
create trigger payment_month_guard before update on cases.payment
    for each row when (new.kind = 'transition'
                       and old.checked_at is null
                       and new.checked_at is not null)
    execute function cases.payment_month_guard();
create trigger payment_month_guard_new before insert on cases.payment
    for each row when (new.kind = 'transition' and new.checked_at is not null)
    execute function cases.payment_month_guard();

-- What is not paid then complains of itself, once for each agreement.
alter table cases.grievance
    drop constraint grievance_source_check,
    add constraint grievance_source_check check (
        source in ('T-PAY', 'T-TRANS'));

grant select, insert on cases.transition_price, cases.transition_stage,
    cases.transition_due to redkite_cases;
grant select, insert on cases.transition_terms to redkite_cases;
grant update (confirmed_by, confirmed_at) on cases.transition_terms
    to redkite_cases;
