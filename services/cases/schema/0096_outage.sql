-- R-PUB, domain.md 1.1: a publication is a floor; what was not to be seen for
-- more than 24 hours of it runs on by as long.

-- When the public page, or a notice, was away.  Rows stand: one more only makes a
-- publication longer.
create table cases.outage (
    id uuid primary key,
    project uuid references cases.project, -- null: of all
    since timestamptz not null,
    until timestamptz not null,
    why text not null check (length(why) between 1 and 200),
    source text not null check (source in ('probe', 'reported')),
    entered_by uuid not null,
    entered_at timestamptz not null,
    constraint outage_over check (since < until and until <= entered_at),
    -- What a person reports is bounded; what the house saw by itself is not.
    constraint outage_bounded check (
        source = 'probe'
        or (until - since <= interval '90 days'
            and entered_at - since <= interval '366 days'))
);
create index outage_by_time on cases.outage (until);
create trigger outage_stands before update or delete on cases.outage
    for each row execute function cases.refuse_change();
create trigger outage_stays before truncate on cases.outage
    for each statement execute function cases.refuse_change();
grant select, insert on cases.outage to redkite_cases;

-- The first moment after `days` whole days on view, the day of publication not
-- counted.  What hangs on a board in the area is away when somebody reports it,
-- not when the page is.
create function cases.published_until(of_project uuid, published_on date,
    days int, on_board boolean default false) returns timestamptz
language plpgsql stable as $$
declare
    begins timestamptz :=
        (published_on + 1)::timestamp at time zone 'Asia/Shanghai';
    ends timestamptz :=
        (published_on + days + 1)::timestamp at time zone 'Asia/Shanghai';
    away tstzmultirange;
    lost interval;
    one tstzrange;
begin
    select range_agg(tstzrange(o.since, o.until)) into away
    from cases.outage o
    where (o.project is null or o.project = of_project) and o.until > begins
      and (o.source = 'reported' or not on_board);
    away := away * tstzmultirange(tstzrange(begins, null));

    select sum(upper(r) - lower(r)) into lost
    from unnest(away * tstzmultirange(tstzrange(begins, ends))) r;
    if lost > interval '24 hours' then
        for one in select r from unnest(away) r order by lower(r) loop
            exit when lower(one) >= ends;
            ends := ends + extract(epoch from upper(one) - lower(one))
                * interval '1 second';
        end loop;
    end if;
    return ends;
end $$;

-- G-PUBLISHED: 30 whole days of publication for the plan and the first pack,
-- 10 for a pack that pays more.
create or replace function cases.offer_guard() returns trigger
language plpgsql as $$
begin
    perform from cases.statement s
    join cases.pack_file f on f.id = s.pack and f.released_at is not null
    join cases.project p on p.id = f.project
    join cases.household h on h.id = s.household and h.project = p.id
    where s.id = new.statement
      and new.released_at >= s.made_at
      and new.released_at
          >= cases.published_until(p.id, p.plan_published_on, 30)
      and new.released_at
          >= cases.published_until(p.id, f.published_on,
              case when f.supersedes is null then 30 else 10 end);
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

-- G-POST: what was posted hangs for five whole days, and for as long as it was
-- away on top.
create or replace function cases.paper_guard() returns trigger
language plpgsql as $$
declare
    short record;
begin
    select w.* into short
    from cases.paper_wait w
    cross join lateral (
        select max(r.day) as day from cases.paper r
        where r.household = new.household and r.event = any(w.after)) since
    join cases.household h on h.id = new.household
    where w.event = new.event
      and (cases.day_of(new.at) <= coalesce(since.day, 'infinity') + w.least
           or (w.after && '{survey_post,repost,post_prelim}'
               and new.at < cases.published_until(h.project, since.day, 5,
                                                  true)))
    limit 1;
    if found then
        raise exception 'household %: % waits % after %', new.household,
            new.event, short.least, short.after;
    end if;
    return new;
end $$;
