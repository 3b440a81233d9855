-- R-GENDER (domain.md 8): what is paid for a house goes to each of its
-- co-owners' own accounts once one of them has asked for it.

-- Why somebody is entitled: by the deed, as the spouse who is not on it, as a
-- daughter who has married out, or by another paper.
alter table cases.owner_share
    add title text not null default 'deed' check (
        title in ('deed', 'spouse', 'married_out', 'other'));
create trigger owner_title_stands before update on cases.owner_share
    for each row when (old.title <> new.title)
    execute function cases.refuse_change();

-- The account that an owner's part goes to, of which the last one counts.  It is
-- the owner's own, or that of another owner by the owner's own signed word.
create table cases.owner_account (
    id uuid primary key,
    owner uuid not null references cases.owner_share,
    holder uuid not null references cases.owner_share,
    number bytea not null, -- sealed; place "owner_account.number"
    blind bytea not null,  -- the same account is found again
    how text not null check (how in ('self', 'power', 'guardian')),
    document text not null check (length(document) between 1 and 100),
    since timestamptz not null,
    recorded_by uuid not null,
    constraint owner_account_own_word check (holder = owner or how = 'self')
);
create index owner_account_now on cases.owner_account (owner, since desc);
create index owner_account_holder on cases.owner_account (holder);
create trigger owner_account_stands before update or delete
    on cases.owner_account
    for each row execute function cases.refuse_change();
create trigger owner_account_stays before truncate on cases.owner_account
    for each statement execute function cases.refuse_change();

create function cases.owner_account_guard() returns trigger
language plpgsql as $$
declare
    of_household uuid;
begin
    select o.household into of_household from cases.owner_share o
    join cases.owner_share h on h.id = new.holder
                            and h.household = o.household and h.until is null
    where o.id = new.owner and o.until is null
      and (o.capacity = 'full' or new.how = 'guardian');
    if not found then
        raise exception 'R-GENDER: owner %: not an owner of today, without a '
            'guardian, or the account of a stranger', new.owner;
    end if;
    -- one after the other, so that no account gets two holders
    perform from cases.household h where h.id = of_household
    for no key update;
    perform from cases.owner_account a
    join cases.owner_share s on s.id = a.holder and s.household = of_household
    where a.blind = new.blind and a.holder <> new.holder and s.until is null;
    if found then
        raise exception 'R-GENDER: owner %: this account is another owner''s',
            new.owner;
    end if;
    return new;
end $$;
create trigger owner_account_guard before insert on cases.owner_account
    for each row execute function cases.owner_account_guard();

-- What is paid under an agreement goes split: the last row of it says how.  The
-- first one owner may ask for, by the shares on record; all else is signed by
-- all of them.
create table cases.owner_split (
    id uuid primary key,
    agreement uuid not null references cases.agreement,
    seq int not null check (seq > 0),
    document text not null check (length(document) between 1 and 100),
    since timestamptz not null,
    recorded_by uuid not null,
    unique (agreement, seq)
);
create table cases.owner_split_part (
    split uuid not null references cases.owner_split,
    part int not null check (part > 0),
    owner uuid not null references cases.owner_share,
    share bigint not null check (share between 0 and 1000000), -- millionths
    how text check (how in ('self', 'power', 'guardian')), -- null: not signed
    document text check (length(document) between 1 and 100),
    primary key (split, part),
    unique (split, owner),
    constraint owner_split_paper check (
        how is null or how = 'self' or document is not null)
);
create trigger owner_split_stands before update or delete on cases.owner_split
    for each row execute function cases.refuse_change();
create trigger owner_split_stays before truncate on cases.owner_split
    for each statement execute function cases.refuse_change();
create trigger owner_split_part_stands before update or delete
    on cases.owner_split_part
    for each row execute function cases.refuse_change();
create trigger owner_split_part_stays before truncate on cases.owner_split_part
    for each statement execute function cases.refuse_change();

create function cases.owner_split_part_guard() returns trigger
language plpgsql as $$
begin
    perform from cases.owner_split s
    where s.id = new.split and s.xmin::text = (pg_current_xact_id()::xid)::text;
    if not found then
        raise exception 'R-GENDER: the parts of a split are written with it';
    end if;
    return new;
end $$;
create trigger owner_split_part_guard before insert on cases.owner_split_part
    for each row execute function cases.owner_split_part_guard();

create function cases.owner_split_whole() returns trigger
language plpgsql as $$
declare
    missing bigint;
    strange bigint;
    alone bigint;
    unsigned bigint;
    other bigint;
    summed numeric;
begin
    select count(*) filter (where p.owner is null),
        count(*) filter (where o.id is null),
        count(*) filter (where p.how <> 'guardian' and o.capacity = 'limited'),
        count(*) filter (where p.how is null),
        count(*) filter (where p.share <> o.share), sum(p.share)
    into missing, strange, alone, unsigned, other, summed
    from (select s.* from cases.agreement a
          join cases.owner_share s on s.household = a.household
                                  and s.until is null
          where a.id = new.agreement and a.withdrawn_at is null) o
    full join (select x.* from cases.owner_split_part x
               where x.split = new.id) p on p.owner = o.id;
    if missing + strange + alone > 0 or summed is distinct from 1000000 then
        raise exception 'R-GENDER: split %: its parts are not those of all '
            'owners, together the whole', new.id;
    end if;
    if unsigned > 0 and (new.seq > 1 or other > 0 or not exists (
        select from cases.owner_split_part x
        where x.split = new.id and x.how is not null)) then
        raise exception 'R-GENDER: split %: parts that are not the shares on '
            'record are signed by all owners', new.id;
    end if;
    if new.seq > 1 and not exists (
        select from cases.owner_split s
        where s.agreement = new.agreement and s.seq = new.seq - 1) then
        raise exception 'R-GENDER: split %: one comes after the other', new.id;
    end if;
    return null;
end $$;
create constraint trigger owner_split_whole after insert on cases.owner_split
    deferrable initially deferred
    for each row execute function cases.owner_split_whole();

create view cases.split_now as
select h.id as household, p.part, p.owner, p.share
from cases.household h
join cases.agreement g on g.household = h.id and g.withdrawn_at is null
join lateral (
    select s.id from cases.owner_split s where s.agreement = g.id
    order by s.seq desc limit 1) s on true
join cases.owner_split_part p on p.split = s.id;

-- Whole fen; what is left over goes to the largest remainders, of equal ones to
-- the first.  services/cases/owner/rules.c reckons the same.
create function cases.split_parts(of_household uuid, whole bigint)
returns table (part int, owner uuid, amount bigint)
language sql stable as $$
    select r.part, r.owner,
        (r.fen + case when row_number() over (order by r.rest desc, r.part)
                           <= whole - sum(r.fen) over () then 1 else 0
                 end)::bigint
    from (select n.part, n.owner, div(whole::numeric * n.share, 1000000) as fen,
              mod(whole::numeric * n.share, 1000000) as rest
          from cases.split_now n where n.household = of_household) r
$$;

-- One instruction to the bank an account: the parts of a batch's line, written
-- with it; none: the line is one.
create table cases.batch_part (
    batch uuid not null,
    position int not null,
    part int not null check (part > 0),
    owner uuid not null references cases.owner_share,
    account uuid references cases.owner_account, -- null: none was named yet
    amount bigint not null check (amount > 0),
    primary key (batch, position, part),
    foreign key (batch, position) references cases.batch_line
);
create trigger batch_part_stands before update or delete on cases.batch_part
    for each row execute function cases.refuse_change();
create trigger batch_part_stays before truncate on cases.batch_part
    for each statement execute function cases.refuse_change();

create function cases.batch_part_guard() returns trigger
language plpgsql as $$
begin
    perform from cases.batch b
    where b.id = new.batch and b.xmin::text = (pg_current_xact_id()::xid)::text;
    if not found then
        raise exception 'R-GENDER: the parts of a batch are written with it';
    end if;
    if new.account is distinct from (
        select a.id from cases.owner_account a where a.owner = new.owner
        order by a.since desc, a.id desc limit 1) then
        raise exception 'R-GENDER: batch %: part % goes to another account '
            'than its owner named', new.batch, new.part;
    end if;
    return new;
end $$;
create trigger batch_part_guard before insert on cases.batch_part
    for each row execute function cases.batch_part_guard();

create function cases.batch_line_split() returns trigger
language plpgsql as $$
begin
    perform from (
        select p.part, p.owner, p.amount from cases.batch_part p
        where p.batch = new.batch and p.position = new.position) p
    full join (
        select s.* from cases.split_parts(new.household, new.amount) s
        where s.amount > 0) s using (part, owner, amount)
    where p is null or s is null;
    if found then
        raise exception 'R-GENDER: batch %: line % is not split as its owners '
            'asked', new.batch, new.position;
    end if;
    return null;
end $$;
create constraint trigger batch_line_split after insert on cases.batch_line
    deferrable initially deferred
    for each row execute function cases.batch_line_split();

-- ------------------------------------------------------------ the receipts

alter table cases.payment
    add part int not null default 0 check (part >= 0), -- 0: the whole
    add constraint payment_part check (part = 0 or kind <> 'settlement');
drop index cases.payment_once;
create unique index payment_once on cases.payment (household, kind, month, part)
    where checked_at is not null;
create trigger payment_part_stands before update on cases.payment
    for each row when (old.part <> new.part)
    execute function cases.refuse_change();

-- A month is owed until all its parts are there.
create or replace view cases.owed as
select h.project, h.id as household, h.no, 'compensation' as kind, 0 as month,
    s.total as amount
from cases.household h
join cases.statement s on s.id = h.offer
where h.state in ('effective', 'decided') and s.total > 0
union all
select h.project, h.id, h.no, 'transition', d.month, d.amount
from cases.transition_due d
join cases.household h on h.id = d.household
where d.amount > coalesce((
    select sum(y.amount) from cases.payment y
    where y.household = d.household and y.kind = 'transition'
      and y.month = d.month and y.checked_at is not null), 0);

-- What the bank is to pay, one row an account: as the batch says that it is in;
-- of what is in none, the whole, unless it goes split and nobody has entered
-- that the whole was paid.
create view cases.instruction as
select o.household, o.kind, o.month, coalesce(p.part, 0) as part,
    o.no || coalesce('/' || p.part, '') as no,
    coalesce(p.amount, l.amount) as amount
from cases.owed o
join cases.batch_line l on (l.household, l.kind, l.month)
                           = (o.household, o.kind, o.month)
                       and l.stands
                       and l.amount = o.amount
left join cases.batch_part p on (p.batch, p.position) = (l.batch, l.position)
union all
select o.household, o.kind, o.month, 0, o.no, o.amount
from cases.owed o
where not exists (
        select from cases.batch_line l
        where (l.household, l.kind, l.month) = (o.household, o.kind, o.month)
          and l.stands)
  and (not exists (select from cases.split_now n
                   where n.household = o.household)
       or exists (
           select from cases.payment y
           where (y.household, y.kind, y.month, y.part, y.amount)
                 = (o.household, o.kind, o.month, 0, o.amount)));

create function cases.payment_split_guard() returns trigger
language plpgsql as $$
begin
    if (new.part > 0
        or exists (select from cases.split_now n
                   where n.household = new.household)
        or exists (
            select from cases.batch_line l
            join cases.batch_part p
              on (p.batch, p.position) = (l.batch, l.position)
            where l.household = new.household and l.kind = new.kind
              and l.month = new.month and l.stands))
       and not exists (
            select from cases.instruction i
            where (i.household, i.kind, i.month, i.part, i.amount)
                  = (new.household, new.kind, new.month, new.part, new.amount))
    then
        raise exception 'R-GENDER: household %: what it is owed goes to several '
            'accounts, and this is none of its parts', new.household;
    end if;
    return new;
end $$;
create trigger payment_split_guard before insert on cases.payment
    for each row when (new.kind <> 'settlement')
    execute function cases.payment_split_guard();
create trigger payment_split_check before update on cases.payment
    for each row when (new.kind <> 'settlement' and old.checked_at is null
                       and new.checked_at is not null)
    execute function cases.payment_split_guard();

-- A part of a month is held against its instruction, by the guard above.
drop trigger payment_month_guard on cases.payment;
create trigger payment_month_guard before update on cases.payment
    for each row when (new.kind = 'transition' and new.part = 0
                       and old.checked_at is null
                       and new.checked_at is not null)
    execute function cases.payment_month_guard();
drop trigger payment_month_guard_new on cases.payment;
create trigger payment_month_guard_new before insert on cases.payment
    for each row when (new.kind = 'transition' and new.part = 0
                       and new.checked_at is not null)
    execute function cases.payment_month_guard();

-- G-PAYFIRST: paid is who has the whole sum by checked receipts, to the fen.
create or replace function cases.household_moved() returns trigger
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
                or not coalesce(case
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
                    -- the whole sum, in as many receipts as accounts
                    when t.events && '{pay}' then (
                        select s.total from cases.statement s
                        where s.id = n.offer) = (
                        select sum(p.amount) from cases.payment p
                        where p.household = n.id and p.checked_at is not null
                          and p.kind = 'compensation')
                    when t.events && '{settle}' then exists (
                        select from cases.payment p
                        join cases.statement s on s.id = n.offer
                        where p.household = n.id and p.checked_at is not null
                          and p.kind = 'settlement')
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
                end, false)
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

-- ------------------------------------------------- how it stood, and who may

create or replace view cases_then.payment as
select * from (
    select r.id, r.household, r.kind, r.amount, r.receipt, r.paid_on,
        r.entered_by, r.entered_at,
        case when r.checked_at <= cases_then.at() then r.checked_by end
            as checked_by,
        case when r.checked_at <= cases_then.at() then r.checked_at end
            as checked_at,
        r.month, r.part
    from cases.payment r) v
where entered_at <= cases_then.at();

create or replace view cases_then.owner_share as
select * from (
    select r.id, r.household, r.share, r.capacity, r.name, r.document, r.since,
        r.recorded_by,
        case when r.until <= cases_then.at() then r.until end as until, r.title
    from cases.owner_share r) v
where since <= cases_then.at();

select cases_then.keep('owner_account', '{id}', 'since <= cases_then.at()');
select cases_then.keep('batch_part', '{batch,position,part}', null);

grant select, insert on cases.owner_account, cases.owner_split,
    cases.owner_split_part, cases.batch_part to redkite_cases;
grant select on cases.split_now, cases.instruction to redkite_cases;
