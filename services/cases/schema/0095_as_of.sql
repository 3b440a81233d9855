-- How things stood at a moment that has passed (design.md, history: "as_of" on
-- every read).  cases_then holds a view for each relation that is looked at so,
-- of the same name and columns: its rows as they stood at the moment that the
-- transaction has set (cases_then.at()).  A row is there from the time that it
-- carries itself; a column that is filled once, together with its time, is empty
-- before that time; of a column that is written over, what it was is kept in
-- cases_then.was.  Of what was written over before this migration the states of
-- cases are known by their entries; all else is empty until then, or what it is
-- at the migration where it cannot be empty.
--
-- Never kept: a text that is sealed, and what the service may not read.  Of a
-- sealed text the view tells the one that stands, when it stood then already,
-- else none; so that what is erased is nowhere (R-RETAIN).
create schema cases_then;

create table cases_then.was (
    relation text not null,
    key text not null, -- its primary key, joined by '/'
    until timestamptz not null,
    seq bigint generated always as identity,
    was jsonb not null, -- the columns that are kept; null: sealed, and changed
    primary key (relation, key, until, seq)
);
create trigger was_stands before update or delete on cases_then.was
    for each row execute function cases.refuse_change();
create trigger was_stays before truncate on cases_then.was
    for each statement execute function cases.refuse_change();

-- Nothing is there at no moment.
create function cases_then.at() returns timestamptz
language sql stable
return nullif(current_setting('redkite.as_of', true), '')::timestamptz;

-- The time of the call that writes, as the service tells it.
create function cases_then.called_at() returns timestamptz
language sql stable
return coalesce(
    nullif(current_setting('redkite.now', true), '')::timestamptz, now());

-- Its arguments: the primary key, what is kept, what is sealed; by commas.
create function cases_then.remember() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    before jsonb := to_jsonb(old);
    after jsonb := to_jsonb(new);
    of_row text;
begin
    select string_agg(before ->> k.name, '/' order by k.n) into of_row
    from unnest(string_to_array(tg_argv[0], ',')) with ordinality as k(name, n);
    insert into cases_then.was (relation, key, until, was)
    select tg_table_name, of_row,
        greatest(cases_then.called_at(), (
            select max(w.until) from cases_then.was w
            where w.relation = tg_table_name and w.key = of_row)),
        coalesce((
            select jsonb_object_agg(e.key, e.value) from jsonb_each(before) e
            where e.key = any (string_to_array(tg_argv[1], ','))), '{}')
        || coalesce((
            select jsonb_object_agg(s.name, null)
            from unnest(string_to_array(tg_argv[2], ',')) as s(name)
            where before -> s.name is distinct from after -> s.name), '{}');
    return null;
end $$;

-- Makes the view of a relation, and the trigger that keeps what it was.
--   key     its primary key
--   born    since when a row is there, said of the view's row v; null: as long
--           as what it belongs to
--   dated   columns that are filled once: {column: the column of its time}
--   kept    columns that are written over
--   sealed  columns that are written over and not kept
--   closed  columns that are left out: the service must not read them
create function cases_then.keep(
    relation text, key text[], born text, dated jsonb default '{}',
    kept text[] default '{}', sealed text[] default '{}',
    closed text[] default '{}')
returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    of_row text := (
        select string_agg(format('r.%I::text', k.name), ' || ''/'' || '
                          order by k.n)
        from unnest(key) with ordinality as k(name, n));
    later text := format('w.relation = %L and w.key = %s '
                         'and w.until > cases_then.at()', relation, of_row);
    columns text;
    changed text;
begin
    select string_agg(case
            when a.attname = any (kept) then format(
                'case when p.seq is null then r.%1$I else (p.k).%1$I end as %1$I',
                a.attname)
            when a.attname = any (sealed) then format(
                'case when p.seq is null or not exists (select from '
                'cases_then.was w where %2$s and w.was ? %1$L) then r.%1$I end '
                'as %1$I', a.attname, later)
            when dated ? a.attname then format(
                'case when r.%2$I <= cases_then.at() then r.%1$I end as %1$I',
                a.attname, dated ->> a.attname)
            else format('r.%I', a.attname) end, ', ' order by a.attnum)
    into columns
    from pg_attribute a
    where a.attrelid = format('cases.%I', relation)::regclass
      and a.attnum > 0 and not a.attisdropped
      and not a.attname = any (closed);
    execute format('create view cases_then.%1$I as select * from ('
        'select %2$s from cases.%1$I r %3$s) v where %4$s', relation, columns,
        case when cardinality(kept || sealed) > 0 then format(
            'left join lateral (select w.seq, k from cases_then.was w '
            'cross join lateral jsonb_populate_record(null::cases.%I, w.was) k '
            'where %s order by w.until, w.seq limit 1) p on true',
            relation, later) else '' end,
        coalesce(born, 'true'));
    execute format('grant select on cases_then.%I to redkite_cases', relation);
    if cardinality(kept || sealed) = 0 then
        return;
    end if;
    execute format('insert into cases_then.was (relation, key, until, was) '
        'select %1$L, %2$s, now(), coalesce((select jsonb_object_agg(e.key, '
        'case when e.key = any (%3$L::text[]) then null else e.value end) '
        'from jsonb_each(to_jsonb(r)) e where e.key = any (%3$L::text[]) or '
        'e.key = any (%4$L::text[]) and exists (select from pg_attribute a '
        'where a.attrelid = %5$L::regclass and a.attname = e.key '
        'and a.attnotnull)), ''{}'') from cases.%1$I r',
        relation, of_row, sealed, kept, format('cases.%I', relation));
    select string_agg(format('old.%1$I is distinct from new.%1$I', c.name),
                      ' or ')
    into changed
    from unnest(kept || sealed) as c(name);
    execute format('create trigger %I after update on cases.%I for each row '
        'when (%s) execute function cases_then.remember(%L, %L, %L)',
        relation || '_keeps_past', relation, changed,
        array_to_string(key, ','), array_to_string(kept, ','),
        array_to_string(sealed, ','));
end $$;
revoke execute on function cases_then.remember, cases_then.keep from public;
grant usage on schema cases_then to redkite_cases;
grant execute on function cases_then.at, cases_then.called_at to redkite_cases;

-- A month's fee carries no time of its own until now.
alter table cases.transition_due add written_at timestamptz;
alter table cases.transition_due
    alter written_at set default cases_then.called_at();

select cases_then.keep(k.relation, k.key::text[], k.born,
    coalesce(k.dated, '{}')::jsonb, coalesce(k.kept, '{}')::text[],
    coalesce(k.sealed, '{}')::text[], coalesce(k.closed, '{}')::text[])
from (values
    -- projects and households
    ('project', '{id}', 'opened_at <= cases_then.at()', null, null, null, null),
    ('community', '{id}', null, null, null, null, null),
    ('timeline', '{household,seq}', 'at <= cases_then.at()',
     null, null, null, null),
    ('owner_share', '{id}', 'since <= cases_then.at()',
     '{"until": "until"}', null, null, null),
    ('statement', '{id}', 'made_at <= cases_then.at()', null, null, null, null),
    ('statement_line', '{statement,position}', null, null, null, null, null),
    ('offer', '{statement}', 'released_at <= cases_then.at()',
     null, null, null, null),
    ('agreement', '{id}', 'signed_at <= cases_then.at()',
     '{"withdrawn_at": "withdrawn_at", "withdrawn_channel": "withdrawn_at",
       "effective_at": "effective_at"}', null, null, null),
    ('pay_day', '{agreement}', null, null, null, null, null),
    ('payment', '{id}', 'entered_at <= cases_then.at()',
     '{"checked_by": "checked_at", "checked_at": "checked_at"}',
     null, null, null),
    ('project_condition', '{project}', 'set_at <= cases_then.at()',
     '{"decided_at": "decided_at", "signed": "decided_at",
       "households": "decided_at", "met": "decided_at"}', null, null, null),
    ('fact', '{position}', 'recorded_at <= cases_then.at()',
     null, null, null, null),
    ('demolition', '{id}', 'ordered_at <= cases_then.at()',
     null, null, null, null),
    ('attachment', '{id}', 'added_at <= cases_then.at()',
     null, null, null, null),
    ('blob', '{hash}', null, null, null, null, null),
    -- rules
    ('rule_pack', '{id}', 'published_at <= cases_then.at()',
     null, null, null, null),
    ('pack_file', '{id}', 'imported_at <= cases_then.at()',
     '{"approved_by": "approved_at", "approved_at": "approved_at",
       "released_by": "released_at", "released_at": "released_at"}',
     null, null, null),
    ('reckoning', '{sha256}', null, null, null, null, null),
    ('recount', '{id}', 'begun_at <= cases_then.at()',
     '{"ended_at": "ended_at"}', '{done,deviations}', null, null),
    -- the other kinds of case
    ('matter', '{id}', 'opened_at <= cases_then.at()', null,
     '{state,state_since,holder}', null, null),
    ('matter_entry', '{matter,seq}', 'at <= cases_then.at()',
     null, null, null, null),
    -- a period may be counted from before it was set
    ('clock', '{id}', 'exists (select from cases.clock_entry e
                               where e.clock = v.id
                                 and e.at <= cases_then.at())',
     '{"stopped_at": "stopped_at"}',
     '{due_at,provisional,paused_at,pause_reason}', null, null),
    ('errand', '{id}', null, null,
     '{authorised_until,authorised_at,may_submit,may_hold_papers,
       may_handle_money,second,outcome,delivered_at,rating,rated_by,
       rated_channel}', '{answer}', null),
    ('errand_original', '{id}', 'taken_at <= cases_then.at()',
     '{"returned_at": "returned_at", "returned_by": "returned_at"}',
     null, null, null),
    ('problem', '{id}', null, null,
     '{departments,team,team_since,must,outcome,minutes,channel,asked_at,
       answered_at,feedback,feedback_by,feedback_channel,feedback_at,ended_at,
       reopened}', '{answer}', null),
    ('hardship', '{id}', null, '{"erased_at": "erased_at"}',
     '{social_worker,statutory,consented_by,consented_at,locked_at,planned_by,
       reviewed_by,stable_from,stable_to,confirmed_at,fits_at,ended,ended_at}',
     null, null),
    ('grievance', '{id}', null,
     '{"extended_at": "extended_at", "first_reply_at": "first_reply_at"}',
     '{weight,accepted_at,appeal_until,redirected_to,duplicate_of,score,
       pressed}', null, '{track_blind}'),
    ('grievance_party', '{grievance,member}', 'since <= cases_then.at()',
     null, null, null, null),
    ('grievance_paper', '{grievance,seq}', 'written_at <= cases_then.at()',
     null, null, null, null),
    ('grievance_withdrawal', '{id}', 'asked_at <= cases_then.at()',
     '{"answered_at": "answered_at", "answered_by": "answered_at",
       "answer_channel": "answered_at", "confirmed": "answered_at"}',
     null, null, null),
    -- joint meetings
    ('meeting', '{id}', 'called_at <= cases_then.at()', null,
     '{departments,state,ended_at}', null, null),
    ('meeting_item', '{meeting,problem}', 'invited_at <= cases_then.at()', null,
     '{view,view_from,view_channel,view_at,view_by}', '{view_text}', null),
    ('meeting_attendee', '{meeting,member}', 'said_at <= cases_then.at()',
     null, null, null, null),
    ('meeting_opinion', '{meeting,department}', 'taken_at <= cases_then.at()',
     null, null, null, null),
    ('minutes', '{id}', 'written_at <= cases_then.at()',
     null, null, null, null),
    ('minutes_case', '{minutes,problem}', null, null, null, null, null),
    ('meeting_action', '{id}', 'written_at <= cases_then.at()', null,
     '{done_at,verified_at,verified_by}', null, null),
    -- money
    ('bank_line', '{project,receipt}', 'entered_at <= cases_then.at()',
     null, null, null, null),
    ('batch', '{id}', 'made_at <= cases_then.at()',
     '{"approved_by": "approved_at", "approved_at": "approved_at",
       "voided_by": "voided_at", "voided_at": "voided_at",
       "void_reason": "voided_at"}', null, null, null),
    ('batch_line', '{batch,position}', null, null, null, null, '{stands}'),
    ('fund_entry', '{id}', 'entered_at <= cases_then.at()',
     null, null, null, null),
    ('transition_terms', '{id}', 'set_at <= cases_then.at()',
     '{"confirmed_by": "confirmed_at", "confirmed_at": "confirmed_at"}',
     null, null, null),
    ('transition_due', '{household,month}',
     'coalesce(written_at, to_day) <= cases_then.at()', null, null, null, null),
    -- flats, and who chooses them
    ('flat', '{id}', 'imported_at <= cases_then.at()', null,
     '{area,rooms,facing,price,site,imported_by,imported_at}', null, null),
    ('building_progress', '{id}', 'recorded_at <= cases_then.at()',
     null, null, null, null),
    ('draw', '{id}', 'committed_at <= cases_then.at()',
     '{"value": "revealed_at", "secret": "revealed_at",
       "revealed_by": "revealed_at", "revealed_at": "revealed_at",
       "voided_by": "voided_at", "voided_at": "voided_at",
       "void_reason": "voided_at", "choosing_since": "choosing_since",
       "turn_minutes": "choosing_since"}', null, null, '{secret_sealed}'),
    ('draw_roster', '{draw,position}', null, null, null, null, '{stands}'),
    ('choice', '{id}', 'chosen_at <= cases_then.at()',
     '{"given_back_at": "given_back_at"}', null, null, null),
    ('handover', '{choice}', 'given_at <= cases_then.at()',
     '{"received_by": "received_at", "received_at": "received_at"}',
     null, null, null)
) as k(relation, key, born, dated, kept, sealed, closed);

insert into cases_then.was (relation, key, until, was)
select 'matter', e.matter::text, e.at, jsonb_build_object(
    'state', e.from_state, 'state_since', coalesce((
        select max(b.at) from cases.matter_entry b
        where b.matter = e.matter and b.seq < e.seq
          and b.from_state <> b.to_state), m.opened_at))
from cases.matter_entry e
join cases.matter m on m.id = e.matter
where e.from_state not in (e.to_state, 'none')
order by e.seq;

-- Of a draw its flats stand until it is voided, its order once it is revealed.
create view cases_then.draw_flat as
select f.draw, f.flat, f.line, d.voided_at is null as stands
from cases.draw_flat f
join cases_then.draw d on d.id = f.draw;

create view cases_then.draw_place as
select p.draw, p.place, p.position
from cases.draw_place p
join cases_then.draw d on d.id = p.draw and d.revealed_at is not null;

-- Turns are laid down when the choosing begins; the second turn of who did not
-- come when the first one ends.
select cases_then.keep('turn', '{draw,seq}',
    'exists (select from cases.draw d where d.id = v.draw
             and d.choosing_since <= cases_then.at())
     and (not v.again or exists (
         select from cases.turn o
         where o.draw = v.draw and o.household = v.household and not o.again
           and o.ended_at <= cases_then.at()))',
    '{"began_at": "began_at", "until": "began_at", "ended_at": "ended_at",
      "how": "ended_at"}');

-- A household's state stands in its timeline, what a survey said of it before a
-- correction in household_past (0077).
create view cases_then.household as
select h.id, h.project, h.track, h.community, h.no,
    coalesce(s.to_state, 'registered') as state,
    coalesce(s.at, h.registered_at) as state_since,
    case when k.household is null then h.registration else k.registration end
        as registration,
    case when k.household is null then h.use else k.use end as use,
    case when k.household is null then h.structure else k.structure end
        as structure,
    case when k.household is null then h.registered_area
        else k.registered_area end as registered_area,
    case when k.household is null then h.measured_area
        else k.measured_area end as measured_area,
    case when k.household is null then h.persons else k.persons end as persons,
    case when k.household is null then h.surveyed_on else k.surveyed_on end
        as surveyed_on,
    case when k.household is null then h.choice else k.choice end as choice,
    h.registered_at,
    case when h.facts_since <= cases_then.at() then h.facts_since
        else greatest(h.registered_at, (
            select max(x.until) from cases.household_past x
            where x.household = h.id and x.until <= cases_then.at()), (
            select max(x.recorded_at) from cases.fact x
            where x.household = h.id and x.recorded_at <= cases_then.at()))
        end as facts_since,
    o.statement as offer, a.id as agreement
from cases.household h
left join lateral (
    select t.to_state, min(t.at) as at from cases.timeline t
    where t.household = h.id and t.at <= cases_then.at()
      and t.seq > coalesce((
          select max(b.seq) from cases.timeline b
          where b.household = h.id and b.at <= cases_then.at()
            and b.to_state <> (
                select l.to_state from cases.timeline l
                where l.household = h.id and l.at <= cases_then.at()
                order by l.seq desc limit 1)), 0)
    group by t.to_state) s on true
left join lateral (
    select x.* from cases.household_past x
    where x.household = h.id and x.until > cases_then.at()
    order by x.until, x.seq limit 1) k on true
left join lateral (
    select x.statement from cases.offer x
    where x.household = h.id and x.released_at <= cases_then.at()
    order by x.released_at desc limit 1) o on true
left join lateral (
    select x.id from cases.agreement x
    where x.household = h.id and x.signed_at <= cases_then.at()
      and (x.withdrawn_at is null or x.withdrawn_at > cases_then.at())
    order by x.signed_at desc limit 1) a on true
where h.registered_at <= cases_then.at();

-- As cases.condition_count (0078) and cases.fund_use (0093).
create view cases_then.condition_count as
select p.id as project,
    count(*) filter (where h.agreement is not null) as signed,
    count(*) filter (where h.state <> 'withdrawn_scope') as households
from cases_then.project p
join cases_then.household h on h.project = p.id
group by p.id;

create view cases_then.fund_use as
select h.project, h.id as household,
    case when h.state in ('stays', 'withdrawn_scope', 'lapsed')
              and y.compensation is null
        then 0 else s.total end as held,
    h.agreement is not null as agreed,
    coalesce(y.compensation, 0) as compensation, coalesce(y.beyond, 0) as beyond
from cases_then.household h
join cases.statement s on s.id = h.offer
left join lateral (
    select sum(y.amount) filter (where y.kind = 'compensation') as compensation,
        sum(y.amount) filter (where y.kind <> 'compensation') as beyond
    from cases_then.payment y
    where y.household = h.id and y.checked_at is not null) y on true;

grant select on cases_then.draw_flat, cases_then.draw_place,
    cases_then.household, cases_then.condition_count, cases_then.fund_use
    to redkite_cases;
