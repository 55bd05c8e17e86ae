import EventStore
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

extension ProblemKind {
    static let rangeNotSatisfiable = Self(
        "range-not-satisfiable",
        .rangeNotSatisfiable,
        "The file has nothing of the range that is wanted"
    )
}

extension ExportAccess {
    /// The file of an export, or the part of it that is wanted, from where it is kept straight to the client. That it is
    /// taken away is recorded first; a `HEAD` takes nothing away.
    func file(
        _ offer: ExportOffer,
        _ wish: RangeWish,
        _ context: RequestContext,
        by author: Author
    ) async throws -> Reply {
        // Strong: it is of these bytes alone.
        let tag = "\"\(offer.file.sha256)\""
        let length = offer.file.bytes
        guard context.method != .head else { return reply(offer, tag, 0..<length, .stream { _ in }) }
        var part = 0..<length
        let range = wish.range(ofFile: tag)
        if let range {
            guard case .bytes(let bytes) = range.part(of: length) else {
                throw Problem(
                    .rangeNotSatisfiable,
                    "The file has \(length) bytes.",
                    headers: [HTTPField(name: .contentRange, value: "bytes */\(length)")]
                )
            }
            part = bytes
        }
        let download = try await service.download(offer, part, by: author)
        var reply = reply(
            offer,
            tag,
            part,
            .stream { writer in
                try await download.read { bytes in
                    writer.json.bytes.append(contentsOf: bytes)
                    try await writer.flushIfLarge()
                }
            }
        )
        if range != nil {
            reply.status = .partialContent
            reply.headers[.contentRange] = "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(length)"
        }
        return reply
    }

    private func reply(_ offer: ExportOffer, _ tag: String, _ part: Range<Int64>, _ body: Reply.Body) -> Reply {
        var reply = Reply(.ok, body, MediaType(offer.record.order.format))
        reply.headers[.contentLength] = String(part.count)
        reply.headers[.acceptRanges] = "bytes"
        reply.headers[.eTag] = tag
        reply.headers[.contentDisposition] = ContentDisposition.attachment(offer.record.fileName)
        reply.headers[.cacheControl] = "no-store"
        reply.headers[.link] = "</exports/\(offer.record.exportID)>; rel=\"describedby\""
        reply.headers[.rootHash] = offer.file.rootHash
        if let size = offer.record.size { reply.headers[.position] = String(size - 1) }
        if let digest = Hex.decode(offer.file.sha256) {
            // RFC 9530.
            reply.headers[.representationDigest] = "sha-256=:\(Base64.encode(digest)):"
        }
        return reply
    }
}
