import HTTPAPI

extension ConfigurationSource {
    mutating func socketLimits() -> SocketLimits {
        SocketLimits(
            maximum: integer(.sockets, in: 1...100_000),
            maximumPerActor: integer(.socketsPerUser, in: 1...10_000),
            origins: webOrigins()
        )
    }

    private mutating func webOrigins() -> WebOrigins {
        guard let text = text(.webOrigins) else { return .own }
        let parts = text.split { $0 == "," || $0.isWhitespace }.map(String.init)
        guard parts.count <= 100, let origins = WebOrigins(parts) else {
            refuse(
                .webOrigins,
                "must be origins such as https://console.school.example, separated by commas, 100 at most."
            )
            return .own
        }
        return origins
    }
}
