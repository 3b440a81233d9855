-- Whether a household uses a right, so that its offer's period stands still
-- (G-TOLL).  A view, which a query takes into its plan; the function was planned
-- anew in each look at a household and took two thirds of its time.
create view cases.tolling as
select h.id as household,
    exists (select from cases.household_tolled t where t.household = h.id)
    or coalesce((
        select p.event = 'toll' from cases.paper p
        where p.household = h.id and p.event in ('toll', 'untoll')
        order by p.at desc, p.id desc limit 1), false) as tolled
from cases.household h;

create or replace function cases.is_tolled(wanted uuid) returns boolean
language sql stable
return coalesce((select t.tolled from cases.tolling t
                 where t.household = wanted), false);

grant select on cases.tolling to redkite_cases;
