import Redis
import Testing

struct ConfigurationTests {
    @Test func aURLNamesServerDatabaseAndAccount() throws {
        let plain = try RedisConfiguration(url: "redis://cache.example")
        #expect(plain.place == .network(host: "cache.example", port: 6379))
        #expect(plain.database == 0 && plain.user == nil && plain.password == nil)

        let full = try RedisConfiguration(url: "redis://daybook:s%40cret@[::1]:7000/3")
        #expect(full.place == .network(host: "::1", port: 7000))
        #expect(full.user == "daybook" && full.password == "s@cret" && full.database == 3)

        let socket = try RedisConfiguration(url: "unix://:secret@/run/redis/socket?db=2")
        #expect(socket.place == .socket(path: "/run/redis/socket"))
        #expect(socket.user == nil && socket.password == "secret" && socket.database == 2)
    }

    @Test(arguments: [
        "", "redis", "http://host", "redis://", "redis://host/x", "redis://host:0", "redis://host:99999",
        "redis://host/-1", "redis://host?x=1", "unix://host/path", "unix://", "unix:///path?x=1", "redis://user@host",
        "redis://hidden:word@host/none", "rediss://u:hidden-word@host",
    ])
    func aURLThatIsNotUnderstoodIsRefusedWithoutBeingQuoted(_ url: String) {
        let error = #expect(throws: RedisError.self) { try RedisConfiguration(url: url) }
        #expect(error?.code == .invalidConfiguration)
        #expect(error?.message.contains("hidden") == false)
    }

    @Test func encryptionThatCannotBeHadIsNotPretended() {
        let error = #expect(throws: RedisError.self) { try RedisConfiguration(url: "rediss://host") }
        #expect(error?.message.contains("no TLS") == true)
    }

    @Test func descriptionsHoldNoPassword() throws {
        let configuration = try RedisConfiguration(url: "redis://user:hidden@host/1")
        #expect("\(configuration)" == "redis(host:6379/1 as user)")
    }
}
