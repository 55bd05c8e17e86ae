-- When a restore of any backup was rehearsed last, and when one that passed was, whether or not the backup is still there.
select max(b.rehearsed_at), max(b.rehearsed_at) filter (where b.rehearsal_passed)
from backups.backups as b
