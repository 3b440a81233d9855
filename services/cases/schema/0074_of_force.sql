-- R-LEO: whoever scheduling knows to come from police, enforcement, a court, a
-- developer or a demolition firm (its 0024_of_force.sql) is not in the room,
-- whatever is said of the member at the door.
create function cases.room_of_force() returns trigger
language plpgsql as $$
begin
    if exists (select from scheduling.public_of_force f
               where f.member = new.member) then
        raise exception 'R-LEO: a member of force is never in the room with a '
            'household';
    end if;
    return new;
end $$;
create trigger meeting_room_of_force before insert or update
    on cases.meeting_attendee
    for each row execute function cases.room_of_force();
