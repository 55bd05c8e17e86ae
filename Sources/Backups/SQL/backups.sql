-- Backups, newest first.
--   $1 started below this position   $2 this one alone   $3 in this repository   $4 whether only those that can be had
--   $5 how many at most
select
    b.backup_id, b.kind, b.repository, b.base_id, b.from_position, b.size, b.schedule_id, b.description, b.state,
    b.started_position, b.started_at, b.started_by, b.ended_at, b.events, b.segments, b.bytes, b.raw_bytes,
    b.manifest_digest, b.encrypted, b.key_id, b.milliseconds, b.failure, b.verified_at, b.verified_depth, b.sound,
    b.findings, b.first_finding, b.rehearsed_at, b.rehearsal_passed, b.rehearsal_finding,
    -- Not of a copy that is there all the same.
    case when not exists (
        select from backups.places as p
        where p.backup_id = b.backup_id and p.repository = b.copy_failed_to and p.removed_position is null
    ) then b.copy_failed_at end as copy_failed_at,
    b.copy_failed_to, b.copy_cancelled, b.copy_failure,
    array(
        select p.repository from backups.places as p
        where p.backup_id = b.backup_id and p.removed_position is null
        order by p.position
    ) as places
from backups.backups as b
where b.started_position < $1::bigint
    and ($2::text is null or b.backup_id = $2)
    and ($3::text is null or exists (
        select from backups.places as p
        where p.backup_id = b.backup_id and p.repository = $3 and p.removed_position is null))
    and (not $4::boolean or exists (
        select from backups.places as p where p.backup_id = b.backup_id and p.removed_position is null))
order by b.started_position desc
limit $5
