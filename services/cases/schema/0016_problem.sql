-- Problems that people raise, and the joint meetings that answer those which
-- no team alone can (domain.md 4.2).  There is no column for an amount here: a
-- meeting cannot pay anybody anything (R-BONUS).  Texts are sealed by the
-- service (common/service/seal.h): place "table.column", row = the row's id.

insert into cases.transition (flow, track, from_state, to_state, event)
select 'problem', '*', from_state, to_state, event
from (values
    ('none', 'raised', 'raise'),
    ('raised', 'triaged', 'triage'),
    ('reopened', 'triaged', 'triage'),
    ('triaged', 'in_team', 'accept'),
    ('in_team', 'resolved_team', 'resolve'),
    ('raised', 'agenda_proposed', 'propose_agenda'),
    ('triaged', 'agenda_proposed', 'propose_agenda'),
    ('in_team', 'agenda_proposed', 'propose_agenda'),
    ('reopened', 'agenda_proposed', 'propose_agenda'),
    ('agenda_proposed', 'agenda_set', 'set_agenda'),
    ('agenda_set', 'agenda_proposed', 'postpone'),
    ('meeting_held', 'agenda_proposed', 'postpone'),
    ('agenda_set', 'meeting_held', 'hold'),
    ('meeting_held', 'actions_open', 'decide'),
    ('actions_open', 'actions_done', 'complete'),
    ('resolved_team', 'resident_feedback', 'ask'),
    ('actions_done', 'resident_feedback', 'ask'),
    ('resident_feedback', 'closed', 'close'),
    ('resident_feedback', 'reopened', 'reopen'),
    ('closed', 'reopened', 'reopen'),
    ('referred', 'reopened', 'reopen'),
    ('raised', 'referred', 'refer'),
    ('triaged', 'referred', 'refer'),
    ('in_team', 'referred', 'refer'),
    ('reopened', 'referred', 'refer'),
    ('agenda_proposed', 'referred', 'refer'),
    ('meeting_held', 'referred', 'refer')) as edge
    (from_state, to_state, event);

-- The departments of services/cases/meeting/rules.c; some only write, and are
-- never in the room with a household (R-LEO; Ministry of Public Security 2011).
create table cases.department (
    code text primary key,
    writes_only boolean not null
);
insert into cases.department (code, writes_only)
select unnest(array['housing', 'natural_resources', 'finance',
                    'civil_affairs', 'human_resources', 'justice',
                    'petitions', 'agriculture', 'education', 'health',
                    'utilities', 'audit', 'village', 'implementer']), false
union all
select unnest(array['police', 'urban_enforcement', 'court', 'developer',
                    'demolition_contractor']), true;

-- As constants, so that a restore need not fill the table above first.
create function cases.departments() returns text[]
language sql immutable parallel safe
return array['housing', 'natural_resources', 'finance', 'civil_affairs',
             'human_resources', 'justice', 'petitions', 'agriculture',
             'education', 'health', 'utilities', 'audit', 'village',
             'implementer', 'police', 'urban_enforcement', 'court',
             'developer', 'demolition_contractor'];

-- -------------------------------------------------------------- problem/

create table cases.problem (
    id uuid primary key references cases.matter,
    text bytea not null,
    departments text[] not null default '{}'
        check (departments <@ cases.departments()),
    team text check (team in ('t1_explainer', 't2_signing', 't3_front',
                              't4_mediator', 't6_service')),
    team_since timestamptz,
    must text check (must in ('team', 'ten_days', 'departments',
                              'same_kind')), -- why it went to a meeting
    outcome text check (outcome in ('explained', 'agreed', 'corrected',
                                    'rule_change', 'help_arranged',
                                    'not_supported')),
    answer bytea, -- the team's
    minutes uuid, -- the decision it stands on
    channel text check (channel in ('reconsideration', 'suit', 'civil_suit',
        'arbitration', 'mediation', 'appraisal_review', 'expert_committee',
        'petition', 'disclosure_request')),
    asked_at timestamptz,
    answered_at timestamptz, -- the first time: what is measured (R-CLOSE)
    feedback text check (feedback in ('solved', 'partly', 'not_solved')),
    feedback_by uuid,
    feedback_channel text
        check (feedback_channel in ('online', 'counter', 'phone', 'paper')),
    feedback_at timestamptz,
    ended_at timestamptz,
    reopened int not null default 0,
    check ((team is null) = (team_since is null)),
    check ((feedback is null) = (feedback_by is null)
           and (feedback is null) = (feedback_channel is null)
           and (feedback is null) = (feedback_at is null)
           and feedback_at >= asked_at),
    check (answered_at <= asked_at)
) with (fillfactor = 80);
create index problem_alike on cases.matter (project, kind)
    where flow = 'problem';

-- What was raised stands as it was said, and the first answer when it was
-- given: reopening and closing again does not make it look quicker.
create trigger problem_is_itself before update on cases.problem
    for each row when (
        (old.id, old.text) is distinct from (new.id, new.text)
        or (old.answered_at is not null
            and old.answered_at is distinct from new.answered_at)
        or new.reopened < old.reopened)
    execute function cases.refuse_change();
create trigger problem_stays before delete on cases.problem
    for each row execute function cases.refuse_change();

-- -------------------------------------------------------------- meeting/

create table cases.meeting (
    id uuid primary key,
    project uuid not null references cases.project,
    starts_at timestamptz not null,
    chair uuid not null,
    departments text[] not null
        check (cardinality(departments) > 0
               and departments <@ cases.departments()),
    state text not null default 'called'
        check (state in ('called', 'held', 'cancelled')),
    called_by uuid not null,
    called_at timestamptz not null,
    ended_at timestamptz, -- held or cancelled
    check ((state = 'called') = (ended_at is null)),
    check (state <> 'held' or ended_at >= starts_at)
) with (fillfactor = 80);
create index meeting_by_project on cases.meeting (project, id);

-- A problem on its agenda, and whom it concerns: invited to say its view; it
-- may refuse, and that is written down as its right.
create table cases.meeting_item (
    meeting uuid not null references cases.meeting,
    problem uuid not null references cases.problem,
    invited_at timestamptz not null,
    view text check (view in ('stated', 'refused')),
    view_from text check (view_from in ('household', 'representative')),
    view_channel text
        check (view_channel in ('online', 'counter', 'phone', 'paper',
                                'meeting')),
    view_text bytea, -- row: the problem
    view_at timestamptz,
    view_by uuid,
    primary key (meeting, problem),
    check ((view is null) = (view_at is null)
           and (view is null) = (view_by is null)
           and (view is null) = (view_from is null)
           and (view is null) = (view_channel is null)),
    check (view_text is null or view = 'stated')
);
create index meeting_item_by_problem on cases.meeting_item (problem);

create table cases.meeting_attendee (
    meeting uuid not null references cases.meeting,
    member uuid not null,
    part text not null check (part in ('chair', 'quality', 'secretary',
                                       'team', 'department')),
    department text references cases.department,
    flags text not null default '',
    said_by uuid not null,
    said_at timestamptz not null,
    primary key (meeting, member),
    check ((part = 'department') = (department is not null)),
    constraint attendee_for_itself check (
        part not in ('chair', 'quality') or said_by = member)
);

-- Police, enforcement, courts, developers, demolition firms: never in a room
-- with a household, whatever they are said to be there (R-LEO).
create function cases.room_guard() returns trigger
language plpgsql as $$
begin
    if new.flags <> '' then
        raise exception 'R-LEO: % is never in the room with a household',
            new.flags;
    end if;
    perform from cases.department d
    where d.code = new.department and d.writes_only;
    if found then
        raise exception 'R-LEO: % is never in the room with a household',
            new.department;
    end if;
    return new;
end $$;
create trigger meeting_room before insert or update on cases.meeting_attendee
    for each row execute function cases.room_guard();

create table cases.meeting_opinion (
    meeting uuid not null references cases.meeting,
    department text not null references cases.department,
    opinion bytea not null, -- row: the meeting
    taken_by uuid not null,
    taken_at timestamptz not null,
    primary key (meeting, department)
);

-- What belongs to a meeting is written while it is still to be held.
create function cases.meeting_open_guard() returns trigger
language plpgsql as $$
begin
    perform from cases.meeting m
    where m.id = new.meeting and m.state = 'called'
    for share;
    if not found then
        raise exception 'meeting %: it is over', new.meeting;
    end if;
    return new;
end $$;
create trigger item_in_time before insert or update on cases.meeting_item
    for each row execute function cases.meeting_open_guard();
create trigger attendee_in_time before insert on cases.meeting_attendee
    for each row execute function cases.meeting_open_guard();
create trigger opinion_in_time before insert on cases.meeting_opinion
    for each row execute function cases.meeting_open_guard();
create trigger attendee_stands before update or delete
    on cases.meeting_attendee
    for each row execute function cases.refuse_change();
create trigger opinion_stands before update or delete on cases.meeting_opinion
    for each row execute function cases.refuse_change();
create trigger item_is_itself before update on cases.meeting_item
    for each row when (
        (old.meeting, old.problem, old.invited_at)
        is distinct from (new.meeting, new.problem, new.invited_at)
        or old.view is not null)
    execute function cases.refuse_change();
create trigger item_stays before delete on cases.meeting_item
    for each row execute function cases.refuse_change();

-- The quorum: the chair, the quality team, two thirds of the named
-- departments; one that only writes takes part by its opinion.
create function cases.quorum_guard() returns trigger
language plpgsql as $$
declare
    came int;
begin
    if new.state <> 'held' then
        return new;
    end if;
    select count(*) into came
    from unnest(new.departments) as named (code)
    where exists (select from cases.meeting_attendee a
                  where a.meeting = new.id and a.department = named.code)
       or exists (select from cases.meeting_opinion o
                  join cases.department d on d.code = o.department
                  where o.meeting = new.id and o.department = named.code
                    and d.writes_only);
    perform from cases.meeting_attendee c
    join cases.meeting_attendee q
        on q.meeting = c.meeting and q.part = 'quality'
    where c.meeting = new.id and c.part = 'chair' and c.member = new.chair;
    if not found or 3 * came < 2 * cardinality(new.departments) then
        raise exception 'meeting %: there is no quorum', new.id;
    end if;
    return new;
end $$;
create trigger meeting_begins before insert on cases.meeting
    for each row when (new.state <> 'called')
    execute function cases.refuse_change();
create trigger meeting_has_quorum before update on cases.meeting
    for each row when (old.state <> new.state)
    execute function cases.quorum_guard();
create trigger meeting_stands before update on cases.meeting
    for each row when (
        old.state <> 'called'
        or (old.id, old.project, old.starts_at, old.chair, old.called_by,
            old.called_at)
           is distinct from
           (new.id, new.project, new.starts_at, new.chair, new.called_by,
            new.called_at)
        or not old.departments <@ new.departments)
    execute function cases.refuse_change();
create trigger meeting_stays before delete on cases.meeting
    for each row execute function cases.refuse_change();

-- --------------------------------------------------------------- minutes

create table cases.minutes (
    id uuid primary key,
    meeting uuid not null,
    problem uuid not null,
    facts bytea not null,
    law bytea not null,
    options bytea not null,
    decision bytea not null,
    dissent bytea,
    outcome text not null check (outcome in ('explained', 'agreed',
        'corrected', 'rule_change', 'help_arranged', 'not_supported')),
    written_by uuid not null,
    written_at timestamptz not null,
    foreign key (meeting, problem)
        references cases.meeting_item (meeting, problem),
    unique (meeting, problem),
    unique (id, problem, written_at)
);
alter table cases.problem
    add foreign key (minutes) references cases.minutes;

-- The same cases, for each of which the decision holds too (G-EQUAL).
create table cases.minutes_case (
    minutes uuid not null references cases.minutes,
    problem uuid not null references cases.problem,
    primary key (minutes, problem)
);
create index minutes_case_by_problem on cases.minutes_case (problem);

create table cases.meeting_action (
    id uuid primary key,
    minutes uuid not null,
    problem uuid not null,
    written_at timestamptz not null, -- the minutes'
    position int not null check (position between 1 and 8),
    what bytea not null,
    owner uuid not null,
    due_on date not null,
    done_at timestamptz,
    verified_at timestamptz,
    verified_by uuid,
    foreign key (minutes, problem, written_at)
        references cases.minutes (id, problem, written_at),
    unique (minutes, position),
    constraint action_days check (
        due_on > cases.day_of(written_at)
        and due_on <= cases.day_of(written_at) + 15),
    constraint action_two_persons check (verified_by <> owner),
    constraint action_order check (
        (verified_at is null) = (verified_by is null)
        and (verified_at is null
             or (done_at is not null and verified_at >= done_at)))
);
create index meeting_action_by_owner on cases.meeting_action (owner);
create trigger action_is_itself before update on cases.meeting_action
    for each row when (
        (old.id, old.minutes, old.problem, old.written_at, old.position,
         old.what, old.owner, old.due_on)
        is distinct from
        (new.id, new.minutes, new.problem, new.written_at, new.position,
         new.what, new.owner, new.due_on)
        or (old.done_at is not null
            and old.done_at is distinct from new.done_at)
        or old.verified_at is not null)
    execute function cases.refuse_change();
create trigger action_stays before delete on cases.meeting_action
    for each row execute function cases.refuse_change();
create trigger minutes_stand before update or delete on cases.minutes
    for each row execute function cases.refuse_change();
create trigger minutes_case_stands before update or delete
    on cases.minutes_case
    for each row execute function cases.refuse_change();

-- Minutes are of a meeting that was held, have an action, and name every open
-- problem of the same kind in the project.
create function cases.minutes_guard() returns trigger
language plpgsql as $$
begin
    perform from cases.meeting m
    where m.id = new.meeting and m.state = 'held';
    if not found then
        raise exception 'minutes %: their meeting was not held', new.id;
    end if;
    perform from cases.meeting_action a where a.minutes = new.id;
    if not found then
        raise exception 'minutes %: nothing is to be done', new.id;
    end if;
    perform from cases.matter m
    join cases.matter o on o.flow = 'problem' and o.project = m.project
        and o.kind = m.kind and o.id <> m.id
    where m.id = new.problem and m.kind <> 'other'
      and o.state not in ('closed', 'referred')
      and o.opened_at <= new.written_at
      and not exists (select from cases.minutes_case c
                      where c.minutes = new.id and c.problem = o.id);
    if found then
        raise exception 'minutes %: G-EQUAL: the decision leaves out cases of '
            'the same kind', new.id;
    end if;
    return null;
end $$;
create constraint trigger minutes_are_whole after insert on cases.minutes
    deferrable initially deferred
    for each row execute function cases.minutes_guard();

-- ----------------------------------------------------- a state's papers

create function cases.problem_guard() returns trigger
language plpgsql as $$
declare
    p cases.problem;
    carried boolean;
begin
    select * into p from cases.problem where id = new.id;
    carried := case new.state
        when 'triaged' then p.team is not null
        when 'agenda_set' then exists (
            select from cases.meeting_item i
            join cases.meeting m on m.id = i.meeting
            where i.problem = new.id and m.state = 'called')
        when 'meeting_held' then exists (
            select from cases.meeting_item i
            join cases.meeting m on m.id = i.meeting
            where i.problem = new.id and m.state = 'held'
              and m.ended_at = new.state_since
              and m.ended_at >= i.invited_at + interval '24 hours')
        when 'actions_open' then exists (
            select from cases.minutes n
            where n.id = p.minutes and n.problem = new.id)
        when 'actions_done' then not exists (
            select from cases.meeting_action a
            where a.minutes = p.minutes and a.verified_at is null)
        when 'resident_feedback' then
            p.asked_at = new.state_since and p.answered_at is not null
        -- Said by whom it concerns, or fifteen whole days of silence.
        when 'closed' then
            (p.feedback in ('solved', 'partly')
             and (p.feedback_channel <> 'online'
                  or p.feedback_by = coalesce(new.household, new.opened_by)))
            or cases.day_of(new.state_since) > cases.day_of(p.asked_at) + 15
        when 'referred' then p.channel is not null
        when 'reopened' then
            p.ended_at is null and p.asked_at is null and p.feedback is null
        else true
    end;
    if carried is not true then
        raise exception 'problem %: no paper carries the move to %',
            new.no, new.state;
    end if;
    return new;
end $$;
create trigger problem_moves before update on cases.matter
    for each row when (new.flow = 'problem' and old.state <> new.state)
    execute function cases.problem_guard();

-- A case is not closed by anybody: the system does, after the answer or the
-- silence (R-CLOSE).
create function cases.nobody_closes() returns trigger
language plpgsql as $$
begin
    perform from cases.matter m
    where m.id = new.matter and m.flow = 'problem';
    if found then
        raise exception 'R-CLOSE: a problem is closed by nobody';
    end if;
    return new;
end $$;
create trigger problem_closes before insert on cases.matter_entry
    for each row when (new.event = 'close' and new.actor is not null)
    execute function cases.nobody_closes();

-- ------------------------------------------------------------ who may

grant select on cases.department to redkite_cases;
grant select, insert, update on cases.problem, cases.meeting,
    cases.meeting_item, cases.meeting_action to redkite_cases;
grant select, insert on cases.meeting_attendee, cases.meeting_opinion,
    cases.minutes, cases.minutes_case to redkite_cases;
