-- The progress of households, as followed from cases.  Each statement that
-- takes in an event moves the clock with it.

-- name: progress_project
with tick as (
    update reporting.clock
    set sequence = sequence + 1, as_of = greatest(as_of, :at::timestamptz)
    returning sequence
)
insert into reporting.project (id, name, track, opened)
select :project::uuid, :name::text, :track::text, tick.sequence from tick
on conflict (id) do update set name = excluded.name, track = excluded.track;

-- name: progress_community
with tick as (
    update reporting.clock
    set sequence = sequence + 1, as_of = greatest(as_of, :at::timestamptz)
)
insert into reporting.community (id, project, code, name, position)
values (:community, :project, :code, :name, :position::bigint)
on conflict (id) do update
set project = excluded.project, code = excluded.code, name = excluded.name,
    position = excluded.position;

-- name: progress_move
-- A household arrives in a community and a state; no state given: it stays in
-- the one that it is in.
with tick as (
    update reporting.clock
    set sequence = sequence + 1, as_of = greatest(as_of, :at::timestamptz)
), was as (
    select project, community, state from reporting.household
    where id = :household::uuid
), becomes as (
    select :project::uuid as project, :community::uuid as community,
           coalesce(:state::text, (select state from was)) as state
), gone as (
    update reporting.progress p
    set count = p.count - 1
    from was, becomes
    where (p.project, p.community, p.state)
          = (was.project, was.community, was.state)
      and (was.project, was.community, was.state)
          <> (becomes.project, becomes.community, becomes.state)
), come as (
    insert into reporting.progress (project, community, state, count)
    select project, community, state, 1 from becomes
    where (project, community, state) not in (select * from was)
    on conflict (community, state, project) do update
    set count = progress.count + 1
)
insert into reporting.household (id, project, community, state, at)
select :household::uuid, project, community, state, :at::timestamptz
from becomes
on conflict (id) do update
set project = excluded.project, community = excluded.community,
    state = excluded.state, at = excluded.at;

-- name: progress_board
-- One row a community, in the order of display; a project without communities,
-- and no project at all, are one row each.  One statement: one snapshot.
select clock.sequence, clock.as_of,
       p.id as project, p.name as project_name, p.track,
       c.id as community, c.code, c.name,
       coalesce(n.registered, 0)::bigint as registered,
       coalesce(n.offered, 0)::bigint as offered,
       coalesce(n.signed_cooling, 0)::bigint as signed_cooling,
       coalesce(n.effective, 0)::bigint as effective
from reporting.clock
left join reporting.project p on true
left join reporting.community c on c.project = p.id
left join lateral (
    select sum(count) filter (where state = 'registered') as registered,
           sum(count) filter (where state = 'offered') as offered,
           sum(count) filter (where state = 'signed_cooling') as signed_cooling,
           sum(count) filter (where state = 'effective') as effective
    from reporting.progress
    where community = c.id and project = p.id
) n on true
order by p.opened, p.id, c.position, c.code, c.id;
