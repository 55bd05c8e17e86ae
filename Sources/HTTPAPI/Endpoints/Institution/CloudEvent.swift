import HTTPTypes
import Institution
import JSON
import Time

/// The envelope of an event as other systems send it (CloudEvents 1.0), read from whatever mode it came in.
///
/// Extension attributes that are not known here are let pass, as the standard asks.
struct CloudEvent {
    /// How many attributes an event may have.
    static let mostAttributes = 100

    private var fact = ReceivedFact(source: "", id: "", type: "", data: .null)
    private var specVersion: String?
    private var hasData = false
    private var problems: [FactRefusal.Problem] = []

    /// One attribute of the envelope, as text.
    private mutating func set(_ name: String, _ text: String) {
        switch name {
        case "specversion": specVersion = text
        case "id": fact.id = text
        case "source": fact.source = text
        case "type": fact.type = text
        case "subject": fact.subject = text
        case "branch": fact.branch = text
        case "time": setTime(text)
        case "datacontenttype": setContentType(text)
        case "dataschema": setSchema(text)
        case "traceparent": fact.correlationID = TraceContext.traceID(of: text)
        default: checkName(name)
        }
    }

    private mutating func refuse(_ name: String, _ message: String) {
        guard problems.count < JSONReader.maximumProblems else { return }
        problems.append(.init(JSONPointer(tokens: [name]).description, message))
    }

    private static let tooMany = FactRefusal(.invalid, at: "", "An event has at most \(mostAttributes) attributes.")

    private mutating func setTime(_ text: String) {
        // Many senders write nanoseconds; the log keeps microseconds.
        guard let time = Timestamp(rfc3339: Self.withMicroseconds(text)) else {
            return refuse("time", "A date and time like 2026-01-31T08:30:00Z was expected (RFC 3339).")
        }
        fact.time = time
    }

    private static func withMicroseconds(_ text: String) -> String {
        guard text.utf8.count > 27, let dot = text.firstIndex(of: ".") else { return text }
        let digits = text[text.index(after: dot)...].prefix { $0.isNumber }
        return digits.count <= 6 ? text : String(text[...dot] + digits.prefix(6) + text[digits.endIndex...])
    }

    private mutating func setContentType(_ text: String) {
        let type = text.lowercased().prefix { $0 != ";" }.filter { $0 != " " }
        if type != "application/json" { refuse("datacontenttype", "Data are taken as application/json.") }
    }

    private mutating func setSchema(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 5, text.hasPrefix("urn:daybook:event:"), let version = Int(parts[4]), version > 0 else {
            return refuse("dataschema", "The schema of an event here is urn:daybook:event:<type>:<version>.")
        }
        fact.schemaVersion = version
        schemaType = String(parts[3])
    }
    private var schemaType: String?

    private mutating func checkName(_ name: String) {
        let isName = name.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) }
        if !isName || name.isEmpty { refuse(name, "Attributes are named in lower-case letters and digits.") }
    }

    /// The fact, or everything that is wrong with its envelope.
    private mutating func finish() -> Result<ReceivedFact, FactRefusal> {
        if specVersion != "1.0" { refuse("specversion", "This has to be 1.0.") }
        if fact.id.isEmpty { refuse("id", "This attribute is missing.") }
        if fact.source.isEmpty { refuse("source", "This attribute is missing.") }
        if fact.type.isEmpty { refuse("type", "This attribute is missing.") }
        if let schemaType, schemaType != fact.type { refuse("dataschema", "This is the schema of another type.") }
        if fact.subject == "" { refuse("subject", "This may be left out, but not empty.") }
        if !hasData { refuse("data", "The data are missing.") }
        guard problems.isEmpty else {
            return .failure(
                FactRefusal(.invalid, "This is not an event in the sense of CloudEvents 1.0.", problems: problems)
            )
        }
        return .success(fact)
    }
}

extension CloudEvent {
    /// Reads an event in structured mode: one JSON object.
    static func read(structured json: JSONValue) -> Result<ReceivedFact, FactRefusal> {
        guard case .object(let object) = json else {
            return .failure(FactRefusal(.invalid, at: "", "An object was expected, not \(json.kind)."))
        }
        guard object.count <= mostAttributes else { return .failure(tooMany) }
        var event = CloudEvent()
        for member in object.members {
            switch (member.name, member.value) {
            case ("data", let data):
                event.fact.data = data
                event.hasData = true
            // As the JSON format of the standard has it: an attribute that is null is one that is not set.
            case ("data_base64", .null): break
            case (let name, .null): event.checkName(name)
            case ("data_base64", _):
                event.refuse("data_base64", "Data are taken as JSON, in the member data.")
            case (let name, .string(let text)): event.set(name, text)
            case (let name, .bool), (let name, .number): event.setOther(name)
            case (let name, let value): event.refuse(name, "A string was expected, not \(value.kind).")
            }
        }
        return event.finish()
    }

    private static let known: Set<String> = [
        "specversion", "id", "source", "type", "subject", "branch", "time", "datacontenttype", "dataschema",
        "traceparent",
    ]

    /// Extension attributes may be numbers and booleans; those that mean something here are strings.
    private mutating func setOther(_ name: String) {
        if Self.known.contains(name) { refuse(name, "A string was expected.") } else { checkName(name) }
    }

    /// Reads an event in binary mode: attributes in `ce-` fields, the body is the data.
    static func read(headers: HTTPFields, data: JSONValue?) -> Result<ReceivedFact, FactRefusal> {
        let attributes = headers.filter { $0.name.canonicalName.hasPrefix("ce-") }
        guard attributes.count <= mostAttributes else { return .failure(tooMany) }
        var event = CloudEvent()
        var names: Set<String> = []
        for field in attributes {
            let name = String(field.name.canonicalName.dropFirst(3))
            guard names.insert(name).inserted else {
                event.refuse(name, "The attribute is there twice.")
                continue
            }
            guard let text = PercentCoding.decode(unquoted(field.value)[...]) else {
                event.refuse(name, "The field is not properly percent-encoded UTF-8.")
                continue
            }
            event.set(name, text)
        }
        if let data {
            event.fact.data = data
            event.hasData = true
        }
        return event.finish()
    }

    /// What a field says where it is one quoted string (RFC 9110, section 5.6.4); anything else as it stands.
    private static func unquoted(_ value: String) -> String {
        let scalars = value.unicodeScalars
        guard scalars.count >= 2, scalars.first == "\"", scalars.last == "\"" else { return value }
        var text = String.UnicodeScalarView()
        var rest = scalars.dropFirst().dropLast().makeIterator()
        while let scalar = rest.next() {
            switch scalar {
            case "\"": return value
            case "\\":
                guard let escaped = rest.next() else { return value }
                text.append(escaped)
            default: text.append(scalar)
            }
        }
        return String(text)
    }
}

extension TraceContext {
    /// The trace id of a `traceparent`; nil for one that is malformed, by which a trace begins anew.
    static func traceID(of traceparent: String) -> String? {
        let trace = TraceContext(traceparent: traceparent)
        return traceparent.contains(trace.traceID) ? trace.traceID : nil
    }
}
