-- Members, squads, and who must not meet whom.

-- name: member_add
insert into scheduling.member
    (id, name, badge, gender, community, teams, flags, added_at)
values (:id, :name, :badge, :gender, :community, :teams, :flags, :at);

-- name: member_list
select id, name, badge, gender, community, teams, flags, active
from scheduling.member
order by badge;

-- name: member_lock
select
    id, name, badge, gender, community, teams, flags, active
from scheduling.member
where id = :id
for update;

-- name: member_planned
select count(*) as visits
from scheduling.visit_member m
join scheduling.visit v on v.id = m.visit
where m.member = :id and v.state = 'planned' and v.starts > :now;

-- name: member_leave
update scheduling.member set active = false where id = :id;

-- Said twice, it stands once.
-- name: member_conflict_add
insert into scheduling.member_household_conflict
    (member, household, kind, declared_at, declared_by)
values (:member, :household, :kind, :at, :by)
on conflict do nothing;

-- name: squad_add
insert into scheduling.squad
    (id, name, purpose, from_day, until_day, called_at, called_by)
values (:id, :name, :purpose, :from, :until, :at, :by);

-- name: squad_candidates
select id, name, badge, gender, community, teams, flags, active
from scheduling.member
where id = any (:members::uuid[])
order by id;

-- name: squad_members_add
insert into scheduling.squad_member (squad, member)
select :id::uuid, m from unnest(:members::uuid[]) as m;

-- name: squad_list
select
    s.id, s.name, s.purpose, s.from_day as from, s.until_day as until,
    array(
        select m.member from scheduling.squad_member m
        where m.squad = s.id order by m.member
    ) as members
from scheduling.squad s
order by s.from_day, s.id;
