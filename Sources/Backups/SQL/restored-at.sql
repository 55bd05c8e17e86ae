-- Where it was last recorded that this log was restored from a backup; -1 where it never was.
select coalesce(max(e.position), -1) from log.events as e where e.type = 'backups.restored'
