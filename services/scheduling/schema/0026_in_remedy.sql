-- Nobody comes unasked to a household that is before a court or an organ of
-- review (domain.md 4.6 G-LIT); what the law serves on it still comes.
create function scheduling.visit_in_remedy() returns trigger
language plpgsql as $$
begin
    if exists (select from cases.public_in_remedy r
               where r.household = new.household) then
        perform scheduling.refuse('the household is in a remedy and did not '
            'ask for this visit');
    end if;
    return new;
end $$;
create trigger visit_in_remedy before insert on scheduling.visit
for each row when (not new.asked_by_resident and new.topic <> 'statutory')
execute function scheduling.visit_in_remedy();
create trigger visit_moved_in_remedy before update of starts
on scheduling.visit
for each row when (new.state = 'planned' and new.starts <> old.starts
    and not new.asked_by_resident and new.topic <> 'statutory')
execute function scheduling.visit_in_remedy();
