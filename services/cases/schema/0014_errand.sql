-- Errands that are run for people (domain.md 4.3).  There is no column for a
-- fee: it is nothing.  There is no column about the household's own case
-- either, and no trigger here looks at one (G-INDEP, R-SERVICE).  Texts are
-- sealed by the service: place "table.column", row = the row's id.

insert into cases.transition (flow, track, from_state, to_state, event)
select 'errand', '*', from_state, to_state, event
from (values
    ('none', 'requested', 'request'),
    ('requested', 'accepted', 'accept'),
    ('requested', 'declined', 'decline'),
    ('accepted', 'need_docs', 'need_docs'),
    ('in_progress', 'need_docs', 'need_docs'),
    ('accepted', 'in_progress', 'progress'),
    ('need_docs', 'in_progress', 'progress'),
    ('in_progress', 'submitted', 'submit'),
    ('submitted', 'result', 'result'),
    ('result', 'delivered', 'deliver'),
    ('delivered', 'rated', 'rate'),
    ('rated', 'closed', 'close'),
    ('delivered', 'closed', 'close'),
    ('in_progress', 'failed', 'fail'),
    ('submitted', 'failed', 'fail'),
    ('result', 'failed', 'fail')) as edge (from_state, to_state, event)
union all
select 'errand', '*', s, 'cancelled', 'cancel'
from unnest(array['requested', 'accepted', 'need_docs', 'in_progress',
                  'submitted', 'result']) s;

create table cases.errand (
    id uuid primary key references cases.matter,
    text bytea not null,
    person bytea, -- name and number of somebody who is no household here
    two boolean not null, -- its kind touches money or papers of identity
    authorised_until date,
    authorised_at timestamptz,
    second uuid, -- the second person
    outcome text check (outcome in ('granted', 'partly', 'refused')),
    answer bytea, -- what the person is told: the result, or why not
    delivered_at timestamptz,
    rating int check (rating between 1 and 5),
    rated_by uuid,
    rated_channel text
        check (rated_channel in ('online', 'counter', 'phone', 'paper')),
    check ((authorised_until is null) = (authorised_at is null)),
    check ((rating is null) = (rated_by is null)
           and (rating is null) = (rated_channel is null)),
    check (rating is null or rated_by is distinct from second)
) with (fillfactor = 80);
-- What was asked stands, and what was said about it is said once.
create trigger errand_is_itself before update on cases.errand
    for each row when (
        (old.id, old.text, old.two) is distinct from (new.id, new.text, new.two)
        or (old.rating is not null and old.rating is distinct from new.rating))
    execute function cases.refuse_change();
create trigger errand_stays before delete on cases.errand
    for each row execute function cases.refuse_change();

-- An original paper in the hands of the office: taken and given back, each with
-- two persons' names where its kind asks for it.
create table cases.errand_original (
    id uuid primary key,
    errand uuid not null references cases.errand,
    what bytea not null,
    taken_at timestamptz not null,
    taken_by uuid not null,
    returned_at timestamptz check (returned_at >= taken_at),
    returned_by uuid,
    check ((returned_at is null) = (returned_by is null))
);
create index errand_original_out on cases.errand_original (errand);
create trigger errand_original_stays before delete on cases.errand_original
    for each row execute function cases.refuse_change();
create trigger errand_original_is_itself before update
    on cases.errand_original
    for each row when (
        old.returned_at is not null
        or (old.id, old.errand, old.what, old.taken_at, old.taken_by)
           is distinct from
           (new.id, new.errand, new.what, new.taken_at, new.taken_by))
    execute function cases.refuse_change();

-- Has somebody done anything in it for the office: then it is not for that one
-- to say how it went.
create function cases.errand_ran(which uuid, who uuid) returns boolean
language sql stable
return exists (
    select from cases.matter_entry e
    where e.matter = which and e.actor = who
      and e.event in ('accept', 'need_docs', 'progress', 'take_original',
                      'return_original', 'submit', 'result', 'deliver'));

-- What must never happen: something handed in for a person without a paper
-- that allows it, money or papers of identity in one person's hands, a result
-- delivered while its originals are kept, a rating by who ran it.
create function cases.errand_guard() returns trigger
language plpgsql as $$
declare
    e cases.errand;
begin
    select * into e from cases.errand where id = new.id;
    if new.state in ('in_progress', 'submitted')
       and coalesce(e.authorised_until
                    < cases.day_of(new.state_since), true) then
        raise exception '%: nobody may act for the person without its written '
            'authorisation', new.no;
    end if;
    if new.state = 'submitted' and e.two
       and (e.second is null or e.second = new.holder) then
        raise exception '%: money and papers of identity are handled by two',
            new.no;
    end if;
    if new.state = 'delivered' and exists (
        select from cases.errand_original o
        where o.errand = new.id and o.returned_at is null) then
        raise exception '%: originals have not been given back', new.no;
    end if;
    if new.state = 'rated'
       and (e.rating is null or e.rated_by = new.holder
            or cases.errand_ran(new.id, e.rated_by)) then
        raise exception '%: who ran the errand does not rate it', new.no;
    end if;
    return null;
end $$;
create constraint trigger errand_guard after update of state on cases.matter
    deferrable initially deferred
    for each row when (new.flow = 'errand' and old.state <> new.state)
    execute function cases.errand_guard();

grant select, insert, update on cases.errand, cases.errand_original
    to redkite_cases;
