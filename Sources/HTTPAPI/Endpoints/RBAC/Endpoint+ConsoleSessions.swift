import Access

extension Endpoint {
    /// `DELETE /rbac/users/{userId}/console-sessions`: ends all sessions of the console that somebody has.
    static func consoleSessions(_ access: AccessService) -> Endpoint {
        Endpoint(
            .delete,
            "/rbac/users/{userId}/console-sessions",
            "End all of somebody's sessions of the console",
            details: """
                Everybody may end their own; those of others take identity.tokens:revoke. Those that rest on an identity provider end by nothing else before their time; those that rest on a token end \
                with it, too. It counts in the very next request on every replica, for whoever has a cookie of them. Devices \
                end as well that were registered without a token: in such a session, or by a program that signs in by the \
                provider's tokens. They may sign in again: whoever is to stay out loses their roles and tokens, and their account at the provider.
                """,
            tag: "rbac",
            access: .signedIn,
            inputs: Path("userId", .identifier, "The user."),
            Query("reason", .text(AccessRules.text), "Why. It stays in the log for good: name no people."),
            IdempotencyHeader(),
            outputs: .json(.ok, .receipt, "Every session that they had begun is over."),
            problems: .forbidden,
            .notFound,
            .idempotencyKeyReused,
            .unavailable
        ) { context, user, reason, key in
            .receipt(try await access.endConsoleSessions(of: user, reason: reason, context.command(key)))
        }
    }
}
