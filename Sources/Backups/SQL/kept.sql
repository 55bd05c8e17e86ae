-- The finished backups that are in a repository, as far as keeping them goes; all of them.
--   $1 the repository
select b.backup_id, b.base_id, b.started_at, coalesce(b.bytes, 0) as bytes, coalesce(b.sound, true) as sound
from backups.places as p
join backups.backups as b on b.backup_id = p.backup_id
where p.repository = $1 and p.removed_position is null and b.state = 'completed'
