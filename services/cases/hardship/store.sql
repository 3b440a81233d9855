-- name: hardship_home
select h.project, h.community
from cases.household h
where h.id = :household;

-- name: hardship_add
insert into cases.hardship (id, household)
values (:id, :household);

-- The case itself is locked before.
-- name: hardship_ground
select s.id, s.household, s.social_worker, s.statutory, s.consented_by,
    s.consented_at, s.locked_at, s.planned_by, s.reviewed_by, s.stable_from,
    s.stable_to, s.confirmed_at, s.fits_at, s.ended, s.ended_at, s.erased_at
from cases.hardship s
where s.id = :id;
-- then: hardship_ground

-- name: hardship_put
update cases.hardship
set social_worker = :social_worker, statutory = :statutory,
    consented_by = :consented_by, consented_at = :consented_at,
    locked_at = :locked_at, planned_by = :planned_by,
    reviewed_by = :reviewed_by, stable_from = :stable_from,
    stable_to = :stable_to, confirmed_at = :confirmed_at, fits_at = :fits_at,
    ended = :ended, ended_at = :ended_at
where id = :id;

-- name: hardship_paper_add
insert into cases.hardship_paper (id, matter, at, author, part, trigger, body)
values (:id, :matter, :at, :author, :part, :trigger_sealed, :body_sealed);

-- name: hardship_papers
select r.id, r.written_at as at, r.author, r.part, r.trigger as trigger_sealed,
    r.body as body_sealed
from cases.hardship_read(:id, :actor, :roles, :purpose, :at, :call) as r;
-- then: hardship_papers
select r.id, r.written_at as at, r.author, r.part, r.trigger as trigger_sealed,
    r.body as body_sealed
from cases.hardship_read(:id, :actor, :roles, :purpose, :at, :call) as r
where r.written_at <= cases_then.at();

-- name: hardship_erase_papers
select r.papers
from cases.hardship_erase(:id, :at) as r;

-- name: hardship_page
select m.id, m.no, m.state, m.state_since, m.household, m.holder
from cases.matter m
join cases.hardship s on s.id = m.id
where m.flow = 'hardship'
  and m.id > coalesce(:after::uuid, '00000000-0000-0000-0000-000000000000')
  and (:project::uuid is null or m.project = :project)
  and (:state::text = 'none' or m.state = :state)
  and (:all or s.household = :household::uuid or s.social_worker = :worker::uuid
       or (:crisis and m.state = 'crisis'))
order by m.id
limit :limit;
-- Who may see it is asked of the present: the lock of a consent that was taken
-- back, and a crisis that is over, hold for the past as well.
-- then: hardship_page
select m.id, m.no, m.state, m.state_since, m.household, m.holder
from cases_then.matter m
join cases_then.hardship s on s.id = m.id
join cases.matter n on n.id = m.id
join cases.hardship o on o.id = m.id
where m.flow = 'hardship'
  and m.id > coalesce(:after::uuid, '00000000-0000-0000-0000-000000000000')
  and (:project::uuid is null or m.project = :project)
  and (:state::text = 'none' or m.state = :state)
  and (:all or o.household = :household::uuid or o.social_worker = :worker::uuid
       or (:crisis and n.state = 'crisis'))
order by m.id
limit :limit;

-- name: hardship_access_page
select a.at, a.actor, a.roles, a.purpose
from cases.hardship_access a
where a.matter = :id
order by a.seq desc
limit 200;
-- then: hardship_access_page
select a.at, a.actor, a.roles, a.purpose
from cases.hardship_access a
where a.matter = :id and a.at <= cases_then.at()
order by a.seq desc
limit 200;
