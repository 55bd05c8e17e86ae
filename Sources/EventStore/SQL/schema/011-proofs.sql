-- Stored tree hashes by ranges, all in one answer: level 0 are leaf hashes, level L >= 1 the roots of full subtrees
-- of 256^L leaves. `hashes` is their concatenation, in order.
create function log.node_ranges(levels smallint[], starts bigint[], ends bigint[])
returns table (number bigint, hashes bytea)
language sql stable as $$
    select wanted.number,
        case when wanted.level = 0 then (
            select string_agg(e.leaf, ''::bytea order by e.position) from log.events as e
            where e.position >= wanted.first and e.position < wanted.below
        ) else (
            select string_agg(n.hash, ''::bytea order by n.index) from log.tree_nodes as n
            where n.level = wanted.level and n.index >= wanted.first and n.index < wanted.below
        ) end
    from unnest(levels, starts, ends) with ordinality as wanted(level, first, below, number)
    order by wanted.number
$$;

-- The smallest signed checkpoint of at least some size.
create function log.checkpoint_covering(at_least bigint) returns setof log.checkpoints
language sql stable as $$
    select * from log.checkpoints as c where c.size >= at_least order by c.size limit 1
$$;

alter function log.node_ranges(smallint[], bigint[], bigint[]) owner to daybook_owner;
alter function log.checkpoint_covering(bigint) owner to daybook_owner;
