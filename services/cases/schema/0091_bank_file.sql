-- A receipt came from a file, and which one is told by the hash of its bytes: a
-- name may come again, the bytes do not.
alter table cases.bank_line
    add sha256 text check (sha256 ~ '^[0-9a-f]{64}$');
