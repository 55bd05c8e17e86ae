-- Long documents are compressed by LZ4, which costs an append several times less than PostgreSQL's own method. A server
-- that was built without it goes on with its own.
do $$
begin
    alter table log.events alter column data set compression lz4;
exception
    when feature_not_supported then null;
end
$$;
