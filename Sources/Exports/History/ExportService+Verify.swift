import OpenSSL

extension ExportService {
    /// What the log says of a file.
    package enum Origin: Sendable, Hashable {
        /// It is the file of these exports, byte for byte: made of the same report at the same position by each.
        case known([ExportRecord])
        /// No export has this digest: it was not made here, or was altered.
        case unknown
        /// It is not the file of the export that it was said to be of.
        case altered(ExportRecord)
    }

    /// Says who made a file, when and from what, by its SHA-256 in hexadecimal.
    ///
    /// - Parameter id: the export that it is said to be of.
    package func origin(ofFileWith digest: String, exportID id: String? = nil) async throws -> Origin {
        if let id {
            guard let record = try await history.export(id) else {
                throw ExportError(.notFound, "There is no export “\(id)”.")
            }
            guard let file = record.file else {
                throw ExportError(.conflict, "The export “\(id)” was never made: it is \(record.state.rawValue).")
            }
            return file.sha256 == digest ? .known([record]) : .altered(record)
        }
        let found = try await history.exports(digest: digest, limit: 100)
        return found.isEmpty ? .unknown : .known(found.reversed())
    }
}
