-- Whether auditors were let read of a read model what they may, and not something else before.
--   $1 the read model   $2 its schema   $3 the digest of what they may read
select exists (
    select from projections.auditors
    where name = $1 and schema = $2 and digest = $3
)
