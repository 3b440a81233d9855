-- When the public door was last seen to answer, or told not to (domain.md 1.1,
-- R-PUB).  One row; it is no read model and is not emptied with them.
create table reporting.uptime (
    one boolean primary key default true check (one),
    seen_at timestamptz
);
insert into reporting.uptime default values;
grant select, update (seen_at) on reporting.uptime to redkite_reporting;

-- The first look; each sets the next.
insert into bus.alarm (id, service, topic, subject, at, due, body, actor, trace)
select gen_random_uuid(), 'reporting', 'uptime.look', s.id, s.at, s.at, '{}',
    s.id, repeat('0', 31) || '1'
from (select '00000000-0000-7000-8000-000000000041'::uuid as id,
             '2026-01-01'::timestamptz as at) s;
