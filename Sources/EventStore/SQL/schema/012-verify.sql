-- What `daybook verify` reads. Positions from `first` (included) to `below` (excluded).

-- The head beside what the tables hold, in one snapshot. A column is null where its table is empty.
create function log.extent() returns table (
    size bigint, edge bytea, last_position bigint, last_checkpoint bigint, node_count bigint)
language sql stable as $$
    select h.size, h.edge,
        (select max(e.position) from log.events as e),
        (select max(c.size) from log.checkpoints as c),
        (select count(*) from log.tree_nodes)
    from log.head as h
$$;

-- The stored tree nodes completed by the events of a range.
create function log.nodes_completed(first bigint, below bigint) returns table (
    level smallint, index bigint, hash bytea)
language sql stable as $$
    select n.level, n.index, n.hash
    from generate_series(1, 7) as wanted(level)
    join log.tree_nodes as n
        on n.level = wanted.level
        and n.index >= first / (256::numeric ^ wanted.level)::bigint
        and n.index < below / (256::numeric ^ wanted.level)::bigint
    order by n.level, n.index
$$;
alter function log.extent() owner to daybook_owner;
alter function log.nodes_completed(bigint, bigint) owner to daybook_owner;
