-- Alerts, newest first.
--   $1 below this position   $2 as of so many events   $3 of this rule   $4 whether only those that are not over
--   $5 this one alone   $6 how many at most
select
    a.alert_id, a.rule, a.severity, a.message, a.node, a.value, a.threshold, a.silenced,
    a.raised_position, a.raised_at, a.raised_by,
    case when a.resolved_position < $2 then a.resolved_position end as resolved_position,
    case when a.resolved_position < $2 then a.resolved_at end as resolved_at,
    case when a.resolved_position < $2 then a.resolved_by end as resolved_by,
    case when a.resolved_position < $2 then a.resolved_reason end as resolved_reason
from logs.alerts as a
where a.raised_position < least($1::bigint, $2::bigint)
    and ($3::text is null or a.rule = $3)
    and (not $4::boolean or a.resolved_position is null or a.resolved_position >= $2)
    and ($5::text is null or a.alert_id = $5)
order by a.raised_position desc
limit $6
