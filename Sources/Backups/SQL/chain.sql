-- A backup and all that it rests on, the full one first. What a backup rests on ends before it does: none comes twice.
--   $1 the backup
with recursive chain as (
    select b.backup_id, b.base_id, b.size, 0 as depth from backups.backups as b where b.backup_id = $1
    union all
    select b.backup_id, b.base_id, b.size, c.depth + 1
    from chain as c
    join backups.backups as b on b.backup_id = c.base_id
    where b.size < c.size
)
select backup_id from chain order by depth desc
