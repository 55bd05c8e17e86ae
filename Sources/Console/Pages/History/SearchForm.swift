import Audit
import HTTPAPI

/// The form by which a search of the history is saved or changed: the question that its page showed, and a name.
struct SearchForm: EndpointInput {
    struct Filled: Sendable {
        /// All that was filled in.
        let fields: [String: String]
        /// The question.
        let question: HistoryQuestion

        /// What its owner is to call it, without spaces at either end.
        var name: String {
            var name = (fields["name"] ?? "")[...]
            while name.last?.isWhitespace == true { name.removeLast() }
            return String(name.drop(while: \.isWhitespace))
        }

        /// All that makes it this form and no other.
        var parts: [String] { fields.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" } }
    }

    private let form = FormBody(["form", "once", "name", "ofMoment"] + HistoryQuestion.names)

    func describe(in operation: inout OperationDescription) { form.describe(in: &operation) }

    func read(from request: borrowing IncomingRequest, problems: inout [FieldProblem]) throws -> Filled? {
        guard let fields = try form.read(from: request, problems: &problems) else { return nil }
        let asked = fields.filter { HistoryQuestion.names.contains($0.key) && !$0.value.isEmpty }
        let (filter, wrong) = HistoryQuestion.filter(asked)
        problems += wrong.map { FieldProblem(pointer: "/\($0.name)", $0.detail) }
        guard wrong.isEmpty else { return nil }
        return Filled(
            fields: fields,
            question: HistoryQuestion(fields: asked, filter: filter, after: nil, cursors: request.cursors)
        )
    }
}
