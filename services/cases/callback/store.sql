-- name: callback_take
select c.id, c.matter, c.state, c.tries, c.tried_at, m.flow, m.project,
    m.community, m.household, cases.callback_handled(m.id, :actor) as handled
from cases.callback c
join cases.matter m on m.id = c.matter
where c.id = :id
for update of c;

-- name: callback_put
update cases.callback
set state = :state, tries = tries + 1, tried_at = :now, tried_by = :actor,
    said = nullif(:said, 'none'), pressed = nullif(:pressed, 'none'),
    score = nullif(:score::int, 0)
where id = :id;

-- Those that this person may call, the oldest first.
-- name: callback_page
select c.id, m.flow, m.id as matter, m.no, m.kind, m.household, m.community,
    d.at as ended_at, c.tries, c.tried_at
from cases.callback c
join cases.callback_draw d on d.id = c.id
join cases.matter m on m.id = c.matter
where m.project = :project and c.state = 'due'
  and not cases.callback_handled(m.id, :actor)
order by d.at, c.id
limit 100;
