-- What the log took out of its first events after the backup was made: personal text that was erased, payloads that were
-- released. Nothing where no later event did either.
--   $1  the size of the log with which the backup ends
select position, data is null as released
from log.events
where position < $1
    and (personal_digest is not null and personal is null or data_digest is not null and data is null)
    and exists (
        select from log.events as later
        where later.position >= $1 and later.type in ('log.personal-erased', 'logs.payloads-released')
    )
