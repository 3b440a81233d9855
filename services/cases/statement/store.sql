-- The same facts give the same reckoning: whoever comes second finds it.
-- name: reckoning_add
insert into cases.reckoning (sha256, pack, facts_sha256, total, text)
select :sha256, :pack, cases.text_sha256((:text::json -> 'facts')::text),
    :total, :text
where not exists (select from cases.reckoning r where r.sha256 = :sha256)
on conflict (sha256) do nothing;

-- name: statement_add
insert into cases.statement (id, household, pack, reckoning, choice, made_by,
    made_at, total)
values (:id, :household, :pack, :sha256, :choice, :made_by, :made_at, :total);

-- name: statement_by_id
select s.id, s.household, s.pack,
    coalesce(r.text::json #>> '{pack,name}', k.name) as pack_name,
    coalesce(f.text::json ->> 'document', k.document) as document,
    s.made_by, s.made_at, coalesce(r.text::json -> 'facts', s.facts) as facts,
    s.choice, s.total, r.text::json ->> 'words' as words,
    s.reckoning as sha256, o.released_by, o.released_at
from cases.statement s
left join cases.reckoning r on r.sha256 = s.reckoning
left join cases.pack_file f on f.id = s.pack
left join cases.rule_pack k on k.id = s.pack
left join cases.offer o on o.statement = s.id
where s.id = :id;
-- then: statement_by_id

-- Those of the first engine have rows of their own.
-- name: statement_lines
select l.place as position, l.line ->> 'code' as code,
    l.line ->> 'label' as label, l.line ->> 'formula' as formula,
    l.line ->> 'numbers' as numbers, l.line ->> 'value' as value,
    l.line ->> 'unit' as unit, l.line ->> 'counts' as counts,
    l.line ->> 'citation' as citation, l.line ->> 'evidence' as evidence
from cases.statement s
join cases.reckoning r on r.sha256 = s.reckoning
cross join json_array_elements(r.text::json -> 'lines')
    with ordinality as l (line, place)
where s.id = :id
union all
select o.position, o.code, o.label, o.formula, o.formula,
    (o.amount / 100.0)::numeric(20, 2)::text, '元', 'add', o.citation,
    o.evidence
from cases.statement_line o
where o.statement = :id
order by position;

-- name: statement_text
select s.household, s.pack, r.text
from cases.statement s
join cases.reckoning r on r.sha256 = s.reckoning
where s.id = :id;
