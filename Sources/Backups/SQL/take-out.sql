-- Takes out of a scratch database what the log that runs took out since, so that the two can be compared. Gives the positions
-- where there was something: what was gone already when the backup was made is not explained by it.
--   $1  the positions whose personal text is to go
--   $2  the positions whose data is to go as well
update log.events
set personal_digest = case
        when personal is null then personal_digest
        else sha256(salt || convert_to(personal::text, 'UTF8'))
    end,
    personal = null,
    salt = null,
    data_digest = case
        when position = any ($2) and data is not null then sha256(convert_to(data::text, 'UTF8'))
        else data_digest
    end,
    data = case when position = any ($2) then null else data end
where position = any ($1) and (personal is not null or position = any ($2) and data is not null)
returning position
