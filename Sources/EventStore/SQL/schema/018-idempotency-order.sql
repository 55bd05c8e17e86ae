-- The idempotency keys of the events that a backup is made of are found by position.
create index idempotency_keys_position_idx on log.idempotency_keys (first_position);
