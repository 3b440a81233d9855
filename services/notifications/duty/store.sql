-- name: duty_drop
delete from notifications.duty where member = :member;

-- name: duty_add
insert into notifications.duty (member, role, since, set_by)
select :member, r, :since, :set_by
from unnest(string_to_array(:roles, ',')) r;

-- name: duty_list
select d.member, string_agg(d.role, ',' order by d.role) as roles,
    min(d.since) as since
from notifications.duty d
group by d.member
order by d.member;

-- name: duty_holders
-- Each once, however many of the roles it has.
select distinct d.member
from notifications.duty d
where d.role = any (string_to_array(:tell, ','))
order by d.member;
