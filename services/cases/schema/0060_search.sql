-- Households are found by name, telephone and address as they are by ID number:
-- by keyed hashes of what is sealed beside them (services/cases/search/rules.h
-- says what they reveal).  Who was registered before has none until
-- household.index has been run.
alter table cases.household_person
    add column name_blind bytea check (octet_length(name_blind) = 16),
    add column phone_blind bytea check (octet_length(phone_blind) = 16),
    add column address_blind bytea check (octet_length(address_blind) = 16);

-- A page of those with one name is in the order of their ids.
create index household_person_by_name
    on cases.household_person (name_blind, household);
create index household_person_by_phone
    on cases.household_person (phone_blind, household);
create index household_person_by_address
    on cases.household_person (address_blind, household);
create index household_person_by_id_number
    on cases.household_person (id_blind, household);
drop index cases.household_person_by_id;
create index household_person_unfound
    on cases.household_person (household) where name_blind is null;
