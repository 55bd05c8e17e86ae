import Access
import EventStore
import Events
import ProjectionEngine
import TestSupport
import Testing
import Time

/// People who connect with SQL see what they may see over HTTP.
@Suite(.serialized) struct AuditorTests {
    /// Views of what belongs to the institution as a whole.
    private static let ofTheWhole: Set<String> = [
        "auditor_identity", "auditor_logs", "auditor_decisions.batches", "auditor_access.separations",
    ]

    private static func permit(
        _ desk: AuditorDesk,
        _ user: String,
        _ permissions: [String] = ["audit.events:read"],
        in branch: String,
        role: String? = nil
    ) async throws {
        try await desk.served.grant(permissions, to: user, in: branch, role: role ?? "\(user)-in-\(branch)")
        try await desk.admit(user)
    }

    @Test func anAuditorSeesItsOwnBranchAndNothingOfAnother() async throws {
        try await AuditorDesk.open { desk in
            try await Self.permit(desk, "noord-auditor", in: TwoBranches.ownBranch)
            try await desk.served.settle()
            let seen = try await desk.everything("noord-auditor")
            for (view, rows) in seen { #expect(!rows.contains(TwoBranches.other), "\(view): \(rows)") }
            let tables = [
                "access.roles", "access.user_roles", "access.role_permissions", "access.role_parents",
                "access.role_denials", "access.role_templates", "audit.entries", "audit.log_entries", "decisions.each",
                "decisions.last_uses", "people.branches", "people.students", "people.teachers",
                "people.leave_requests", "teaching.courses", "teaching.classes", "teaching.class_members",
                "teaching.teaching_assignments", "teaching.enrolments", "teaching.schedule_changes",
                "coursework.assignments", "coursework.submissions", "coursework.grades", "finance.fees",
                "finance.payments", "finance.transactions", "attendance.marks", "attendance.registers", "log.events",
                "log.rbac_role_assigned", "log.institution_student_created", "log.audit_access_logged",
            ]
            for table in tables { #expect(seen["auditor_\(table)"]?.contains(TwoBranches.own) == true, "\(table)") }
            for view in seen.keys {
                #expect(!Self.ofTheWhole.contains { view.hasPrefix($0) }, "\(view) belongs to no branch")
            }
            // As over HTTP: the same rows, no fewer and no more.
            let positions = try await desk.ask("noord-auditor", "select position from auditor_audit.entries order by 1")
            let truth = try await Psql.run(
                "select position from log.events where branch = '\(TwoBranches.ownBranch)' order by 1",
                on: desk.served.url
            )
            #expect(positions == truth)
        }
    }

    @Test func whoReadsTheInstitutionSeesAllOfItButNothingPersonalUnpermitted() async throws {
        try await AuditorDesk.open { desk in
            let whole = RBAC.institutionBranch
            try await Self.permit(desk, "chief-auditor", in: whole)
            try await Self.permit(desk, "people-auditor", ["audit.events:read", "log.personal:read"], in: whole)
            try await desk.served.settle()
            let seen = try await desk.everything("chief-auditor")
            // Of backups, exports and saved searches there are none here.
            let empty = [
                "auditor_log.", "auditor_logs.", "auditor_backups.", "auditor_exports.", "auditor_searches.",
            ]
            for view in try await desk.views() where !empty.contains(where: { view.hasPrefix($0) }) {
                #expect(
                    seen[view] != nil || view.hasSuffix("role_requirements") || view.hasSuffix("implications"),
                    "\(view)"
                )
            }
            for (view, rows) in seen where !view.hasPrefix("auditor_logs.") {
                #expect(!rows.contains("zuid.example") && !rows.contains("noord.example"), "\(view): \(rows)")
                #expect(!rows.contains("-comment") && !rows.contains("payer-name"), "\(view): \(rows)")
            }
            #expect(
                try await desk.ask(
                    "chief-auditor",
                    "select count(*) from auditor_log.events where personal is not null"
                ) == "0"
            )
            let count = "select count(*) from log.events where personal is not null"
            #expect(
                try await desk.ask("people-auditor", count.replacing("log.events", with: "auditor_log.events"))
                    == Psql.run(count, on: desk.served.url)
            )
            let names = "select name from auditor_log.institution_student_created order by position"
            #expect(try await desk.ask("people-auditor", names) == "noord-name\nzuid-name")
            #expect(try await desk.ask("chief-auditor", names) == "\n")
            // Not even they see digests of tokens or sessions.
            let sessions = try await Self.beginSessions(of: "people-auditor", desk)
            let begun = try await desk.ask(
                "people-auditor",
                "select count(session_id) from auditor_log.identity_session_started where digest is null"
            )
            #expect(begun == "1")
            let digests = try await Psql.run(
                "select string_agg(digest, '|') from identity.tokens",
                on: desk.served.url
            ).split(separator: "|")
            let most = try await desk.everything("people-auditor").values.joined()
            for digest in digests { #expect(!most.contains(digest)) }
            for digest in sessions { #expect(!most.contains(digest)) }
        }
    }

    /// The digests of a session of each kind, which the log now has.
    private static func beginSessions(of user: String, _ desk: AuditorDesk) async throws -> [String] {
        let byToken = Identity.SessionStarted(
            sessionID: "by-token",
            tokenID: "a-token",
            userID: user,
            digest: String(repeating: "5a", count: 32),
            expiresAt: .now()
        )
        let byProvider = Identity.ProviderSessionStarted(
            sessionID: "by-provider",
            issuer: "https://id.example",
            clientID: "daybook",
            userID: user,
            digest: String(repeating: "7c", count: 32),
            expiresAt: .now()
        )
        _ = try await desk.served.system.store.append(
            AppendRequest(
                streams: [
                    StreamAppend(stream: "session-by-token", events: [NewEvent(byToken)]),
                    StreamAppend(stream: "session-by-provider", events: [NewEvent(byProvider)]),
                ],
                actor: user
            )
        )
        return [byToken.digest, byProvider.digest]
    }

    @Test func everyPersonalColumnOfAReadModelIsHidden() async throws {
        try await AuditorDesk.open { desk in
            // Words that are personal in some read models, and in others not.
            let either: Set = ["name", "changes", "text", "details", "reason", "recipients", "words"]
            let personal = Set(EventCatalogue.all.flatMap(\.personal).map(\.column))
                .union(["payer_name", "decision_note", "personal", "personal_words", "digest", "salt"])
                .subtracting(either)
            let columns = try await Psql.run(
                """
                select table_schema || '.' || table_name || '.' || column_name from information_schema.columns
                where table_schema like 'auditor%' and table_schema <> 'auditor_log'
                """,
                on: desk.served.url
            ).split(separator: "\n").map(String.init)
            #expect(columns.count > 200)
            for column in columns {
                let name = String(column.split(separator: ".").last ?? "")
                #expect(!personal.contains(name), "\(column)")
            }
            let plain = columns.filter { either.contains(String($0.split(separator: ".").last ?? "")) }
            #expect(
                plain.sorted() == [
                    "auditor_access.permissions.name", "auditor_access.roles.name", "auditor_access.separations.name",
                    // Of what is open to who reads the history; those of personal text are a column apart.
                    "auditor_audit.entries.words", "auditor_audit.log_entries.words",
                    "auditor_logs.drops.reason", "auditor_logs.releases.reason", "auditor_logs.silences.reason",
                    "auditor_logs.system_health_checks.details",
                    // How many there are.
                    "auditor_notifications.notifications.recipients", "auditor_people.branches.name",
                    "auditor_teaching.classes.name",
                ]
            )
        }
    }

    @Test func whatIsGrantedOrTakenCountsInTheVeryNextQuery() async throws {
        try await AuditorDesk.open { desk in
            let user = "coming-auditor"
            let role = "reads-history"
            try await desk.admit(user)
            let access = desk.served.system.access
            let count =
                "select count(*) > 0, count(*) filter (where branch_id = '\(TwoBranches.otherBranch)') > 0 from auditor_people.students"
            #expect(try await desk.ask(user, count) == "f|f")
            _ = try await access.defineRole(
                DefineRole(
                    roleID: role,
                    branch: RBAC.institutionBranch,
                    name: role,
                    permissionIDs: ["audit.events:read"]
                ),
                Served.admin
            )
            let there = AssignRole(userID: user, roleID: role, branch: TwoBranches.ownBranch)
            _ = try await access.assignRoleToUser(there, Served.admin)
            try await desk.served.settle()
            #expect(try await desk.ask(user, count) == "t|f")
            let everywhere = AssignRole(userID: user, roleID: role, branch: RBAC.institutionBranch)
            _ = try await access.assignRoleToUser(everywhere, Served.admin)
            #expect(try await desk.ask(user, count) == "t|t")
            let last = RemoveRole(userID: user, roleID: role, branch: RBAC.institutionBranch)
            _ = try await access.removeRoleFromUser(last, Served.admin)
            #expect(try await desk.ask(user, count) == "t|f")
            // A denial overrides every grant, and what inherits from it.
            let deny = DefineRole(
                roleID: "sees-none",
                branch: TwoBranches.ownBranch,
                name: "sees-none",
                deniedPermissionIDs: ["audit.events:read"]
            )
            _ = try await access.defineRole(deny, Served.admin)
            let child = DefineRole(
                roleID: "sees-none-2",
                branch: TwoBranches.ownBranch,
                name: "sees-none-2",
                parentRoleIDs: ["sees-none"]
            )
            _ = try await access.defineRole(child, Served.admin)
            let denied = AssignRole(userID: user, roleID: "sees-none-2", branch: TwoBranches.ownBranch)
            _ = try await access.assignRoleToUser(denied, Served.admin)
            #expect(try await desk.ask(user, count) == "f|f")
            _ = try await access.assignRoleToUser(everywhere, Served.admin)
            #expect(try await desk.ask(user, count) == "t|t")
            let own = "select count(*) from auditor_people.students where branch_id = '\(TwoBranches.ownBranch)'"
            // What is held in the whole institution nobody takes in a branch.
            #expect(try await desk.ask(user, own) != "0")
            #expect(try await desk.ask(user, "select count(*) from auditor_identity.users") != "0")
        }
    }

    @Test func anAuditorGetsAroundNothing() async throws {
        try await AuditorDesk.open { desk in
            let user = "sly-auditor"
            try await Self.permit(desk, user, in: TwoBranches.ownBranch)
            try await desk.served.settle()
            let base = try await Psql.run(
                "select schema from projections.state where name = 'people'",
                on: desk.served.url
            )
            for statement in [
                "set role daybook_writer", "set role daybook_reader", "set role daybook_owner", "set role postgres",
                "set session authorization daybook_writer", "set session authorization \"noord-user\"",
                "select * from log.events", "select * from log.rbac_role_assigned", "select * from log.head",
                "select * from log.idempotency_keys", "select * from people.students", "select * from \(base).students",
                "select * from access.user_roles", "select * from identity.tokens", "select * from projections.state",
                "select * from daybook_migrations.applied", "select log.read(0, 10, 10)",
                "select log.erase_personal(0, 10)", "select log.release_payloads(0, 10)",
                "select log.claim(0, '')", "select log.advance(1, '', now(), 0, '', '', '')",
                "select projections.serve('people', '\(base)')",
                "select projections.serve_auditors('people', '\(base)', '{\"students\": {\"shared\": true}}')",
                "select \(base).apply(0, 10)", "insert into auditor_people.students default values",
                "update auditor_people.students set status = 'left'", "delete from auditor_people.students",
                "truncate auditor_people.students", "delete from auditor_log.events",
                "alter table \(base).students disable row level security", "drop view auditor_people.students",
                "create schema mine", "create table public.mine (x int)",
                "create function public.mine() returns int language sql as 'select 1'",
                "create or replace function auditor.reach(permission text) returns text[] language sql as 'select array['''']'",
                "alter function auditor.reach(text) security invoker", "grant daybook_reader to \"\(user)\"",
                "set row_security = off; select * from auditor_people.students",
                "copy auditor_people.students to program 'cat'", "create policy mine on \(base).students using (true)",
            ] {
                #expect(await desk.refusal(user, statement) != nil, "\(statement) went through")
            }
            // What a session may set changes nothing.
            for setting in [
                "set role daybook_auditor", "set search_path = public", "set session_replication_role = origin",
                "create schema if not exists pg_temp", "set daybook.user = 'zuid-user'",
                "create temp table user_roles as select 'x' as user_id; set search_path = pg_temp, access",
                "set enable_seqscan = off", "begin; set local role none",
            ] {
                let count =
                    "\(setting); select count(*) from auditor_people.students where branch_id = '\(TwoBranches.otherBranch)'"
                if let answer = try? await desk.ask(user, count) { #expect(answer == "0", "\(setting)") }
            }
            // A cheap function of one's own is not shown other rows.
            for view in [
                "auditor_people.students", "auditor_finance.fees", "auditor_audit.log_entries", "auditor_log.events",
                "auditor_log.rbac_role_assigned", "auditor_decisions.each",
            ] {
                let spy = """
                    create temp table heard (line text);
                    create function pg_temp.spy(line text) returns boolean language plpgsql cost 0.0000001 as
                        $$ begin insert into heard values (line); return true; end $$;
                    select count(*) from \(view) as t where pg_temp.spy(t::text);
                    select count(*) filter (where line like '%\(TwoBranches.other)%') from heard;
                    """
                let answer = try await desk.ask(user, spy)
                #expect(answer.hasSuffix("\n0"), "\(view): \(answer)")
            }
        }
    }

    @Test func whatMayBeReadIsFoundOnceForAQuery() async throws {
        try await AuditorDesk.open { desk in
            try await Self.permit(desk, "quick-auditor", in: TwoBranches.ownBranch)
            for view in [
                "auditor_people.students", "auditor_audit.entries", "auditor_access.role_permissions",
                "auditor_access.user_roles",
            ] {
                let plan = try await desk.ask("quick-auditor", "explain (verbose) select count(*) from \(view)")
                #expect(plan.components(separatedBy: "InitPlan").count == 2, "\(plan)")
                #expect(!plan.contains("SubPlan"), "\(plan)")
            }
        }
    }

    @Test func aRebuildAndANewReleaseKeepWhatAuditorsMayRead() async throws {
        try await AuditorDesk.open { desk in
            let user = "lasting-auditor"
            try await Self.permit(desk, user, in: TwoBranches.ownBranch)
            try await desk.served.settle()
            let engine = desk.served.system.projections
            let before = try await desk.everything(user)
            for name in ["access", "people", "audit"] { try await engine.rebuild(name) }
            #expect(try await desk.everything(user) == before)
            // As a database of a release that knew no auditors of read models.
            try await Psql.run(
                """
                drop table projections.auditors;
                do $$ declare s text; r record; begin
                    for s in select nspname from pg_namespace where nspname like 'auditor\\_%' and nspname <> 'auditor_log' loop
                        execute format('drop schema %I cascade', s);
                    end loop;
                    for r in select p.polname, p.polrelid::regclass as rel from pg_policy as p loop
                        execute format('drop policy %I on %s', r.polname, r.rel);
                        execute format('alter table %s disable row level security', r.rel);
                    end loop;
                end $$;
                """,
                on: desk.served.url
            )
            try await engine.prepare()
            #expect(try await desk.everything(user) == before)
            // Readers see all, as before.
            let count = "select count(*) from people.students"
            let all = try await Psql.run(count, on: desk.served.url)
            #expect(try await Psql.run("set role daybook_reader; \(count)", on: desk.served.url) == all)
            let base = try await Psql.run(
                "select schema from projections.state where name = 'people'",
                on: desk.served.url
            )
            let direct = "set role daybook_reader; select count(*) from \(base).students"
            #expect(try await Psql.run(direct, on: desk.served.url) == all)
        }
    }
}
