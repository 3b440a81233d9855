-- An authorisation says what it allows (委托书, domain.md 4.3): to hand in for
-- the person, to hold its original papers, to deal with its money.  One that was
-- taken down without saying so allows nothing, and is taken down again.

alter table cases.errand
    add money boolean not null default false, -- its kind deals with money
    add may_submit boolean not null default false,
    add may_hold_papers boolean not null default false,
    add may_handle_money boolean not null default false,
    add constraint errand_scope check (
        authorised_until is not null
        or not (may_submit or may_hold_papers or may_handle_money));

update cases.errand e set money = true
from cases.matter m
where m.id = e.id
  and m.kind in ('flexible_work_subsidy', 'graduate_firm_subsidy',
      'low_income_allowance', 'temporary_relief', 'elderly_allowance',
      'title_registration', 'provident_fund', 'wage_claim', 'skills_training');

create trigger errand_deals_with before update on cases.errand
    for each row when (old.money <> new.money)
    execute function cases.refuse_change();

create function cases.errand_scope_guard() returns trigger
language plpgsql as $$
begin
    perform from cases.errand e
    where e.id = new.id and e.may_submit
      and (new.state <> 'submitted' or not e.money or e.may_handle_money);
    if not found then
        raise exception '%: the written authorisation does not allow this',
            new.no;
    end if;
    return null;
end $$;
create constraint trigger errand_scope_guard after update of state
    on cases.matter
    deferrable initially deferred
    for each row when (
        new.flow = 'errand' and old.state <> new.state
        and new.state in ('in_progress', 'submitted'))
    execute function cases.errand_scope_guard();

create function cases.errand_original_guard() returns trigger
language plpgsql as $$
begin
    perform from cases.errand e
    where e.id = new.errand and e.may_hold_papers
      and e.authorised_until >= cases.day_of(new.taken_at);
    if not found then
        raise exception 'errand %: the written authorisation does not allow '
            'to hold original papers', new.errand;
    end if;
    return new;
end $$;
create trigger errand_original_allowed before insert on cases.errand_original
    for each row execute function cases.errand_original_guard();
