package import Time

extension InstitutionService {
    /// A page of things of one kind, as far as the reader may see them.
    package func list(
        _ resource: Resource,
        _ query: ResourceQuery = ResourceQuery(),
        at moment: ResourceMoment = .now,
        sight: ResourceSight
    ) async throws -> ResourcePage {
        try await reader.page(of: resource, query, at: moment, sight)
    }

    /// One thing by its id: the values of its key, joined by commas. The page is empty where there is none that the
    /// reader may see.
    package func get(
        _ resource: Resource,
        _ id: String,
        fields: [ResourceColumn]? = nil,
        at moment: ResourceMoment = .now,
        sight: ResourceSight
    ) async throws -> ResourcePage {
        var query = ResourceQuery()
        query.fields = fields
        query.limit = 1
        let parts = id.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        let values = zip(resource.keyColumns, parts).compactMap { column, text in Self.value(text, of: column) }
        if values.count == resource.key.count, parts.count == resource.key.count {
            query.filters = zip(resource.keyColumns, values).map { ResourceQuery.Filter($0, .equal, $1) }
        } else {
            // No thing has such an id; asked anyway, so that the answer has its position.
            query.limit = 0
        }
        var page = try await reader.page(of: resource, query, at: moment, sight)
        page.next = nil
        return page
    }

    /// Waits for a read model to hold so many events, as a position that was told before demands.
    ///
    /// - Throws: `ResourceError(.behind)` where it does not in time.
    package func hold(_ size: Int64, in readModel: String = InstitutionService.analyticsModel) async throws {
        try await reader.hold(size, in: readModel)
    }

    /// Names the making of a read model: another release, and another rebuild, may make another of the same events.
    package func making(of readModel: String = InstitutionService.analyticsModel) async throws -> String {
        try await reader.making(of: readModel)
    }

    /// The read model of dashboards.
    package static let analyticsModel = "analytics"

    /// How many events a moment that is past takes in.
    ///
    /// - Throws: `ResourceError(.noSuchMoment)` where it lies beyond the log.
    package func size(at moment: ResourceMoment) async throws -> Int64 { try await reader.size(at: moment) }

    /// How many events were recorded by a time.
    package func size(at time: Timestamp) async throws -> Int64 { try await reader.size(at: time) }

    private static func value(_ text: String, of column: ResourceColumn) -> ResourceQuery.Value? {
        switch column.kind {
        case .integer, .sum: Int64(text).map { .integer($0) }
        case .day: CalendarDay(text).map { .day($0) }
        case .text: .text(text)
        case .boolean, .timestamp, .json: nil
        }
    }
}
