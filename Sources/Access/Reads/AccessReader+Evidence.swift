import Time

extension AccessReader {
    /// The events that facts rest on, as they stood after the first `size` events.
    func evidence(of facts: [Evidence.Fact], size: Int64) async throws -> [Evidence] {
        guard !facts.isEmpty else { return [] }
        func column(_ index: Int) -> [String] { facts.map { index < $0.names.count ? $0.names[index] : "" } }
        return try await rows(
            evidenceSQL(size, facts.map(\.kind), column(0), column(1), column(2))
        )
        .map { row in
            let (nth, position, at, by, from, type) = try row.decode(
                (Int32, Int64, Timestamp, String, Int64, String).self
            )
            return Evidence(
                fact: facts[Int(nth) - 1],
                position: position,
                at: at,
                by: by,
                restoredPosition: type == "recovery.restored" ? from : nil
            )
        }
    }
}
