-- The finished backups that are in a repository, as far as keeping them and going on from them goes; the one with the most
-- events first.
--   $1 the repository   $2 this one alone   $3 whether only those of which nothing is known to be damaged
--   $4 how many at most
--
-- One is damaged where the last look at it there found something, and so is what rests on it. That look was at what it rests on
-- as well, and does not say in which of them the damage is: those are doubted, and what rests on them, until a later look at
-- them found nothing.
with recursive doubted as (
    select b.base_id as backup_id, p.verified_position as since
    from backups.places as p
    join backups.backups as b on b.backup_id = p.backup_id
    where p.repository = $1 and p.removed_position is null and not p.sound and b.base_id is not null
    union
    -- Not past one that is damaged itself, or was looked at later with all that it rests on.
    select b.base_id, d.since
    from doubted as d
    join backups.backups as b on b.backup_id = d.backup_id
    join backups.places as p on p.backup_id = d.backup_id and p.repository = $1
    where b.base_id is not null and (p.sound is null or p.sound and p.verified_position < d.since)
), unsound as (
    select p.backup_id
    from backups.places as p
    where p.repository = $1 and p.removed_position is null and not p.sound
    union
    select d.backup_id
    from doubted as d
    join backups.places as p on p.backup_id = d.backup_id and p.repository = $1
    where p.sound is null or p.verified_position < d.since
    union
    select b.backup_id
    from unsound as u
    join backups.backups as b on b.base_id = u.backup_id
)
select
    b.backup_id, b.base_id, b.schedule_id, b.size, b.started_at, coalesce(b.bytes, 0) as bytes,
    u.backup_id is null as sound
from backups.places as p
join backups.backups as b on b.backup_id = p.backup_id
left join unsound as u on u.backup_id = b.backup_id
where p.repository = $1 and p.removed_position is null and b.state = 'completed'
    and ($2::text is null or b.backup_id = $2)
    and (not $3::boolean or u.backup_id is null)
order by b.size desc, b.started_position desc
limit $4::bigint
