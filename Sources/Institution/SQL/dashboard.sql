-- Counts and trends of read model `analytics`, of one branch or of all: by day, and what they came to by its end.
--   $1 of this branch; of all if null   $2 as of so many events; of all that it holds if null   $3, $4 from day to day
-- What changed before the first day is a row without a day. In one statement, and so of one moment with the position.
select s.position, r.*
from (select position from projections.state where name = 'analytics') as s
left join lateral (
    select
        measure, state, currency, day::text as day, change, amount, (sum(change) over key)::bigint as count
    from (
        select
            measure, state, currency, case when day >= $3::text::date then day end as day, sum(change)::bigint as change,
            least(greatest(sum(amount), -9007199254740991), 9007199254740991)::bigint as amount
        from analytics.movements
        where ($1::text is null or branch_id = $1) and ($2::bigint is null or position < $2) and day <= $4::text::date
        group by 1, 2, 3, 4
    ) as by_day
    window key as (partition by measure, state, currency order by day nulls first)
    order by measure, state, currency, day nulls first
) as r on true
