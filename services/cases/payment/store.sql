-- name: payment_add
insert into cases.payment (id, household, kind, amount, receipt, paid_on,
    entered_by, entered_at)
values (:id, :household, :kind, :amount, :receipt, :paid_on, :entered_by,
    :entered_at);

-- name: payment_by_id
select p.id, p.household, p.kind, p.amount, p.receipt, p.paid_on,
    p.entered_by, p.entered_at, p.checked_at
from cases.payment p
where p.id = :payment;

-- name: payment_check
update cases.payment
set checked_by = :checked_by, checked_at = :checked_at
where id = :id;

-- A line of the bank's file, and what its household is owed.
-- name: bank_facts
select h.id as household, s.total as owed,
    coalesce(h.state in ('effective', 'decided') and s.total > 0, false) as due,
    exists (select from cases.payment y
            where y.household = h.id
              and (y.receipt = a.receipt
                   or y.kind = 'compensation' and y.amount = s.total)) as second,
    l.file || ':' || l.line as read_at,
    coalesce(l.sha256 = a.sha256 and l.line = a.line, false) as same
from (values (:project::uuid, :no::text, :receipt::text, :sha256::text,
    :line::int)) as a(project, no, receipt, sha256, line)
left join cases.household h on h.project = a.project and h.no = a.no
left join cases.statement s on s.id = h.offer
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
