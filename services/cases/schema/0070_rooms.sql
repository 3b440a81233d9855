-- What one room of the casework knows and another must heed.

-- Where a case is over, for the household whose it is.  Help that was offered
-- and not answered, or declined, keeps nothing open.
create table cases.case_end (
    flow text not null,
    state text not null,
    primary key (flow, state)
);
insert into cases.case_end values
    ('problem', 'closed'), ('problem', 'referred'),
    ('errand', 'closed'), ('errand', 'declined'), ('errand', 'cancelled'),
    ('errand', 'failed'),
    ('hardship', 'screened'), ('hardship', 'declined'), ('hardship', 'closed'),
    ('grievance', 'closed'), ('grievance', 'withdrawn');
grant select on cases.case_end to redkite_cases;

-- Is anything of a household still open?  No more than that is said (G-FIREWALL).
create function cases.is_unended(wanted uuid) returns boolean
language sql stable
return exists (select from cases.matter m
               where m.household = wanted
                 and not exists (select from cases.case_end e
                                 where e.flow = m.flow and e.state = m.state));

-- G-TOLL: it uses a right, by paper or by a grievance about what it is owed.
create function cases.is_tolled(wanted uuid) returns boolean
language sql stable
return exists (select from cases.household_tolled t where t.household = wanted)
    or coalesce((
        select p.event = 'toll' from cases.paper p
        where p.household = wanted and p.event in ('toll', 'untoll')
        order by p.at desc, p.id desc limit 1), false);

-- G-NORETAL: when a household last complained.
create function cases.complained_at(wanted uuid) returns timestamptz
language sql stable
return (select max(m.opened_at) from cases.matter m
        where m.flow = 'grievance' and m.household = wanted);

-- G-NORETAL: until when the district's panel allows a change.
create function cases.change_approved_until(wanted uuid) returns timestamptz
language sql stable
return (select max(a.until) from cases.adverse_approval a
        where a.household = wanted);

revoke all on function cases.is_unended, cases.is_tolled,
    cases.complained_at, cases.change_approved_until from public;
grant execute on function cases.is_unended, cases.is_tolled,
    cases.complained_at, cases.change_approved_until to redkite_cases;

create function cases.household_rooms() returns trigger
language plpgsql as $$
declare
    complained date;
begin
    if new.state = 'closed' and cases.is_unended(new.id) then
        raise exception 'R-CLOSE: household %: something of it is still open',
            new.id;
    end if;
    if new.state = 'no_agreement' and cases.is_tolled(new.id) then
        raise exception 'G-TOLL: household %: it uses a right', new.id;
    end if;
    if (old.state, new.state) in (
            ('no_agreement', 'decision_draft'), ('decision_draft', 'decided'),
            ('decided', 'urged'), ('paid', 'urged'),
            ('urged', 'court_applied')) then
        complained := cases.day_of(cases.complained_at(new.id));
        if cases.day_of(new.state_since) <= complained + 180
           and coalesce(cases.change_approved_until(new.id), '-infinity')
               <= new.state_since then
            raise exception 'G-NORETAL: household %: not without the panel''s '
                'approval', new.id;
        end if;
    end if;
    return new;
end $$;
create trigger household_heeds before update on cases.household
    for each row when (old.state <> new.state)
    execute function cases.household_rooms();
