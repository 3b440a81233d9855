-- The State Council's announcements that came after the programs were built: the
-- newest of a year counts, for every service.
create table bus.holiday_file (
    version bigint generated always as identity primary key,
    year int not null check (year between 2000 and 2199),
    sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    text text not null check (octet_length(text) between 1 and 100000),
    imported_by uuid not null,
    imported_at timestamptz not null
);

create function bus.holiday_file_stands() returns trigger
language plpgsql as $$
begin
    raise exception 'holidays %: what was imported stands', old.year
        using errcode = 'integrity_constraint_violation';
end $$;
create trigger holiday_file_stands before update or delete on bus.holiday_file
    for each row execute function bus.holiday_file_stands();

create view bus.holiday_now as
select f.year, (d.one ->> 'date')::date as day,
    (d.one ->> 'isOffDay')::boolean as off, d.one ->> 'name' as name
from (select distinct on (year) year, text from bus.holiday_file
      order by year, version desc) f
cross join json_array_elements(f.text::json -> 'days') as d (one);

grant select on bus.holiday_file, bus.holiday_now to redkite_service;
