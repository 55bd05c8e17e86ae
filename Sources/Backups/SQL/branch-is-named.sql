-- Whether any event names a branch: it is its branch, or stands in its data as a string of JSON.
--   $1 the branch
select exists (
    select from log.events
    where branch = $1 or position(to_json($1::text)::text in data::text) > 0
)
