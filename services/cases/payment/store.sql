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
