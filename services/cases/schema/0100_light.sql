-- What a signature costs the store, a row: the same rules, said so that they
-- are cheap.

-- China has no summer time: a fixed eight hours, not a zone to look up by name
-- for each of them.
alter table cases.agreement
    drop constraint agreement_read,
    drop constraint agreement_hours,
    drop constraint agreement_cooling,
    -- G-READ: seven whole days after the day of the offer.
    add constraint agreement_read check (
        (signed_at at time zone interval '08:00')::date
        > (offer_released_at at time zone interval '08:00')::date + 7),
    -- G-PLACE: 08:30 up to, not including, 18:00.
    add constraint agreement_hours check (
        (signed_at at time zone interval '08:00')::time >= '08:30'
        and (signed_at at time zone interval '08:00')::time < '18:00'),
    -- G-COOL: at least seven whole days after the day of signing.
    add constraint agreement_cooling check (
        (cooling_until at time zone interval '08:00')::date
        > (signed_at at time zone interval '08:00')::date + 7);

-- household_rooms() has a word on these moves alone (0070_rooms.sql).
drop trigger household_heeds on cases.household;
create trigger household_heeds before update on cases.household for each row
    when (old.state <> new.state
          and new.state in ('closed', 'no_agreement', 'decision_draft',
                            'decided', 'urged', 'court_applied'))
    execute function cases.household_rooms();
