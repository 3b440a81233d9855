-- Where it is: the household's, else the community's, else the project's.
-- name: grievance_place
select h.project, h.community from cases.household h
where h.id = :household::uuid
union all
select c.project, c.id from cases.community c
where :household::uuid is null and c.id = :community::uuid
union all
select p.id, null from cases.project p
where :household::uuid is null and :community::uuid is null
  and p.id = :project::uuid;

-- name: grievance_add
insert into cases.grievance (id, channel, source, source_of, track_blind,
    content)
values (:id, :channel, :source, :source_of, :track_blind, :content);

-- name: grievance_about_add
insert into cases.grievance_party (grievance, member, part, since)
select :id, m.member, 'about', :now
from unnest(:about::uuid[]) as m(member)
on conflict do nothing;

-- Of those, who handles it already and so is not written down.
-- name: grievance_about_kept
select p.member as id
from cases.grievance_party p
where p.grievance = :id and p.member = any (:about::uuid[])
  and p.part <> 'about';

-- name: plot_hold_add
insert into cases.plot_hold (id, grievance, project, community, household,
    set_at)
values (:id, :grievance, :project, :community, :household, :set_at)
on conflict do nothing;

-- name: plot_hold_clear
update cases.plot_hold
set cleared_at = :now, cleared_by = :actor, reason = :reason
where grievance = :id and cleared_at is null;

-- What the guards look at, for one who asks.
-- name: grievance_facts
select g.channel, g.weight, g.accepted_at, g.extended_at, g.first_reply_at,
    g.appeal_until, coalesce(p.part, 'none') as part, w.id as withdrawal,
    coalesce(w.channel, g.channel) as withdraw_channel,
    coalesce(w.taken_down_by = :actor, false) as took_down,
    exists (
        select from cases.matter m
        join cases.timeline t
            on t.household = m.household and t.actor = :actor
        where m.id = g.id) as case_team
from cases.grievance g
left join cases.grievance_party p
    on p.grievance = g.id and p.member = :actor
left join cases.grievance_withdrawal w
    on w.grievance = g.id and w.answered_at is null
where g.id = :id;

-- name: grievance_seen
select coalesce(p.part = 'about', false) as about,
    exists (
        select from cases.matter_entry e
        where e.matter = g.id and e.event = 'emergency') as emergency
from cases.grievance g
left join cases.grievance_party p
    on p.grievance = g.id and p.member = :actor
where g.id = :id;

-- To look at.
-- name: grievance_by_secret
select g.id
from cases.grievance_by_secret(:no, :track_blind) g (id)
where g.id is not null;

-- To say something: the word is good for one move (R-CLOSE).
-- name: grievance_word
select g.id
from cases.grievance_give_word(:no, :track_blind) g (id)
where g.id is not null;

-- name: grievance_put
update cases.grievance
set weight = :weight, accepted_at = :accepted_at, extended_at = :extended_at,
    first_reply_at = :first_reply_at, appeal_until = :appeal_until
where id = :id;

-- name: grievance_redirect
update cases.grievance
set redirected_to = :redirected_to, duplicate_of = :duplicate_of
where id = :id;

-- name: grievance_rate
update cases.grievance
set score = coalesce(nullif(:score::int, 0), score),
    pressed = coalesce(pressed, false) or :pressed
where id = :id;

-- name: grievance_paper_add
insert into cases.grievance_paper (grievance, what, level, written_at,
    written_by, content)
values (:grievance, :what, :level, :written_at, :written_by, :content);

-- name: grievance_replies
select p.level, p.written_at, p.content as sealed
from cases.grievance_paper p
where p.grievance = :id and p.what = 'reply'
order by p.seq
limit 20;
-- then: grievance_replies

-- name: withdrawal_add
insert into cases.grievance_withdrawal (id, grievance, asked_at, channel,
    taken_down_by)
values (:id, :grievance, :asked_at, :channel, :taken_down_by);

-- name: withdrawal_answer
update cases.grievance_withdrawal
set answered_at = :asked_at, answered_by = :taken_down_by,
    answer_channel = :channel, confirmed = :confirmed
where grievance = :grievance and answered_at is null;

-- name: grievance_full
select m.id, m.no, m.kind, m.state, m.state_since as since, m.opened_at,
    m.project, m.community, m.household, m.holder, g.channel, g.source,
    g.weight,
    g.content as sealed, g.first_reply_at, g.appeal_until, g.redirected_to,
    g.duplicate_of, g.score, g.extended_at,
    (select count(*) from cases.grievance_withdrawal w
     where w.grievance = g.id) as withdrawals,
    coalesce((select min(c.due_at) from cases.clock c
     where c.subject = g.id and c.stopped_at is null), null) as due_at,
    array(select p.member from cases.grievance_party p
          where p.grievance = g.id and p.part = 'about'
          order by p.member) as about
from cases.matter m
join cases.grievance g on g.id = m.id
where m.id = :id;
-- then: grievance_full

-- What is said of the one who asks is left out, and so is, for the officer on
-- duty alone, what is no emergency (G-SEAL); by what is known now, of whatever
-- moment the look is.
-- name: grievance_page
select m.id, m.no, m.kind, m.state, m.state_since as since, m.community,
    m.holder
from cases.matter m
where m.flow = 'grievance' and m.project = :project
  and m.id > coalesce(:after::uuid, '00000000-0000-0000-0000-000000000000')
  and (:state::text = 'none' or m.state = :state)
  and not exists (
      select from only cases.grievance_party p
      where p.grievance = m.id and p.member = :actor and p.part = 'about')
  and (not :emergencies or exists (
      select from only cases.matter_entry e
      where e.matter = m.id and e.event = 'emergency'))
order by m.id
limit :limit;
-- then: grievance_page

-- name: grievance_shield
select (select max(m.opened_at) from cases.matter m
        where m.flow = 'grievance' and m.household = :household)
           as last_filed,
    (select max(a.until) from cases.adverse_approval a
     where a.household = :household) as approved_until,
    exists (select from cases.household_tolled t
            where t.household = :household) as tolled,
    exists (
        select from cases.plot_hold p
        join cases.household h on h.id = :household
        where p.cleared_at is null and p.project = h.project
          and (p.household = h.id
               or p.household is null
                  and coalesce(p.community, h.community) = h.community))
        as held;

-- name: adverse_approval_add
insert into cases.adverse_approval (id, household, approved_by, approved_at,
    until, reason)
values (:id, :household, :approved_by, :approved_at, :until, :reason);
