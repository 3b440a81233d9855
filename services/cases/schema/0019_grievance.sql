-- Grievances (domain.md 4.5): what is said of whom, by whom it is handled, what
-- was answered, and what it protects.  The texts are sealed by the service
-- (common/service/seal.h); nothing here says a word of them in the clear.

insert into cases.transition (flow, track, from_state, to_state, event)
select 'grievance', '*', from_state, to_state, event
from (values
    ('none', 'received', 'file'),
    ('received', 'acked', 'ack'),
    ('acked', 'triaged', 'triage'),
    ('triaged', 'accepted', 'accept'),
    ('triaged', 'redirected', 'redirect'),
    ('triaged', 'duplicate', 'merge'),
    ('accepted', 'investigating', 'investigate'),
    ('extended', 'investigating', 'investigate'),
    ('investigating', 'proposed', 'propose'),
    ('extended', 'proposed', 'propose'),
    ('proposed', 'replied', 'reply'),
    ('appealed_g2', 'replied_g2', 'reply'),
    ('appealed_g3', 'replied_g3', 'reply'),
    ('accepted', 'extended', 'extend'),
    ('investigating', 'extended', 'extend'),
    ('proposed', 'extended', 'extend'),
    ('emergency', 'acked', 'act'),
    ('safeguard', 'investigating', 'safeguard_off'),
    ('replied', 'appealed_g2', 'appeal'),
    ('redirected', 'appealed_g2', 'appeal'),
    ('duplicate', 'appealed_g2', 'appeal'),
    ('replied_g2', 'appealed_g3', 'appeal'),
    ('closed', 'accepted', 'reopen'),
    ('withdrawn', 'accepted', 'reopen'))
    as edge (from_state, to_state, event)
union all
select 'grievance', '*', state, to_state, event
from (values
    ('emergency', 'emergency', array['received', 'acked', 'triaged', 'accepted',
        'investigating', 'proposed', 'extended', 'safeguard']),
    ('safeguard_on', 'safeguard', array['accepted', 'investigating', 'proposed',
        'extended', 'emergency']),
    ('confirm_withdrawal', 'withdrawn', array['received', 'acked', 'triaged',
        'accepted', 'investigating', 'proposed', 'extended', 'replied',
        'replied_g2', 'replied_g3', 'emergency', 'safeguard', 'appealed_g2',
        'appealed_g3']),
    ('satisfy', 'satisfied', array['replied', 'replied_g2', 'replied_g3']),
    ('close', 'closed', array['replied', 'replied_g2', 'replied_g3',
        'redirected', 'duplicate', 'satisfied']))
    as many (event, to_state, from_states), unnest(from_states) as state;

-- What it can be about; the table of grievance/rules.c, and a test compares.
create table cases.grievance_kind (
    kind text primary key,
    urgency text not null check (urgency in ('normal', 'day', 'emergency')),
    tolls boolean not null -- while it is open, what is owed is in dispute
);
insert into cases.grievance_kind (kind, urgency, tolls)
values ('visit', 'normal', false), ('pressure', 'normal', false),
    ('threat', 'emergency', false), ('deceit', 'normal', false),
    ('violence', 'emergency', false), ('eviction', 'emergency', false),
    ('utility_cut', 'emergency', false), ('amount', 'normal', true),
    ('late_payment', 'normal', false), ('survey', 'normal', true),
    ('appraisal', 'normal', true), ('headcount', 'normal', true),
    ('house_quality', 'normal', false), ('house_late', 'normal', false),
    ('privacy_leak', 'day', false), ('retaliation', 'day', false),
    ('discrimination', 'normal', false), ('disclosure', 'normal', false),
    ('service', 'normal', false), ('other', 'normal', false);

create table cases.grievance (
    id uuid primary key references cases.matter,
    channel text not null
        check (channel in ('counter', 'phone', 'sms', 'letter', 'web',
                           'mini_program', 'grid_device', 'hotline_12345',
                           'petition_office')),
    -- seal_blind() of number and secret: the secret itself is nowhere
    track_blind bytea not null unique check (octet_length(track_blind) = 16),
    content bytea not null, -- sealed; place "grievance.content"
    weight text not null default 'normal'
        check (weight in ('simple', 'normal', 'complex')),
    accepted_at timestamptz,
    extended_at timestamptz,
    first_reply_at timestamptz, -- R-CLOSE: what the times are counted to
    appeal_until timestamptz,
    redirected_to text
        check (redirected_to in ('reconsideration', 'court', 'petition_office',
            'supervision_organ', 'legal_aid', 'police', 'hotline_12345',
            'problem', 'errand')),
    duplicate_of uuid references cases.grievance check (duplicate_of <> id),
    score int check (score between 1 and 5),
    pressed boolean -- did anyone ask them to withdraw?
) with (fillfactor = 80);

-- What was said stands; there is one extension, and the first answer is the
-- first for ever (R-CLOSE).
create trigger grievance_stands before update on cases.grievance
    for each row when (
        (old.id, old.channel, old.track_blind, old.content)
            is distinct from
            (new.id, new.channel, new.track_blind, new.content)
        or (old.extended_at is not null
            and old.extended_at is distinct from new.extended_at)
        or (old.first_reply_at is not null
            and old.first_reply_at is distinct from new.first_reply_at)
        or new.appeal_until < old.appeal_until) -- R-CLOSE: never shorter
    execute function cases.refuse_change();
create trigger grievance_stays before delete on cases.grievance
    for each row execute function cases.refuse_change();

-- G-CONFLICT, in one key: in a grievance somebody is complained of, or handles
-- it at one level, and never two of these.  No row ever goes.
create table cases.grievance_party (
    grievance uuid not null references cases.grievance,
    member uuid not null,
    part text not null check (part in ('about', 'g1', 'g2', 'g3')),
    since timestamptz not null,
    primary key (grievance, member)
);
create index grievance_party_about on cases.grievance_party (member)
    where part = 'about';
create trigger grievance_party_stands before update or delete
    on cases.grievance_party
    for each row execute function cases.refuse_change();

-- Who works on the household's own case does not handle its grievance.
create function cases.grievance_party_guard() returns trigger
language plpgsql as $$
begin
    if exists (
        select from cases.matter m
        join cases.timeline t
            on t.household = m.household and t.actor = new.member
        where m.id = new.grievance) then
        raise exception 'G-CONFLICT: who works on the household''s own case '
            'does not handle its grievance';
    end if;
    return new;
end $$;
create trigger grievance_party_guard before insert on cases.grievance_party
    for each row when (new.part <> 'about')
    execute function cases.grievance_party_guard();

create function cases.grievance_level(state text) returns text
language sql immutable parallel safe
return case when state in ('appealed_g3', 'replied_g3') then 'g3'
            when state in ('appealed_g2', 'replied_g2') then 'g2'
            else 'g1' end;

create function cases.grievance_handled_by(
    which uuid, who uuid, level text, at timestamptz
) returns void language plpgsql as $$
begin
    insert into cases.grievance_party (grievance, member, part, since)
    values (which, who, level, at)
    on conflict do nothing;
    perform from cases.grievance_party p
    where p.grievance = which and p.member = who and p.part = level;
    if not found then
        raise exception 'G-CONFLICT: who is complained of, or handled it at '
            'another level, does not handle it';
    end if;
end $$;

-- To be given a grievance is to handle it.
create function cases.grievance_holder_guard() returns trigger
language plpgsql as $$
begin
    perform cases.grievance_handled_by(new.id, new.holder,
        cases.grievance_level(new.state), new.state_since);
    return new;
end $$;
create trigger grievance_holder before update of holder on cases.matter
    for each row when (
        new.flow = 'grievance' and new.holder is not null
        and new.holder is distinct from old.holder)
    execute function cases.grievance_holder_guard();

-- What they wrote: proposals and answers.
create table cases.grievance_paper (
    grievance uuid not null references cases.grievance,
    seq bigint generated always as identity,
    what text not null check (what in ('proposal', 'reply')),
    level int not null check (level between 1 and 3),
    written_at timestamptz not null,
    written_by uuid not null,
    content bytea not null, -- sealed; place "grievance_paper.content"
    primary key (grievance, seq)
);
create trigger grievance_paper_stands before update or delete
    on cases.grievance_paper
    for each row execute function cases.refuse_change();

-- R-WITHDRAW: each is asked, and then confirmed or taken back on another
-- channel by somebody else; all of them stay and are counted.
create table cases.grievance_withdrawal (
    id uuid primary key,
    grievance uuid not null references cases.grievance,
    asked_at timestamptz not null,
    channel text not null
        check (channel in ('counter', 'phone', 'sms', 'letter', 'web',
                           'mini_program', 'grid_device', 'hotline_12345',
                           'petition_office')),
    taken_down_by uuid, -- null: the complainant's own doing
    answered_at timestamptz check (answered_at >= asked_at),
    answered_by uuid,   -- null: the complainant took it back
    answer_channel text,
    confirmed boolean,
    constraint withdrawal_answered check (
        (answered_at is null) = (confirmed is null)),
    constraint withdrawal_second_way check (
        not confirmed or (answered_by is not null
            and answer_channel is not null and answer_channel <> channel
            and answered_by is distinct from taken_down_by))
);
create unique index withdrawal_one_waits on cases.grievance_withdrawal
    (grievance) where answered_at is null;
create trigger withdrawal_stands before update on cases.grievance_withdrawal
    for each row when (
        old.answered_at is not null
        or (old.id, old.grievance, old.asked_at, old.channel,
            old.taken_down_by)
           is distinct from
           (new.id, new.grievance, new.asked_at, new.channel,
            new.taken_down_by))
    execute function cases.refuse_change();
create trigger withdrawal_stays before delete on cases.grievance_withdrawal
    for each row execute function cases.refuse_change();

-- -------------------------------------------------- who may write down what

-- The complainant's own moves: by the household itself, or by the secret, which
-- bears nobody's name (R-CLOSE: nobody of the office is either).
create function cases.grievance_own_move(
    e cases.matter_entry, m cases.matter
) returns void language plpgsql as $$
declare
    ended timestamptz;
begin
    if e.actor is null then
        perform from cases.grievance g
        where g.id = m.id and e.event = 'close' and g.appeal_until <= e.at;
        if not found then
            raise exception 'R-CLOSE: the system closes after an answer and '
                'the days to appeal, and does nothing else for a complainant';
        end if;
    elsif e.actor <> '00000000-0000-0000-0000-000000000000'
            and e.actor is distinct from m.household then
        raise exception 'R-CLOSE: % is the complainant''s alone', e.event;
    end if;
    if e.event = 'reopen' then
        select max(o.at) into ended from cases.matter_entry o
        where o.matter = m.id and o.from_state <> o.to_state
          and o.to_state in ('closed', 'withdrawn');
        if cases.day_of(e.at) > cases.day_of(ended) + 90 then
            raise exception 'R-CLOSE: it ended more than 90 days ago';
        end if;
    end if;
end $$;

create function cases.grievance_entry_guard() returns trigger
language plpgsql as $$
declare
    m cases.matter;
begin
    select * into m from cases.matter where id = new.matter;
    if m.flow <> 'grievance' then
        return new;
    end if;
    if new.event in ('triage', 'accept', 'redirect', 'merge', 'investigate',
                     'propose', 'reply') then
        perform cases.grievance_handled_by(m.id, new.actor,
            cases.grievance_level(new.to_state), new.at);
    elsif new.event in ('close', 'satisfy', 'appeal', 'reopen') then
        perform cases.grievance_own_move(new, m);
    elsif new.event in ('ack', 'extend', 'act', 'safeguard_on',
                        'safeguard_off') then
        perform from cases.grievance_party p
        where p.grievance = m.id and p.member = new.actor and p.part = 'about';
        if found or new.actor is null then
            raise exception 'G-CONFLICT: who is complained of does nothing in '
                'this grievance';
        end if;
    elsif new.event = 'confirm_withdrawal' then
        perform from cases.grievance_withdrawal w
        where w.grievance = m.id and w.confirmed and w.answered_at = new.at
          and w.answered_by = new.actor
          and not exists (
              select from cases.grievance_party p
              where p.grievance = m.id and p.member = new.actor);
        if not found then
            raise exception 'R-WITHDRAW: it was not confirmed on a second '
                'channel by somebody who does not handle it';
        end if;
    end if;
    return new;
end $$;
create trigger grievance_entry_guard before insert on cases.matter_entry
    for each row execute function cases.grievance_entry_guard();

-- --------------------------------------------------------------- protection

-- No works on what it names until the officer on duty has cleared it: the
-- household's plot, else the community, else the whole project.
create table cases.plot_hold (
    id uuid primary key,
    grievance uuid not null references cases.grievance,
    project uuid not null references cases.project,
    community uuid references cases.community,
    household uuid references cases.household,
    set_at timestamptz not null,
    cleared_at timestamptz check (cleared_at >= set_at),
    cleared_by uuid,
    reason text check (length(reason) between 1 and 200),
    check ((cleared_at is null) = (cleared_by is null)),
    check ((cleared_at is null) = (reason is null))
);
create unique index plot_hold_once on cases.plot_hold (grievance)
    where cleared_at is null;
create index plot_hold_now on cases.plot_hold (project)
    where cleared_at is null;
create trigger plot_hold_stands before update on cases.plot_hold
    for each row when (
        old.cleared_at is not null
        or (old.id, old.grievance, old.project, old.community, old.household,
            old.set_at)
           is distinct from
           (new.id, new.grievance, new.project, new.community, new.household,
            new.set_at))
    execute function cases.refuse_change();
create trigger plot_hold_stays before delete on cases.plot_hold
    for each row execute function cases.refuse_change();

-- At the commit: a grievance has its row here and a kind of the list, and one
-- of an emergency kind has been an emergency from its beginning, with a hold.
create function cases.grievance_begins() returns trigger
language plpgsql as $$
declare
    urgent boolean;
begin
    select k.urgency = 'emergency' into urgent
    from cases.grievance g
    join cases.grievance_kind k on k.kind = new.kind
    where g.id = new.id;
    if urgent is null then
        raise exception 'grievance %: it has no kind or no content', new.no;
    end if;
    if urgent and not exists (
        select from cases.matter_entry e
        join cases.plot_hold h on h.grievance = e.matter
        where e.matter = new.id and e.event = 'emergency'
          and e.at = new.opened_at) then
        raise exception 'grievance %: its kind is an emergency at once',
            new.no;
    end if;
    return null;
end $$;
create constraint trigger grievance_begins after insert on cases.matter
    deferrable initially deferred
    for each row when (new.flow = 'grievance')
    execute function cases.grievance_begins();

-- G-NORETAL: the district's panel allows a change to a household's
-- disadvantage.
create table cases.adverse_approval (
    id uuid primary key,
    household uuid not null references cases.household,
    approved_by uuid not null,
    approved_at timestamptz not null,
    until timestamptz not null check (until > approved_at),
    reason text not null check (length(reason) between 1 and 200)
);
create index adverse_approval_of on cases.adverse_approval (household);
create trigger adverse_approval_stands before update or delete
    on cases.adverse_approval
    for each row execute function cases.refuse_change();

-- Nobody who is complained of has a say in it.
create function cases.adverse_approval_guard() returns trigger
language plpgsql as $$
begin
    if exists (
        select from cases.grievance_party p
        join cases.matter m on m.id = p.grievance
        where m.household = new.household and p.member = new.approved_by
          and p.part = 'about') then
        raise exception 'G-CONFLICT: who is complained of does not approve a '
            'change of this household''s file';
    end if;
    return new;
end $$;
create trigger adverse_approval_guard before insert on cases.adverse_approval
    for each row execute function cases.adverse_approval_guard();

-- G-NORETAL: whom a household has complained of does not come near it for 180
-- whole days after the day of the grievance.  For scheduling.
create view cases.public_no_contact as
select m.household, p.member,
    ((cases.day_of(max(m.opened_at)) + 181)::timestamp
        at time zone 'Asia/Shanghai') as until
from cases.grievance_party p
join cases.matter m on m.id = p.grievance
where p.part = 'about' and m.household is not null
group by m.household, p.member;

-- G-TOLL: households with an open grievance about what they are owed.
create view cases.household_tolled as
select m.household, min(m.opened_at) as since
from cases.matter m
join cases.grievance_kind k on k.kind = m.kind and k.tolls
where m.flow = 'grievance' and m.household is not null
  and m.state not in ('closed', 'withdrawn')
group by m.household;

grant select on cases.grievance_kind, cases.household_tolled to redkite_cases;
grant select, insert, update on cases.grievance, cases.grievance_withdrawal,
    cases.plot_hold to redkite_cases;
grant select, insert on cases.grievance_party, cases.grievance_paper,
    cases.adverse_approval to redkite_cases;
grant usage on schema cases to redkite_scheduling;
grant select on cases.public_no_contact to redkite_scheduling;
