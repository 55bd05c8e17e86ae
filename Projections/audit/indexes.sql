-- Indexes of read model `audit`, one for each filter, each in the order of pages (by position).
-- Times need none: a time is a position, see the log.

create index entries_by_actor on entries (actor, position);
create index entries_by_subject on entries (subject, position) where subject is not null;
create index entries_by_type on entries (type, position);
create index entries_by_resource on entries (resource, resource_id, position);
create index entries_by_resource_id on entries (resource_id, position) where resource_id is not null;
create index entries_by_branch on entries (branch, position) where branch is not null;
create index entries_by_words on entries using gin (words, personal_words);
