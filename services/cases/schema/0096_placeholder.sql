-- Holds the number; another branch brings what belongs here.
select 1;
