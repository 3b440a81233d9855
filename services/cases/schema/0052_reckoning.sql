-- What a rule pack gives for facts is kept once, whoever's facts they are: equal
-- facts cannot be paid differently (R-EQUAL), and no amount is anybody's to
-- type (R-BONUS).

alter table cases.pack_file add published_on date;
alter table cases.pack_file disable trigger pack_file_stands;
update cases.pack_file
set published_on = (text::json ->> 'published_from')::date;
alter table cases.pack_file enable trigger pack_file_stands;
alter table cases.pack_file alter published_on set not null;

create function cases.pack_file_day() returns trigger
language plpgsql as $$
begin
    if new.published_on <> (new.text::json ->> 'published_from')::date then
        raise exception 'pack %: its day of publication is another', new.id;
    end if;
    return new;
end $$;
create trigger pack_file_day before insert on cases.pack_file
    for each row execute function cases.pack_file_day();

-- The text is the canonical statement (RFC 8785): facts, lines, pack, total.
create table cases.reckoning (
    sha256 text primary key,
    pack uuid not null references cases.pack_file,
    facts_sha256 text not null,
    total bigint not null check (total >= 0),
    text text not null,
    unique (pack, facts_sha256),
    unique (sha256, pack, total)
);

create function cases.text_sha256(wanted text) returns text
language sql stable as $$
    select encode(sha256(convert_to(wanted, 'UTF8')), 'hex')
$$;

create function cases.reckoning_guard() returns trigger
language plpgsql as $$
declare
    said json := new.text::json;
    summed numeric;
begin
    select coalesce(sum(case l.line ->> 'counts'
        when 'add' then (l.line ->> 'value')::numeric
        when 'subtract' then -(l.line ->> 'value')::numeric
        else 0 end), 0) into summed
    from json_array_elements(said -> 'lines') as l (line);
    -- the total may be rounded to the yuan
    if new.total <> (said ->> 'total')::numeric * 100
       or abs(summed * 100 - new.total) >= 100 then
        raise exception 'statement: the total is not the sum of its lines';
    end if;
    if new.sha256 <> cases.text_sha256(new.text)
       or new.facts_sha256 <> cases.text_sha256((said -> 'facts')::text) then
        raise exception 'statement: the hash is that of another text';
    end if;
    perform from cases.pack_file f
    where f.id = new.pack and f.released_at is not null
      and f.sha256 = said #>> '{pack,sha256}';
    if not found then
        raise exception 'statement: its rule pack is not in force';
    end if;
    return new;
end $$;
create trigger reckoning_guard before insert on cases.reckoning
    for each row execute function cases.reckoning_guard();
create trigger reckoning_stands before update or delete on cases.reckoning
    for each row execute function cases.refuse_change();

-- From here on every statement is a reckoning.  Those that the first engine
-- made stay readable, with its packs and lines; nothing is added to them.
drop trigger statement_sums on cases.statement;
drop trigger statement_sums on cases.statement_line;
drop function cases.statement_guard;
drop trigger pack_guard on cases.rule_pack;
drop function cases.pack_guard;
revoke insert on cases.rule_pack, cases.statement_line from redkite_cases;
alter table cases.statement
    drop constraint statement_pack_fkey,
    alter facts drop not null,
    alter line_count drop not null,
    add reckoning text,
    add choice text check (choice in ('money', 'swap')), -- where the pack asks
    add foreign key (reckoning, pack, total)
        references cases.reckoning (sha256, pack, total),
    add constraint statement_reckoned check (
        reckoning is not null and facts is null and line_count is null)
        not valid,
    add unique (id, reckoning);

-- G-CHECKS: whoever releases it has reckoned again, from the facts of that
-- moment, and it came out the same.
alter table cases.offer
    add reproduced text,
    add foreign key (statement, reproduced)
        references cases.statement (id, reckoning),
    add constraint offer_reproduced check (reproduced is not null) not valid;

-- G-PUBLISHED: 30 whole days of publication for the plan and the first pack,
-- 10 for a pack that pays more.  The day of publication is not counted.
create or replace function cases.offer_guard() returns trigger
language plpgsql as $$
begin
    perform from cases.statement s
    join cases.pack_file f on f.id = s.pack and f.released_at is not null
    join cases.project p on p.id = f.project
    join cases.household h on h.id = s.household and h.project = p.id
    where s.id = new.statement
      and new.released_at >= s.made_at
      and cases.day_of(new.released_at) > p.plan_published_on + 30
      and cases.day_of(new.released_at)
          > f.published_on + case when f.supersedes is null then 30 else 10 end;
    if not found then
        raise exception 'offer %: the plan or the rules were not published '
            'long enough', new.statement;
    end if;
    perform from cases.statement s
    join cases.household h on h.id = s.household
    where s.id = new.statement and h.facts_since <= s.made_at;
    if not found then
        raise exception 'offer %: it rests on facts that were corrected since',
            new.statement;
    end if;
    return new;
end $$;

-- What is signed for is what was offered: money, or a house for a house.
create function cases.agreement_as_offered() returns trigger
language plpgsql as $$
begin
    perform from cases.statement s
    where s.id = new.statement and s.choice <> new.choice;
    if found then
        raise exception 'agreement %: its statement is for the other choice',
            new.id;
    end if;
    return new;
end $$;
create trigger agreement_as_offered before insert on cases.agreement
    for each row execute function cases.agreement_as_offered();

-- A fact that counts makes a statement from before it stale.  What was signed
-- for keeps its facts; they count again when the signature is taken back.
create function cases.fact_counts() returns trigger
language plpgsql as $$
begin
    update cases.household h set facts_since = f.at
    from (select n.household, max(n.recorded_at) as at
          from recorded n group by n.household) f
    where h.id = f.household and h.agreement is null and h.facts_since < f.at;
    return null;
end $$;
create trigger fact_counts after insert on cases.fact
    referencing new table as recorded
    for each statement execute function cases.fact_counts();

create function cases.facts_count_again() returns trigger
language plpgsql as $$
begin
    select greatest(new.facts_since, max(f.recorded_at)) into new.facts_since
    from cases.fact f where f.household = new.id;
    return new;
end $$;
create trigger household_facts_count_again before update on cases.household
    for each row when (old.agreement is not null and new.agreement is null)
    execute function cases.facts_count_again();

grant select, insert on cases.reckoning to redkite_cases;
