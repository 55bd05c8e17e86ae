-- Lines of the audit log of the first so many events.
--   {size}  how many events
--   {zone}  the time zone whose days they are
select
    a.position, a.created_at as recorded_at, (a.created_at at time zone {zone})::date as day, a.type, a.user_id as actor,
    a.subject, a.branch as branch_id, a.action, a.resource, a.resource_id, a.status, a.stream, a.version,
    a.correlation_id, a.data, a.personal, a.ip_address, a.user_agent, a.words, a.personal_words
from audit.log_entries as a
where a.position < {size}
