-- The progress of households, as followed from cases: one row a thing, with the
-- position of the event that it was last moved by.  What is read again, after the
-- stream began anew, moves nothing back.

-- name: progress_project
insert into reporting.project (id, name, track, opened, seq, at)
values (:project, :name, :track, :seq, :seq, :at)
on conflict (id) do update
set name = excluded.name, track = excluded.track, seq = excluded.seq,
    at = excluded.at
where project.seq < excluded.seq;

-- name: progress_community
insert into reporting.community (id, project, code, name, position, seq, at)
values (:community, :project, :code, :name, :position::bigint, :seq, :at)
on conflict (id) do update
set project = excluded.project, code = excluded.code, name = excluded.name,
    position = excluded.position, seq = excluded.seq, at = excluded.at
where community.seq < excluded.seq;

-- name: progress_document
insert into reporting.document (id, project, kind, number, day, seq, at)
values (:document, :project, :kind, :number, :day, :seq, :at)
on conflict (id) do update
set kind = excluded.kind, number = excluded.number, day = excluded.day,
    seq = excluded.seq, at = excluded.at
where document.seq < excluded.seq;

-- name: progress_move
-- A household arrives in a community and a state; no state given: it stays in
-- the one that it is in.
insert into reporting.household (id, project, community, state, seq, at)
values (:household::uuid, :project, :community,
        coalesce(:state::text, (select h.state from reporting.household h
                                where h.id = :household::uuid)), :seq, :at)
on conflict (id) do update
set project = excluded.project, community = excluded.community,
    state = excluded.state, seq = excluded.seq, at = excluded.at
where household.seq < excluded.seq;

-- set: progress_move
insert into reporting.household (id, project, community, state, seq, at)
select m.household, m.project, m.community, coalesce(m.state, h.state), m.seq,
    m.at
from unnest(:household::uuid[], :project::uuid[], :community::uuid[],
            :state::text[], :seq::bigint[], :at::timestamptz[])
    as m(household, project, community, state, seq, at)
left join reporting.household h on m.state is null and h.id = m.household
on conflict (id) do update
set project = excluded.project, community = excluded.community,
    state = excluded.state, seq = excluded.seq, at = excluded.at
where household.seq < excluded.seq;

-- name: progress_forget
-- All of it, to be made again from the events.
with households as (delete from reporting.household),
     communities as (delete from reporting.community),
     documents as (delete from reporting.document)
delete from reporting.project;

-- name: progress_board
-- One row a community, in the order of display; a project without communities,
-- and no project at all, are one row each.  Of its documents, of each kind the
-- last.  One statement: one snapshot.
with counted as materialized (
    select project, community, state, count(*) as count, max(seq) as seq,
           max(at) as at
    from reporting.household
    group by project, community, state
), clock as (
    select coalesce(max(seq), 0) as sequence, max(at) as as_of
    from (select seq, at from counted
          union all select seq, at from reporting.project
          union all select seq, at from reporting.community
          union all select seq, at from reporting.document) as taken
)
select clock.sequence, clock.as_of,
       p.id as project, p.name as project_name, p.track,
       (select json_agg(json_build_object('kind', d.kind, 'number', d.number,
                                          'day', d.day) order by d.day, d.seq)
        from (select distinct on (kind) kind, number, day, seq
              from reporting.document where project = p.id
              order by kind, seq desc) d) as documents,
       c.id as community, c.code, c.name,
       coalesce(n.registered, 0)::bigint as registered,
       coalesce(n.offered, 0)::bigint as offered,
       coalesce(n.signed_cooling, 0)::bigint as signed_cooling,
       coalesce(n.effective, 0)::bigint as effective
from clock
left join reporting.project p on true
left join reporting.community c on c.project = p.id
left join lateral (
    select sum(count) filter (where state = 'registered') as registered,
           sum(count) filter (where state = 'offered') as offered,
           sum(count) filter (where state = 'signed_cooling') as signed_cooling,
           sum(count) filter (where state = 'effective') as effective
    from counted
    where community = c.id and project = p.id
) n on true
order by p.opened, p.id, c.position, c.code, c.id;
