-- Money that does not come in time complains of itself (R-LATE, domain.md 4.7
-- T-PAY): the household need not ask for what is its own.

-- The day that was agreed for the payment (Decree 590 art. 25).  Where none was,
-- the period of services/cases/period/rules.c holds.
create table cases.pay_day (
    agreement uuid primary key references cases.agreement,
    day date not null
);
create trigger pay_day_stands before update or delete on cases.pay_day
    for each row execute function cases.refuse_change();

create function cases.pay_day_guard() returns trigger
language plpgsql as $$
begin
    perform from cases.agreement a
    where a.id = new.agreement and new.day >= cases.day_of(a.cooling_until);
    if not found then
        raise exception 'agreement %: it is not in effect on the day of its '
            'payment', new.agreement;
    end if;
    return new;
end $$;
create trigger pay_day_guard before insert on cases.pay_day
    for each row execute function cases.pay_day_guard();

-- A grievance comes in by a channel, or from a period of an agreement that was
-- not kept, and from that once.
alter table cases.grievance
    alter channel drop not null,
    add source text check (source in ('T-PAY')),
    add source_of uuid references cases.agreement,
    add constraint grievance_from check (
        (channel is null) = (source is not null)
        and (source is null) = (source_of is null)),
    add constraint grievance_once unique (source, source_of);
create trigger grievance_source_stands before update on cases.grievance
    for each row when (
        (old.source, old.source_of)
        is distinct from (new.source, new.source_of))
    execute function cases.refuse_change();

grant select, insert on cases.pay_day to redkite_cases;
grant select (source, source_of) on cases.grievance to redkite_cases;
