-- What the bank's receipt files said, line by line: a receipt counts once in a
-- project, and what was read stands.  A line that pays nothing is an exception.
create table cases.bank_line (
    project uuid not null references cases.project,
    receipt text not null check (length(receipt) between 1 and 100),
    file text not null check (length(file) between 1 and 255),
    line int not null check (line > 0),
    no text not null check (length(no) between 1 and 100),
    amount bigint not null check (amount >= 0),
    paid_on date not null,
    verdict text not null check (verdict in ('entered', 'unknown', 'to_come',
        'not_due', 'other_amount', 'second')),
    payment uuid unique references cases.payment,
    entered_by uuid not null,
    entered_at timestamptz not null,
    primary key (project, receipt),
    constraint bank_line_pays_when_entered check (
        (verdict = 'entered') = (payment is not null))
);
create index bank_line_exceptions on cases.bank_line (project, receipt)
    where payment is null;
create trigger bank_line_stands before update or delete on cases.bank_line
    for each row execute function cases.refuse_change();

grant select, insert on cases.bank_line to redkite_cases;
