-- How many there were of what by the end of each day, by branch, in the first so many events.
--   {size}  how many events
select
    d.branch_id, d.day, d.measure, d.state, nullif(d.currency, '') as currency, d.change,
    sum(d.change) over running as count,
    case when d.currency <> '' then d.amount end as amount,
    case when d.currency <> '' then sum(d.amount) over running end as total
from (
    select m.branch_id, m.day, m.measure, m.state, m.currency, sum(m.change) as change, sum(m.amount) as amount
    from analytics.movements as m
    where m.position < {size}
    group by m.branch_id, m.day, m.measure, m.state, m.currency
) as d
window running as (partition by d.branch_id, d.measure, d.state, d.currency order by d.day)
