-- What every signing pays, made cheaper: the same is refused as before, in the
-- same words.  A move is checked for all rows of a statement at once; a trigger
-- that cannot concern a statement is known by the columns that it sets; and a
-- check that names no function is not planned anew with each statement.

-- A move has its row in cases.transition and the paper that carries it.
create function cases.household_moved() returns trigger
language plpgsql
set enable_hashjoin = on set enable_nestloop = off set enable_mergejoin = off
as $$
declare
    refused record;
begin
    select n.id, c.reason into refused
    from was w
    join stands n on n.id = w.id
    cross join lateral (
        select case
            when t.events is null then
                format('there is no move from %s to %s here', w.state, n.state)
            when n.state = 'moving' and not exists ( -- R-PAY
                select from cases.payment p
                where p.household = n.id and p.kind = 'compensation'
                  and p.checked_at is not null)
            then 'nobody moves before it is paid'
            when n.offer is distinct from w.offer and n.state <> 'offered'
                or n.agreement is distinct from w.agreement
                    and not t.events && '{sign,withdraw}'
                or not case
                    when t.events && '{offer,reoffer}' then exists (
                        select from cases.offer o
                        where o.statement = n.offer and o.household = n.id)
                    when t.events && '{sign,withdraw,effective}'
                        and (t.events <> '{withdraw}'
                             or w.state = 'signed_cooling')
                    then exists (
                        select from cases.agreement a
                        where a.id = coalesce(n.agreement, w.agreement)
                          and a.household = n.id and a.statement = n.offer
                          and (a.withdrawn_at is not null)
                              = (n.state = 'considering')
                          and (a.effective_at is not null)
                              = (n.state = 'effective')
                          and (n.facts_since <= a.offer_released_at
                               or n.state <> 'signed_cooling'))
                    -- these follow by themselves
                    when t.events && '{consider,stay,transit}' then true
                    when t.events && '{pay,settle}' then exists (
                        select from cases.payment p
                        join cases.statement s on s.id = n.offer
                        where p.household = n.id and p.checked_at is not null
                          and case when t.events && '{pay}'
                              then p.kind = 'compensation'
                                   and p.amount = s.total
                              else p.kind = 'settlement' end)
                    -- the offer stood for 30 days
                    when t.events && '{period_end}' then exists (
                        select from cases.offer o
                        where o.statement = n.offer
                          and cases.day_of(n.state_since)
                              > cases.day_of(o.released_at) + 30)
                    when t.events && '{final}'
                        and cases.day_of(n.state_since) > (
                            select max(r.day) + 10 from cases.paper r
                            where r.household = n.id
                              and r.event in ('serve', 'review_done'))
                    then true
                    else exists (
                        select from cases.paper r
                        where r.household = n.id and r.event = any(t.events)
                          and r.at = n.state_since)
                end
            then format('no paper carries the move to %s', n.state)
            end as reason
        from (select (
                  select array_agg(e.event) from cases.transition e
                  where e.flow = 'household' and e.track = n.track
                    and e.from_state = w.state and e.to_state = n.state)
              offset 0) as t (events)
        offset 0) as c
    where w.state <> n.state and c.reason is not null
    limit 1;
    if found then
        raise exception 'household %: %', refused.id, refused.reason;
    end if;
    return null;
end $$;
revoke execute on function cases.household_moved from public;

create function cases.refuse_beginning() returns trigger
language plpgsql as $$
begin
    raise exception 'a household begins as registered';
end $$;
revoke execute on function cases.refuse_beginning from public;
drop trigger household_begins on cases.household;
create trigger household_begins before insert on cases.household for each row
    when (new.state <> 'registered')
    execute function cases.refuse_beginning();
drop trigger household_moves on cases.household;
drop function cases.move_guard;
drop function cases.move_paper;
create trigger household_moves after update on cases.household
    referencing old table as was new table as stands
    for each statement execute function cases.household_moved();

drop trigger household_is_itself on cases.household;
create trigger household_is_itself
    before update of id, project, track, no on cases.household for each row
    when (old.id <> new.id or old.project <> new.project
          or old.track <> new.track or old.no <> new.no)
    execute function cases.refuse_change();

-- A statement is for one choice; what is signed names the same.
create or replace function cases.agreement_as_offered() returns trigger
language plpgsql as $$
declare
    wrong uuid;
begin
    select n.id into wrong
    from signed n join cases.statement s on s.id = n.statement
    where s.choice <> n.choice
    limit 1;
    if found then
        raise exception 'agreement %: its statement is for the other choice',
            wrong;
    end if;
    return null;
end $$;
drop trigger agreement_as_offered on cases.agreement;
create trigger agreement_as_offered after insert on cases.agreement
    referencing new table as signed
    for each statement execute function cases.agreement_as_offered();

alter table cases.agreement
    drop constraint agreement_read,
    drop constraint agreement_hours,
    drop constraint agreement_cooling,
    -- G-READ: seven whole days after the day of the offer.
    add constraint agreement_read check (
        (signed_at at time zone 'Asia/Shanghai')::date
        > (offer_released_at at time zone 'Asia/Shanghai')::date + 7),
    -- G-PLACE: 08:30 up to, not including, 18:00.
    add constraint agreement_hours check (
        (signed_at at time zone 'Asia/Shanghai')::time >= '08:30'
        and (signed_at at time zone 'Asia/Shanghai')::time < '18:00'),
    -- G-COOL: at least seven whole days after the day of signing.
    add constraint agreement_cooling check (
        (cooling_until at time zone 'Asia/Shanghai')::date
        > (signed_at at time zone 'Asia/Shanghai')::date + 7);
