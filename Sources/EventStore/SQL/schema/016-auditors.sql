-- Auditors who connect with SQL: logins in the group daybook_auditor, each named like a user of Daybook. They read what
-- that user may read and nothing else: the views in schema auditor_log and, for each read model, in auditor_<name>.
do $$
begin
    if not exists (select from pg_roles where rolname = 'daybook_auditor') then
        begin
            create role daybook_auditor nologin;
        exception
            when duplicate_object or unique_violation then null; -- made by another database at this moment
        end;
    end if;
end
$$;

create schema auditor authorization daybook_owner;
grant usage on schema auditor to daybook_auditor, daybook_writer, daybook_reader;
-- Owns the functions below it, which look up access with its rights.
grant create on schema auditor to daybook_reader;
