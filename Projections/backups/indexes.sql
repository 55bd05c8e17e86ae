-- Indexes of read model `backups` that queries need and apply.sql does not.

create index backups_by_start on backups (started_position desc);
create index backups_by_size on backups (size desc) where state = 'completed';
create index backups_by_base on backups (base_id) where base_id is not null;
create index places_damaged on places (repository) where not sound;
