-- The audit's chain, over schema/0004_audit.sql.

-- name: audit_head
-- "4711:5e88...", for people to note.
select no || ':' || encode(hash, 'hex') as head, nullif(marked, '-infinity') as at
from bus.audit_head;

-- name: audit_verify
select no, hash, entry, wrong, ended
from bus.verify_audit(:no::bigint, :hash::text, :entry::bigint, :upto::bigint,
                      2000);
