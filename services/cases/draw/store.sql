-- Who waits for a new home and stands in no draw, in the order of the numbers'
-- bytes.
-- name: draw_waiting
select h.id as household, h.no
from cases.household h
where h.project = :project
  and (:community::uuid is null or h.community = :community)
  and h.state = 'transition'
  and not exists (select from cases.draw_roster r
                  where r.household = h.id and r.stands)
order by h.no collate "C"
for share of h;

-- name: draw_add
insert into cases.draw (id, project, community, name, algorithm, roster_hash,
    secret_hash, secret_sealed, source, drawn_on, committed_by, committed_at,
    stock_hash, take)
values (:id, :project, :community, :name, :algorithm, :roster_hash,
    :secret_hash, :secret_sealed, :source, :drawn_on, :committed_by,
    :committed_at, :stock_hash, :take);

-- The flats that stand in no draw, in the order of their lines' bytes.
-- name: draw_stock
select f.id as flat, cases.flat_line(f) as line
from cases.flat f
where f.project = :project
  and not exists (select from cases.draw_flat d
                  where d.flat = f.id and d.stands)
order by cases.flat_line(f) collate "C"
for share of f;

-- name: draw_flat_add
insert into cases.draw_flat (draw, flat, line)
select :draw, f.id, cases.flat_line(f)
from cases.flat f
where f.id = any(:flats::uuid[]);

-- name: draw_roster_add
insert into cases.draw_roster (draw, position, household, no)
select :draw, w.n - 1, h.id, h.no
from unnest(:households::uuid[]) with ordinality as w(id, n)
join cases.household h on h.id = w.id;

-- name: draw_locked
select d.id, d.project, d.roster_hash, d.secret_hash, d.secret_sealed,
    d.drawn_on, d.committed_by, d.revealed_at is not null as revealed,
    d.voided_at is not null as voided,
    (select count(*) from cases.draw_roster r where r.draw = d.id) as households
from cases.draw d
where d.id = :draw
for update;

-- name: draw_reveal
update cases.draw
set value = :value, secret = :secret, revealed_by = :by, revealed_at = :at
where id = :draw;

-- name: draw_place_add
insert into cases.draw_place (draw, place, position)
select :draw, o.n - 1, o.position
from unnest(string_to_array(:order, ',')::int[])
    with ordinality as o(position, n);

-- name: draw_void
update cases.draw
set voided_by = :by, voided_at = :at, void_reason = :reason
where id = :draw;

-- name: draw_show
select d.id, d.project, d.community, d.name, d.algorithm, d.source, d.drawn_on,
    d.committed_at, d.roster_hash, d.stock_hash, d.secret_hash, d.value,
    d.secret,
    d.revealed_at, d.voided_at, d.void_reason,
    (select json_agg(r.no order by r.position) from cases.draw_roster r
     where r.draw = d.id) as roster,
    (select json_agg(f.line order by f.line collate "C")
     from cases.draw_flat f where f.draw = d.id) as stock, d.take,
    (select json_agg(r.no order by p.place)
     from cases.draw_place p
     join cases.draw_roster r on r.draw = p.draw and r.position = p.position
     where p.draw = d.id) as order
from cases.draw d
where d.id = :draw;
-- then: draw_show

-- name: draw_list
select d.id, d.name, d.drawn_on, d.committed_at, d.revealed_at, d.voided_at,
    (select count(*) from cases.draw_roster r where r.draw = d.id) as households
from cases.draw d
where d.project = :project
order by d.id;
-- then: draw_list
