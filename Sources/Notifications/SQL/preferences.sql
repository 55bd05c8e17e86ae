-- What some users want to be told.
--   $1  users, text[]
select
    p.user_id, p.in_app, p.email, p.push, p.webhook, p.categories, p.quiet_hours, p.time_zone, p.locale, p.digest,
    p.muted_until
from {schema}.preferences as p
where p.user_id = any($1)
order by p.user_id
