-- Whom a rule told of what happened, in whichever words.
--   $1  the rule, text
--   $2  the event that says what happened, uuid
select distinct i.user_id
from log.events as cause
join {schema}.notifications as n on n.sent_position > cause.position and n.rule_id = $1
-- The limit keeps the planner from hashing the whole log to answer this.
cross join lateral (
    select from log.events as sent
    where sent.position = n.sent_position and sent.causation_id = cause.id
    limit 1
) as sent
join {schema}.inbox as i on i.notification_id = n.notification_id
where cause.id = $2
