-- name: payment_add
insert into cases.payment (id, household, kind, month, part, amount,
    receipt, paid_on, entered_by, entered_at)
values (:id, :household, :kind, :month, :part, :amount, :receipt, :paid_on,
    :entered_by, :entered_at);

-- name: payment_by_id
select p.id, p.household, p.kind, p.month, p.part, p.amount, p.receipt,
    p.paid_on, p.entered_by, p.entered_at, p.checked_at,
    coalesce((select sum(y.amount) from cases.payment y
              where (y.household, y.kind, y.month)
                    = (p.household, p.kind, p.month)
                and p.part > 0 and y.id <> p.id
                and y.checked_at is not null), 0)::bigint as before
from cases.payment p
where p.id = :payment;

-- What the bank was told of it, and whether it goes to several accounts.
-- name: payment_told
select exists (select from cases.split_now n where n.household = :household)
    or exists (
        select from cases.batch_line l
        join cases.batch_part p on (p.batch, p.position) = (l.batch, l.position)
        where (l.household, l.kind, l.month) = (:household, :kind, :month)
          and l.stands) as split,
    exists (
        select from cases.instruction i
        where (i.household, i.kind, i.month, i.part, i.amount)
              = (:household, :kind, :month, :part, :amount)) as told;

-- name: payment_check
update cases.payment
set checked_by = :checked_by, checked_at = :checked_at
where id = :id;

-- A line of the bank's file, and what its household, or the account of a part
-- (household/part), is to be paid: of several things the one of that amount, of
-- several such the first that nobody entered.
-- name: bank_facts
select h.id as household, coalesce(o.kind, 'compensation') as kind,
    coalesce(o.month, 0) as month, coalesce(o.part, 0) as part,
    o.amount as owed, o.household is not null as due,
    coalesce(o.entered, false) or exists (
        select from cases.payment y
        where y.household = h.id and y.receipt = a.receipt) as second,
    l.file || ':' || l.line as read_at,
    coalesce(l.sha256 = a.sha256 and l.line = a.line, false) as same
from (values (:project::uuid, :no::text, :receipt::text, :sha256::text,
    :line::int, :amount::bigint)) as a(project, no, receipt, sha256, line, amount)
left join lateral (
    select h.id from cases.household h
    where h.project = a.project
      and h.no = any (array[a.no, regexp_replace(a.no, '/[0-9]+$', '')])
    order by h.no = a.no desc
    limit 1) h on true
left join lateral (
    select o.household, o.kind, o.month, o.part, o.amount, e.entered
    from cases.instruction o
    cross join lateral (select exists (
        select from cases.payment y
        where (y.household, y.kind, y.month, y.part, y.amount)
              = (o.household, o.kind, o.month, o.part, o.amount)) as entered) e
    where o.household = h.id and o.no = a.no
    order by o.amount = a.amount desc, e.entered, o.kind, o.month
    limit 1) o on true
left join cases.bank_line l on l.project = a.project and l.receipt = a.receipt;

-- name: bank_line_add
insert into cases.bank_line (project, receipt, file, sha256, line, no, amount,
    paid_on, verdict, payment, entered_by, entered_at)
values (:project, :receipt, :file, :sha256, :line, :no, :amount, :paid_on,
    :verdict, :payment, :entered_by, :entered_at);

-- A page of the exceptions, by receipt.
-- name: bank_exceptions
select l.receipt, l.file, l.line, l.no, l.amount, l.paid_on, l.verdict
from cases.bank_line l
where l.project = :project and l.payment is null
  and (:after::text is null or l.receipt > :after)
order by l.receipt
limit 100;
-- then: bank_exceptions

-- What may be in a batch: owed, and neither in another nor said to be paid.
-- name: batch_owed
select row_number() over (order by o.no, o.month) as position, o.household,
    o.kind, o.month, o.amount
from cases.owed o
where o.project = :project and o.kind = :kind
  and (cardinality(:households::uuid[]) is null
       or cardinality(:households::uuid[]) = 0
       or o.household = any(:households::uuid[]))
  and not exists (select from cases.batch_line l
                  where (l.household, l.kind, l.month)
                        = (o.household, o.kind, o.month) and l.stands)
  and not exists (select from cases.payment y
                  where (y.household, y.kind, y.month, y.amount)
                        = (o.household, o.kind, o.month, o.amount))
order by o.no, o.month
limit 200;

-- name: batch_add
insert into cases.batch (id, project, lines, total, made_by, made_at)
values (:id, :project, :lines, :total, :made_by, :made_at);

-- name: batch_line_add
insert into cases.batch_line (batch, position, household, kind, month, amount)
select * from unnest(:batch::uuid[], :position::int[], :household::uuid[],
    :kind::text[], :month::int[], :amount::bigint[]);

-- How the owners of these households are paid; households that are paid as one
-- are not in it.
-- name: batch_split
select n.household, n.part, n.owner, n.share, a.id as account
from cases.split_now n
left join lateral (
    select a.id from cases.owner_account a
    where a.owner = n.owner
    order by a.since desc, a.id desc limit 1) a on true
where n.household = any(:households::uuid[])
order by n.household, n.part;

-- name: batch_part_add
insert into cases.batch_part (batch, position, part, owner, account, amount)
select * from unnest(:batch::uuid[], :position::int[], :part::int[],
    :owner::uuid[], :account::uuid[], :amount::bigint[]);

-- name: batch_locked
select b.id, b.project, b.lines, b.total, b.made_by,
    b.approved_at is not null as approved, b.voided_at is not null as voided,
    (select count(*) from cases.batch_line l
     join cases.owed o on (o.household, o.kind, o.month, o.amount)
                          = (l.household, l.kind, l.month, l.amount)
     where l.batch = b.id) as owed
from cases.batch b
where b.id = :batch
for update of b;

-- name: batch_approve
update cases.batch set approved_by = :by, approved_at = :at where id = :batch;

-- name: batch_void
update cases.batch set voided_by = :by, voided_at = :at, void_reason = :reason
where id = :batch;

-- name: batch_by_id
select b.id, b.project, b.lines as count, b.total, b.made_by, b.made_at,
    b.approved_by,
    b.approved_at, b.voided_at, b.void_reason,
    (select count(*) from cases.batch_line l
     where l.batch = b.id and not exists (
         select from (values (0)) as whole (part)
         left join cases.batch_part p
             on (p.batch, p.position) = (l.batch, l.position)
         where not exists (
             select from cases.payment y
             where (y.household, y.kind, y.month, y.part, y.amount)
                   = (l.household, l.kind, l.month,
                      coalesce(p.part, whole.part),
                      coalesce(p.amount, l.amount))))) as paid
from cases.batch b
where b.id = :batch;
-- then: batch_by_id

-- A row for each account that the bank is to pay.
-- name: batch_lines
select row_number() over (order by l.position, p.part) as position,
    h.no || coalesce('/' || p.part, '') as no, l.kind, l.month,
    coalesce(p.amount, l.amount) as amount, y.receipt, y.paid_on
from cases.batch_line l
join cases.household h on h.id = l.household
left join cases.batch_part p on (p.batch, p.position) = (l.batch, l.position)
left join lateral (
    select y.receipt, y.paid_on from cases.payment y
    where (y.household, y.kind, y.month, y.part, y.amount)
          = (l.household, l.kind, l.month, coalesce(p.part, 0),
             coalesce(p.amount, l.amount))
    order by y.checked_at nulls last, y.id
    limit 1) y on true
where l.batch = :batch
order by 1;
-- then: batch_lines

-- To whom the parts of a batch go; of other lines there is no account here.
-- name: batch_accounts
select row_number() over (order by l.position, p.part) as position,
    h.no || '/' || p.part as no, p.amount, p.owner, o.name as owner_sealed,
    a.id as account, a.holder, k.name as holder_sealed,
    a.number as number_sealed
from cases.batch_part p
join cases.batch_line l on (l.batch, l.position) = (p.batch, p.position)
join cases.household h on h.id = l.household
join cases.owner_share o on o.id = p.owner
left join cases.owner_account a on a.id = p.account
left join cases.owner_share k on k.id = a.holder
where p.batch = :batch
order by 1;
-- then: batch_accounts

-- name: batch_list
select b.id, b.project, b.lines as count, b.total, b.made_by, b.made_at,
    b.approved_by,
    b.approved_at, b.voided_at, b.void_reason,
    (select count(*) from cases.batch_line l
     where l.batch = b.id and not exists (
         select from (values (0)) as whole (part)
         left join cases.batch_part p
             on (p.batch, p.position) = (l.batch, l.position)
         where not exists (
             select from cases.payment y
             where (y.household, y.kind, y.month, y.part, y.amount)
                   = (l.household, l.kind, l.month,
                      coalesce(p.part, whole.part),
                      coalesce(p.amount, l.amount))))) as paid
from cases.batch b
where b.project = :project and (:after::uuid is null or b.id < :after)
order by b.id desc
limit 100;
-- then: batch_list

-- name: fund_entry_add
insert into cases.fund_entry (id, project, amount, document, day, entered_by,
    entered_at)
values (:id, :project, :amount, :document, :day, :entered_by, :entered_at);

-- name: fund_standing
select p.id as project,
    coalesce((select sum(e.amount) from cases.fund_entry e
              where e.project = p.id), 0)::bigint as deposited,
    coalesce(u.offered, 0)::bigint as offered,
    coalesce(u.agreed, 0)::bigint as agreed,
    coalesce(u.paid, 0)::bigint as paid
from cases.project p
left join lateral (
    select sum(u.held) filter (where not u.agreed and u.compensation = 0)
               as offered,
        sum(u.held) filter (where u.agreed and u.compensation = 0) as agreed,
        sum(u.compensation + u.beyond) as paid
    from cases.fund_use u
    where u.project = p.id and u.household is distinct from :but::uuid) u on true
where p.id = :project;
-- then: fund_standing

-- What the settlement sheet says above its lines; the difference that is settled
-- when the new home is handed over is told among the payments alone.
-- name: sheet_head
select h.id as household, h.no, p.name as project, c.name as community, h.state,
    s.id as statement, s.reckoning as sha256,
    coalesce(f.text::json ->> 'document', k.document) as document,
    a.id as agreement, coalesce(a.choice, 'unknown') as choice, a.place,
    a.signed_at, a.cooling_until, a.effective_at, d.day as pay_by, s.total,
    m.monthly, y.paid, s.total + m.monthly - y.paid as left
from cases.household h
join cases.project p on p.id = h.project
join cases.community c on c.id = h.community
join cases.statement s on s.id = h.offer
left join cases.pack_file f on f.id = s.pack
left join cases.rule_pack k on k.id = s.pack
left join cases.agreement a on a.id = h.agreement
left join cases.pay_day d on d.agreement = a.id
cross join lateral (
    select coalesce(sum(t.amount), 0)::bigint as monthly
    from cases.transition_due t where t.household = h.id) m
cross join lateral (
    select coalesce(sum(y.amount), 0)::bigint as paid
    from cases.payment y
    where y.household = h.id and y.checked_at is not null
      and y.kind <> 'settlement') y
where h.id = :household;
-- then: sheet_head

-- name: sheet_lines
select l.place as position, l.line ->> 'code' as code,
    l.line ->> 'label' as label, l.line ->> 'formula' as formula,
    l.line ->> 'numbers' as numbers, l.line ->> 'value' as value,
    l.line ->> 'unit' as unit, l.line ->> 'counts' as counts,
    l.line ->> 'citation' as citation
from cases.household h
join cases.statement s on s.id = h.offer
join cases.reckoning r on r.sha256 = s.reckoning
cross join json_array_elements(r.text::json -> 'lines')
    with ordinality as l (line, place)
where h.id = :household
order by l.place;
-- then: sheet_lines

-- name: sheet_payments
select y.kind, y.month, y.amount, y.receipt, y.paid_on
from cases.payment y
where y.household = :household and y.checked_at is not null
order by y.paid_on, y.kind, y.month;
-- then: sheet_payments
