-- Indexes of read model `logs` that queries need and apply.sql does not, each in the order of pages (by position).

create index entries_of_warnings on entries (position) where level >= 4;
create index entries_of_errors on entries (position) where level >= 5;
create index entries_by_trace on entries (trace_id) where trace_id is not null;
create index request_batches_by_end on request_batches (to_at);
-- Not by route: nearly every batch has nearly every one.
create index request_batches_by_actor on request_batches using gin (actors);
create index request_batches_by_trace on request_batches using gin (trace_hashes);
create index request_metrics_by_end on request_metrics (to_at);
create index health_checks_by_type on health_checks (check_type, position);
create index alerts_by_position on alerts (raised_position);
create index alerts_open on alerts (rule) where resolved_position is null;
create index silences_by_rule on silences (rule, position);
