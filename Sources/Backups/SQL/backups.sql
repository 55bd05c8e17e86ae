-- Backups, newest first.
--   $1 started below this position   $2 this one alone   $3 in this repository   $4 whether only those that can be had
--   $5 how many at most
select
    b.backup_id, b.kind, b.repository, b.base_id, b.from_position, b.size, b.schedule_id, b.description, b.state,
    b.started_position, b.started_at, b.started_by, b.ended_at, b.events, b.segments, b.bytes, b.raw_bytes,
    b.manifest_digest, b.encrypted, b.key_id, b.milliseconds, b.failure, v.verified_at, v.verified_depth, v.sound,
    v.findings, v.first_finding, b.rehearsed_at, b.rehearsal_passed, b.rehearsal_finding,
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
-- Of the places where it is, the one where something was found; else the one that was looked at last.
left join lateral (
    select p.verified_at, p.verified_depth, p.sound, p.findings, p.first_finding
    from backups.places as p
    where p.backup_id = b.backup_id
    order by p.removed_position is not null, coalesce(p.sound, true), p.verified_position desc nulls last
    limit 1
) as v on true
where b.started_position < $1::bigint
    and ($2::text is null or b.backup_id = $2)
    and ($3::text is null or exists (
        select from backups.places as p
        where p.backup_id = b.backup_id and p.repository = $3 and p.removed_position is null))
    and (not $4::boolean or exists (
        select from backups.places as p where p.backup_id = b.backup_id and p.removed_position is null))
order by b.started_position desc
limit $5
