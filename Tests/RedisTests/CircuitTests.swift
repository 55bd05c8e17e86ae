import Testing

@testable import Redis

struct CircuitTests {
    private let error = RedisError(.timedOut, "late")
    private let start = ContinuousClock.now

    @Test func onlyOneConnectionTriesAtATime() {
        var circuit = RedisCircuit(now: start)
        let (first, second) = (circuit.mayConnect(start), circuit.mayConnect(start))
        #expect(first == nil && second != nil)
        let isNew = circuit.connected(start)
        // Redis is there: the others connect freely.
        let (third, fourth) = (circuit.mayConnect(start), circuit.mayConnect(start))
        #expect(third == nil && fourth == nil)
        let isNewAgain = circuit.connected(start)
        #expect(isNew && !isNewAgain)
    }

    @Test func pausesDoubleUpToALimitAndBeginAnewOnceConnected() {
        var circuit = RedisCircuit(now: start)
        var now = start
        var pauses: [Duration] = []
        for _ in 0..<9 {
            let wait = circuit.mayConnect(now)
            #expect(wait == nil)
            _ = circuit.failed(error, generation: circuit.generation, now, spread: 1)
            let next = circuit.mayConnect(now) ?? now
            pauses.append(next - now)
            now = next
        }
        #expect(pauses[0] == .milliseconds(100) && pauses[1] == .milliseconds(200))
        #expect(pauses.last == .seconds(5))
        _ = circuit.mayConnect(now)
        _ = circuit.connected(now)
        _ = circuit.failed(error, generation: circuit.generation, now, spread: 1)
        let wait = circuit.mayConnect(now)
        #expect(wait == now + .milliseconds(100))
    }

    @Test func failuresOfOldConnectionsDoNotCountAgain() {
        var circuit = RedisCircuit(now: start)
        _ = circuit.mayConnect(start)
        _ = circuit.connected(start)
        let generation = circuit.generation
        let first = circuit.failed(error, generation: generation, start)
        let second = circuit.failed(error, generation: generation, start)
        #expect(first && !second)
        #expect(circuit.failures == 1)
    }
}
