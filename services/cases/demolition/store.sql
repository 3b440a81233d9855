-- name: demolition_facts
select f.project,
    f.state in ('vacated', 'transition', 'choosing', 'resettled', 'settled',
        'closed') as vacated,
    f.held, f.in_remedy,
    exists (select from cases.demolition d where d.household = f.household)
        as ordered
from cases.demolition_facts f
where f.household = :household;

-- name: demolition_add
insert into cases.demolition (id, household, document, safety_note, engineer,
    from_day, ordered_by, ordered_at)
values (:id, :household, :document, :safety_note, :engineer, :from_day,
    :ordered_by, :ordered_at);

-- For everybody: which house comes down, from which day, by what papers.
-- name: demolition_list
select h.no, d.from_day, d.document, d.safety_note
from cases.demolition d
join cases.household h on h.id = d.household
where h.project = :project and (:after::text is null or h.no > :after)
order by h.no
limit 100;
-- then: demolition_list
