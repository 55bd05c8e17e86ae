-- How things stand in the log right now: the newest event of each stream, and whether the thing is or was of a branch.
--   $1 text[]     streams
--   $2 text[]     for each the branch that it is asked about; null if any will do
--   $3 boolean[]  for each whether it is asked what began it
--   $4 boolean[]  for each whether it is asked what is left of a fee or a payment
-- The size of the log is that of the same moment.
select
    h.size, w.number, e.version, e.type, e.branch,
    -- The limit keeps the planner from hashing the whole log to answer this for many streams at once.
    w.branch is null or e.branch = w.branch
        or (select true from log.events as b where b.stream = w.stream and b.branch = w.branch limit 1) as belongs,
    case when e.type like 'institution.fee-%' or e.type like 'institution.payment-%' then coalesce(
        e.data ->> 'currency',
        -- The newest event may speak of no money, such as one that cancels a fee.
        (
            select b.data ->> 'currency' from log.events as b
            where b.stream = w.stream and b.data ->> 'currency' is not null
            order by b.version desc limit 1
        )
    ) end as currency,
    case when w.asks_rest then (
        -- No more is left, or less, than any one amount can be; a sum of many could be beyond a bigint.
        select least(9007199254740991, greatest(-9007199254740991, sum(case
            when b.type in ('institution.fee-charged', 'institution.payment-processed') then (b.data ->> 'amount')::numeric
            when b.type in ('institution.fee-waived', 'institution.payment-refunded') then -(b.data ->> 'amount')::numeric
        end)))::bigint
        from log.events as b where b.stream = w.stream
    ) end as rest,
    -- What is asked here begins once, with the first that is said of it.
    case when w.asks_founding then (
        select b.data from log.events as b where b.stream = w.stream and b.version = 0
    ) end as founding,
    case when w.asks_rest then (
        select json_object_agg(p.fee, p.rest)
        from (
            select a."feeId" as fee,
                sum(case b.type when 'institution.payment-refunded' then -a.amount else a.amount end) as rest
            from log.events as b
            cross join lateral json_to_recordset(b.data -> 'allocations') as a ("feeId" text, amount numeric)
            where b.stream = w.stream
                and b.type in ('institution.payment-processed', 'institution.payment-refunded')
            group by a."feeId"
        ) as p
    ) end as allocated
from unnest($1::text[], $2::text[], $3::boolean[], $4::boolean[]) with ordinality
    as w (stream, branch, asks_founding, asks_rest, number)
cross join log.head as h
left join lateral (
    select version, type, branch, data
    from log.events as newest
    where newest.stream = w.stream
    order by newest.version desc
    limit 1
) as e on true
