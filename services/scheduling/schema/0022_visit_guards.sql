-- The contact guard in the database: what needs more than one row to see.
-- Each function is handed the visit as it is to be and the policy in force.

-- Within the agreed hours, and not on a public holiday (R-QUIET).
create function scheduling.guard_hours(
    v scheduling.visit, p scheduling.policy_now
) returns void language plpgsql as $$
declare
    visit_day date := scheduling.day_of(v.starts);
    begins integer := ceil(extract(epoch from scheduling.time_of(v.starts)));
    ends integer := ceil(extract(epoch from scheduling.time_of(v.ends)));
begin
    if begins < p.quiet_until_min * 60 or begins >= p.quiet_from_min * 60
        or ends > p.quiet_from_min * 60 then
        perform scheduling.refuse('the visit lies in the quiet hours');
    end if;
    if exists (select from scheduling.day_off o
               where o.day = visit_day and o.off) then
        perform scheduling.refuse('there are no visits on public holidays');
    end if;
    perform from scheduling.contact_window w where w.household = v.household;
    if found then
        perform from scheduling.contact_window w
        where w.household = v.household
            and w.weekday = extract(isodow from visit_day)
            and begins >= w.from_minute * 60 and ends <= w.until_minute * 60;
    else
        perform where extract(isodow from visit_day) < 6
            and ((begins >= p.morning_from_min * 60
                    and ends <= p.morning_until_min * 60)
                or (begins >= p.afternoon_from_min * 60
                    and ends <= p.afternoon_until_min * 60));
    end if;
    if not found then
        perform scheduling.refuse('the visit lies outside the agreed hours');
    end if;
end $$;

-- What the resident's "no" forbids (R-DNC, refusals, the pause after a talk).
create function scheduling.guard_wishes(
    v scheduling.visit, p scheduling.policy_now
) returns void language plpgsql as $$
declare
    last_met timestamptz;
    refused bigint;
    last_refusal timestamptz;
begin
    if exists (
        select from scheduling.do_not_contact_now q
        where q.household = v.household
            and q.until_day >= scheduling.day_of(v.starts)
            and (q.scope = v.topic
                or (q.scope = 'all' and v.topic <> 'statutory'))
    ) then
        perform scheduling.refuse('the household asked not to be contacted');
    end if;
    if v.topic <> 'signing' then
        return;
    end if;
    select max(o.started) into last_met from scheduling.visit o
    where o.household = v.household and o.outcome = 'met';
    select count(*), max(o.ended) into refused, last_refusal
    from scheduling.visit o
    where o.household = v.household and o.outcome in ('not_now', 'refused')
        and (last_met is null or o.started > last_met);
    if refused >= p.refusals and v.starts
        < last_refusal + make_interval(hours => 24 * p.refusal_pause_d) then
        perform scheduling.refuse('signing pauses after refusals in a row');
    end if;
    if not v.asked_by_resident and exists (
        select from scheduling.visit o
        where o.household = v.household and o.id <> v.id
            and o.topic = 'signing' and o.outcome = 'met'
            and v.starts < o.ended + make_interval(hours => 24 * p.talk_pause_d)
    ) then
        perform scheduling.refuse('signing pauses after a talk about it');
    end if;
end $$;

-- The rolling windows and the gap: over all staff, planned and held together,
-- cancelled ones not (R-VISIT).
create function scheduling.guard_counts(
    v scheduling.visit, p scheduling.policy_now
) returns void language plpgsql as $$
declare
    span record;
    apart interval := make_interval(hours => p.visit_gap_h);
begin
    for span in
        select * from (values (7, p.visit_7d), (30, p.visit_30d)) s (days, cap)
    loop
        perform from (
            select coalesce(o.started, o.starts) as at from scheduling.visit o
            where o.household = v.household and o.id <> v.id
                and o.state <> 'cancelled'
            union all
            select v.starts
        ) w
        where w.at <= v.starts
            and v.starts < w.at + make_interval(hours => 24 * span.days)
            and span.cap <= (
                select count(*) from scheduling.visit o
                where o.household = v.household and o.id <> v.id
                    and o.state <> 'cancelled'
                    and coalesce(o.started, o.starts) >= w.at
                    and coalesce(o.started, o.starts)
                        < w.at + make_interval(hours => 24 * span.days)
            );
        if found then
            perform scheduling.refuse(format(
                'the household has %s visits in %s days', span.cap, span.days));
        end if;
    end loop;
    if exists (
        select from scheduling.visit o
        where o.household = v.household and o.id <> v.id
            and o.state <> 'cancelled'
            and v.starts < coalesce(o.ended, o.ends) + apart
            and v.ends > coalesce(o.started, o.starts) - apart
    ) then
        perform scheduling.refuse(format(
            'visits are at least %s hours apart', p.visit_gap_h));
    end if;
    if v.topic = 'statutory' and exists (
        select from scheduling.visit o
        where o.household = v.household and o.id <> v.id
            and o.state <> 'cancelled' and o.topic = 'statutory'
            and scheduling.working_days(
                least(scheduling.day_of(o.starts), scheduling.day_of(v.starts)),
                greatest(scheduling.day_of(o.starts),
                    scheduling.day_of(v.starts))) < p.serve_wd
    ) then
        perform scheduling.refuse(format(
            'there is one attempt to serve in %s working days', p.serve_wd));
    end if;
end $$;

-- A visit is planned, then held or cancelled, and then stands for good.
create function scheduling.guard_life(
    tg_op text, new scheduling.visit, old scheduling.visit
) returns void language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        if new.state <> 'planned' then
            perform scheduling.refuse('a visit begins as planned');
        end if;
        return;
    end if;
    if old.state <> 'planned' then
        perform scheduling.refuse('a visit that was held or cancelled stands');
    elsif new.state <> 'planned'
        and (new.starts, new.ends, new.agreed_at)
        is distinct from (old.starts, old.ends, old.agreed_at) then
        perform scheduling.refuse('a visit is moved before it is held');
    elsif new.state = 'planned' and new.agreed_at >= old.starts then
        perform scheduling.refuse('a visit is moved before it begins');
    elsif new.state = 'held' and not exists (
        select from scheduling.visit_member m
        where m.visit = new.id and m.member = new.logged_by) then
        perform scheduling.refuse('a visit is logged by one of its visitors');
    end if;
end $$;

-- The update of the household makes a second booking wait for the first and,
-- as each statement here sees what was committed before it, count it.  A
-- transaction with an older snapshot (repeatable read) cannot update the row
-- and fails: an advisory lock alone would let it pass.
create function scheduling.visit_guard() returns trigger
language plpgsql as $$
declare
    p scheduling.policy_now%rowtype;
begin
    perform scheduling.guard_life(tg_op, new, old);
    update scheduling.household set contacts = contacts + 1
    where id = new.household;
    if new.state <> 'planned' then
        return new;
    end if;
    select * into p from scheduling.policy_now;
    if new.starts - new.agreed_at < make_interval(hours => p.ahead_h) then
        perform scheduling.refuse(format(
            'a visit is agreed at least %s hours ahead', p.ahead_h));
    elsif new.ends - new.starts > make_interval(mins => p.visit_max_min) then
        perform scheduling.refuse(format(
            'a visit lasts at most %s minutes', p.visit_max_min));
    end if;
    perform scheduling.guard_hours(new, p);
    perform scheduling.guard_wishes(new, p);
    perform scheduling.guard_counts(new, p);
    return new;
end $$;

create trigger visit_guard before insert or update on scheduling.visit
for each row execute function scheduling.visit_guard();

-- ------------------------------------------------------------ the visitors

-- Fills in the visit's time, and keeps out who must not come (R-LEO, R-KIN).
create function scheduling.visit_member_guard() returns trigger
language plpgsql as $$
declare
    v scheduling.visit%rowtype;
    m scheduling.member%rowtype;
begin
    select * into v from scheduling.visit where id = new.visit;
    new.during := tstzrange(v.starts, v.ends);
    new.stands := v.state <> 'cancelled';
    if tg_op = 'UPDATE' then
        return new;
    end if;
    select * into m from scheduling.member where id = new.member;
    if v.state <> 'planned' then
        perform scheduling.refuse('visitors are named before the visit');
    elsif m.flags <> '' then
        perform scheduling.refuse('a member of police, enforcement, court, '
            'developer, demolition or creditor visits no resident');
    elsif not m.active then
        perform scheduling.refuse('a member who has left visits nobody');
    elsif exists (
        select from scheduling.member_household_conflict c
        where c.member = new.member and c.household = v.household) then
        perform scheduling.refuse('a visitor is kin, landlord, creditor or '
            'employer of the resident');
    end if;
    return new;
end $$;

create trigger visit_member_guard
before insert or update on scheduling.visit_member
for each row execute function scheduling.visit_member_guard();

create function scheduling.visit_member_follow() returns trigger
language plpgsql as $$
begin
    update scheduling.visit_member set stands = new.state <> 'cancelled'
    where visit = new.id;
    return null;
end $$;

create trigger visit_member_follow
after update of starts, ends, state on scheduling.visit
for each row execute function scheduling.visit_member_follow();

-- Two or three visitors, one of the household's community: known at the commit.
create function scheduling.visit_party() returns trigger
language plpgsql as $$
declare
    subject uuid := case tg_table_name
        when 'visit' then to_jsonb(new) ->> 'id'
        else to_jsonb(new) ->> 'visit' end::uuid;
    party record;
    p scheduling.policy_now%rowtype;
begin
    select * into p from scheduling.policy_now;
    select count(*) as size, coalesce(bool_or(m.community = h.community), false)
        as near into party
    from scheduling.visit v
    join scheduling.household h on h.id = v.household
    join scheduling.visit_member vm on vm.visit = v.id
    join scheduling.member m on m.id = vm.member
    where v.id = subject;
    if party.size not between p.visitors_least and p.visitors_most then
        perform scheduling.refuse(format('a visit has %s to %s visitors',
            p.visitors_least, p.visitors_most));
    elsif not party.near then
        perform scheduling.refuse(
            'one visitor is of the household''s community');
    end if;
    return null;
end $$;

create constraint trigger visit_party after insert on scheduling.visit
deferrable initially deferred
for each row execute function scheduling.visit_party();

create constraint trigger visit_party after insert on scheduling.visit_member
deferrable initially deferred
for each row execute function scheduling.visit_party();
