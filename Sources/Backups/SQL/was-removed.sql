-- Whether a backup was removed from a repository.
--   $1 the backup   $2 the repository   $3 after this position
select exists (
    select from backups.places as p
    where p.backup_id = $1 and p.repository = $2 and p.removed_position > $3
)
