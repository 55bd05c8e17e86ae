-- What became of the messages of an export.
--   $1 the export
select mailing_id, number, recipient, outcome, way, attempts, failure, changed_at, withdrawn_position
from exports.mailings where export_id = $1 order by asked_position, number
