#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// XFetch: whether a value is read anew before its time is over, the likelier the nearer that is and the longer it took
/// to make, so that it is over for nobody.
///
/// A. Vattani, F. Chierichetti, K. Lowenstein: Optimal Probabilistic Cache Stampede Prevention (VLDB 8/8, 2015).
enum EarlyRefresh {
    /// - Parameter random: above 0, up to 1.
    static func isDue(now: Int64, expiresAt: Int64, cost: Int64, random: () -> Double) -> Bool {
        let left = expiresAt - now
        // Below one in a thousand million, which spares the logarithm.
        guard left < cost &* 21 else { return false }
        return Double(cost) * -log(random()) >= Double(left)
    }
}
