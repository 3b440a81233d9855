-- name: uptime_seen
select seen_at from reporting.uptime for update;

-- name: uptime_mark
update reporting.uptime set seen_at = :seen_at;
