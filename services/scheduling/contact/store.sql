-- A household's copy and its wishes.

-- name: contact_household_put
insert into scheduling.household (id, project, community)
values (:household, :project, :community)
on conflict (id) do update
set project = excluded.project, community = excluded.community
where (household.project, household.community)
    is distinct from (excluded.project, excluded.community);
-- set: contact_household_put
insert into scheduling.household (id, project, community)
select * from unnest(:household::uuid[], :project::uuid[], :community::uuid[])
on conflict (id) do update
set project = excluded.project, community = excluded.community
where (household.project, household.community)
    is distinct from (excluded.project, excluded.community);

-- The lock of everything that is decided about a household.
-- name: contact_household_lock
select id as household, community
from scheduling.household
where id = :household
for update;

-- name: contact_policy
select
    ahead_h, visit_7d, visit_30d, visit_gap_h, visit_max_min, talk_pause_d,
    refusals, refusal_pause_d, dnc_d, serve_wd, quiet_from_min,
    quiet_until_min, morning_from_min, morning_until_min, afternoon_from_min,
    afternoon_until_min, visitors_least, visitors_most
from scheduling.policy_now;

-- name: contact_windows_clear
delete from scheduling.contact_window
where household = :household;

-- name: contact_windows_add
insert into scheduling.contact_window
    (household, weekday, from_minute, until_minute)
select * from unnest(:household::uuid[], :weekday::integer[],
    :from::integer[], :until::integer[]);

-- name: contact_quiet_now
select
    p.ahead_h, p.visit_7d, p.visit_30d, p.visit_gap_h, p.visit_max_min,
    p.talk_pause_d, p.refusals, p.refusal_pause_d, p.dnc_d, p.serve_wd,
    p.quiet_from_min, p.quiet_until_min, p.morning_from_min,
    p.morning_until_min, p.afternoon_from_min, p.afternoon_until_min,
    p.visitors_least, p.visitors_most, q.until_day
from scheduling.policy_now p
left join scheduling.do_not_contact_now q
    on q.household = :household and q.scope = :scope;

-- name: contact_quiet_set
insert into scheduling.do_not_contact
    (household, scope, until_day, set_at, set_by)
values (:household, :scope, :until, :at, :by);
