-- What an append calls inside its transaction, around the COPY of its events.

-- Locks the head and makes sure that the log is the one that the caller planned its batch on.
-- Raises serialization_failure (40001) when the log has moved on: plan again from the new head.
--   expected_edge   the tree of that log. The size alone would not do: where a batch that was planned on top of another
--                   one loses its place to just as many events of another replica, the size is as it was planned.
create function log.claim(expected_size bigint, expected_edge bytea) returns void
language plpgsql as $$
declare
    actual bigint;
    actual_edge bytea;
begin
    select size, edge into strict actual, actual_edge from log.head for update;
    if actual <> expected_size then
        raise exception 'the log has % events, not %', actual, expected_size using errcode = 'serialization_failure';
    end if;
    if actual_edge <> expected_edge then
        raise exception 'the % events of the log are others', actual using errcode = 'serialization_failure';
    end if;
end
$$;

-- Moves the head over the events just copied and stores the checkpoint that signs them.
--   nodes   full subtree hashes that this batch completed: level (2 bytes), index (8 bytes), hash (32 bytes) each
create function log.advance(
    new_size bigint, new_edge bytea, new_recorded_at timestamptz, new_inline_size bigint,
    root bytea, note text, nodes bytea
) returns void
language plpgsql as $$
declare
    old_size bigint;
begin
    select size into strict old_size from log.head;
    update log.head
    set size = new_size, edge = new_edge, recorded_at = new_recorded_at,
        inline_size = greatest(inline_size, new_inline_size);
    insert into log.checkpoints values (new_size, old_size, root, note);
    if octet_length(nodes) > 0 then
        insert into log.tree_nodes
        select
            (get_byte(nodes, n) << 8) + get_byte(nodes, n + 1),
            ('x' || encode(substring(nodes from n + 3 for 8), 'hex'))::bit(64)::bigint,
            substring(nodes from n + 11 for 32)
        from generate_series(0, octet_length(nodes) - 42, 42) as n;
    end if;
    perform pg_notify('daybook_log', new_size::text);
end
$$;

alter function log.claim(bigint, bytea) owner to daybook_owner;
alter function log.advance(bigint, bytea, timestamptz, bigint, bytea, text, bytea) owner to daybook_owner;
