-- Documents that were recorded before project.documented was told are told now.
with said as (
    insert into bus.outbox (event, source, topic, subject, call, actor, trace,
                            data, at)
    select gen_random_uuid(), 'cases', 'project.documented', d.project, d.id,
           d.recorded_by, replace(d.id::text, '-', ''),
           json_build_object('project', d.project, 'document', d.id,
                             'kind', d.kind, 'number', d.number, 'day', d.day),
           d.recorded_at
    from cases.project_document d order by d.recorded_at, d.id
    returning source, id
)
insert into bus.pending (source, id) select source, id from said;
