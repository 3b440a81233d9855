-- Visits, and what has to be known to decide about one.

-- The visit with its household, both locked, the household first.
-- name: visit_lock
select
    v.id as visit, v.household, h.community, v.topic, v.asked_by_resident,
    v.starts, v.ends, v.state,
    array(
        select m.member from scheduling.visit_member m
        where m.visit = v.id order by m.member
    ) as visitors
from scheduling.household h
join scheduling.visit v on v.household = h.id
where v.id = :visit
for update of h, v;

-- Everything about the household, the policy and the visitors.  The visit that
-- is being moved does not count itself; 200 days are longer than any pause.
-- name: visit_facts
select
    p.ahead_h, p.visit_7d, p.visit_30d, p.visit_gap_h, p.visit_max_min,
    p.talk_pause_d, p.refusals, p.refusal_pause_d, p.dnc_d, p.serve_wd,
    p.quiet_from_min, p.quiet_until_min, p.morning_from_min,
    p.morning_until_min, p.afternoon_from_min, p.afternoon_until_min,
    p.visitors_least, p.visitors_most,
    s.from_day as squad_from, s.until_day as squad_until,
    exists (select from cases.public_in_remedy r
            where r.household = :household) as in_remedy,
    (
        select coalesce(json_agg(json_build_object(
            'visit', v.id, 'starts', coalesce(v.started, v.starts),
            'ends', coalesce(v.ended, v.ends), 'topic', v.topic,
            'outcome', coalesce(v.outcome, 'none')
        ) order by coalesce(v.started, v.starts)), '[]')
        from scheduling.visit v
        where v.household = :household and v.state <> 'cancelled'
            and v.id is distinct from :except::uuid
            and v.starts > :now::timestamptz - interval '200 days'
    ) as visits,
    (
        select coalesce(json_agg(json_build_object(
            'weekday', w.weekday, 'from', w.from_minute,
            'until', w.until_minute
        ) order by w.weekday, w.from_minute), '[]')
        from scheduling.contact_window w where w.household = :household
    ) as windows,
    (
        select coalesce(json_agg(json_build_object(
            'scope', q.scope, 'until', q.until_day
        )), '[]')
        from scheduling.do_not_contact_now q where q.household = :household
    ) as quiet,
    (
        select coalesce(json_agg(json_build_object(
            'member', m.id, 'active', m.active, 'flags', m.flags,
            'community', m.community,
            'related', exists (
                select from scheduling.member_household_conflict c
                where c.member = m.id and c.household = :household
            ),
            'unwelcome', exists (
                select from cases.public_no_contact n
                where n.member = m.id and n.household = :household
                    and n.until > :start::timestamptz
            ),
            'busy_until', (
                select max(upper(o.during)) from scheduling.visit_member o
                where o.member = m.id and o.stands
                    and o.during && tstzrange(:start, :end)
                    and o.visit is distinct from :except::uuid
            )
        ) order by m.id), '[]')
        from scheduling.member m
        where m.id = any (:visitors::uuid[])
            or m.id in (
                select sm.member from scheduling.squad_member sm
                where sm.squad = s.id
            )
    ) as visitors
from scheduling.policy_now p
left join scheduling.squad s on s.id = :squad;

-- name: visit_add
insert into scheduling.visit
    (id, household, topic, squad, asked_by_resident, starts, ends, agreed_at,
     agreed_by, state)
values (:visit, :household, :topic, :squad, :asked_by_resident, :start, :end,
    :agreed_at, :agreed_by, 'planned');

-- Their time is the visit's: a trigger fills it in.
-- name: visit_members_add
insert into scheduling.visit_member (visit, member, during, stands)
select :visit::uuid, m, 'empty'::tstzrange, true
from unnest(:visitors::uuid[]) as m
order by m;

-- name: visit_move
update scheduling.visit
set starts = :start, ends = :end, agreed_at = :agreed_at,
    agreed_by = :agreed_by
where id = :visit;

-- name: visit_cancel
update scheduling.visit
set state = 'cancelled', cancelled_at = :at, cancelled_by = :by
where id = :visit;

-- name: visit_log
update scheduling.visit
set state = 'held', started = :started, ended = :ended, outcome = :outcome,
    left_materials = :left, promise = :promise,
    resident_remark = :resident_remark, logged_by = :by, logged_at = :at
where id = :visit;

-- name: visit_planned
select
    v.id as visit, v.household, v.starts as start, v.topic,
    array(
        select m.member from scheduling.visit_member m
        where m.visit = v.id order by m.member
    ) as visitors
from scheduling.visit v
where v.household = :household and v.state = 'planned' and v.starts > :now
    and (:before::timestamptz is null or v.starts < :before)
    and (:asked_too or not v.asked_by_resident)
    and case :topics::text
        when 'signing' then v.topic = 'signing'
        when 'service' then v.topic = 'service'
        when 'not_statutory' then v.topic <> 'statutory'
        else true
    end
    and (:member::uuid is null or exists (
        select from scheduling.visit_member m
        where m.visit = v.id and m.member = :member))
order by v.starts
for update of v;

-- name: visit_cancel_all
update scheduling.visit
set state = 'cancelled', cancelled_at = given.at, cancelled_by = given.by
from unnest(:visit::uuid[], :at::timestamptz[], :by::text[])
    as given (id, at, by)
where visit.id = given.id;

-- Days are the district's; `to` is the last one.
-- name: visit_list
select
    v.id as visit, v.household, h.community, v.starts as start, v.ends as end,
    v.topic, v.state, v.outcome, v.cancelled_by, v.cancelled_late as late,
    array(
        select m.member from scheduling.visit_member m
        where m.visit = v.id order by m.member
    ) as visitors
from scheduling.visit v
join scheduling.household h on h.id = v.household
where (:household::uuid is null or v.household = :household)
    and (:member::uuid is null or exists (
        select from scheduling.visit_member m
        where m.visit = v.id and m.member = :member))
    and (:from::date is null
        or v.starts >= :from::date::timestamp at time zone 'Asia/Shanghai')
    and (:to::date is null
        or v.starts < (:to::date + 1)::timestamp at time zone 'Asia/Shanghai')
order by v.starts, v.id
limit 200;

-- Visits to come by somebody whom the household complained of (R-RETAL).
-- name: visit_unwelcome
select n.household, n.member, n.until
from cases.public_no_contact n
where exists (
    select from scheduling.visit v
    join scheduling.visit_member m on m.visit = v.id
    where v.household = n.household and m.member = n.member
        and v.state = 'planned' and v.starts > :now and v.starts < n.until)
order by n.household, n.member;
