-- How far each stream may be told to those who do not share the store: so far it
-- is on the disk.  Positions are given by commits that do not wait for it; a
-- power cut may take back those beyond, and give them to other events.
create table bus.told (
    source text primary key references bus.stream,
    seq    bigint not null check (seq >= 0)
) with (fillfactor = 10);
insert into bus.told (source, seq)
select s.source, coalesce((select max(p.seq) from bus.position p
                           where p.source = s.source), 0)
from bus.stream s;

grant select, update on bus.told to redkite_service;
