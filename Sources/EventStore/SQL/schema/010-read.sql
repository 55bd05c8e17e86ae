-- Reads of the log. All are bounded by `max` rows.

-- Forwards: positions from `first` (included) to `below` (excluded).
create function log.read(first bigint, below bigint, max integer) returns setof log.events
language sql stable as $$
    select * from log.events as e
    where e.position >= first and e.position < below
    order by e.position
    limit max
$$;

-- Forwards, of some types only.
create function log.read_types(first bigint, below bigint, types text[], max integer) returns setof log.events
language sql stable as $$
    select e.* from unnest(types) as wanted(type)
    cross join lateral (
        select * from log.events as e
        where e.type = wanted.type and e.position >= first and e.position < below
        order by e.position
        limit max
    ) as e
    order by e.position
    limit max
$$;

-- Backwards: positions below `below`, newest first.
create function log.read_backwards(below bigint, max integer) returns setof log.events
language sql stable as $$
    select * from log.events as e where e.position < below order by e.position desc limit max
$$;

-- Backwards, of some types only.
create function log.read_types_backwards(below bigint, types text[], max integer) returns setof log.events
language sql stable as $$
    select e.* from unnest(types) as wanted(type)
    cross join lateral (
        select * from log.events as e
        where e.type = wanted.type and e.position < below
        order by e.position desc
        limit max
    ) as e
    order by e.position desc
    limit max
$$;

-- One stream, from a version (included), oldest first.
create function log.read_stream(name text, first_version bigint, max integer) returns setof log.events
language sql stable as $$
    select * from log.events as e
    where e.stream = name and e.version >= first_version
    order by e.version
    limit max
$$;

-- One stream, below a version, newest first.
create function log.read_stream_backwards(name text, below_version bigint, max integer) returns setof log.events
language sql stable as $$
    select * from log.events as e
    where e.stream = name and e.version < below_version
    order by e.version desc
    limit max
$$;

-- The next version of each of some streams: 0 where it has no event.
create function log.next_versions(names text[]) returns table (stream text, next_version bigint)
language sql stable as $$
    select name, coalesce(
        (select e.version + 1 from log.events as e where e.stream = name order by e.version desc limit 1), 0)
    from unnest(names) as name
$$;

-- The events with some ids, as far as they are in the log.
create function log.find_ids(ids uuid[]) returns table (
    id uuid, "position" bigint, stream text, version bigint, type text, leaf bytea, recorded_at timestamptz,
    checkpoint_size bigint)
language sql stable as $$
    select e.id, e.position, e.stream, e.version, e.type, e.leaf, e.recorded_at,
        (select c.size from log.checkpoints as c where c.size > e.position order by c.size limit 1)
    from unnest(ids) as wanted(id) join log.events as e on e.id = wanted.id
$$;

-- The first uses of some idempotency keys, with the events that they became.
create function log.find_keys(scopes text[], keys text[]) returns table (
    scope text, key text, request_digest bytea, checkpoint_size bigint,
    id uuid, "position" bigint, stream text, version bigint, leaf bytea, recorded_at timestamptz)
language sql stable as $$
    select k.scope, k.key, k.request_digest, k.checkpoint_size,
        e.id, e.position, e.stream, e.version, e.leaf, e.recorded_at
    from unnest(scopes, keys) as wanted(scope, key)
    join log.idempotency_keys as k on k.scope = wanted.scope and k.key = wanted.key
    join log.events as e on e.position >= k.first_position and e.position < k.first_position + k.event_count
    order by e.position
$$;

