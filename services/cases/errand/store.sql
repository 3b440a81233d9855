-- name: errand_home
select h.id as household, h.project, h.community
from cases.household h
where h.id = :household;

-- name: errand_add
insert into cases.errand (id, text, person, two, money, authorised_until,
    authorised_at, may_submit, may_hold_papers, may_handle_money)
values (:id, :text, :person, :two, :money, :authorised_until, :authorised_at,
    :may_submit, :may_hold_papers, :may_handle_money);

-- name: errand_record
select e.id, e.text, e.person, e.two, e.money, e.authorised_until,
    e.authorised_at, e.may_submit, e.may_hold_papers, e.may_handle_money,
    e.second, e.outcome, e.answer, e.delivered_at, e.rating, e.rated_by,
    e.rated_channel,
    (select count(*) from cases.errand_original o
     where o.errand = e.id and o.returned_at is null) as originals_out,
    cases.errand_ran(e.id, :actor) as ran
from cases.errand e
where e.id = :id;
-- then: errand_record

-- name: errand_put
update cases.errand
set authorised_until = :authorised_until, authorised_at = :authorised_at,
    may_submit = :may_submit, may_hold_papers = :may_hold_papers,
    may_handle_money = :may_handle_money,
    second = :second, outcome = :outcome, answer = :answer,
    delivered_at = :delivered_at, rating = nullif(:rating::int, 0),
    rated_by = :rated_by, rated_channel = :rated_channel
where id = :id;

-- name: errand_original_add
insert into cases.errand_original (id, errand, what, taken_at, taken_by)
values (:id, :errand, :what, :at, :by);

-- name: errand_original_back
update cases.errand_original
set returned_at = :at, returned_by = :by
where id = :id and errand = :errand and returned_at is null;

-- name: errand_originals
select o.id, o.what, o.taken_at, o.returned_at
from cases.errand_original o
where o.errand = :id
order by o.taken_at, o.id
limit 100;
-- then: errand_originals

-- What the actor may see: of its team all but families' quarrels, which are the
-- mediators'; of a grid member what it has or brought; of a person its own.
-- name: errand_page
select m.id, m.no, m.kind, m.state, m.state_since, m.opened_at, m.household,
    m.community, m.holder,
    (select c.due_at from cases.clock c
     where c.subject = m.id and c.name = 'T-ES-PROMISE'
       and c.stopped_at is null) as promised_at
from cases.matter m
where m.flow = 'errand' and m.project = :project
  and m.id > coalesce(:after::uuid, '00000000-0000-0000-0000-000000000000')
  and (:state::text = 'none' or m.state = :state)
  and (:community::uuid is null or m.community = :community)
  and (:mediator::bool or m.kind <> 'family_mediation')
  and (:all::bool or :actor::uuid in (m.holder, m.opened_by, m.household))
order by m.id
limit :limit;
-- Who has it now, whatever moment is looked at.
-- then: errand_page
select m.id, m.no, m.kind, m.state, m.state_since, m.opened_at, m.household,
    m.community, m.holder,
    (select c.due_at from cases_then.clock c
     where c.subject = m.id and c.name = 'T-ES-PROMISE'
       and c.stopped_at is null) as promised_at
from cases_then.matter m
join cases.matter n on n.id = m.id
where m.flow = 'errand' and m.project = :project
  and m.id > coalesce(:after::uuid, '00000000-0000-0000-0000-000000000000')
  and (:state::text = 'none' or m.state = :state)
  and (:community::uuid is null or m.community = :community)
  and (:mediator::bool or m.kind <> 'family_mediation')
  and (:all::bool or :actor::uuid in (n.holder, m.opened_by, m.household))
order by m.id
limit :limit;
