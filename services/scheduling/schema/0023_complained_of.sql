-- Whom a household complained of does not come near it for 180 days (domain.md
-- 4.5 G-NORETAL, §8 R-RETAL).  The view is the casework's (0019_grievance.sql);
-- why somebody does not come is not said.
create function scheduling.visit_member_unwelcome() returns trigger
language plpgsql as $$
begin
    if exists (
        select from scheduling.visit v
        join cases.public_no_contact n on n.household = v.household
        where v.id = new.visit and n.member = new.member
            and v.starts < n.until) then
        perform scheduling.refuse('a visitor does not visit this household');
    end if;
    return new;
end $$;
create trigger visit_member_unwelcome before insert on scheduling.visit_member
for each row execute function scheduling.visit_member_unwelcome();

-- A visit that was agreed before is moved to no day within them, either.
create function scheduling.visit_unwelcome() returns trigger
language plpgsql as $$
begin
    if exists (
        select from scheduling.visit_member m
        join cases.public_no_contact n on n.member = m.member
        where m.visit = new.id and n.household = new.household
            and new.starts < n.until) then
        perform scheduling.refuse('a visitor does not visit this household');
    end if;
    return new;
end $$;
create trigger visit_unwelcome before update of starts on scheduling.visit
for each row when (new.state = 'planned' and new.starts <> old.starts)
execute function scheduling.visit_unwelcome();
