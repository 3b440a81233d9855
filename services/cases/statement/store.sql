-- name: pack_newest
select k.id, k.project, k.name, k.published_on, k.document, k.brick_concrete,
    k.frame, k.brick_wood, k.earth_wood, k.brick_fibre, k.simple,
    k.simple_counted, k.business_multiplier, k.converted_multiplier, k.moving,
    k.transition_rate, k.transition_months, k.version, k.published_by,
    k.published_at
from cases.rule_pack k
where k.project = :project
order by k.version desc
limit 1;

-- name: pack_by_id
select id, project, name, published_on, document, brick_concrete, frame,
    brick_wood, earth_wood, brick_fibre, simple, simple_counted,
    business_multiplier, converted_multiplier, moving, transition_rate,
    transition_months, version, published_by, published_at
from cases.rule_pack
where id = :id;

-- name: pack_all
select id, project, name, published_on, document, brick_concrete, frame,
    brick_wood, earth_wood, brick_fibre, simple, simple_counted,
    business_multiplier, converted_multiplier, moving, transition_rate,
    transition_months, version, published_by, published_at
from cases.rule_pack
where :project::uuid is null or project = :project
order by project, version;

-- name: pack_add
insert into cases.rule_pack (id, project, name, published_on, document,
    brick_concrete, frame, brick_wood, earth_wood, brick_fibre, simple,
    simple_counted, business_multiplier, converted_multiplier, moving,
    transition_rate, transition_months, version, published_by, published_at)
values (:id, :project, :name, :published_on, :document, :brick_concrete,
    :frame, :brick_wood, :earth_wood, :brick_fibre, :simple, :simple_counted,
    :business_multiplier, :converted_multiplier, :moving, :transition_rate,
    :transition_months, :version, :published_by, :published_at);

-- name: statement_add
insert into cases.statement (id, household, pack, made_by, made_at, facts,
    line_count, total)
values (:id, :household, :pack, :made_by, :made_at, :facts, :line_count,
    :total);

-- name: statement_line_add
insert into cases.statement_line (statement, position, code, label, formula,
    amount, citation, evidence)
select * from unnest(:statement::uuid[], :position::int[], :code::text[],
    :label::text[], :formula::text[], :amount::bigint[], :citation::text[],
    :evidence::text[]);

-- name: statement_by_id
select s.id, s.household, s.pack, k.name as pack_name, k.document, s.made_by,
    s.made_at, s.facts, s.total, o.released_by, o.released_at
from cases.statement s
join cases.rule_pack k on k.id = s.pack
left join cases.offer o on o.statement = s.id
where s.id = :id;

-- name: statement_lines
select position, code, label, formula, amount, citation, evidence
from cases.statement_line
where statement = :id
order by position;
