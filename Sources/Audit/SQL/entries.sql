-- Lines of the audit log, newest first.
--   {conditions}  what is asked for and what the reader may see, of audit.entries as e
--   {limit}       how many at most
select
    a.position, a.id, a.created_at, a.type, a.user_id, a.subject, a.branch,
    a.action, a.resource, a.resource_id, a.status, a.changes, a.ip_address, a.user_agent,
    a.stream, a.version, a.correlation_id, a.causation_id
from audit.log_entries as a
where a.position in (
    select e.position
    from audit.entries as e
    where {conditions}
    order by e.position desc
    limit {limit}
)
order by a.position desc
