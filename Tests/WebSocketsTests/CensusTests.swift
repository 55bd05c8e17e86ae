import Testing

@testable import HTTPAPI

@Suite struct CensusTests {
    private func status(_ body: () throws -> Void) -> Int {
        do {
            try body()
            return 101
        } catch {
            return Int(Problem(hearing: error).kind.status.code)
        }
    }

    @Test func usersAddressesAndTheServerHaveTheirShareAndGetItBack() throws {
        let census = SocketCensus(SocketLimits(maximum: 4, maximumPerActor: 2, maximumPerAddress: 3, maximumWaiting: 1))
        let ada = SocketCensus.Entry(actor: "ada", address: "a")
        try census.enter(ada)
        try census.enter(ada)
        #expect(status { try census.enter(ada) } == 429)
        var waiting = SocketCensus.Entry(actor: nil, address: "a", isWaiting: true)
        try census.enter(waiting)
        #expect(status { try census.enter(.init(actor: "eve", address: "a")) } == 429)
        #expect(status { try census.enter(.init(actor: nil, address: "b", isWaiting: true)) } == 503)
        #expect(!census.signIn(&waiting, as: "ada"))
        #expect(census.signIn(&waiting, as: "eve"))
        try census.enter(.init(actor: nil, address: "b", isWaiting: true))
        #expect(status { try census.enter(.init(actor: "bob", address: "b")) } == 503)
        for entry in [ada, ada, waiting, .init(actor: nil, address: "b", isWaiting: true)] { census.leave(entry) }
        #expect(census.count == 0)
        try census.enter(ada)
        try census.enter(ada)
        try census.enter(.init(actor: nil, address: "c", isWaiting: true))
    }
}
