-- The first position from $1 on at which there is something to check: an event, or the last event that a checkpoint covers.
-- Null where there is nothing.
select least(
    (select min(e.position) from log.events as e where e.position >= $1),
    (select min(c.size) - 1 from log.checkpoints as c where c.size > $1)
)
