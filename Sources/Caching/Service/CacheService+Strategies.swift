package import EventStore
import Events

/// The plan's strategies: what is worth keeping, made by the services that know it.
extension CacheService {
    /// The students of a branch, as a JSON array.
    @discardableResult
    package func cacheStudentList(branchID: String, ttl: Duration? = nil) async throws -> CachedAnswer {
        try await strategy(.students, branchID, ttl)
    }

    /// The teachers of a branch, as a JSON array.
    @discardableResult
    package func cacheTeacherList(branchID: String, ttl: Duration? = nil) async throws -> CachedAnswer {
        try await strategy(.teachers, branchID, ttl)
    }

    /// A course, as a JSON object; no bytes where there is none.
    @discardableResult
    package func cacheCourseDetails(courseID: String, ttl: Duration? = nil) async throws -> CachedAnswer {
        try await strategy(.courses, courseID, ttl)
    }

    /// What a user may do in the institution as a whole, as a JSON array of names.
    @discardableResult
    package func cacheUserPermissions(userID: String, ttl: Duration? = nil) async throws -> CachedAnswer {
        try await strategy(.permissions, userID, ttl)
    }

    /// A branch in numbers, of the last thirty days, as a JSON object.
    @discardableResult
    package func cacheAnalyticsDashboard(branchID: String, ttl: Duration? = nil) async throws -> CachedAnswer {
        try await strategy(.analytics, branchID, ttl)
    }

    private func strategy(_ namespace: CacheNamespace, _ id: String, _ ttl: Duration?) async throws -> CachedAnswer {
        guard let source = sources[namespace.name] else {
            throw CacheError(.noSource, "Nothing makes values of namespace \(namespace.name) here.")
        }
        let key = try cache.key(namespace, await source.key(id))
        return try await cache.value(key, tags: source.tags(id), ttl: ttl) { try await source.load(id, $0) }
    }

    // MARK: Invalidation

    /// Forgets what is kept of a student, and the lists that may hold it, in every replica.
    package func invalidateStudentCache(studentID: String, by actor: Author) async throws -> Receipt {
        try await invalidate(.students, "students", studentID, actor)
    }

    /// Forgets what is kept of a course, and the lists that may hold it, in every replica.
    package func invalidateCourseCache(courseID: String, by actor: Author) async throws -> Receipt {
        try await invalidate(.courses, "courses", courseID, actor)
    }

    /// Forgets what is kept of a teacher, and the lists that may hold it, in every replica.
    package func invalidateTeacherCache(teacherID: String, by actor: Author) async throws -> Receipt {
        try await invalidate(.teachers, "teachers", teacherID, actor)
    }

    /// Forgets what is kept of what a user may do, in every replica.
    package func invalidateUserPermissionsCache(userID: String, by actor: Author) async throws -> Receipt {
        try await invalidate(.permissions, "permissions", userID, actor)
    }

    /// Forgets a branch's numbers, in every replica.
    package func invalidateAnalyticsCache(branchID: String, by actor: Author) async throws -> Receipt {
        try await invalidate(.analytics, "analytics", branchID, actor)
    }

    private func invalidate(
        _ namespace: CacheNamespace,
        _ kind: String,
        _ id: String,
        _ actor: Author
    ) async throws -> Receipt {
        try await append(
            NewEvent(CacheEvents.Cleared(namespace: namespace.name, about: kind, aboutID: id)),
            by: actor
        )
    }
}
