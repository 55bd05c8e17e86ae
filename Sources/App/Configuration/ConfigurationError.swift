/// Everything that is wrong with the configuration, found in one go.
package struct ConfigurationError: Error, Sendable, CustomStringConvertible {
    /// What is wrong with one key.
    package struct Problem: Sendable, Equatable {
        /// The key that was set wrongly, or not at all.
        package var key: ConfigurationKey
        /// What to set instead. Values that are secret are not repeated.
        package var message: String
    }

    /// At least one, in the order in which the keys were read.
    package var problems: [Problem]

    /// A line for each problem, which begins with the names that its key is set by.
    package var description: String {
        problems.map { problem in
            let names = [problem.key.variable, problem.key.flag].compactMap { $0 }.joined(separator: " or ")
            return "\(names): \(problem.message)"
        }
        .joined(separator: "\n")
    }
}
