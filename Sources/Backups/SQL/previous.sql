-- The finished backup that was begun last, wherever it is, or was.
select b.backup_id, b.manifest_digest
from backups.backups as b
where b.state = 'completed'
order by b.started_position desc
limit 1
