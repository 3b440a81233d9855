-- name: recount_project
select p.id as project,
    (select count(*) from cases.household h
     where h.project = p.id and (h.offer is not null or not :offered::boolean))
        as total
from cases.project p
where p.id = :project;

-- name: recount_add
insert into cases.recount (id, project, pack, offered, begun_by, begun_at,
    total)
values (:id, :project, :pack, :offered, :begun_by, :begun_at, :total);

-- name: recount_running
select r.id
from cases.recount r
where r.project = :project and r.ended_at is null;

-- name: recount_take
select r.id, r.project, r.pack, r.offered, r.begun_by, r.begun_at, r.total,
    r.done, r.deviations, r.after, r.ended_at
from cases.recount r
where r.id = :id
for update;

-- The next of them, with what is on offer to each.
-- name: recount_page
select h.id as household, h.offer as statement, s.pack, s.total as offered,
    r.sha256, r.text, s.made_by, o.released_by
from cases.household h
left join cases.offer o on o.statement = h.offer
left join cases.statement s on s.id = h.offer
left join cases.reckoning r on r.sha256 = s.reckoning
where h.project = :project
  and (:after::uuid is null or h.id > :after)
  and (h.offer is not null or not :offered)
order by h.id
limit 100;

-- name: recount_result_add
insert into cases.recount_result (recount, household, verdict, offered, now,
    why, statement, made_by, released_by)
select * from unnest(:recount::uuid[], :household::uuid[], :verdict::text[],
    :offered::bigint[], :now::bigint[], :why::text[], :statement::uuid[],
    :made_by::uuid[], :released_by::uuid[]);

-- Households that were registered since make it more than was thought.
-- name: recount_go_on
update cases.recount
set done = least(total, :done), deviations = least(total, :deviations),
    after = :after, ended_at = :ended_at
where id = :id;

-- name: recount_list
select r.id, r.project, r.pack, r.offered, r.begun_by, r.begun_at, r.total,
    r.done, r.deviations, r.ended_at
from cases.recount r
where r.project = :project
order by r.begun_at desc
limit 100;
-- then: recount_list

-- name: recount_results
select x.household, h.no, x.verdict, x.offered, x.now, x.why, x.statement,
    x.made_by, x.released_by
from cases.recount_result x
join cases.household h on h.id = x.household
where x.recount = :id and (:after::uuid is null or x.household > :after)
order by x.household
limit case when :export::uuid is null then 50 else 100 end;
