-- Requests, newest first: by the event that holds them, then by their place in it.
--   $1, $2 before this place of this event   $3 as of so many events   $4 this method   $5 this route template
--   $6 by this actor   $7 status at least   $8 status at most   $9 as many microseconds at least   $10 of this trace
--   $11 arrived at or after   $12 arrived at or before   $13 how many at most
select
    b.position, r.place, b.node,
    b.from_at + (r.request ->> 0)::bigint * interval '1 microsecond' as started_at,
    split_part(b.routes[(r.request ->> 1)::integer + 1], ' ', 1) as method,
    split_part(b.routes[(r.request ->> 1)::integer + 1], ' ', 2) as route,
    b.actors[(r.request ->> 2)::integer + 1] as actor,
    (r.request ->> 3)::integer as status,
    (r.request ->> 4)::bigint as microseconds,
    (r.request ->> 5)::bigint as request_bytes,
    (r.request ->> 6)::bigint as response_bytes,
    r.request ->> 7 as trace_id
from logs.request_batches as b
join log.events as e on e.position = b.position
cross join lateral (
    select a.request, a.place
    from json_array_elements(e.data -> 'requests') with ordinality as a (request, place)
) as r
where b.position <= $1 and b.position < $3 and (b.position < $1 or r.place < $2)
    and ($4::text is null or split_part(b.routes[(r.request ->> 1)::integer + 1], ' ', 1) = $4)
    and ($5::text is null or split_part(b.routes[(r.request ->> 1)::integer + 1], ' ', 2) = $5)
    and ($6::text is null or b.actors @> array[$6::text])
    and ($6::text is null or b.actors[(r.request ->> 2)::integer + 1] = $6)
    and ($7::integer is null or $7 < 400 or b.errors > 0)
    and ($7::integer is null or (r.request ->> 3)::integer >= $7)
    and ($8::integer is null or (r.request ->> 3)::integer <= $8)
    and ($9::bigint is null or (r.request ->> 4)::bigint >= $9)
    and ($10::text is null or b.trace_hashes @> array[hashtext($10)])
    and ($10::text is null or r.request ->> 7 = $10)
    and ($11::timestamptz is null or b.to_at >= $11)
    and ($11::timestamptz is null or b.from_at + (r.request ->> 0)::bigint * interval '1 microsecond' >= $11)
    and ($12::timestamptz is null or b.from_at <= $12)
    and ($12::timestamptz is null or b.from_at + (r.request ->> 0)::bigint * interval '1 microsecond' <= $12)
order by b.position desc, r.place desc
limit $13
