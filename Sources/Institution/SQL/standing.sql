-- How things stand in the log right now: the newest event of each stream, and whether the thing is or was of a branch.
--   $1 text[]  streams
--   $2 text[]  for each the branch that it is asked about; null if any will do
-- The size of the log is that of the same moment.
select
    h.size, w.number, e.version, e.type, e.branch,
    -- The limit keeps the planner from hashing the whole log to answer this for many streams at once.
    w.branch is null or e.branch = w.branch
        or (select true from log.events as b where b.stream = w.stream and b.branch = w.branch limit 1) as belongs,
    case when e.type like 'institution.fee-%' or e.type like 'institution.payment-%' then e.data ->> 'currency' end
        as currency
from unnest($1::text[], $2::text[]) with ordinality as w (stream, branch, number)
cross join log.head as h
left join lateral (
    select version, type, branch, data
    from log.events as newest
    where newest.stream = w.stream
    order by newest.version desc
    limit 1
) as e on true
