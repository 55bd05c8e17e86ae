import JSON
package import MerkleLog

/// Why a proof bundle proves nothing.
package struct ProofBundleError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong.
    package enum Code: Sendable, Hashable {
        /// It is not a bundle, or part of it is missing.
        case malformed
        /// Its parts do not belong together.
        case doesNotHold
    }

    /// What is wrong.
    package var code: Code
    /// A sentence.
    package var message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The sentence.
    package var description: String { message }
}

extension ProofBundle {
    /// Reads a bundle. Says nothing about whether it holds.
    package init(parsing bytes: [UInt8]) throws {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: bytes)
        } catch {
            throw ProofBundleError(.malformed, "This is not JSON: \(error)")
        }
        guard value["format"]?.string == "daybook proof 1", let event = value["event"],
            let text = value["proof"]?.string
        else { throw ProofBundleError(.malformed, "This is not a bundle of the format “daybook proof 1”.") }
        self.init(event: try RecordedEvent(exported: event), proof: try TlogProof(parsing: text))
        // The entry is there for readers that do not build it themselves; one that differs would mislead them.
        guard let entry = self.event.entry, value["entry"]?.string.map({ Array($0.utf8) }) == entry else {
            throw ProofBundleError(.doesNotHold, "The entry is not that of the event: one of them was changed.")
        }
    }

    /// Checks, without a database, that the log signed this event at this position.
    ///
    /// - Parameter keys: the log's keys, as the reader got them by another way than the bundle. They say which log.
    /// - Returns: the signed checkpoint that covers the event.
    package func verify(keys: [NoteVerifier]) throws -> Checkpoint {
        guard let entry = event.entry else {
            throw ProofBundleError(.malformed, "The event lacks a document and the digest that stands in for it.")
        }
        let leaf = Hash.leaf(entry)
        guard leaf == event.leaf else {
            throw ProofBundleError(.doesNotHold, "The event does not have the leaf hash that it names: it was changed.")
        }
        guard proof.index == event.position else {
            throw ProofBundleError(.doesNotHold, "The proof is of position \(proof.index), not of \(event.position).")
        }
        let origins = Set(keys.map(\.name))
        guard let origin = origins.first, origins.count == 1 else {
            throw ProofBundleError(.malformed, "Give the keys of one log; these are of \(origins.count).")
        }
        do {
            return try proof.verify(leaf: leaf, origin: origin, logKeys: keys)
        } catch {
            throw ProofBundleError(.doesNotHold, error.message)
        }
    }
}
