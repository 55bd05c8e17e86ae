-- The finished backups that are in a repository, as far as keeping them and going on from them goes; the one with the most
-- events first.
--   $1 the repository   $2 this one alone   $3 whether only those of which nothing is known to be damaged
--   $4 how many at most
--
-- One is damaged where the last look at it there found something, and so is what rests on it. That look was at what it rests on
-- as well, and does not say in which of them the damage is: those are doubted, and what rests on them, until a later look at
-- them, as deep as the one that found it, found nothing.
with recursive looks as (
    select
        p.backup_id, b.base_id, p.removed_position, p.sound,
        -- When something was found, and whether a full look found it; when nothing was, by any look and by a full one.
        case when p.full_sound is false then p.full_position else p.verified_position end as found,
        p.full_sound is false as is_deep,
        case when p.sound then p.verified_position else 0 end as seen,
        case when p.sound and p.full_sound then p.full_position else 0 end as fully_seen
    from backups.places as p
    join backups.backups as b on b.backup_id = p.backup_id
    where p.repository = $1
), doubted as (
    select l.base_id as backup_id, l.found, l.is_deep
    from looks as l
    where l.removed_position is null and not l.sound and l.base_id is not null
    union
    -- Not past one that is damaged itself, or was looked at later with all that it rests on.
    select l.base_id, d.found, d.is_deep
    from doubted as d
    join looks as l on l.backup_id = d.backup_id
    where l.base_id is not null and l.sound is not false
        and case when d.is_deep then l.fully_seen else l.seen end < d.found
), unsound as (
    select l.backup_id from looks as l where l.removed_position is null and not l.sound
    union
    select d.backup_id
    from doubted as d
    join looks as l on l.backup_id = d.backup_id
    where case when d.is_deep then l.fully_seen else l.seen end < d.found
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
