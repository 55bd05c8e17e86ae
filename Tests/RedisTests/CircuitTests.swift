import Testing

@testable import Redis

struct CircuitTests {
    private let error = RedisError(.timedOut, "late")
    private let start = ContinuousClock.now

    @Test func onlyOneConnectionTriesAtATime() {
        var circuit = RedisCircuit(now: start)
        let (first, second) = (circuit.mayConnect(start), circuit.mayConnect(start))
        #expect(first == nil && second != nil)
        let isNew = circuit.connected(generation: 0, start)
        // Redis is there: the others connect freely.
        let (third, fourth) = (circuit.mayConnect(start), circuit.mayConnect(start))
        #expect(third == nil && fourth == nil)
        let isNewAgain = circuit.connected(generation: 0, start)
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
        _ = circuit.connected(generation: circuit.generation, now)
        _ = circuit.failed(error, generation: circuit.generation, now, spread: 1)
        let wait = circuit.mayConnect(now)
        #expect(wait == now + .milliseconds(100))
    }

    @Test func aConnectionBegunBeforeAFailureDoesNotSayThatRedisIsBack() {
        var circuit = RedisCircuit(now: start)
        _ = circuit.mayConnect(start)
        _ = circuit.connected(generation: 0, start)
        // A second one is being made when the first fails.
        let generation = circuit.generation
        _ = circuit.failed(error, generation: generation, start)
        let isBack = circuit.connected(generation: generation, start)
        #expect(!isBack && !circuit.isClosed)
        let wait = circuit.mayConnect(start)
        #expect(wait != nil)
    }

    @Test func failuresOfOldConnectionsDoNotCountAgain() {
        var circuit = RedisCircuit(now: start)
        _ = circuit.mayConnect(start)
        _ = circuit.connected(generation: circuit.generation, start)
        let generation = circuit.generation
        let first = circuit.failed(error, generation: generation, start)
        let second = circuit.failed(error, generation: generation, start)
        #expect(first && !second)
        #expect(circuit.failures == 1)
    }
}
