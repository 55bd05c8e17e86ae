import HTTPTypes
import JSON

extension Endpoint {
    /// The operation object of the document; named schemas are added to `components`.
    func operationObject(_ components: inout [String: JSONObject]) -> JSONObject {
        var object: JSONObject = [
            "operationId": .string(operationID),
            "summary": .string(summary),
            "tags": .array([.string(tag)]),
        ]
        if let details { object["description"] = .string(details) }
        switch access {
        case .open: object["security"] = .array([])
        case .signedIn: object["security"] = .array([.object(["bearer": .array([])])])
        case .permission(let permission, let place):
            object["security"] = .array([.object(["bearer": .array([])])])
            object["x-permission"] = .string(permission)
            object["x-permission-in"] = .string(place.name)
        }
        let parameters = operation.parameters + impliedParameters
        if !parameters.isEmpty {
            object["parameters"] = .array(parameters.map { .object($0.object(&components)) })
        }
        if let body = operation.body {
            components.merge(body.schema.components) { first, _ in first }
            var content = JSONObject()
            for type in body.mediaTypes { content[type.name] = .object(["schema": .object(body.schema.json)]) }
            object["requestBody"] = .object([
                "required": .bool(body.isRequired),
                "content": .object(content),
            ])
        }
        object["responses"] = .object(responses(&components))
        return object
    }

    /// `getRbacRolesByRoleId`: the method and the path as one word, so that it is the same in every build.
    private var operationID: String {
        let words = path.segments.map { segment in
            switch segment {
            case .literal(let text):
                text.split { !$0.isLetter && !$0.isNumber }.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
            case .parameter(let name): "By" + name.prefix(1).uppercased() + name.dropFirst()
            }
        }
        return method.rawValue.lowercased() + words.joined()
    }

    private func responses(_ components: inout [String: JSONObject]) -> JSONObject {
        var responses = JSONObject()
        for output in outputs {
            var response: JSONObject = ["description": .string(output.description)]
            if !output.mediaTypes.isEmpty {
                var content = JSONObject()
                for type in output.mediaTypes {
                    let isStructured = type == .json || type == .problem
                    let schema = isStructured ? output.schema?.json : Schema.string().json
                    content[type.name] = .object(schema.map { ["schema": .object($0)] } ?? [:])
                }
                if let schema = output.schema { components.merge(schema.components) { first, _ in first } }
                response["content"] = .object(content)
            }
            responses[String(output.status.code)] = .object(response)
        }
        var titles: [Int: [String]] = [:]
        for kind in impliedProblems + problems where titles[kind.status.code]?.contains(kind.title) != true {
            titles[kind.status.code, default: []].append(kind.title)
        }
        for (status, titles) in titles.sorted(by: { $0.key < $1.key }) {
            responses[String(status)] = .object([
                "description": .string(titles.joined(separator: "; ")),
                "content": .object([
                    MediaType.problem.name: .object(
                        ["schema": .object(["$ref": "#/components/schemas/Problem"])]
                    )
                ]),
            ])
        }
        return responses
    }

    /// The header fields that the pipeline and the answers follow.
    private var impliedParameters: [OperationDescription.Parameter] {
        var parameters: [OperationDescription.Parameter] = []
        if access != .open {
            parameters.append(
                .init(
                    .header,
                    HTTPField.Name.minimumPosition.rawName,
                    isRequired: false,
                    .string(StringRule(1...40)),
                    "Answer from no less than the log up to this position: X-Position or ETag of an earlier answer."
                )
            )
            parameters.append(
                .init(
                    .header,
                    HTTPField.Name.session.rawName,
                    isRequired: false,
                    .identifier,
                    "A session of whoever asks: only the roles that are active in it count."
                )
            )
        }
        if outputs.contains(where: { $0.status == .notModified }) {
            parameters.append(
                .init(
                    .header,
                    HTTPField.Name.ifNoneMatch.rawName,
                    isRequired: false,
                    .string(),
                    "The ETag of an answer that the client has."
                )
            )
        }
        return parameters
    }

    /// The problems that follow from the declaration.
    private var impliedProblems: [ProblemKind] {
        var kinds: [ProblemKind] = [.internalError, .unavailable]
        if routeClass != .probe || access != .open { kinds.append(.quotaExceeded) }
        if access != .open { kinds += [.notSignedIn, .invalidToken] }
        if access.permission != nil { kinds.append(.forbidden) }
        if !operation.parameters.isEmpty || access != .open { kinds.append(.invalidParameter) }
        if let body = operation.body {
            kinds += [.malformedJSON, body.otherMembers, .contentTooLarge, body.otherFormat]
        }
        if !mediaTypes.isEmpty { kinds.append(.notAcceptable) }
        return kinds
    }
}

extension OperationDescription.Parameter {
    fileprivate func object(_ components: inout [String: JSONObject]) -> JSONObject {
        components.merge(schema.components) { first, _ in first }
        return [
            "name": .string(name),
            "in": .string(location.rawValue),
            "required": .bool(isRequired),
            "description": .string(description),
            "schema": .object(schema.json),
        ]
    }
}

extension EndpointAccess.Place {
    fileprivate var name: String {
        switch self {
        case .institution: "institution"
        case .parameter(let name): "the branch \(name)"
        case .decidedByHandler: "the branch of the thing"
        }
    }
}
