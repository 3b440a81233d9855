-- The agreement that the terms are of, its row locked by its household.
-- name: transition_agreed
select a.id as agreement, cases.transition_paid_ahead(a.statement) as prepaid
from cases.household h
join cases.agreement a on a.id = h.agreement
where h.id = :household and a.choice = 'swap' and a.withdrawn_at is null
for update of h;

-- name: transition_terms_add
insert into cases.transition_terms (id, household, agreement, area, rate,
    months, start, part, basis, stop_months, prepaid, turnover,
    liability_required, liable, citation, set_by, set_at)
values (:id, :household, :agreement, :area, :rate, :months, :start, :part,
    :basis, :stop_months, :prepaid, :turnover, :liability_required, :liable,
    :citation, :set_by, :set_at);

-- name: transition_stage_add
insert into cases.transition_stage (terms, from_month, multiplier)
select * from unnest(:terms::uuid[], :from_month::int[], :multiplier::bigint[]);

-- name: transition_taken
select t.household, t.set_by, t.confirmed_at is not null as confirmed
from cases.transition_terms t
join cases.household h on h.id = t.household
where t.id = :id
for update of t, h;

-- name: transition_confirm
update cases.transition_terms
set confirmed_by = :confirmed_by, confirmed_at = :confirmed_at
where id = :id;

-- name: transition_price_add
insert into cases.transition_price (project, since, rate, document, entered_by,
    entered_at)
values (:project, :since, :rate, :document, :entered_by, :entered_at);

-- The confirmed terms of a household, its days, and the last month written.
-- name: transition_running
select t.id, t.household, t.agreement, t.area, t.rate, t.months, t.start,
    t.part, t.basis, t.stop_months, t.prepaid, t.turnover, t.liability_required,
    t.liable, t.citation, t.set_by, t.set_at,
    (select max(p.day) from cases.paper p
     where p.household = h.id and p.event = 'vacate') as vacated,
    (select max(p.day) from cases.paper p
     where p.household = h.id and p.event = 'resettle') as handed_over,
    (select coalesce(max(d.month), 0) from cases.transition_due d
     where d.household = h.id) as written
from cases.household h
join cases.transition_terms t on t.agreement = h.agreement
    and t.confirmed_at is not null
where h.id = :household
for update of h;

-- name: transition_stages
select s.from_month, s.multiplier
from cases.transition_stage s
where s.terms = :id
order by s.from_month;

-- name: transition_prices
select p.since, p.rate
from cases.transition_price p
join cases.household h on h.project = p.project
where h.id = :household
order by p.since;

-- name: transition_due_add
insert into cases.transition_due (household, month, terms, first_day, from_day,
    to_day, overrun, multiplier, rate, amount, due_on)
select * from unnest(:household::uuid[], :month::int[], :terms::uuid[],
    :first_day::date[], :from_day::date[], :to_day::date[], :overrun::int[],
    :multiplier::bigint[], :rate::bigint[], :amount::bigint[], :due_on::date[]);

-- Whether something due on that day or before is unpaid, or nobody entered what
-- is due, and nothing complains of it yet.
-- name: transition_unpaid
select h.agreement, (exists (
        select from cases.transition_due d
        where d.household = h.id and d.amount > 0 and d.due_on <= :day
          and d.amount > coalesce((
              select sum(y.amount) from cases.payment y
              where y.household = d.household and y.kind = 'transition'
                and y.month = d.month and y.checked_at is not null), 0))
    or h.state in ('transition', 'choosing')
        and not cases.transition_paid_ahead(h.offer)
        and not exists (
            select from cases.transition_terms t
            where t.agreement = h.agreement and t.confirmed_at is not null))
    and not exists (
        select from cases.grievance g
        where g.source = 'T-TRANS' and g.source_of = h.agreement) as late
from cases.household h
where h.id = :household and h.agreement is not null;

-- name: transition_months
select d.month, d.from_day, d.to_day, d.overrun, d.multiplier, d.rate, d.amount,
    d.due_on, y.receipt, y.paid_on
from cases.transition_due d
left join lateral ( -- of several accounts: the last that came
    select y.receipt, y.paid_on from cases.payment y
    where y.household = d.household and y.kind = 'transition'
      and y.month = d.month and y.checked_at is not null
    order by y.paid_on desc, y.part desc
    limit 1) y on true
where d.household = :household
order by d.month;
-- then: transition_months

-- name: transition_terms_of
select t.id, t.household, t.agreement, t.area, t.rate, t.months, t.start,
    t.part, t.basis, t.stop_months, t.prepaid, t.turnover, t.liability_required,
    t.liable, t.citation, t.set_by, t.set_at, t.confirmed_by, t.confirmed_at
from cases.transition_terms t
where t.household = :household
order by t.confirmed_at nulls last, t.id
limit 20;
-- then: transition_terms_of
