/// Makes whole addresses of the paths that notifications lead to.
package struct MessageLinks: Sendable {
    private let origin: String?

    /// - Parameter origin: where the institution's pages are, such as `https://books.example`; paths stay paths if nil.
    package init(origin: String?) {
        self.origin = origin
    }

    /// The address of a link.
    func absolute(_ link: String) -> String {
        guard link.hasPrefix("/"), !link.hasPrefix("//"), let origin else { return link }
        return origin + link
    }
}
