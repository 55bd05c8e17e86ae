-- Indexes of read model `exports` that queries need and apply.sql does not.

create index exports_by_request on exports (requested_position desc);
create index exports_by_owner on exports (owner_id, requested_position desc);
create index exports_by_batch on exports (batch_id) where batch_id is not null;
create index exports_by_digest on exports (sha256) where sha256 is not null;
create index exports_by_expiry on exports (expires_at) where completed_position is not null and deleted_position is null;
