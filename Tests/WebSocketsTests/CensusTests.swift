import Testing

@testable import HTTPAPI

@Suite struct CensusTests {
    private func status(_ body: () throws -> SocketPlace) -> Int {
        do {
            _ = try body()
            return 101
        } catch {
            return Int(Problem(hearing: error).kind.status.code)
        }
    }

    @Test func usersAddressesAndTheServerHaveTheirShareAndGetItBack() throws {
        let census = SocketCensus(SocketLimits(maximum: 4, maximumPerActor: 2, maximumPerAddress: 3, maximumWaiting: 1))
        let ada = SocketCensus.Entry(actor: "ada", address: "a")
        var places = [try census.enter(ada), try census.enter(ada)]
        #expect(status { try census.enter(ada) } == 429)
        let waiting = try census.enter(.init(actor: nil, address: "a", isWaiting: true))
        #expect(status { try census.enter(.init(actor: "eve", address: "a")) } == 429)
        #expect(status { try census.enter(.init(actor: nil, address: "b", isWaiting: true)) } == 503)
        #expect(!waiting.signIn(as: "ada"))
        #expect(waiting.signIn(as: "eve"))
        places += [waiting, try census.enter(.init(actor: nil, address: "b", isWaiting: true))]
        #expect(status { try census.enter(.init(actor: "bob", address: "b")) } == 503)
        #expect(census.count == 4)
        for place in places { place.leave() }
        // Twice is once.
        places[0].leave()
        #expect(census.count == 0)
        places = [try census.enter(ada), try census.enter(ada)]
        #expect(status { try census.enter(ada) } == 429)
        // A connection that breaks off before it is a socket lets go of its place.
        places = []
        #expect(census.count == 0)
        places = [try census.enter(ada), try census.enter(ada)]
    }

    @Test func oneAddressDoesNotTakeThePlacesOfAllWhoWaitForASignIn() throws {
        let census = SocketCensus(SocketLimits(maximumWaiting: 200))
        let waiting = SocketCensus.Entry(actor: nil, address: "a", isWaiting: true)
        var places = try (0..<20).map { _ in try census.enter(waiting) }
        #expect(status { try census.enter(waiting) } == 429)
        #expect(status { try census.enter(.init(actor: nil, address: "b", isWaiting: true)) } == 101)
        #expect(status { try census.enter(.init(actor: "ada", address: "a")) } == 101)
        // Who signs in, or goes, makes room for the next.
        #expect(places[0].signIn(as: "ada"))
        places.append(try census.enter(waiting))
        #expect(status { try census.enter(waiting) } == 429)
        places[1].leave()
        #expect(status { try census.enter(waiting) } == 101)
        places = []
        #expect(census.count == 0)
    }
}
