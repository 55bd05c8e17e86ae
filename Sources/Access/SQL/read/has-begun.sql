-- Whether somebody has ever begun a session of the console, or registered a device.
--   $1  the user, text
select
    exists (select from log.identity_session_started where user_id = $1)
    or exists (select from log.identity_provider_session_started where user_id = $1)
    or exists (select from log.notifications_device_registered where user_id = $1)
