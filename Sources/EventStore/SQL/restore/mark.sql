-- A log is being restored into this database: what is found here is nobody's log yet.
create schema if not exists daybook_restore;
create table if not exists daybook_restore.under_way ();
-- How many events the restore brought: whatever comes after them is not its own.
create table if not exists daybook_restore.loaded (size bigint not null);
truncate daybook_restore.loaded;
