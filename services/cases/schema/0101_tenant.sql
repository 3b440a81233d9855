-- The tenant of public housing is a party (domain.md 1.0, 1.5; Qingdao's
-- regulations on expropriation, articles 25 and 35): on record with a share of
-- nothing, and signs beside the owner.

alter table cases.owner_share
    drop constraint owner_share_share_check,
    drop constraint owner_share_title_check,
    add constraint owner_share_share_check check (
        share between 0 and 1000000), -- millionths
    add constraint owner_share_title_check check (
        title in ('deed', 'spouse', 'married_out', 'other', 'tenant')),
    add constraint owner_share_tenant check (
        (title = 'tenant') = (share = 0));

-- G-ALLOWNERS, G-CAPACITY (R-OWNER, R-CAP): as before, and in public housing
-- the tenant is one of those who have signed.
create or replace function cases.agreement_owners() returns trigger
language plpgsql as $$
begin
    perform from cases.owner_share s
    left join cases.owner_signature g
        on g.owner = s.id and g.agreement = new.id
    where s.household = new.household and s.until is null
      and (g.owner is null
           or (s.capacity = 'limited' and g.how <> 'guardian'));
    if found then
        raise exception 'agreement %: not all owners have signed', new.id;
    end if;
    perform from cases.household h
    where h.id = new.household and h.track = 'public_housing'
      and not exists (
          select from cases.owner_share s
          where s.household = h.id and s.until is null and s.title = 'tenant');
    if found then
        raise exception 'R-OWNER: agreement %: public housing without its '
            'tenant', new.id;
    end if;
    return null;
end $$;

-- By the shares on record a tenant would get nothing: what the owner and the
-- tenant get is signed by all.
create function cases.owner_split_tenant() returns trigger
language plpgsql as $$
begin
    perform from cases.owner_split_part p
    where p.split = new.id and p.how is null and exists (
        select from cases.owner_split_part t
        join cases.owner_share s on s.id = t.owner and s.title = 'tenant'
        where t.split = new.id);
    if found then
        raise exception 'R-GENDER: split %: with a tenant it is signed by all',
            new.id;
    end if;
    return null;
end $$;
create constraint trigger owner_split_tenant after insert on cases.owner_split
    deferrable initially deferred
    for each row execute function cases.owner_split_tenant();
