-- Indexes of read model `notifications` that queries need and apply.sql does not.

-- The recipients of a notification, part by part.
create index inbox_by_notification on inbox (notification_id, position);
-- How many are unread.
create index inbox_unread on inbox (user_id, category)
    where read_position is null and archived_position is null and deleted_position is null
        and replaced_position is null;
-- What expires, for those who are connected.
create index inbox_by_expiry on inbox (expires_at) where expires_at is not null;
create index notifications_by_position on notifications (sent_position);
create index notifications_by_subject on notifications (subject) where subject is not null;
-- What is to be tried next: what matters most, and of that the oldest. What waits to be bundled is not among it.
create index deliveries_due on deliveries (channel, rank, coalesce(due_at, '-infinity'::timestamptz), position)
    where state in ('due', 'failed') or state = 'held' and (bundle is not null or attempts > 0);
-- What goes out together.
create index deliveries_by_bundle on deliveries (bundle) where bundle is not null;
-- What waits to be bundled, by its time.
create index deliveries_held on deliveries (channel, due_at) where state = 'held' and bundle is null and attempts = 0;
create index devices_by_address on devices (address_digest) where address_digest is not null and ended_position is null;
