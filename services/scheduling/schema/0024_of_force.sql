-- Members who come from police, enforcement, a court, a developer or a
-- demolition firm (R-LEO): the casework keeps them out of joint meetings, too.
-- Who of these it is, is not said.
create view scheduling.public_of_force as
select m.id as member
from scheduling.member m
where m.flags ~
    '(police|urban_enforcement|court|developer|demolition_contractor)';
grant usage on schema scheduling to redkite_cases;
grant select on scheduling.public_of_force to redkite_cases;
