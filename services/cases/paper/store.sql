-- name: paper_add
insert into cases.paper (id, household, event, day, at, recorded_by, document,
    evidence, served_mode, served_to, reason, organ, court, legal_aid_phone,
    account, housing, panel, panel_appraisers, choice)
values (:id, :household, :event, :day, :at, :recorded_by, :document,
    :evidence, nullif(:served_mode::text, 'unsaid'), :served_to, :reason,
    :organ, :court, :legal_aid_phone, :account, :housing,
    nullif(:panel::bigint, 0), nullif(:panel_appraisers::bigint, 0),
    nullif(:choice::text, 'unknown'));
