/// How a private cluster is found and run. The defaults are those of a product that keeps books.
package struct ClusterOptions: Sendable {
    /// What an acknowledged commit survives.
    package enum Durability: Sendable {
        /// A crash of the machine. The only choice for data that matters.
        case full
        /// Nothing, not even a crash of the server: what is acknowledged may not be written yet. For tests.
        case none
    }

    /// The directory of `postgres` and `initdb`, instead of a search for it.
    package var binaries: String?
    /// Directories searched after the usual places, such as those of `PATH`.
    package var searchPath: [String]
    package var durability: Durability

    package init(binaries: String? = nil, searchPath: [String] = [], durability: Durability = .full) {
        self.binaries = binaries
        self.searchPath = searchPath
        self.durability = durability
    }
}
