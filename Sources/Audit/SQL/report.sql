-- What the audit log of a range of positions says, counted: each day, and of all else the hundred most frequent.
--   {conditions}  what is asked for and what the reader may see, of audit.entries as e
with lines as (
    select e.type, e.actor, e.resource, e.status, e.branch, (e.created_at at time zone 'UTC')::date as day
    from audit.entries as e
    where {conditions}
), counted as (
    select
        case
            when grouping(type) = 0 then 'type'
            when grouping(actor) = 0 then 'actor'
            when grouping(resource) = 0 then 'resource'
            when grouping(status) = 0 then 'status'
            when grouping(branch) = 0 then 'branch'
            when grouping(day) = 0 then 'day'
            else 'all'
        end as kind,
        coalesce(type, actor, resource, status, branch, day::text) as key, count(*) as count
    from lines
    group by grouping sets ((type), (actor), (resource), (status), (branch), (day), ())
), ranked as (
    select kind, key, count, row_number() over (partition by kind order by count desc, key) as rank from counted
)
select kind, key, count from ranked
where (kind = 'day' or rank <= 100) and (kind = 'all' or key is not null)
order by kind, case when kind = 'day' then key end, count desc, key
