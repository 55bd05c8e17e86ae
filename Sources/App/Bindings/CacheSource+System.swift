import Access
import Caching
import HTTPAPI
import Institution
import JSON
import Time

extension [String: CacheSource] {
    /// How the values of the plan's strategies are made.
    ///
    /// - Parameters:
    ///   - access: what the institution's routes answer by, into the same cache.
    ///   - cursors: seals those of pages.
    static func of(
        _ system: DaybookSystem,
        _ access: InstitutionAccess,
        cursors: @escaping @Sendable () throws -> CursorSeal
    ) -> [String: CacheSource] {
        [
            CacheNamespace.students.name: .members("students", system, access, cursors),
            CacheNamespace.teachers.name: .members("teachers", system, access, cursors),
            CacheNamespace.courses.name: .course(system),
            CacheNamespace.permissions.name: .permissions(system),
            CacheNamespace.analytics.name: .dashboard(system),
        ]
    }
}

extension CacheSource {
    /// For whoever reads in this process, and decides what goes out.
    private static let everything = ResourceSight(branches: nil, personal: nil)
    private static let pageSize = 1_000

    /// All things of a branch of one kind, as a JSON array. Warmed is what clients are answered with: the first page.
    fileprivate static func members(
        _ name: String,
        _ system: DaybookSystem,
        _ access: InstitutionAccess,
        _ cursors: @escaping @Sendable () throws -> CursorSeal
    ) -> CacheSource {
        let institution = system.institution
        return CacheSource(
            tags: { branch in
                [.subject(name), .modelAnywhere("people"), .model("people", branch: branch)]
            },
            ids: { try await openBranches(institution) },
            warm: { branch in
                guard let resource = Resource.named(name) else { return }
                try await access.warmFirstPage(of: resource, in: branch, cursors: try cursors())
            },
            load: { branch, atLeast in
                guard let resource = Resource.named(name), let column = resource.column("branchId") else {
                    throw CacheError(.notFound, "There is no resource \(name).")
                }
                try await institution.hold(atLeast, in: resource.readModel)
                var query = ResourceQuery()
                query.filters = [.init(column, .equal, .text(branch))]
                query.limit = pageSize
                let first = try await institution.list(resource, query, sight: everything)
                var pages = [first]
                // The pages after it are of the same moment.
                while let next = pages[pages.count - 1].next {
                    query.after = next
                    pages.append(
                        try await institution.list(resource, query, at: .size(first.size), sight: everything)
                    )
                }
                return LoadedValue(json(pages, resource), size: max(first.readAt, atLeast))
            }
        )
    }

    /// A course, as a JSON object.
    fileprivate static func course(_ system: DaybookSystem) -> CacheSource {
        let institution = system.institution
        return CacheSource(
            tags: { [.subject("courses", $0), .anySubject("courses"), .model("teaching")] },
            load: { id, atLeast in
                guard let resource = Resource.named("courses") else {
                    throw CacheError(.notFound, "There is no resource courses.")
                }
                try await institution.hold(atLeast, in: resource.readModel)
                let page = try await institution.get(resource, id, sight: everything)
                var writer = JSONWriter(reservingCapacity: 512)
                if let row = page.rows.first { Columns(resource).write(row, to: &writer) }
                return LoadedValue(page.rows.isEmpty ? nil : writer.bytes, size: max(page.size, atLeast))
            }
        )
    }

    /// The names of what a user may do in the institution as a whole, as a JSON array.
    fileprivate static func permissions(_ system: DaybookSystem) -> CacheSource {
        let directory = system.directory
        return CacheSource(
            tags: {
                [.subject("permissions", $0), .anySubject("permissions"), .model("access"), .model("identity")]
            },
            load: { user, _ in
                let snapshot = try await directory.current()
                let now = Timestamp.now()
                let held = snapshot.model.permissions(of: user, in: .institution, at: now)
                var writer = JSONWriter(reservingCapacity: 64 * held.count + 16)
                writer.value(held.map(\.name))
                return LoadedValue(
                    writer.bytes,
                    size: snapshot.size,
                    until: snapshot.model.nextBoundary(of: user, after: now)
                )
            }
        )
    }

    /// A branch in numbers, of thirty days up to today, as a JSON object: what `GET /analytics/dashboard` answers with.
    fileprivate static func dashboard(_ system: DaybookSystem) -> CacheSource {
        let institution = system.institution
        @Sendable func question(_ branch: String) -> DashboardQuestion {
            DashboardQuestion(branch: branch, today: CalendarDay(of: .now()))
        }
        return CacheSource(
            tags: { question($0).tags },
            key: { try await question($0).key(institution) },
            ids: { try await openBranches(institution) },
            load: { branch, atLeast in try await question(branch).load(institution, atLeast: atLeast) }
        )
    }

    private static func openBranches(_ institution: InstitutionService) async throws -> [String] {
        guard let resource = Resource.named("branches"), let id = resource.column("branchId"),
            let status = resource.column("status")
        else { return [] }
        var query = ResourceQuery()
        query.filters = [.init(status, .equal, .text("open"))]
        query.fields = [id]
        query.limit = pageSize
        let page = try await institution.list(resource, query, sight: everything)
        return page.rows.compactMap { row in if case .text(let id)? = row.first { id } else { nil } }
    }

    private static func json(_ pages: [ResourcePage], _ resource: Resource) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 65_536)
        let columns = Columns(resource)
        writer.array { writer in
            for page in pages { for row in page.rows { columns.write(row, to: &writer) } }
        }
        return writer.bytes
    }
}
