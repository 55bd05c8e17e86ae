package import HTTPTypes
package import RateLimiting

/// One thing that clients can do: everything about it in one value.
///
/// From it follow routing, sign-in, the permission check, the limit of the body, the checks of the inputs, the choice of
/// format, and the operation in the OpenAPI document. There is no other way to answer a request.
///
///     extension Endpoint {
///         static func renameRole(_ access: AccessService) -> Endpoint {
///             Endpoint(
///                 .put, "/rbac/roles/{roleId}/name", "Rename a role",
///                 tag: "rbac",
///                 access: .permission("rbac.roles:write", in: .decidedByHandler),
///                 inputs: Path("roleId", .identifier, "The role."), IdempotencyHeader(), JSONBody(RoleName.self),
///                 outputs: .json(.ok, RoleView.schema, "The role as it is now."),
///                 problems: .notFound, .versionConflict
///             ) { context, roleId, key, body in
///                 let role = try await access.role(roleId)          // throws Problem.notFound("role", roleId)
///                 try await context.require("rbac.roles:write", in: .branch(role.branchId))
///                 let receipt = try await access.rename(role, to: body.name, by: context.actor, key: key)
///                 return .json(position: receipt.position) { RoleView.write(role, to: &$0) }
///             }
///         }
///     }
///
///     struct RoleName: JSONReadable {
///         let name: String
///         static let schema = Schema.object(.required("name", .string(StringRule(1...100))))
///         init(reading reader: inout JSONReader) { name = reader.string("name", StringRule(1...100)) }
///     }
///
/// **Inputs** arrive as arguments of the handler in the order they are listed, already read and checked: ``Path``,
/// ``Query`` (optional, with a default, or `required:`), ``AsOf`` (gives `Moment?`), ``Paging`` (gives ``PageRequest``),
/// ``IdempotencyHeader`` (gives `IdempotencyKey?`), ``JSONBody``. A request with something else in it (an unknown query
/// parameter, an unknown member, a body where none is taken) is refused before the handler runs.
///
/// **Permission**: `.permission("x:y")` asks for the whole institution; `in: .parameter("branchId")` for the branch that a
/// path or query parameter names; `in: .decidedByHandler` leaves it to the handler, which calls
/// ``RequestContext/require(_:in:)`` first. A handler that forgets is answered for with an internal error.
///
/// **Answers** are a ``Reply``. Give it the `position` that it was answered from: that makes `ETag` and `X-Position`, and
/// `if let unchanged = context.notModified(at: position) { return unchanged }` saves the work where the client has it
/// already. Lists are declared once as ``Columns`` and answered with ``Reply/listing(_:_:page:next:position:_:)`` as JSON,
/// NDJSON or CSV.
///
/// **Errors** are thrown: a ``Problem``, or an error of a service that is made ``ProblemConvertible`` in the area's
/// folder. Everything else becomes a 500 without details and a line in the log.
package struct Endpoint: Sendable {
    /// The method. HEAD and OPTIONS follow from the others.
    package let method: HTTPRequest.Method
    /// The path.
    package let path: PathTemplate
    /// What it does, in a few words in the imperative.
    package let summary: String
    /// More about it, in Markdown.
    package let details: String?
    /// The heading that it stands under in the document.
    package let tag: String
    /// Who may call it.
    package let access: EndpointAccess
    /// Whether it only asks: every GET does, and a POST whose question is too long for a URL.
    package let isQuestion: Bool
    /// What kind of request it is, as far as limits go.
    package let routeClass: RouteClass
    /// Whether the client may keep what it is answered with, to ask whether it has changed; personal records are not kept.
    package let mayBeKept: Bool
    /// The answers that it gives.
    package let outputs: [Output]
    /// The problems that it answers with, beside those that follow from the rest.
    package internal(set) var problems: [ProblemKind]

    /// How people come to it, if it is a page.
    package internal(set) var door: (any PageDoor)?
    /// How it becomes a WebSocket, if it is the door of one.
    var upgrade: SocketUpgrade?
    let operation: OperationDescription
    let mediaTypes: [MediaType]
    let knownQuery: Set<String>
    private(set) var perform: @Sendable (RequestContext, IncomingRequest) async throws -> Reply

    /// Declares an endpoint.
    ///
    /// - Parameter routeClass: how it is limited, where it is not simply a read (what only asks) or a write.
    package init<each Input: EndpointInput>(
        _ method: HTTPRequest.Method,
        _ path: PathTemplate,
        _ summary: String,
        details: String? = nil,
        tag: String,
        access: EndpointAccess,
        isQuestion: Bool = false,
        routeClass: RouteClass? = nil,
        mayBeKept: Bool = true,
        inputs: repeat each Input,
        outputs: Output...,
        problems: ProblemKind...,
        handler: @escaping @Sendable (RequestContext, repeat (each Input).Value) async throws -> Reply
    ) {
        self.method = method
        self.path = path
        self.summary = summary
        self.details = details
        self.tag = tag
        self.access = access
        self.isQuestion = isQuestion || method == .get
        self.routeClass = routeClass ?? (self.isQuestion ? .read : .write)
        self.mayBeKept = mayBeKept
        self.outputs = outputs
        self.problems = problems

        var operation = OperationDescription()
        repeat (each inputs).describe(in: &operation)
        self.operation = operation
        knownQuery = Set(operation.parameters.filter { $0.location == .query }.map(\.name))
        var mediaTypes: [MediaType] = []
        for output in outputs {
            for type in output.mediaTypes where !mediaTypes.contains(type) { mediaTypes.append(type) }
        }
        self.mediaTypes = mediaTypes

        perform = { context, request in
            var problems: [FieldProblem] = []
            let values = (repeat try (each inputs).read(from: request, problems: &problems))
            if !problems.isEmpty { throw Problem(fields: problems) }
            return try await handler(context, repeat try Self.present(each values))
        }
    }

    /// The same endpoint, whose answers are changed on their way out.
    package func answering(_ change: @escaping @Sendable (Reply) -> Reply) -> Endpoint {
        var changed = self
        changed.perform = { [perform] context, request in change(try await perform(context, request)) }
        return changed
    }

    private static func present<Value>(_ value: Value?) throws -> Value {
        guard let value else { throw EndpointError("An input refused a request without saying why.") }
        return value
    }
}

extension Problem {
    /// The problem of a request whose inputs are not acceptable: 422 if it is about the body alone, else 400.
    init(fields: [FieldProblem]) {
        let isBody = fields.allSatisfy { $0.location == .body }
        self.init(
            isBody ? .invalidBody : .invalidParameter,
            fields.count == 1
                ? "\(Self.name(of: fields[0])): \(fields[0].detail)"
                : "\(fields.count) parts of the request are not acceptable; errors names each.",
            errors: fields
        )
    }

    private static func name(of field: FieldProblem) -> String {
        let pointer = field.pointer.isEmpty ? "the whole" : field.pointer
        return "\(field.location.rawValue) \(pointer)"
    }
}
