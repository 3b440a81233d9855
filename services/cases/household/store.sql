-- name: household_move
update cases.household
set state = :to_state, state_since = :at, offer = :offer,
    agreement = :agreement
where id = :household;
-- set: household_move
update cases.household h
set state = m.to_state, state_since = m.at, offer = m.offer,
    agreement = m.agreement
from unnest(:household::uuid[], :to_state::text[], :at::timestamptz[],
            :offer::uuid[], :agreement::uuid[])
    as m(household, to_state, at, offer, agreement)
where h.id = m.household;

-- name: household_entry
insert into cases.timeline (household, at, event, from_state, to_state, actor,
    call, about)
values (:household, :at, :event, :from_state, :to_state, :actor, :call,
    :about);
-- set: household_entry
insert into cases.timeline (household, at, event, from_state, to_state, actor,
    call, about)
select * from unnest(:household::uuid[], :at::timestamptz[], :event::text[],
                     :from_state::text[], :to_state::text[], :actor::uuid[],
                     :call::uuid[], :about::uuid[]);

-- name: household_page
select h.id, h.no, h.community, c.name as community_name, h.state,
    h.state_since as since, h.registered_area, h.measured_area
from cases.household h
join cases.community c on c.id = h.community
where h.project = :project
  and h.no > coalesce(:after::text, '')
  and (:community::uuid is null or h.community = :community)
  and (:state::text = 'none' or h.state = :state)
order by h.no
limit :limit;
-- then: household_page

-- name: household_named
select h.id
from cases.household h
where h.project = :project and h.no = :no;

-- By its id, or by its number, which is one of its project's alone.
-- name: household_full
select h.id, h.project, h.community, c.name as community_name, h.no, h.state,
    h.state_since, h.registration, h.use, h.structure, h.registered_area,
    h.measured_area, h.persons, h.surveyed_on, h.choice, h.facts_since,
    p.plan_published_on,
    n.name as name_sealed, n.id_number as id_sealed, n.phone as phone_sealed,
    n.address as address_sealed, n.certificate as certificate_sealed,
    n.remark as remark_sealed,
    h.offer as statement, o.released_at as offered_at, s.total,
    sk.version as offer_version,
    h.agreement, a.cooling_until,
    w.id as prepared, w.made_by as prepared_by, w.made_at as prepared_at,
    coalesce(wk.version, k.version, 0) as pack_version,
    case when wk.id is not null then wk.supersedes is null
        else k.version is not null and k.supersedes is null end as pack_first,
    coalesce(wk.published_on, k.published_on) as pack_published_on,
    h.track, coalesce(a.choice, d.choice, 'unknown') as agreed,
    coalesce((select case when t.met is null then 'open' when t.met then 'met'
                  else 'missed' end
              from cases.project_condition t where t.project = h.project),
        'none') as condition,
    g.tolled, y.entered_by as paid_by, y.amount as paid,
    h.state = 'no_agreement' and exists (
        select from cases.project_lacks l
        where l.project = h.project) as unfounded
from (
    select i.id from cases.household i where i.id = :id
    union all
    (select i.id
     from cases.project q
     join cases.household i on i.project = q.id and i.no = :no
     where :id::uuid is null and (:project::uuid is null or q.id = :project)
     limit 2)) f
join cases.household h on h.id = f.id
join cases.tolling g on g.household = h.id
join cases.project p on p.id = h.project
join cases.community c on c.id = h.community
left join cases.household_person n on n.household = h.id
left join cases.offer o on o.statement = h.offer
left join cases.statement s on s.id = h.offer
left join cases.pack_file sk on sk.id = s.pack
left join cases.agreement a on a.id = h.agreement
left join lateral (
    select m.id, m.pack, m.made_by, m.made_at
    from cases.statement m
    where m.household = h.id and (s.made_at is null or m.made_at > s.made_at)
    order by m.made_at desc limit 1) w on true
left join cases.pack_file wk on wk.id = w.pack
left join lateral (
    select v.version, v.published_on, v.supersedes
    from cases.pack_file v
    where v.project = h.project and v.released_at is not null
    order by v.version desc limit 1) k on true
left join lateral (
    select x.choice from cases.paper x
    where x.household = h.id and x.event = 'decide'
    order by x.at desc limit 1) d on true
left join lateral (
    select x.entered_by, x.amount from cases.payment x
    where x.household = h.id and x.checked_at is null
    order by x.entered_at desc limit 1) y on true;

-- The same at a moment that has passed, as far as a household has a past.
-- name: household_then
select h.id, h.project, h.community, c.name as community_name, h.no, h.state,
    h.state_since, h.registration, h.use, h.structure, h.registered_area,
    h.measured_area, h.persons, h.surveyed_on, h.choice, h.offer as statement,
    o.released_at as offered_at, s.total, h.agreement, a.cooling_until
from (
    select i.id from cases.household i where i.id = :id
    union all
    (select i.id
     from cases.project q
     join cases.household i on i.project = q.id and i.no = :no
     where :id::uuid is null and (:project::uuid is null or q.id = :project)
     limit 2)) f
join cases_then.household h on h.id = f.id
join cases.community c on c.id = h.community
left join cases.offer o on o.statement = h.offer
left join cases.statement s on s.id = h.offer
left join cases.agreement a on a.id = h.agreement;

-- name: offer_ground
select h.id as household, h.project, h.community, h.state, h.track,
    h.facts_since,
    h.offer, o.released_at as offered_at, k.version as offer_version
from cases.household h
left join cases.offer o on o.statement = h.offer
left join cases.statement s on s.id = h.offer
left join cases.pack_file k on k.id = s.pack
where h.id = :household
for update of h;

-- name: offer_paper
select s.household, s.pack, s.made_by as prepared_by, s.made_at as prepared_at,
    s.reckoning as sha256, p.plan_published_on
from cases.statement s
join cases.household h on h.id = s.household
join cases.project p on p.id = h.project
where s.id = :statement;

-- name: offer_add
insert into cases.offer (statement, household, made_by, released_by,
    released_at, reproduced)
values (:statement, :household, :made_by, :released_by, :released_at,
    :reproduced);

-- name: agreement_ground
select h.project, h.community, h.state, h.track, h.offer, h.facts_since,
    o.released_at as offered_at,
    (select count(*) from cases.owner_share w
     where w.household = h.id and w.until is null) as owners
from cases.household h
left join cases.offer o on o.statement = h.offer
where h.id = :household
for update of h;
-- set: agreement_ground
select g.n, h.project, h.community, h.state, h.track, h.offer, h.facts_since,
    o.released_at as offered_at,
    (select count(*) from cases.owner_share w
     where w.household = h.id and w.until is null) as owners
from unnest(:household::uuid[]) with ordinality as g(household, n)
join cases.household h on h.id = g.household
left join cases.offer o on o.statement = h.offer
order by h.id
for update of h;

-- name: agreement_add
insert into cases.agreement (id, household, statement, offer_released_at,
    place, choice, signed_by, signers, signed_at, cooling_until)
values (:id, :household, :statement, :offer_released_at, :place, :choice,
    :signed_by, :signers, :signed_at, :cooling_until);
-- set: agreement_add
insert into cases.agreement (id, household, statement, offer_released_at,
    place, choice, signed_by, signers, signed_at, cooling_until)
select id, household, statement, offer_released_at, place, choice, signed_by,
    signers::uuid[], signed_at, cooling_until
from unnest(:id::uuid[], :household::uuid[], :statement::uuid[],
            :offer_released_at::timestamptz[], :place::text[], :choice::text[],
            :signed_by::uuid[], :signers::text[], :signed_at::timestamptz[],
            :cooling_until::timestamptz[])
    as a(id, household, statement, offer_released_at, place, choice, signed_by,
         signers, signed_at, cooling_until);

-- name: agreement_pay_by
insert into cases.pay_day (agreement, day) values (:agreement, :pay_by);

-- name: agreement_locked
select a.id, a.household, h.project, h.community, h.state, h.track, h.offer,
    h.agreement, a.cooling_until,
    case when n.project is null then 'none' when n.met is null then 'open'
        when n.met then 'met' else 'missed' end as condition
from cases.agreement a
join cases.household h on h.id = a.household
left join cases.project_condition n on n.project = h.project
where a.id = :agreement
for update of h;

-- name: agreement_end
update cases.agreement
set withdrawn_at = :withdrawn_at, withdrawn_channel = :withdrawn_channel,
    effective_at = :effective_at
where id = :agreement;

-- name: agreement_full
select a.id, a.household, a.statement, a.offer_released_at, s.total, a.place,
    a.choice, a.signed_by, a.signers, a.signed_at, a.cooling_until,
    a.withdrawn_at, a.withdrawn_channel, a.effective_at, p.day as pay_by
from cases.agreement a
left join cases.pay_day p on p.agreement = a.id
join cases.statement s on s.id = a.statement
where a.id = coalesce(:id::uuid, (select h.agreement from cases.household h
                                  where h.id = :household::uuid));
-- then: agreement_full

-- A household with what its moves look at; taken by whoever moves it.
-- name: home_locked
select h.id, h.project, h.community, h.state, h.track, h.offer, h.agreement,
    o.released_at as offered_at, h.facts_since, s.total as owed,
    coalesce(a.choice, d.choice, 'unknown') as choice,
    g.tolled,
    not cases.fit_holds(h.id) as unfit, cases.is_unended(h.id) as unended,
    exists (select from cases.project_lacks l
            where l.project = h.project) as unfounded,
    cases.complained_at(h.id) as complained_at,
    cases.change_approved_until(h.id) as change_approved_until,
    p.day as pay_by
from cases.household h
join cases.tolling g on g.household = h.id
left join cases.offer o on o.statement = h.offer
left join cases.statement s on s.id = h.offer
left join cases.agreement a on a.id = h.agreement
left join cases.pay_day p on p.agreement = a.id
left join lateral (
    select p.choice from cases.paper p
    where p.household = h.id and p.event = 'decide'
    order by p.at desc limit 1) d on true
where h.id = :household
for update of h;

-- name: home_days
select p.event, max(p.day) as day
from cases.paper p
where p.household = :household
group by p.event;
