import Foundation

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// An element of a small XML document, such as S3 servers answer with: its text and what is in it. Attributes and name
/// spaces are left aside, external entities are never read.
struct XMLNode {
    private static let longest = 64 << 20

    var name: String
    var text = ""
    var children: [XMLNode] = []

    init(name: String) { self.name = name }

    /// The root of a document; nil where it is none.
    init?(parsing bytes: [UInt8]) {
        guard !bytes.isEmpty, bytes.count <= Self.longest else { return nil }
        let builder = XMLNodeBuilder()
        let parser = XMLParser(data: Data(bytes))
        parser.shouldResolveExternalEntities = false
        parser.delegate = builder
        guard parser.parse(), let root = builder.root else { return nil }
        self = root
    }

    /// The text of the first child of a name.
    subscript(name: String) -> String? { children.first { $0.name == name }?.text }

    /// All children of a name.
    func all(_ name: String) -> [XMLNode] { children.filter { $0.name == name } }
}

private final class XMLNodeBuilder: NSObject, XMLParserDelegate {
    private var open: [XMLNode] = []
    private(set) var root: XMLNode?

    func parser(
        _ parser: XMLParser,
        didStartElement name: String,
        namespaceURI: String?,
        qualifiedName: String?,
        attributes: [String: String]
    ) {
        // No answer of S3 is deeper.
        guard open.count < 16 else { return parser.abortParsing() }
        open.append(XMLNode(name: name))
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) {
        guard !open.isEmpty else { return }
        open[open.count - 1].text += string
    }

    func parser(_ parser: XMLParser, didEndElement: String, namespaceURI: String?, qualifiedName: String?) {
        guard let node = open.popLast() else { return }
        if open.isEmpty { root = node } else { open[open.count - 1].children.append(node) }
    }
}
