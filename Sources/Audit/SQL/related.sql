-- Lines of the audit log that are of the same request as an event, led to it, or follow from it: oldest first.
--   {conditions}   the stretch of the log that is searched, and what the reader may see, of audit.entries as e
--   {trace}        the event's W3C trace id, or null
--   {cause}        the event that led to it, or null
--   {id}           the event
--   {limit}        how many at most
select
    a.position, a.id, a.created_at, a.type, a.user_id, a.subject, a.branch,
    a.action, a.resource, a.resource_id, a.status, a.changes, a.ip_address, a.user_agent,
    a.stream, a.version, a.correlation_id, a.causation_id
from audit.log_entries as a
where a.position in (
    select e.position
    from audit.entries as e
    join log.events as l on l.position = e.position
    where {conditions}
        and l.id <> {id}
        and (l.correlation_id = {trace} or l.id = {cause} or l.causation_id = {id})
    order by e.position
    limit {limit}
)
order by a.position
