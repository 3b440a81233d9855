-- name: choosing_take
select d.id, d.project, d.revealed_at is not null as revealed,
    d.voided_at is not null as voided,
    d.choosing_since is not null as begun,
    (select count(*) from cases.draw_flat f where f.draw = d.id) as flats
from cases.draw d
where d.id = :draw
for update;

-- name: choosing_begin
update cases.draw
set choosing_since = :now, turn_minutes = :minutes
where id = :draw;

-- name: turns_add
insert into cases.turn (draw, seq, household)
select p.draw, p.place, r.household
from cases.draw_place p
join cases.draw_roster r on r.draw = p.draw and r.position = p.position
where p.draw = :draw
order by p.place;

-- The first whose turn has not been; the draw is held by whoever asks.
-- name: turn_next
select t.draw, t.seq, t.household, d.project, d.turn_minutes
from cases.draw d
join lateral (
    select x.draw, x.seq, x.household from cases.turn x
    where x.draw = d.id and x.began_at is null
    order by x.seq limit 1) t on true
where d.id = :draw;

-- name: turn_begin
update cases.turn
set began_at = :now, until = :until
where draw = :draw and seq = :seq;

-- name: turn_end
update cases.turn
set ended_at = :now, how = :how
where draw = :draw and seq = :seq;

-- name: turn_again
insert into cases.turn (draw, seq, household, again)
select t.draw, (select max(x.seq) + 1 from cases.turn x where x.draw = t.draw),
    t.household, true
from cases.turn t
where t.draw = :draw and t.seq = :seq;

-- name: turn_now
select t.draw, t.seq, t.household, t.again, t.until
from cases.draw d
join cases.turn t on t.draw = d.id and t.began_at is not null
    and t.ended_at is null
where d.id = :draw
for update of d;

-- What a household stands before that wants a flat.
-- name: chooser_take
select d.choosing_since is not null and d.voided_at is null as begun,
    exists (select from cases.draw_roster r
            where r.draw = d.id and r.household = a.household) as on_roster,
    coalesce(t.household = a.household, false) as on_turn, t.seq,
    exists (select from cases.turn x
            where x.draw = d.id and x.ended_at is null) as turns_left,
    exists (select from cases.draw_flat f
            where f.draw = d.id and f.flat = a.flat) as in_draw,
    not exists (select from cases.choice c
                where c.flat = a.flat and c.given_back_at is null) as free,
    (select count(*) from cases.choice c
     where c.draw = d.id and c.household = a.household
       and c.given_back_at is null) as taken,
    d.take
from (values (:draw::uuid, :household::uuid, :flat::uuid))
    as a(draw, household, flat)
join cases.draw d on d.id = a.draw
left join cases.turn t on t.draw = d.id and t.began_at is not null
    and t.ended_at is null
for update of d;

-- name: choice_add
insert into cases.choice (id, draw, flat, household, chosen_at, chosen_by)
values (:id, :draw, :flat, :household, :chosen_at, :chosen_by);

-- name: choice_by_id
select c.id, c.draw, c.flat, c.household, f.area, h.measured_area,
    h.given_by, h.received_by
from cases.choice c
join cases.flat f on f.id = c.flat
left join cases.handover h on h.choice = c.id
where c.id = :choice and c.given_back_at is null
for update of c;

-- name: choice_give_back
update cases.choice
set given_back_at = :now
where id = :choice;

-- name: handover_add
insert into cases.handover (choice, day, measured_area, given_by, given_at)
values (:choice, :day, :measured_area, :given_by, :given_at);

-- name: handover_received
update cases.handover
set received_by = :by, received_at = :now
where choice = :choice;

-- For everybody: numbers of households and flats, nobody's name.
-- name: choice_roll
select t.seq, r.no, t.again, t.began_at, t.until, t.ended_at, t.how,
    c.id as choice, c.flat, c.line, c.chosen_at
from cases.turn t
join cases.draw_roster r on r.draw = t.draw and r.household = t.household
left join lateral (
    select x.id, x.flat, f.line, x.chosen_at
    from cases.choice x
    join cases.draw_flat f on f.draw = x.draw and f.flat = x.flat
    where x.draw = t.draw and x.household = t.household
      and x.given_back_at is null
      and not exists (select from cases.turn y
                      where y.draw = t.draw and y.household = t.household
                        and y.seq > t.seq)) c on true
where t.draw = :draw and t.seq >= coalesce(:from, 0)
order by t.seq, c.line
limit 200;
-- then: choice_roll
