-- What `daybook verify` asks about the log as a whole.

drop function log.extent();

-- The head beside what the tables hold, in one snapshot. A column is null where its table is empty. Times are
-- microseconds, null for -infinity.
create function log.extent() returns table (
    size bigint, edge bytea, recorded_at bigint, inline_size bigint,
    first_position bigint, last_position bigint, last_recorded_at bigint, last_checkpoint bigint, node_count bigint)
language sql stable as $$
    select h.size, h.edge,
        case when isfinite(h.recorded_at) then (extract(epoch from h.recorded_at) * 1000000)::bigint end,
        h.inline_size,
        (select min(e.position) from log.events as e),
        (select max(e.position) from log.events as e),
        (select (extract(epoch from e.recorded_at) * 1000000)::bigint from log.events as e
            where e.position = h.size - 1 limit 1),
        (select max(c.size) from log.checkpoints as c),
        (select count(*) from log.tree_nodes)
    from log.head as h
$$;
alter function log.extent() owner to daybook_owner;

-- Events that hold personal text about somebody whose erasure was recorded after them.
create function log.kept_after_erasure() returns table ("position" bigint)
language sql stable as $$
    select distinct e.position
    from log.events as erasure
    join log.events as e
        on coalesce(log.subject_of(e.type, e.data), e.actor) = erasure.data ->> 'userId'
        and e.personal is not null
        and e.position < erasure.position
    where erasure.type = 'log.personal-erased'
    order by e.position
    limit 100
$$;
alter function log.kept_after_erasure() owner to daybook_owner;
