-- Applies the events at positions $from to $to, both included, to read model `audit`.

-- Accesses that a service reported say themselves what was done to what, until that is released. Most have no words.
insert into entries
select
    position, recorded_at, 'audit.access-logged', actor, user_id, branch,
    coalesce(action, 'access-logged'), coalesce(resource, 'released'), resource_id, coalesce(status, 'released'),
    null,
    case when changes is not null then to_tsvector('simple', changes::text) end
from log.audit_access_logged
where position between $from and $to;

-- Checks are about a permission.
insert into entries
select
    position, recorded_at, 'rbac.access-checked', actor, user_id, branch,
    'access-checked', 'permission', permission,
    case when permission is null then 'released' when allowed then 'allowed' else 'denied' end,
    null, null
from log.rbac_access_checked
where position between $from and $to;

-- Everything else is about the thing whose stream it stands in. Parsing documents and making words is most of the
-- cost, so it is done only for types that have words in them; a type that is not named here is taken to have some.
insert into entries
select
    e.position, e.recorded_at, e.type, e.actor, log.subject_of(e.type, e.data), e.branch,
    split_part(e.type, '.', 2),
    case when stream.of_thing then stream.kind else e.stream end,
    case when stream.of_thing then substr(e.stream, length(stream.kind) + 2) end,
    'recorded',
    to_tsvector('simple', nullif(concat_ws(' ', d.name, d.description, d.reason, d."keyName"), '')),
    to_tsvector('simple', nullif(concat_ws(' ', p.name, p.email, p.label, p.text), ''))
from log.events as e
cross join lateral (
    select kind,
        kind in ('role', 'permission', 'user', 'token', 'separation', 'session') or starts_with(e.type, 'institution.')
            as of_thing
    from (
        select case when starts_with(e.type, 'institution.schedule-') then 'schedule-change'
            else split_part(e.stream, '-', 1) end as kind
    ) as named
) as stream
left join lateral json_to_record(e.data) as d (name text, description text, reason text, "keyName" text)
    on e.type not in (
        'rbac.role-assigned', 'rbac.permission-assigned', 'rbac.permission-revoked', 'rbac.role-deleted',
        'rbac.role-renewed', 'rbac.role-expired', 'rbac.inheritance-added', 'rbac.inheritance-removed',
        'rbac.permission-denied', 'rbac.denial-lifted', 'rbac.implication-added', 'rbac.implication-removed',
        'rbac.separation-deleted', 'rbac.role-requirements-set', 'rbac.template-adopted', 'rbac.session-opened',
        'rbac.session-role-activated', 'rbac.session-role-dropped', 'rbac.session-closed',
        'identity.user-registered', 'identity.token-issued', 'audit.history-queried', 'recovery.previewed',
        'institution.attendance-marked', 'institution.register-taken', 'institution.grade-recorded',
        'institution.submission-received', 'institution.student-enrolled', 'institution.fee-charged',
        'institution.payment-processed'
    )
left join lateral json_to_record(e.personal) as p (name text, email text, label text, text text)
    on e.personal is not null
where e.position between $from and $to
    and e.type not in (
        'audit.access-logged', 'rbac.access-checked',
        -- Decisions are read in read model `decisions`, each by itself.
        'rbac.decisions-recorded',
        -- What the system says of its own running is read in read model `logs`; nobody did anything.
        'logs.entry', 'logs.requests-recorded', 'logs.request-metrics', 'logs.health-checked'
    );

-- What was erased from the log is erased here: the words of the person whom the event is about, or whose deed it is
-- where it is about nobody.
update entries as a
set personal_words = null
from log.log_personal_erased as e
where e.position between $from and $to
    and coalesce(a.subject, a.actor) = e.user_id and a.position < e.position
    and a.personal_words is not null;

-- What was released from the log is released here, so that it is the same as if it were applied only now.
update entries as a
set subject = null, resource_id = case when a.type = 'audit.history-queried' then a.resource_id end,
    words = null, personal_words = null,
    status = case when a.type = 'audit.history-queried' then a.status else 'released' end,
    resource = case when a.type = 'audit.access-logged' then 'released' else a.resource end,
    action = case when a.type = 'audit.access-logged' then 'access-logged' else a.action end
from log.logs_payloads_released as r, log.events as e
where r.position between $from and $to
    and a.position between r.from_position and r.to_position
    and a.type in ('audit.access-logged', 'audit.history-queried', 'rbac.access-checked')
    and e.position = a.position and e.data is null;
