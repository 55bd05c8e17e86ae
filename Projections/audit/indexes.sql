-- Indexes of read model `audit`, one for each filter, each in the order of pages (by position).
-- Times need none: a time is a position, see the log.

alter table entries add primary key (position);
create index entries_by_actor on entries (actor, position);
create index entries_by_subject on entries (subject, position) where subject is not null;
-- Looking happens all the time, so its pages are found by walking back; everything else may be rare.
create index entries_by_type on entries (type, position)
    where type not in ('rbac.access-checked', 'audit.access-logged', 'audit.history-queried');
-- By the id alone: seldom have two kinds of thing the same, and comparing the kind as well would cost as much again.
create index entries_by_resource on entries (resource_id, position) where resource_id is not null;
create index entries_by_resource_without_id on entries (resource, position) where resource_id is null;
create index entries_by_branch on entries (branch, position) where branch is not null;
-- Most events have no words, and an index of that kind would keep a line for each of those too.
create index entries_by_words on entries using gin (words, personal_words)
    where words is not null or personal_words is not null;
