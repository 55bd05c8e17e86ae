-- Indexes of read model `notifications` that queries need and apply.sql does not.

-- How many are unread.
create index inbox_unread on inbox (user_id, category)
    where read_position is null and archived_position is null and deleted_position is null
        and replaced_position is null;
create index notifications_by_position on notifications (sent_position);
create index notifications_by_subject on notifications (subject) where subject is not null;
-- What is to be tried next.
create index deliveries_due on deliveries (channel, due_at) where state in ('due', 'failed', 'held');
