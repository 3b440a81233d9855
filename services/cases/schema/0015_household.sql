-- The household's own case from the register to the last key (domain.md 4.1),
-- each move on its legal track, each resting on its paper.  What
-- services/cases/household/rules.c refuses is refused here as well.

-- ------------------------------------------------------------ the table

alter table cases.household disable trigger user;
alter table cases.timeline
    drop constraint timeline_event_check,
    add constraint timeline_event_check check (event in (
        'import', 'correct', 'notice', 'survey_start', 'survey_post', 'object',
        'repost', 'resolve', 'confirm', 'doubt_owner', 'find_owner',
        'appraise', 'post_prelim', 'serve', 'ask_review', 'review_done',
        'ask_expert', 'expert_done', 'waive_review', 'final', 'make', 'offer',
        'reoffer', 'consider', 'talk', 'talk_end', 'toll', 'untoll', 'sign',
        'withdraw', 'effective', 'lapse', 'pay', 'move', 'vacate', 'transit',
        'choose', 'resettle', 'settle', 'close', 'period_end', 'stay',
        'draft_decision', 'decide', 'remedy_open', 'remedy_end', 'urge',
        'apply_court', 'court_grant', 'court_refuse', 'scope_out'));

-- Who held an offer was considering it: the two are told apart from now on.
insert into cases.timeline (household, at, event, from_state, to_state, call)
select id, state_since, 'consider', 'offered', 'considering',
    gen_random_uuid()
from cases.household where state = 'offered';

alter table cases.household
    drop constraint household_state_check,
    drop constraint household_check,
    drop constraint household_check1;
update cases.household set state = 'considering' where state = 'offered';
alter table cases.household enable trigger user;

delete from cases.transition where flow = 'household';
with every (tracks) as (values (array['state_land', 'collective_land',
                                      'agreed', 'public_housing'])),
     edge (from_states, to_state, event, tracks) as (
    select e.*, every.tracks from every, (values
        ('{none}'::text[], 'registered', 'import'),
        ('{registered}', 'surveying', 'survey_start'),
        ('{surveying}', 'survey_posted', 'survey_post'),
        ('{survey_posted}', 'survey_disputed', 'object'),
        ('{survey_disputed}', 'survey_posted', 'repost'),
        ('{survey_disputed}', 'entitled', 'resolve'),
        ('{survey_posted}', 'entitled', 'confirm'),
        ('{survey_posted}', 'owner_unclear', 'doubt_owner'),
        ('{owner_unclear}', 'entitled', 'find_owner'),
        ('{entitled}', 'appraising', 'appraise'),
        ('{appraising}', 'appraisal_posted', 'post_prelim'),
        ('{appraisal_posted}', 'appraisal_served', 'serve'),
        ('{appraisal_served}', 'appraisal_review', 'ask_review'),
        ('{appraisal_review}', 'appraisal_served', 'review_done'),
        ('{appraisal_served,appraisal_review}', 'appraisal_expert',
         'ask_expert'),
        ('{appraisal_expert}', 'explaining', 'expert_done'),
        ('{appraisal_served}', 'explaining', 'waive_review'),
        ('{appraisal_served}', 'explaining', 'final'),
        ('{explaining}', 'offered', 'offer'),
        ('{considering,negotiating}', 'offered', 'reoffer'),
        ('{offered}', 'considering', 'consider'),
        ('{considering}', 'negotiating', 'talk'),
        ('{negotiating}', 'considering', 'talk_end'),
        ('{considering,negotiating,no_agreement}', 'signed_cooling', 'sign'),
        ('{signed_cooling}', 'considering', 'withdraw'),
        ('{signed_cooling}', 'effective', 'effective'),
        ('{signed_cooling}', 'lapsed', 'lapse'),
        ('{effective}', 'paid', 'pay'),
        ('{paid}', 'moving', 'move'),
        ('{moving}', 'vacated', 'vacate'),
        ('{vacated}', 'transition', 'transit'),
        ('{transition}', 'choosing', 'choose'),
        ('{choosing}', 'resettled', 'resettle'),
        ('{resettled,vacated}', 'settled', 'settle'),
        ('{settled}', 'closed', 'close'),
        ('{considering,negotiating}', 'no_agreement', 'period_end'),
        ('{registered,surveying,survey_posted,survey_disputed,owner_unclear,
           entitled,appraising,appraisal_posted,appraisal_served,
           appraisal_review,appraisal_expert,explaining,offered,considering,
           negotiating,signed_cooling,effective,paid,moving,no_agreement}',
         'withdrawn_scope', 'scope_out')) as e
    union all
    select '{no_agreement}', 'stays', 'stay', '{agreed}'
    union all -- a decision and the court: R-TRACK, R-COURT
    select e.*, '{state_land,collective_land}' from (values
        ('{decision_draft,decided,remedy}'::text[], 'signed_cooling', 'sign'),
        ('{decided}', 'paid', 'pay'),
        ('{no_agreement}', 'decision_draft', 'draft_decision'),
        ('{decision_draft}', 'decided', 'decide'),
        ('{decided}', 'remedy', 'remedy_open'),
        ('{remedy}', 'decided', 'remedy_end'),
        ('{decided,paid}', 'urged', 'urge'),
        ('{urged}', 'court_applied', 'apply_court'),
        ('{court_applied}', 'court_granted', 'court_grant'),
        ('{court_applied}', 'court_refused', 'court_refuse'),
        ('{decision_draft,decided,remedy,urged,court_applied,court_granted,
           court_refused}', 'withdrawn_scope', 'scope_out')) as e
)
insert into cases.transition (flow, track, from_state, to_state, event)
select 'household', track, from_state, to_state, event
from edge, unnest(tracks) as track, unnest(from_states) as from_state;

-- A state is one that a move leads to, and there is no free label (R-LABEL).
alter table cases.household
    add constraint household_state_check check (state in (
        'registered', 'surveying', 'survey_posted', 'survey_disputed',
        'owner_unclear', 'entitled', 'appraising', 'appraisal_posted',
        'appraisal_served', 'appraisal_review', 'appraisal_expert',
        'explaining', 'offered', 'considering', 'negotiating',
        'signed_cooling', 'effective', 'lapsed', 'paid', 'moving', 'vacated',
        'transition', 'choosing', 'resettled', 'settled', 'closed',
        'no_agreement', 'stays', 'decision_draft', 'decided', 'remedy',
        'urged', 'court_applied', 'court_granted', 'court_refused',
        'withdrawn_scope')),
    add constraint household_track_check check (
        track in ('state_land', 'collective_land')
        or state not in ('decision_draft', 'decided', 'remedy', 'urged',
                         'court_applied', 'court_granted', 'court_refused')),
    add constraint household_offer_check check (
        offer is not null or state in (
            'registered', 'surveying', 'survey_posted', 'survey_disputed',
            'owner_unclear', 'entitled', 'appraising', 'appraisal_posted',
            'appraisal_served', 'appraisal_review', 'appraisal_expert',
            'explaining', 'withdrawn_scope')),
    -- Who is paid, moves and is settled has an agreement or a decision.
    add constraint household_agreement_check check (
        state in ('paid', 'moving', 'vacated', 'transition', 'choosing',
                  'resettled', 'settled', 'closed', 'withdrawn_scope')
        or (agreement is not null)
           = (state in ('signed_cooling', 'effective', 'lapsed')));

-- ------------------------------------------------------------ the papers

-- What was written down about a household, by its paper; it stands (R-EDIT).
create table cases.paper (
    id uuid primary key,
    household uuid not null references cases.household,
    event text not null check (event in (
        'notice', 'survey_start', 'survey_post', 'object', 'repost', 'resolve',
        'confirm', 'doubt_owner', 'find_owner', 'appraise', 'post_prelim',
        'serve', 'ask_review', 'review_done', 'ask_expert', 'expert_done',
        'waive_review', 'talk', 'talk_end', 'toll', 'untoll', 'lapse', 'move',
        'vacate', 'choose', 'resettle', 'close', 'draft_decision', 'decide',
        'remedy_open', 'remedy_end', 'urge', 'apply_court', 'court_grant',
        'court_refuse', 'scope_out', 'pay', 'settle')),
    day date not null, -- when it was, by the paper
    at timestamptz not null,
    recorded_by uuid not null,
    document text check (length(document) between 1 and 100),
    evidence text check (length(evidence) between 1 and 100),
    served_mode text check (served_mode in ('in_person', 'registered_mail',
                                            'left_with_witness', 'notary',
                                            'announcement')),
    served_to bytea, -- sealed; place "paper.served_to"
    reason bytea,    -- sealed; place "paper.reason"
    organ text check (length(organ) between 1 and 100),
    court text check (length(court) between 1 and 100),
    legal_aid_phone text check (length(legal_aid_phone) between 3 and 30),
    account text check (length(account) between 1 and 60),
    housing text check (length(housing) between 1 and 200),
    panel int,
    panel_appraisers int,
    choice text check (choice in ('money', 'swap')),
    constraint paper_day check (day <= cases.day_of(at)),
    constraint paper_document check (
        document is not null or event not in (
            'survey_post', 'repost', 'appraise', 'post_prelim', 'serve',
            'review_done', 'expert_done', 'waive_review', 'lapse', 'pay',
            'vacate', 'choose', 'resettle', 'settle', 'close',
            'draft_decision', 'decide', 'remedy_open', 'remedy_end', 'urge',
            'apply_court', 'court_grant', 'court_refuse', 'scope_out')),
    -- G-SERVE
    constraint paper_served check (
        (served_mode is not null and served_to is not null)
        or event not in ('notice', 'serve', 'review_done', 'draft_decision',
                         'decide', 'urge')),
    -- G-RIGHTS
    constraint paper_rights check (
        event <> 'decide'
        or (organ is not null and court is not null
            and legal_aid_phone is not null and choice is not null)),
    constraint paper_panel check (
        event <> 'expert_done'
        or (panel >= 3 and panel % 2 = 1 and panel_appraisers <= panel
            and 3 * panel_appraisers >= 2 * panel)),
    constraint paper_court check (
        event <> 'apply_court'
        or (account is not null and housing is not null)),
    unique (household, event, at, id)
);
create trigger paper_stands before update or delete on cases.paper
    for each row execute function cases.refuse_change();
create trigger paper_stays before truncate on cases.paper
    for each statement execute function cases.refuse_change();

-- The floors between two papers: more than so much lies between their days
-- and the day on which the second is written down.  The rules count the same
-- and move an end that is a day off.
create table cases.paper_wait (
    event text not null,
    after text[] not null,
    least interval not null,
    primary key (event, least)
);
insert into cases.paper_wait values
    ('resolve', '{survey_post,repost}', '5 days'),
    ('doubt_owner', '{survey_post,repost}', '5 days'),
    ('confirm', '{survey_post,repost}', '10 days'),
    ('find_owner', '{survey_post,repost}', '10 days'),
    ('serve', '{post_prelim}', '5 days'),
    ('waive_review', '{serve}', '2 days'),
    ('close', '{settle}', '12 months'),
    ('decide', '{draft_decision}', '15 days'),
    ('urge', '{decide}', '60 days'),
    ('urge', '{decide}', '6 months'),
    ('apply_court', '{urge}', '10 days');

create function cases.paper_guard() returns trigger
language plpgsql as $$
declare
    short record;
begin
    select w.* into short
    from cases.paper_wait w
    where w.event = new.event
      and cases.day_of(new.at) <= coalesce((
          select max(r.day) from cases.paper r
          where r.household = new.household and r.event = any(w.after)),
          'infinity') + w.least
    limit 1;
    if found then
        raise exception 'household %: % waits % after %', new.household,
            new.event, short.least, short.after;
    end if;
    return new;
end $$;
create trigger paper_guard before insert on cases.paper
    for each row execute function cases.paper_guard();

-- Money that the bank says has gone: one person enters its receipt, another
-- checks it.
create table cases.payment (
    id uuid primary key,
    household uuid not null references cases.household,
    kind text not null check (kind in ('compensation', 'settlement')),
    amount bigint not null check (amount >= 0),
    receipt text not null check (length(receipt) between 1 and 100),
    paid_on date not null,
    entered_by uuid not null,
    entered_at timestamptz not null,
    checked_by uuid,
    checked_at timestamptz,
    unique (receipt, household),
    constraint payment_day check (paid_on <= cases.day_of(entered_at)),
    constraint payment_two_persons check (checked_by <> entered_by),
    constraint payment_checked check (
        (checked_by is null) = (checked_at is null))
);
create unique index payment_once on cases.payment (household, kind)
    where checked_at is not null;
create trigger payment_stands before update on cases.payment
    for each row when (
        old.checked_at is not null
        or (old.id, old.household, old.kind, old.amount, old.receipt,
            old.paid_on, old.entered_by, old.entered_at)
           is distinct from
           (new.id, new.household, new.kind, new.amount, new.receipt,
            new.paid_on, new.entered_by, new.entered_at))
    execute function cases.refuse_change();
create trigger payment_stays before delete on cases.payment
    for each row execute function cases.refuse_change();

-- ------------------------------------------------------------ the owners

create table cases.owner_share (
    id uuid primary key,
    household uuid not null references cases.household,
    share int not null check (share between 1 and 1000000), -- millionths
    capacity text not null check (capacity in ('full', 'limited')),
    name bytea not null, -- sealed; place "owner_share.name"
    document text not null check (length(document) between 1 and 100),
    since timestamptz not null,
    recorded_by uuid not null,
    until timestamptz check (until >= since)
);
create index owner_share_now on cases.owner_share (household)
    where until is null;

create function cases.owner_guard() returns trigger
language plpgsql as $$
begin
    perform from cases.owner_share s
    where s.household = new.household and s.until is null
    having sum(s.share) <> 1000000;
    if found then
        raise exception 'household %: the shares are not the whole together',
            new.household;
    end if;
    return null;
end $$;
create constraint trigger owner_whole after insert or update
    on cases.owner_share deferrable initially deferred
    for each row execute function cases.owner_guard();
create trigger owner_stands before update on cases.owner_share
    for each row when (
        old.until is not null
        or (old.id, old.household, old.share, old.capacity, old.name,
            old.document, old.since, old.recorded_by)
           is distinct from
           (new.id, new.household, new.share, new.capacity, new.name,
            new.document, new.since, new.recorded_by))
    execute function cases.refuse_change();
create trigger owner_stays before delete on cases.owner_share
    for each row execute function cases.refuse_change();

create table cases.owner_signature (
    agreement uuid not null references cases.agreement,
    owner uuid not null references cases.owner_share,
    how text not null check (how in ('self', 'power', 'guardian')),
    document text check (length(document) between 1 and 100),
    primary key (agreement, owner),
    constraint owner_signature_paper check (
        how = 'self' or document is not null)
);
create trigger owner_signature_stands before update or delete
    on cases.owner_signature
    for each row execute function cases.refuse_change();

-- G-ALLOWNERS, G-CAPACITY (R-OWNER, R-CAP): at the commit all shares of the
-- household have signed, and who needs a guardian has one.
create function cases.agreement_owners() returns trigger
language plpgsql as $$
begin
    perform from cases.owner_share s
    left join cases.owner_signature g
        on g.owner = s.id and g.agreement = new.id
    where s.household = new.household and s.until is null
      and (g.owner is null
           or (s.capacity = 'limited' and g.how <> 'guardian'));
    if found then
        raise exception 'agreement %: not all owners have signed', new.id;
    end if;
    return null;
end $$;
create constraint trigger agreement_owners after insert on cases.agreement
    deferrable initially deferred
    for each row execute function cases.agreement_owners();

-- ------------------------------------------------------------- the moves

-- The paper that carries the move to new.state, by what events lead there.
create function cases.move_paper(
    old_row cases.household, new_row cases.household, events text[])
returns boolean language plpgsql stable as $$
begin
    if events && '{offer,reoffer}' then
        return exists (
            select from cases.offer o
            where o.statement = new_row.offer and o.household = new_row.id);
    end if;
    if events && '{sign,withdraw,effective}'
       and (events <> '{withdraw}' or old_row.state = 'signed_cooling') then
        return exists (
            select from cases.agreement a
            where a.id = coalesce(new_row.agreement, old_row.agreement)
              and a.household = new_row.id
              and a.statement = new_row.offer
              and (a.withdrawn_at is not null)
                  = (new_row.state = 'considering')
              and (a.effective_at is not null) = (new_row.state = 'effective')
              and (new_row.facts_since <= a.offer_released_at
                   or new_row.state <> 'signed_cooling'));
    end if;
    if events && '{consider,stay,transit}' then
        return true; -- follow by themselves
    end if;
    if events && '{pay,settle}' then
        return exists (
            select from cases.payment p
            join cases.statement s on s.id = new_row.offer
            where p.household = new_row.id and p.checked_at is not null
              and case when events && '{pay}'
                  then p.kind = 'compensation' and p.amount = s.total
                  else p.kind = 'settlement' end);
    end if;
    if events && '{period_end}' then -- the offer stood for 30 days
        return exists (
            select from cases.offer o
            where o.statement = new_row.offer
              and cases.day_of(new_row.state_since)
                  > cases.day_of(o.released_at) + 30);
    end if;
    if events && '{final}' and cases.day_of(new_row.state_since) > (
        select max(r.day) + 10 from cases.paper r
        where r.household = new_row.id
          and r.event in ('serve', 'review_done')) then
        return true;
    end if;
    return exists (
        select from cases.paper r
        where r.household = new_row.id and r.event = any(events)
          and r.at = new_row.state_since);
end $$;

create or replace function cases.move_guard() returns trigger
language plpgsql as $$
declare
    events text[];
begin
    if tg_op = 'INSERT' then
        raise exception 'a household begins as registered';
    end if;
    select array_agg(t.event) into events from cases.transition t
    where t.flow = 'household' and t.track = new.track
      and t.from_state = old.state and t.to_state = new.state;
    if events is null then
        raise exception 'household %: there is no move from % to % here',
            old.id, old.state, new.state;
    end if;
    if new.state = 'moving' and not exists ( -- R-PAY
        select from cases.payment p
        where p.household = new.id and p.kind = 'compensation'
          and p.checked_at is not null)
    then
        raise exception 'household %: nobody moves before it is paid', old.id;
    end if;
    if (new.offer is distinct from old.offer and new.state <> 'offered')
       or (new.agreement is distinct from old.agreement
           and not events && '{sign,withdraw}')
       or not cases.move_paper(old, new, events)
    then
        raise exception 'household %: no paper carries the move to %',
            old.id, new.state;
    end if;
    return new;
end $$;

-- Within a state no offer changes any more: another is a move of its own.
create or replace function cases.stay_guard() returns trigger
language plpgsql as $$
begin
    raise exception 'household %: what was signed for stands', old.id;
end $$;

-- ------------------------------------------------------------ who may

grant select, insert on cases.paper, cases.owner_signature to redkite_cases;
grant select, insert, update on cases.payment, cases.owner_share
    to redkite_cases;
grant select on cases.paper_wait to redkite_cases;
