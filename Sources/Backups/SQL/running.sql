-- Backups that were begun in a repository, and of which nothing else is known.
--   $1 the repository   $2 begun before
select b.backup_id from backups.backups as b
where b.state = 'running' and b.repository = $1 and b.started_at < $2
