-- The line of a survey sheet that last corrected a household.  A sheet that is
-- imported again must change nothing, also when it has one household on two
-- lines: then the earlier line is known as overtaken by this one.
create table cases.survey_correction (
    household uuid primary key references cases.household,
    sheet bytea not null check (length(sheet) = 32), -- hash of the file
    line int not null check (line > 0)
);

grant select, insert, update on cases.survey_correction to redkite_cases;
