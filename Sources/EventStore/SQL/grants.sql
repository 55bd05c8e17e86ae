-- What readers and the writer may do with the log. Run after every other file: it covers views made since.
grant usage on schema log, daybook_migrations to daybook_writer, daybook_reader;
grant select on all tables in schema log to daybook_writer, daybook_reader;
grant select on all tables in schema daybook_migrations to daybook_writer, daybook_reader;
revoke select on log.idempotency_keys from daybook_reader;
grant execute on all functions in schema log to daybook_writer, daybook_reader;
revoke execute on function log.erase_personal(bigint, bigint) from public, daybook_reader;
revoke execute on function log.release_payloads(bigint, bigint) from public, daybook_reader;
