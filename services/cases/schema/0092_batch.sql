-- Money goes out in batches: one person puts together what is owed, another
-- approves it to the fen, and nothing is in two of them (R-PAY).

-- A household is paid its compensation and the settlement once, and its
-- transition fee once for each month (from 1; 0: the other kinds).
alter table cases.payment
    add month int not null default 0,
    drop constraint payment_kind_check,
    add constraint payment_kind_check check (
        kind in ('compensation', 'settlement', 'transition')),
    add constraint payment_month check (
        case when kind = 'transition' then month > 0 else month = 0 end);
drop index cases.payment_once;
create unique index payment_once on cases.payment (household, kind, month)
    where checked_at is not null;
drop trigger payment_stands on cases.payment;
create trigger payment_stands before update on cases.payment
    for each row when (
        old.checked_at is not null
        or (old.id, old.household, old.kind, old.month, old.amount, old.receipt,
            old.paid_on, old.entered_by, old.entered_at)
           is distinct from
           (new.id, new.household, new.kind, new.month, new.amount, new.receipt,
            new.paid_on, new.entered_by, new.entered_at))
    execute function cases.refuse_change();

-- What is owed today and not paid by a checked receipt.
create view cases.owed as
select h.project, h.id as household, h.no, 'compensation' as kind, 0 as month,
    s.total as amount
from cases.household h
join cases.statement s on s.id = h.offer
where h.state in ('effective', 'decided') and s.total > 0;

create table cases.batch (
    id uuid primary key,
    project uuid not null references cases.project,
    lines int not null check (lines between 1 and 200),
    total bigint not null check (total > 0),
    made_by uuid not null,
    made_at timestamptz not null,
    approved_by uuid,
    approved_at timestamptz,
    voided_by uuid,
    voided_at timestamptz,
    void_reason text check (length(void_reason) between 1 and 200),
    constraint batch_two_persons check (approved_by <> made_by),
    constraint batch_approved_whole check (
        (approved_by is null) = (approved_at is null)),
    constraint batch_voided_whole check (
        num_nulls(voided_by, voided_at, void_reason) in (0, 3)),
    constraint batch_one_end check (approved_at is null or voided_at is null)
);
create index batch_by_project on cases.batch (project, id);

create table cases.batch_line (
    batch uuid not null references cases.batch,
    position int not null check (position > 0),
    household uuid not null references cases.household,
    kind text not null,
    month int not null,
    amount bigint not null,
    stands boolean not null default true,
    primary key (batch, position)
);
create unique index batch_once on cases.batch_line (household, kind, month)
    where stands;

-- A line is written with its batch, and is what is owed: nobody types it.
create function cases.batch_line_guard() returns trigger
language plpgsql as $$
begin
    perform from cases.batch b
    where b.id = new.batch and b.xmin::text = (pg_current_xact_id()::xid)::text;
    if not found then
        raise exception 'R-PAY: the lines of a batch are written with it';
    end if;
    perform from cases.batch b
    join cases.owed o on o.project = b.project
    where b.id = new.batch
      and (o.household, o.kind, o.month, o.amount)
          = (new.household, new.kind, new.month, new.amount);
    if not found then
        raise exception 'R-PAY: batch %: line % is not what is owed', new.batch,
            new.position;
    end if;
    return new;
end $$;
create trigger batch_line_guard before insert on cases.batch_line
    for each row execute function cases.batch_line_guard();

-- A batch is the sum of its lines, and all of them are owed when it is approved.
create function cases.batch_whole() returns trigger
language plpgsql as $$
declare
    found_lines bigint;
    summed numeric;
    owed bigint;
begin
    select count(*), sum(l.amount), count(o.household)
    into found_lines, summed, owed
    from cases.batch_line l
    left join cases.owed o on (o.household, o.kind, o.month, o.amount)
                            = (l.household, l.kind, l.month, l.amount)
    where l.batch = new.id;
    if (found_lines, summed) is distinct from
       (new.lines::bigint, new.total::numeric) then
        raise exception 'R-PAY: batch % is not the sum of its lines', new.id;
    end if;
    if new.approved_at is not null and owed <> found_lines then
        raise exception 'R-PAY: batch %: not all of it is owed any more', new.id;
    end if;
    return null;
end $$;
create constraint trigger batch_whole after insert or update on cases.batch
    deferrable initially deferred
    for each row execute function cases.batch_whole();

create trigger batch_stands before update on cases.batch
    for each row when (
        old.approved_at is not null or old.voided_at is not null
        or (old.id, old.project, old.lines, old.total, old.made_by, old.made_at)
           is distinct from
           (new.id, new.project, new.lines, new.total, new.made_by, new.made_at))
    execute function cases.refuse_change();
create trigger batch_stays before delete on cases.batch
    for each row execute function cases.refuse_change();
create trigger batch_line_stays before delete on cases.batch_line
    for each row execute function cases.refuse_change();

-- What was in a void batch may be in another.
create function cases.batch_void() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    update cases.batch_line set stands = false where batch = new.id;
    return null;
end $$;
create trigger batch_void after update of voided_at on cases.batch
    for each row when (old.voided_at is null and new.voided_at is not null)
    execute function cases.batch_void();

grant select on cases.owed to redkite_cases;
grant select, insert on cases.batch, cases.batch_line to redkite_cases;
grant update (approved_by, approved_at, voided_by, voided_at, void_reason)
    on cases.batch to redkite_cases;
