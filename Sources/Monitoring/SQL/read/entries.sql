-- Log entries, newest first.
--   $1 below this position   $2 as of so many events   $3 of this level   $4 of this level or graver
--   $5 of this logger   $6 of this trace   $7 said at or after   $8 said at or before   $9 on this server
--   $10 how many at most
select
    x.position, x.id, x.level, x.message, x.logged_at, x.logger, x.source, x.node, x.trace_id, x.request_id, x.error,
    x.metadata, x.recorded_at
from logs.log_entries as x
where x.position < least($1::bigint, $2::bigint)
    and ($3::integer is null or x.severity = $3)
    and ($4::integer is null or x.severity >= $4)
    and ($5::text is null or x.logger = $5)
    and ($6::text is null or x.trace_id = $6)
    and ($7::timestamptz is null or x.logged_at >= $7)
    and ($8::timestamptz is null or x.logged_at <= $8)
    and ($9::text is null or x.node = $9)
order by x.position desc
limit $10
