-- While a household is before a court or an organ of review, nobody comes to
-- persuade it (domain.md 4.6 G-LIT); scheduling asks this view.
create view cases.public_in_remedy as
select h.id as household from cases.household h where h.state = 'remedy';
grant select on cases.public_in_remedy to redkite_scheduling;

-- A house comes down only when nobody lives in it, with the note of an engineer
-- on its neighbours, and while no works are held (Qingdao Regulations art. 38;
-- domain.md 4.6 G-DEMO, R-DEMO).
create table cases.demolition (
    id uuid primary key,
    household uuid not null unique references cases.household,
    document text not null check (length(document) between 1 and 100),
    safety_note text not null check (length(safety_note) between 1 and 100),
    engineer text not null check (length(engineer) between 1 and 100),
    from_day date not null,
    ordered_by uuid not null,
    ordered_at timestamptz not null,
    constraint demolition_announced check (
        from_day >= cases.day_of(ordered_at) + 3)
);
create trigger demolition_stands before update or delete on cases.demolition
    for each row execute function cases.refuse_change();

create view cases.demolition_facts as
select h.id as household, h.project, h.community, h.state,
    exists (select from cases.plot_hold p
            where p.cleared_at is null and p.project = h.project
              and (p.household = h.id
                   or (p.household is null and (p.community is null
                       or p.community = h.community)))) as held,
    exists (select from cases.paper o
            where o.household = h.id and o.event = 'remedy_open'
              and not exists (
                  select from cases.paper e
                  where e.household = h.id and e.event = 'remedy_end'
                    and e.at > o.at)) as in_remedy
from cases.household h;

create function cases.demolition_guard() returns trigger
language plpgsql as $$
begin
    perform from cases.household h where h.id = new.household for share;
    perform from cases.demolition_facts f
    where f.household = new.household and not f.held and not f.in_remedy
      and f.state in ('vacated', 'transition', 'choosing', 'resettled',
                      'settled', 'closed');
    if not found then
        raise exception 'G-DEMO: household %: it has not moved out, works are '
            'held, or a remedy is open', new.household;
    end if;
    return new;
end $$;
create trigger demolition_guard before insert on cases.demolition
    for each row execute function cases.demolition_guard();

grant select on cases.demolition_facts to redkite_cases;
grant select, insert on cases.demolition to redkite_cases;
