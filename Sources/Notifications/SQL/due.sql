-- What is to be sent by one way now: what matters most first, of that the oldest, and what goes out together whole.
--   $1  channel, text
--   $2  now, timestamptz
--   $3  how many at most, but for what goes out with them, bigint
with first as materialized (
    select d.notification_id, d.user_id, d.device_id, d.bundle, d.rank, d.due_at, d.position
    from (values (3), (2), (1), (0)) as r (rank)
    cross join lateral (
        select d.*
        from {schema}.deliveries as d
        where d.channel = $1 and d.rank = r.rank and coalesce(d.due_at, '-infinity'::timestamptz) <= $2
            and (d.state in ('due', 'failed') or d.state = 'held' and (d.bundle is not null or d.attempts > 0))
        order by coalesce(d.due_at, '-infinity'::timestamptz), d.position
        limit $3
    ) as d
    order by d.rank desc, coalesce(d.due_at, '-infinity'::timestamptz), d.position, d.user_id
    limit $3
), chosen as (
    select f.notification_id, f.user_id, f.device_id, f.rank, f.due_at, f.position from first as f where f.bundle is null
    union all
    select d.notification_id, d.user_id, d.device_id, d.rank, d.due_at, d.position
    from (select distinct bundle from first where bundle is not null) as b
    join {schema}.deliveries as d on d.bundle = b.bundle
    where d.channel = $1 and d.state in ('due', 'failed', 'held')
)
select c.notification_id, c.user_id, c.device_id
from chosen as c
order by c.rank desc, coalesce(c.due_at, '-infinity'::timestamptz), c.position, c.user_id
