-- The searches that somebody has saved, by name.
--   $1 whose   $2 as of so many events   $3 this one alone
select s.* from searches.searches as s
where s.owner_id = $1
    and s.from_position < $2::bigint and (s.until_position is null or s.until_position >= $2)
    and ($3::text is null or s.search_id = $3)
order by s.name nulls last, s.search_id
