-- name: satisfaction_open
insert into cases.satisfaction_round (id, project, name, opened_by, opened_at,
    closes_at)
values (:id, :project, :name, :opened_by, :opened_at, :closes_at);

-- name: satisfaction_take
select r.project, r.closes_at, r.closed_at
from cases.satisfaction_round r where r.id = :round for update;

-- All that are on the register there, signed or not.
-- name: satisfaction_homes
select (select count(*) from cases.household h
        where h.community = :community and h.project = :project
          and h.state <> 'withdrawn_scope') as households,
    exists (select from cases.satisfaction_token t
            where t.round = :round and t.community = :community
              and t.spent) as answered;

-- name: satisfaction_tokens_drop
delete from cases.satisfaction_token
where round = :round and community = :community;

-- name: satisfaction_tokens_add
insert into cases.satisfaction_token (hash, round, community)
select * from unnest(:hash::bytea[], :round::uuid[], :community::uuid[])
    as t(hash, round, community)
order by hash;

-- name: satisfaction_token
select t.round, t.community, t.spent, r.closes_at, r.closed_at
from cases.satisfaction_token t
join cases.satisfaction_round r on r.id = t.round
where t.hash = :hash
for update;

-- name: satisfaction_spend
update cases.satisfaction_token set spent = true where hash = :hash;

-- name: satisfaction_add
insert into cases.satisfaction_answer (round, community, overall, respect,
    clarity, fairness, pressure, promise, quality, staff_present, device)
values (:round, :community, :overall, :respect, :clarity, :fairness, :pressure,
    :promise, :quality, :staff_present, :device);

-- name: satisfaction_device
select count(*) as answers from cases.satisfaction_answer
where round = :round and device = :device;

-- name: satisfaction_close
update cases.satisfaction_round set closed_at = :now where id = :round;

-- name: satisfaction_round
select r.id as round, r.project, r.name, r.closes_at, r.closed_at
from cases.satisfaction_round r where r.id = :round;

-- name: satisfaction_rounds
select r.id as round, r.name, r.opened_at, r.closes_at, r.closed_at
from cases.satisfaction_round r where r.project = :project
order by r.opened_at desc, r.id
limit 100;

-- What is counted: no answer that was given beside staff, and none of a device
-- from which :many came.
-- name: satisfaction_tally
with looked as (
    select a.*, a.device is not null
        and count(*) over (partition by a.device) >= :many as doubted
    from cases.satisfaction_answer a where a.round = :round
), counted as (
    select l.community, count(*) as said,
        count(*) filter (where l.staff_present) as beside_staff,
        count(*) filter (where l.doubted and not l.staff_present)
            as of_one_device
    from looked l group by l.community
), valid as (
    select l.community, count(*) as answers,
        count(*) filter (where l.overall >= :good) as good,
        count(*) filter (where l.respect >= :good) as respect,
        count(*) filter (where l.clarity >= :good) as clarity,
        count(*) filter (where l.fairness >= :good) as fairness,
        count(*) filter (where l.promise >= :good) as promise,
        count(*) filter (where l.quality >= :good) as quality,
        count(l.quality) as quality_answers,
        count(*) filter (where l.pressure >= :pressed) as pressed
    from looked l where not l.doubted and not l.staff_present
    group by l.community
)
select t.community, c.name as community_name, count(*) as tokens,
    coalesce(max(n.said), 0) as said,
    coalesce(max(n.beside_staff), 0) as beside_staff,
    coalesce(max(n.of_one_device), 0) as of_one_device,
    coalesce(max(v.answers), 0) as answers, coalesce(max(v.good), 0) as good,
    coalesce(max(v.respect), 0) as respect,
    coalesce(max(v.clarity), 0) as clarity,
    coalesce(max(v.fairness), 0) as fairness,
    coalesce(max(v.promise), 0) as promise,
    coalesce(max(v.quality), 0) as quality,
    coalesce(max(v.quality_answers), 0) as quality_answers,
    coalesce(max(v.pressed), 0) as pressed
from cases.satisfaction_token t
join cases.community c on c.id = t.community
left join counted n on n.community = t.community
left join valid v on v.community = t.community
where t.round = :round
group by t.community, c.name, c.position
order by c.position, t.community;
