/// A bucket, and how it is reached.
package struct S3Bucket: Sendable, Hashable {
    /// Where the bucket's name stands in an address.
    package enum Style: String, Sendable, Hashable, CaseIterable {
        /// `https://host/bucket/key`: what most servers beside AWS understand.
        case path
        /// `https://bucket.host/key`.
        case virtual
    }

    /// Its name.
    package let name: String
    /// Its region, which signatures name.
    package let region: String
    let scheme: String
    let authority: String
    let style: Style

    /// A bucket; nil where its name, region or endpoint is none.
    ///
    /// - Parameters:
    ///   - endpoint: `http://` or `https://`, a host and, if need be, a port; that of AWS in the region if nil.
    ///   - style: `path` with an endpoint, else `virtual`, if nil.
    package init?(name: String, region: String, endpoint: String? = nil, style: Style? = nil) {
        func isLabel(_ text: String) -> Bool {
            text.utf8.allSatisfy {
                (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x2E
            }
        }
        let endpoint = endpoint ?? "https://s3.\(region).amazonaws.com"
        guard (3...63).contains(name.utf8.count), isLabel(name), !name.hasPrefix("."), !name.hasSuffix("."),
            !name.contains(".."), (1...63).contains(region.utf8.count), isLabel(region),
            let scheme = ["https", "http"].first(where: { endpoint.hasPrefix("\($0)://") })
        else { return nil }
        var authority = endpoint.dropFirst(scheme.count + 3)
        if authority.hasSuffix("/") { authority.removeLast() }
        // As clients write the Host field, which is signed: without the port that goes without saying.
        let usual = scheme == "https" ? ":443" : ":80"
        if authority.hasSuffix(usual) { authority.removeLast(usual.count) }
        guard !authority.isEmpty,
            authority.utf8.allSatisfy({ (33..<127).contains($0) && !"/?#@\\\"<>%".utf8.contains($0) })
        else { return nil }
        self.name = name
        self.region = region
        self.scheme = scheme
        self.authority = authority.lowercased()
        self.style = style ?? (endpoint.hasSuffix(".amazonaws.com") ? .virtual : .path)
    }

    /// What a request's Host field says.
    var host: String { style == .virtual ? "\(name).\(authority)" : authority }

    /// The path of an object, or of the bucket itself, encoded as it is signed and sent.
    func path(_ key: String) -> String {
        let encoded = URIEncoding.encode(key, keepingSlashes: true)
        return style == .virtual ? "/\(encoded)" : key.isEmpty ? "/\(name)" : "/\(name)/\(encoded)"
    }
}

/// Percent-encoding as signatures want it: everything but letters, digits, `-`, `.`, `_` and `~` (RFC 3986, section 2.3).
enum URIEncoding {
    static func encode(_ text: String, keepingSlashes: Bool = false) -> String {
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            case UInt8(ascii: "/") where keepingSlashes: encoded.append("/")
            default:
                encoded.append(byte < 16 ? "%0" : "%")
                encoded.append(String(byte, radix: 16, uppercase: true))
            }
        }
        return encoded
    }
}
