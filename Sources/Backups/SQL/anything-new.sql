-- Whether something was recorded from a position on that is not about backups itself.
--   $1 the position   $2 the size of the log
select exists (
    select from log.events as e
    where e.position >= $1 and e.position < $2 and e.type not like 'backups.%'
)
