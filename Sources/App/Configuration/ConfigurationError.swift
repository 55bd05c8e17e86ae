/// Everything that is wrong with the configuration, found in one go.
package struct ConfigurationError: Error, Sendable, CustomStringConvertible {
    package struct Problem: Sendable, Equatable {
        package var key: ConfigurationKey
        package var message: String
    }

    package var problems: [Problem]

    package var description: String {
        problems.map { problem in
            let names = [problem.key.variable, problem.key.flag].compactMap { $0 }.joined(separator: " or ")
            return "\(names): \(problem.message)"
        }
        .joined(separator: "\n")
    }
}
