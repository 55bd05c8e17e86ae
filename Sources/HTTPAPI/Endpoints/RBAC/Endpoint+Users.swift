package import Access
import Events
import JSON

extension Endpoint {
    /// People and programs.
    package static func users(_ tokens: TokenService) -> [Endpoint] { [registerUser(tokens)] }

    /// `POST /rbac/users`: makes a person or a program known.
    private static func registerUser(_ tokens: TokenService) -> Endpoint {
        Endpoint(
            .post,
            "/rbac/users",
            "Register a user",
            details: """
                Whoever is registered can be given a token, and be written to at their address. Who signs in by an identity \
                provider alone need not be: roles are assigned to whatever id the provider says.
                """,
            tag: "rbac",
            access: .permission(.registerUsers),
            inputs: IdempotencyHeader(),
            JSONBody(UserToRegister.self),
            outputs: .json(.created, .receipt, "The user is known."),
            problems: .duplicateName,
            .idempotencyKeyReused,
            .unavailable
        ) { context, key, body in
            let command = RegisterUser(userID: body.userID, kind: body.kind, name: body.name, email: body.email)
            return .commanded(.created, try await tokens.register(command, context.command(key)))
        }
    }
}

/// A user to be.
struct UserToRegister: JSONReadable {
    private static let email = StringRule(3...254, .line)

    let userID: String
    let kind: Identity.UserRegistered.Kind
    let name: String?
    let email: String?

    static let schema = Schema.object(
        .required(
            "userId",
            .identifier.described("The id, as identity providers have it. It stays in the log for good")
        ),
        .optional("kind", .choice(Identity.UserRegistered.Kind.self).described("`person` where left out")),
        .optional("name", .string(AccessRules.name).described("Personal: can be erased")),
        .optional("email", .string(email).described("Personal: can be erased"))
    )

    init(reading reader: inout JSONReader) {
        userID = reader.string("userId", .identifier)
        kind = reader.choiceIfPresent("kind") ?? .person
        name = reader.stringIfPresent("name", AccessRules.name)
        email = reader.stringIfPresent("email", Self.email)
    }
}
