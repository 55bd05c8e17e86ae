extension CacheNamespace {
    /// Answers of the institution's lists and single reads, as they go out.
    package static let institution = CacheNamespace("institution")
    /// Answers about what users may do, as they go out.
    package static let permissionAnswers = CacheNamespace("permission-answers")
    /// The students of a branch.
    package static let students = CacheNamespace("students", maximumValueBytes: 1_048_576)
    /// The teachers of a branch.
    package static let teachers = CacheNamespace("teachers", maximumValueBytes: 1_048_576)
    /// What is known of a course.
    package static let courses = CacheNamespace("courses")
    /// What a user may do in the institution as a whole.
    package static let permissions = CacheNamespace("permissions")
    /// A branch in numbers.
    package static let analytics = CacheNamespace("analytics")
    /// Results of queries by name and parameters.
    package static let queries = CacheNamespace("queries")
    /// Whatever else is put by key.
    package static let values = CacheNamespace("values", ttl: .seconds(86_400))

    /// All that Daybook declares.
    package static let declared: [CacheNamespace] = [
        institution, permissionAnswers, students, teachers, courses, permissions, analytics, queries, values,
    ]
}
