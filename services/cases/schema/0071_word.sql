-- Who follows a grievance by its secret bears nobody's name.  So that nobody's
-- name closes nothing by itself (R-CLOSE), the secret is shown here: the
-- service may write its hash, may not read it, and a word that was given with it
-- is good for one move of one transaction.

create table cases.grievance_word (
    grievance uuid primary key references cases.grievance,
    given_in xid8 not null
);

create function cases.grievance_by_secret(wanted text, blind bytea)
returns uuid
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select g.id from cases.grievance g
    join cases.matter m on m.id = g.id and m.no = wanted
    where g.track_blind = blind
$$;

create function cases.grievance_give_word(wanted text, blind bytea)
returns uuid
language sql security definer
set search_path = pg_catalog, pg_temp
as $$
    insert into cases.grievance_word as w (grievance, given_in)
    select g.id, pg_current_xact_id()
    from cases.grievance_by_secret(wanted, blind) g (id)
    where g.id is not null
    on conflict (grievance) do update set given_in = excluded.given_in
    returning w.grievance
$$;

create function cases.grievance_take_word(wanted uuid) returns boolean
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    delete from cases.grievance_word w
    where w.grievance = wanted and w.given_in = pg_current_xact_id();
    return found;
end $$;

create or replace function cases.grievance_own_move(
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
    elsif e.actor = '00000000-0000-0000-0000-000000000000' then
        if not cases.grievance_take_word(m.id) then
            raise exception 'R-CLOSE: % is the complainant''s alone, who '
                'gives its secret', e.event;
        end if;
    elsif e.actor is distinct from m.household then
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

revoke all on function cases.grievance_by_secret, cases.grievance_give_word,
    cases.grievance_take_word from public;
grant execute on function cases.grievance_by_secret, cases.grievance_give_word,
    cases.grievance_take_word to redkite_cases;
revoke select on cases.grievance from redkite_cases;
grant select (id, channel, content, weight, accepted_at, extended_at,
    first_reply_at, appeal_until, redirected_to, duplicate_of, score, pressed)
    on cases.grievance to redkite_cases;
