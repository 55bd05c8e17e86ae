-- Read model `audit`: every event as a line of the audit log, with what it is searched by.
--
-- The table keeps no copy of payloads or personal text. `audit.log_entries` takes those from the log by position, so
-- what is erased there is gone here too; of personal text only the search words are kept, and they are erased along.

create table entries (
    position       bigint not null,
    created_at     timestamptz not null,
    type           text collate "C" not null,
    actor          text collate "C" not null,
    subject        text collate "C",
    branch         text collate "C",
    action         text collate "C" not null,
    resource       text collate "C" not null,
    resource_id    text collate "C",
    status         text collate "C" not null,
    words          tsvector,
    personal_words tsvector
);

-- Finds what an erasure has to erase.
create index entries_with_personal_words on entries (coalesce(subject, actor)) where personal_words is not null;

-- The audit log in full. `changes` is the event's data, or the changes that a logged access reported.
create view log_entries as
select
    e.id, a.position, a.created_at, a.type, a.actor as user_id, a.subject, a.branch,
    a.action, a.resource, a.resource_id, a.status,
    case when a.type = 'audit.access-logged' then (e.personal -> 'changes')::text else e.data::text end as changes,
    e.personal ->> 'ipAddress' as ip_address,
    e.personal ->> 'userAgent' as user_agent,
    e.stream, e.version, e.schema_version, e.correlation_id, e.causation_id, e.data, e.personal, e.leaf,
    a.words, a.personal_words
from entries as a
join log.events as e on e.position = a.position;
