import Exports
import HTTPTypes
import OpenSSL

extension MediaType {
    static let pdf = MediaType(ExportFormat.pdf.mediaType)
    static let xlsx = MediaType(ExportFormat.xlsx.mediaType)

    init(_ format: ExportFormat) {
        switch format {
        case .pdf: self = .pdf
        case .xlsx: self = .xlsx
        case .csv: self = .csv
        case .ndjson: self = .ndjson
        }
    }
}

extension Reply {
    /// The file of an export, from where it is kept straight to the client.
    init(_ download: ExportDownload) {
        self.init(
            .ok,
            .stream { writer in
                try await download.read { bytes in
                    writer.json.bytes.append(contentsOf: bytes)
                    try await writer.flushIfLarge()
                }
            },
            MediaType(download.record.order.format),
            position: download.record.size.map { $0 - 1 }
        )
        headers[.contentDisposition] = ContentDisposition.attachment(download.record.fileName)
        if let digest = Hex.decode(download.file.sha256), let name = HTTPField.Name("Repr-Digest") {
            // RFC 9530.
            headers[name] = "sha-256=:\(Base64.encode(digest)):"
        }
        headers[.cacheControl] = "no-store"
    }
}
