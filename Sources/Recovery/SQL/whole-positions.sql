-- The last and the first size of the log, at or before and at or after $1, at which everything that was appended
-- together is in it, or nothing of it. Both are $1 where it is such a size itself.
--   $1  a size of the log, bigint
--
-- A transaction holds what several callers appended at that moment. Each append has one actor, one correlation and one
-- cause, and one idempotency key or none. Where all of them stay the same it cannot be told whether it still is the same
-- append, and it is taken to be.
with batch as (
    select c.previous_size, c.size
    from log.checkpoints as c
    where c.size >= $1
    order by c.size
    limit 1
), beginnings as (
    select
        e.position,
        (e.actor, e.correlation_id, e.causation_id)
            is distinct from lag((e.actor, e.correlation_id, e.causation_id)) over (order by e.position) as is_beginning
    from batch as b
    join log.events as e on e.position >= b.previous_size and e.position < b.size
), whole as (
    select b.previous_size as size from batch as b
    union all
    select b.size from batch as b
    union all
    select p.size
    from batch as b
    join log.idempotency_keys as k on k.checkpoint_size = b.size
    cross join lateral (values (k.first_position), (k.first_position + k.event_count)) as p (size)
    union all
    select g.position from beginnings as g where g.is_beginning
)
select max(size) filter (where size <= $1), min(size) filter (where size >= $1) from whole
