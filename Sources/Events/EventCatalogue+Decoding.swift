package import JSON

extension EventCatalogue {
    /// Every type, by its name.
    private static let byType: [EventType: any EventPayload.Type] = Dictionary(
        payloads.map { ($0.type, $0) },
        uniquingKeysWith: { first, _ in first }
    )

    /// Every type that this build knows, in the order of their names.
    package static let all: [EventDescription] = payloads.map { $0.description }

    /// The Swift type for events of that type; nil for a type that this build does not know.
    package static func payload(of type: EventType) -> (any EventPayload.Type)? {
        byType[type]
    }

    /// The description of that type; nil for a type that this build does not know.
    package static func description(of type: EventType) -> EventDescription? {
        byType[type]?.description
    }

    /// Reads an event of whatever type from its documents.
    ///
    /// - Throws: ``EventError`` with the pointers of everything that is wrong.
    package static func decode(
        type: EventType,
        version: Int,
        data: JSONValue,
        personal: JSONValue?
    ) throws(EventError) -> any EventPayload {
        guard let payload = byType[type] else {
            throw EventError(
                .unknownType,
                "There is no event type \"\(type)\" in the catalogue of this build.",
                at: "/type"
            )
        }
        guard (1...payload.schemaVersion).contains(version) else {
            throw EventError(
                .unknownVersion,
                "\(type) has no schema version \(version) in this build; the newest is \(payload.schemaVersion).",
                at: "/schemaVersion"
            )
        }
        if version < payload.schemaVersion {
            try refuseLaterFields(of: payload.description, version: version, data: data, personal: personal)
        }
        do throws(JSONDecodingError) {
            return try payload.init(data: data, personal: personal)
        } catch {
            throw invalid(type, version, error.problems)
        }
    }

    /// Reads an event of whatever type from the bytes of its documents.
    ///
    /// - Throws: ``EventError`` with the pointers of everything that is wrong.
    package static func decode(
        type: EventType,
        version: Int,
        data: [UInt8],
        personal: [UInt8]?
    ) throws(EventError) -> any EventPayload {
        let dataValue = try parse(data, at: "/data", type, version)
        var personalValue: JSONValue?
        if let personal { personalValue = try parse(personal, at: "/personal", type, version) }
        return try decode(type: type, version: version, data: dataValue, personal: personalValue)
    }

    /// Checks the documents of an event of whatever type.
    ///
    /// - Throws: ``EventError`` with the pointers of everything that is wrong.
    package static func validate(
        type: EventType,
        version: Int,
        data: [UInt8],
        personal: [UInt8]?
    ) throws(EventError) {
        _ = try decode(type: type, version: version, data: data, personal: personal)
    }

    private static func parse(
        _ bytes: [UInt8],
        at base: String,
        _ type: EventType,
        _ version: Int
    ) throws(EventError) -> JSONValue {
        do throws(JSONParsingError) {
            return try JSONValue(parsing: bytes)
        } catch {
            let problem = JSONDecodingProblem(
                pointer: base + error.pointer.description,
                message: "Line \(error.line), column \(error.column): \(error.message)"
            )
            throw invalid(type, version, [problem])
        }
    }

    /// An event that says it is of an earlier version cannot have what a later version brought.
    private static func refuseLaterFields(
        of description: EventDescription,
        version: Int,
        data: JSONValue,
        personal: JSONValue?
    ) throws(EventError) {
        let problems = description.fields
            .filter { $0.since > version && ($0.isPersonal ? personal : data)?[$0.name] != nil }
            .map {
                JSONDecodingProblem(
                    pointer: $0.pointer,
                    message: "This field came with schema version \($0.since); leave it out or say that version."
                )
            }
        guard problems.isEmpty else { throw invalid(description.type, version, problems) }
    }

    private static func invalid(_ type: EventType, _ version: Int, _ problems: [JSONDecodingProblem]) -> EventError {
        EventError(.invalid, "This is not a valid \(type) of schema version \(version).", problems: problems)
    }
}
