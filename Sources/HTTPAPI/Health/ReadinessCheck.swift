/// Something that has to be well before requests are taken: the database, the read models, the keys of sign-in.
package protocol ReadinessCheck: Sendable {
    /// What is checked, in a word or two.
    var name: String { get }

    /// What stands in the way of taking requests, in a sentence without secrets; nil if nothing does.
    func obstacle() async -> String?
}
