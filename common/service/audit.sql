-- The audit's chain, over schema/0004_audit.sql.

-- name: audit_head
select no, encode(hash, 'hex') as hash, marked as at from bus.audit_head;

-- name: audit_verify
-- Two thousand rows take a twentieth of a second.
select no, hash, entry, wrong, ended
from bus.verify_audit(:no::bigint, :hash::text, :entry::bigint, :upto::bigint,
                      2000);
