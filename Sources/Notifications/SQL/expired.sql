-- Whose unread notifications expired within a time.
--   $1  after this, timestamptz
--   $2  until this, timestamptz
select distinct i.user_id
from {schema}.inbox as i
where i.expires_at > $1 and i.expires_at <= $2
    and i.read_position is null and i.archived_position is null and i.deleted_position is null
    and i.replaced_position is null
