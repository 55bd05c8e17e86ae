-- How many lines the audit log of the first so many events has, by day, branch, type, actor and outcome.
--   {size}  how many events
--   {zone}  the time zone whose days they are
select
    e.branch as branch_id, (e.created_at at time zone {zone})::date as day, e.type, e.resource, e.actor, e.status,
    count(*) as count, min(e.position) as first_position, max(e.position) as last_position
from audit.entries as e
where e.position < {size}
group by 1, 2, 3, 4, 5, 6
