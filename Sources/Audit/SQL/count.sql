-- How many lines of the audit log there are.
--   {conditions}  as in entries.sql
select count(*) from audit.entries as e where {conditions}
