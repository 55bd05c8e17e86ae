import Events
import JSON

/// The Open Cybersecurity Schema Framework, version 1.6.0: requests as API Activity (6003), what was done to things as
/// Entity Management (3004), everything else as Base Event (0).
extension ExportedLog {
    static let ocsfVersion = "1.6.0"

    /// Appends it as a line of OCSF.
    func appendOCSF(to json: inout JSONWriter, base: String, product version: String) {
        let (category, uid) = ocsfClass
        let activity = ocsfActivity
        json.object { json in
            json.member("category_uid", category)
            json.member("class_uid", uid)
            json.member("activity_id", activity)
            json.member("type_uid", uid * 100 + activity)
            json.member("time", happenedAt.microseconds / 1_000)
            json.member("severity_id", severity)
            json.member("status_id", statusID)
            json.member("message", message)
            json.member(
                "metadata",
                object: { json in
                    json.member("version", Self.ocsfVersion)
                    json.member(
                        "product",
                        object: { json in
                            json.member("name", "Daybook")
                            json.member("vendor_name", "Daybook")
                            json.member("version", version)
                        }
                    )
                    json.member("uid", place.map { "\(id)/\($0)" } ?? id)
                    json.member("log_name", "daybook")
                    json.member("event_code", type.rawValue)
                    json.member("sequence", position)
                    json.member("logged_time", recordedAt.microseconds / 1_000)
                    if let traceID { json.member("correlation_uid", traceID) }
                }
            )
            writeActor(to: &json)
            writeSubject(to: &json)
            json.member(
                "unmapped",
                object: { json in
                    json.member("log_index", position)
                    json.member("leaf", leaf)
                    json.member("proof_url", proofURL(base))
                    if let branch { json.member("branch_id", branch) }
                    if let node { json.member("node", node) }
                    if let data {
                        json.name("data")
                        json.value(rawJSON: data)
                    }
                }
            )
        }
        json.newline()
    }

    private func writeActor(to json: inout JSONWriter) {
        guard ocsfClass.uid != 0 else { return }
        json.member(
            "actor",
            object: { json in json.member("user", object: { $0.member("uid", actor) }) }
        )
    }

    private func writeSubject(to json: inout JSONWriter) {
        switch subject {
        case .request(let request):
            json.member(
                "api",
                object: { json in
                    json.member("operation", "\(request.method) \(request.route)")
                    json.member("response", object: { $0.member("code", request.status) })
                }
            )
            // Addresses of clients are personal text and are not in the request log.
            json.member("src_endpoint", object: { $0.member("name", "not recorded") })
            // Methods are an enumeration; others stand in the operation alone.
            if request.method != "OTHER" {
                json.member("http_request", object: { $0.member("http_method", request.method) })
            }
            json.member(
                "http_response",
                object: { json in
                    json.member("code", request.status)
                    json.member("length", request.responseBytes)
                }
            )
            json.member("duration", request.microseconds / 1_000)
        case .event where ocsfClass.uid == 3_004:
            json.member(
                "entity",
                object: { json in
                    json.member("type", String(stream.prefix { $0 != "-" }))
                    json.member("uid", stream)
                }
            )
        default: break
        }
    }

    private var isOfThings: Bool {
        switch subject {
        case .event: !type.rawValue.hasPrefix("logs.")
        default: false
        }
    }

    private var ocsfClass: (category: Int, uid: Int) {
        switch subject {
        case .request: (6, 6_003)
        case .event where isOfThings: (3, 3_004)
        default: (0, 0)
        }
    }

    /// Create, read, update, delete; 99 where it is none of them, 0 where there is no choice.
    private var ocsfActivity: Int {
        switch subject {
        case .request(let request):
            switch request.method {
            case "GET", "HEAD", "OPTIONS": return 2
            case "POST": return 1
            case "PUT", "PATCH": return 3
            case "DELETE": return 4
            default: return 99
            }
        case .event where isOfThings:
            // Questions that were answered, many to an event.
            if type == RBAC.DecisionsRecorded.type { return 2 }
            let verb = type.rawValue.split(separator: "-").last.map(String.init) ?? ""
            switch verb {
            case "created", "defined", "registered", "issued", "assigned": return 1
            case "logged", "queried", "checked", "previewed": return 2
            case "updated", "changed", "restored": return 3
            case "deleted", "removed", "revoked", "erased", "retired", "released": return 4
            default: return 99
            }
        default: return 0
        }
    }

    /// 1 informational, 2 low, 3 medium, 4 high, 5 critical.
    private var severity: Int {
        switch subject {
        case .entry(let entry):
            switch entry.level {
            case .trace, .debug, .info: 1
            case .notice: 2
            case .warning: 3
            case .error: 4
            case .critical: 5
            }
        case .request(let request): request.isServerError ? 4 : request.isClientError ? 2 : 1
        case .event, .released: 1
        }
    }

    /// 1 success, 2 failure.
    private var statusID: Int {
        switch subject {
        case .entry(let entry): entry.level == .error || entry.level == .critical ? 2 : 1
        case .request(let request): request.isError ? 2 : 1
        case .event, .released: 1
        }
    }

    private var message: String {
        switch subject {
        case .entry(let entry): entry.message
        case .request(let request): "\(request.method) \(request.route) was answered with \(request.status)"
        case .event: EventCatalogue.description(of: type)?.title ?? type.rawValue
        case .released: "The data of this event was released after archiving"
        }
    }
}
