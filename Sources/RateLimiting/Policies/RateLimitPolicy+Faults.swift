extension RateLimitPolicy {
    /// What is wrong with a policy: where, and what would be right.
    package struct Fault: Sendable, Hashable {
        /// The member of the request.
        package var field: String
        /// What is wrong.
        package var message: String
    }

    /// The windows that there may be.
    package static let windows: ClosedRange<Int64> = 1...86_400
    /// The quotas that there may be.
    package static let quotas: ClosedRange<Int64> = 1...100_000_000
    /// How many a second are counted exactly to a hundredth.
    private static let perSecond: Int64 = 10_000
    /// The least that administrators of limits keep.
    private static let floor = (perMinute: Int64(30), burst: Int64(10))
    /// The least that an address keeps for them, which several may be behind.
    private static let addressFloor = (perMinute: Int64(300), burst: Int64(100))
    /// The least that those keep who mistype a token.
    private static let signInFloor = (perHour: Int64(10), burst: Int64(3), window: Int64(3_600))

    /// Everything that keeps it from being set. A limit must be possible to live with, and to mend.
    package var faults: [Fault] {
        var faults: [Fault] = []
        func refuse(_ field: String, _ message: String) { faults.append(Fault(field: field, message: message)) }
        if !Self.windows.contains(windowSeconds) {
            refuse("windowSeconds", "A window has \(Self.windows.lowerBound) to \(Self.windows.upperBound) seconds.")
        }
        if !Self.quotas.contains(quota) {
            refuse(
                "quota",
                "A quota of \(quota) would admit nobody, or everybody; \(Self.quotas.lowerBound) to \(Self.quotas.upperBound) are taken."
            )
        } else if Self.windows.contains(windowSeconds), quota > windowSeconds * Self.perSecond {
            refuse("quota", "At most \(Self.perSecond) requests a second of the window can be counted.")
        }
        if !(1...max(1, quota)).contains(burst) {
            refuse("burst", "At once can come 1 to \(max(1, quota)), the quota.")
        }
        if partition.isEmpty { refuse("partition", "Say by what requests are told apart.") }
        if faults.isEmpty { faults = faultsOfClass }
        return faults
    }

    private var faultsOfClass: [Fault] {
        var faults: [Fault] = []
        func refuse(_ field: String, _ message: String) { faults.append(Fault(field: field, message: message)) }
        switch routeClass {
        case .probe, .monitoring:
            refuse("routeClass", "Probes are not limited, and monitoring by what holds for all classes.")
        case .signIn:
            if partition.contains(.actor) { refuse("partition", "Before the sign-in there is no actor.") }
            if partition.isDisjoint(with: [.address, .subject]) {
                refuse(
                    "partition",
                    "Tell failed sign-ins apart by address or subject: else anybody's would be everybody's."
                )
            }
            let floor = Self.signInFloor
            if windowSeconds > floor.window {
                refuse("windowSeconds", "Failed sign-ins are forgotten after \(floor.window) seconds at most.")
            }
            if quota * floor.window < floor.perHour * windowSeconds {
                refuse("quota", "\(floor.perHour) failed sign-ins an hour are borne at least.")
            }
            if burst < floor.burst { refuse("burst", "\(floor.burst) failed sign-ins at once are borne at least.") }
        case .limits:
            if partition != .actor, partition != .address {
                refuse(
                    "partition",
                    "Limits are administered by actor, or by address: nobody else may use up their quota."
                )
            }
            let floor = partition == .address ? Self.addressFloor : Self.floor
            if quota * 60 < floor.perMinute * windowSeconds {
                refuse("quota", "Limits keep \(floor.perMinute) requests a minute, for them to be mended.")
            }
            if burst < floor.burst {
                refuse("burst", "Limits keep \(floor.burst) requests at once, for them to be mended.")
            }
        case .read, .write, .audit, nil:
            if partition.contains(.subject) { refuse("partition", "Only sign-in tells by the subject of a token.") }
        }
        // The names of what holds by default stay what they are: only how much is changed.
        if let builtIn = Self.builtIn(name) {
            if builtIn.routeClass != routeClass {
                refuse(
                    "routeClass",
                    "“\(name)” is \(builtIn.routeClass.map { "for class “\($0.rawValue)”" } ?? "for all classes")."
                )
            }
            if builtIn.partition != partition {
                refuse("partition", "“\(name)” is by \(builtIn.partition.names.joined(separator: ", ")).")
            }
        }
        return faults
    }
}
