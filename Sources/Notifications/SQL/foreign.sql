-- Whether one of some notifications is none of a user's and somebody else's.
--   $1  user, text
--   $2  notifications, text[]
select exists (
    select
    from {schema}.notifications as n
    where n.notification_id = any($2)
        and not exists (
            select from {schema}.inbox as i where i.user_id = $1 and i.notification_id = n.notification_id
        )
) as is_foreign
