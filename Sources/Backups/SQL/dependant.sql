-- A backup in a repository that rests on another one.
--   $1 the other one   $2 the repository
select b.backup_id
from backups.backups as b
join backups.places as p on p.backup_id = b.backup_id
where b.base_id = $1 and p.repository = $2 and p.removed_position is null
limit 1
