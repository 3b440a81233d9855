-- name: access_counted
select c.member, c.day, c.households
from cases.access_counted(:since, :until) c;

-- Once a person and day.
-- name: access_tell
insert into cases.access_told (member, day, households, told_at)
values (:member, :day, :households, :told_at)
on conflict (member, day) do nothing
returning member;

-- name: access_page
select t.member, t.day, t.households, t.told_at
from cases.access_told t
where t.day >= :since
order by t.day, t.member
limit 200;
