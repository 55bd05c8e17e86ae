-- Where it stands that the log was restored from a backup last; null where it never was.
select max(e.position)
from log.events as e
where e.type = 'backups.restored'
