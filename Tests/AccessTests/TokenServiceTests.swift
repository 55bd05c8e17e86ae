import Access
import EventStore
import Events
import OpenSSL
import TestSupport
import Testing
import Time

/// Daybook's own tokens.
struct TokenServiceTests {
    @Test func aTokenSignsInUntilItIsRevokedOnEveryReplica() async throws {
        try await AccessFixture.withAccess { first in
            try await AccessFixture.withAccess(at: first.log.url, keys: first.log.keys) { second in
                let tom = RegisterUser(userID: "tom", kind: .person, name: "Tom")
                _ = try await first.tokens.register(tom, first.root)
                let token = try await first.tokens.issue(to: "tom", label: "laptop", first.root)
                #expect(try await second.tokens.authenticate(token.secret).userID == "tom")
                _ = try await second.tokens.revoke(token.id, reason: "lost", second.root)
                await #expect(throws: TokenRefusal(.revoked)) {
                    try await first.tokens.authenticate(token.secret)
                }
                let listed = try await first.tokens.list(of: "tom")
                #expect(listed.map(\.id) == [token.id])
                #expect(listed.first?.label == "laptop")
                #expect(listed.first?.revokedAt != nil)
            }
        }
    }

    @Test func theSecretIsNowhereInTheDatabase() async throws {
        try await AccessFixture.withAccess { fixture in
            let token = try #require(fixture.administrator)
            let secret = try #require(token.secret.split(separator: "_", maxSplits: 2).last)
            let dump = try await Psql.run(
                "select t::text from log.events as t; select t::text from identity.tokens as t",
                on: fixture.log.url
            )
            #expect(dump.contains(token.id))
            #expect(!dump.contains(secret))
        }
    }

    @Test func nobodyIssuesATokenForSomebodyWhoMayMore() async throws {
        try await AccessFixture.withAccess { fixture in
            let define = DefineRole(
                roleID: "clerk",
                branch: RBAC.institutionBranch,
                name: "Clerk",
                permissionIDs: ["identity.tokens:issue"]
            )
            _ = try await fixture.access.defineRole(define, fixture.root)
            _ = try await fixture.access.assignRoleToUser(AssignRole(userID: "eve", roleID: "clerk"), fixture.root)
            let refusal = try await fixture.refusal {
                try await fixture.tokens.issue(to: FirstStart.administrator, CommandContext(actor: .user("eve")))
            }
            guard case .selfEscalation = refusal else { return #expect(Bool(false), "\(String(describing: refusal))") }
        }
    }

    @Test func tokensAreForRegisteredUsersAndEndInTheFuture() async throws {
        try await AccessFixture.withAccess { fixture in
            let stranger = try await fixture.refusal { try await fixture.tokens.issue(to: "x", .system) }
            #expect(stranger == .notFound)
            let past = try await fixture.refusal {
                try await fixture.tokens.issue(to: FirstStart.administrator, expiresAt: .epoch, .system)
            }
            #expect(past == .expired)
        }
    }
}

/// Signing in by a token, on the model alone.
struct AuthenticationTests {
    private static let now = Scenario.now

    private func issued(until end: Timestamp? = nil) throws -> (IdentityModel, APIToken) {
        let token = try APIToken.generate()
        var model = AccessModel()
        model.apply(.userRegistered(.init(userID: "tom", kind: .person)), version: 0)
        let event = Identity.TokenIssued(
            tokenID: token.id,
            userID: "tom",
            digest: token.digest.hex,
            expiresAt: end
        )
        model.apply(.tokenIssued(event), version: 0)
        return (model.identity, token)
    }

    @Test func aTokenSignsItsUserIn() throws {
        let (model, token) = try issued()
        #expect(try model.authenticate(token.text, at: Self.now).userID == "tom")
        #expect(!token.description.contains(token.text))
    }

    @Test func anExpiredTokenIsRefusedFromThatVeryMoment() throws {
        let (model, token) = try issued(until: Self.now)
        #expect(throws: TokenRefusal(.expired)) { try model.authenticate(token.text, at: Self.now) }
        let before = Timestamp(microseconds: Self.now.microseconds - 1)
        #expect(try model.authenticate(token.text, at: before).userID == "tom")
    }

    @Test func anotherSecretUnderAKnownIdIsUnknown() throws {
        let (model, token) = try issued()
        let other = try APIToken.generate()
        let forged = "dbk_" + token.id + "_" + String(other.text.dropFirst(4 + other.id.count + 1))
        #expect(throws: TokenRefusal(.unknown)) { try model.authenticate(forged, at: Self.now) }
        #expect(throws: TokenRefusal(.unknown)) { try model.authenticate(other.text, at: Self.now) }
    }

    @Test(arguments: ["", "dbk_", "dbk__", "dbk_a_", "dbk_a_b", "abc", "dbk_a_" + String(repeating: "A", count: 44)])
    func whatIsNoTokenIsUnknown(text: String) throws {
        let (model, _) = try issued()
        #expect(throws: TokenRefusal(.unknown)) { try model.authenticate(text, at: Self.now) }
    }
}
