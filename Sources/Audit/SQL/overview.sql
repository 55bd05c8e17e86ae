-- What a list of the audit log holds, counted over time and by what it can be narrowed down to.
--   {conditions}  what is asked for and what the reader may see, of audit.entries as e
with span as (
    select
        (select e.created_at from audit.entries as e where {conditions} order by e.position limit 1) as first,
        (select e.created_at from audit.entries as e where {conditions} order by e.position desc limit 1) as last
), step as (
    -- The shortest with which there are at most sixty.
    select coalesce(min(s.step) filter (where span.last - span.first < s.step * 59), max(s.step)) as step
    from span
    cross join unnest(array[
        '1 minute', '5 minutes', '15 minutes', '1 hour', '3 hours', '6 hours', '12 hours', '1 day', '2 days', '7 days',
        '14 days', '28 days', '91 days', '364 days'
    ]::interval[]) as s (step)
), kinds as materialized (
    -- One pass over the events, which several processes may share; what comes after goes over far fewer rows.
    select
        -- Weeks begin on Mondays.
        date_bin((select step.step from step), e.created_at, timestamptz '2001-01-01 00:00:00+00') as time,
        e.actor, e.action, e.resource, e.branch, count(*) as count
    from audit.entries as e
    where {conditions}
    group by 1, 2, 3, 4, 5
), counted as (
    select
        k.time, k.actor, k.action, k.resource, k.branch,
        grouping(k.time, k.actor, k.action, k.resource, k.branch) as kind, coalesce(sum(k.count), 0)::bigint as count
    from kinds as k
    group by grouping sets ((k.time), (k.actor), (k.action), (k.resource), (k.branch), ())
), ranked as (
    select *, row_number() over (partition by kind order by count desc, actor, action, resource, branch) as rank from counted
)
select
    case kind when 15 then 'time' when 23 then 'actor' when 27 then 'action' when 29 then 'resource' when 30 then 'branch'
        else 'all' end as kind,
    coalesce(actor, action, resource, branch) as key, r.time, r.count,
    (extract(epoch from step.step) * 1000000)::bigint as step
from ranked as r
cross join step
where kind = 15 or kind = 31 or (rank <= 6 and coalesce(actor, action, resource, branch) is not null)
order by r.kind, r.time, r.count desc, key
