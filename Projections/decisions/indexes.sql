-- Indexes of read model `decisions` that queries need and apply.sql does not.

create index batches_by_user on batches using gin (users);
create index batches_by_time on batches ("to");
