/// A statement and its bound values.
///
/// Interpolation binds: `"select name from users where id = \(id)"` sends `$1` and the value apart, so that a value
/// never becomes part of the text. What cannot be bound is spelled out: `\(identifier: name)` quotes a name,
/// `\(unescaped: text)` inserts text as it is, and `\(fragment)` splices another `SQL` with its values.
package struct SQL: Sendable, ExpressibleByStringInterpolation {
    /// The text with `$1`, `$2`, … in place of the values.
    package private(set) var text: String
    package private(set) var parameters: SQLParameters
    /// Why the statement must not be sent, if it was put together wrongly.
    private(set) var defect: String?

    package init(stringLiteral value: String) {
        text = value
        parameters = SQLParameters()
    }

    package init(stringInterpolation: StringInterpolation) {
        text = stringInterpolation.text
        parameters = stringInterpolation.parameters
        defect = stringInterpolation.defect
    }

    /// A statement from a file, whose text holds `$1`, `$2`, … itself, and its values in that order.
    package init<each Value: PostgresEncodable>(unescaped text: String, _ values: repeat each Value) {
        self.text = text
        var parameters = SQLParameters()
        repeat parameters.append(each values)
        self.parameters = parameters
    }
}

extension SQL {
    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate(set) var text: String
        fileprivate(set) var parameters = SQLParameters()
        fileprivate(set) var defect: String?

        package init(literalCapacity: Int, interpolationCount: Int) {
            text = ""
            text.reserveCapacity(literalCapacity + interpolationCount * 3)
            parameters.reserveCapacity(interpolationCount)
        }

        package mutating func appendLiteral(_ literal: String) {
            text += literal
        }

        /// Binds the value.
        package mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value) {
            parameters.append(value, placeholder: text.utf8.count)
            appendPlaceholder()
        }

        /// Binds the value, or NULL.
        package mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value?) {
            parameters.append(value, placeholder: text.utf8.count)
            appendPlaceholder()
        }

        /// Inserts a name, quoted.
        package mutating func appendInterpolation(identifier name: String) {
            text += SQL.quoted(identifier: name)
        }

        /// Inserts text as it is. Never pass what came from outside.
        package mutating func appendInterpolation(unescaped text: String) {
            self.text += text
        }

        /// Splices another statement; its values are bound after those so far.
        package mutating func appendInterpolation(_ fragment: SQL) {
            defect = defect ?? fragment.defect
            guard fragment.parameters.bounds.allSatisfy({ $0.placeholder >= 0 }) else {
                defect = "a statement with its own $n numbering cannot be spliced into another; interpolate its values"
                return
            }
            var rest = fragment.text.utf8[...]
            var consumed = 0
            for (index, bound) in fragment.parameters.bounds.enumerated() {
                let length = "$\(index + 1)".utf8.count
                text += String(decoding: rest.prefix(bound.placeholder - consumed), as: UTF8.self)
                rest = rest.dropFirst(bound.placeholder - consumed + length)
                consumed = bound.placeholder + length
                parameters.append(index, of: fragment.parameters, placeholder: text.utf8.count)
                appendPlaceholder()
            }
            text += String(decoding: rest, as: UTF8.self)
        }

        /// Names the value that was bound last.
        private mutating func appendPlaceholder() {
            text += "$"
            text += String(parameters.count)
        }
    }
}
