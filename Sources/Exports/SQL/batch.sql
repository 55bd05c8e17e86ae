-- A batch.
--   $1 the batch
select owner_id, count, not_before, requested_position, requested_at from exports.batches where batch_id = $1
