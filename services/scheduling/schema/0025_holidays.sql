-- An announcement that comes in by a file is known to the triggers at once.
create function scheduling.take_holidays() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    delete from scheduling.day_off d
    where extract(year from d.day) = new.year;
    insert into scheduling.day_off as d (day, off, name)
    select h.day, h.off, h.name from bus.holiday_now h where h.year = new.year
    on conflict (day) do update set off = excluded.off, name = excluded.name;
    return null;
end $$;
revoke execute on function scheduling.take_holidays from public;
create trigger scheduling_takes_holidays after insert on bus.holiday_file
    for each row execute function scheduling.take_holidays();
