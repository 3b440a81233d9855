-- To be taken out: the number belongs to another change.
select 1;
