import Foundation
import MerkleLog
import Time

/// What the database said about the streams, ids and keys of a batch that the appender did not remember.
struct Lookups: Sendable {
    /// An event that is in the log already.
    struct Found: Sendable {
        var event: Receipt.Event
        var type: String
        var recordedAt: Timestamp
        var checkpointSize: Int64
    }

    /// The first use of an idempotency key.
    struct KeyUse: Sendable {
        /// As it was recorded, see ``RequestDigests``.
        var requestDigest: [UInt8]
        var receipt: Receipt
    }

    var nextVersions: [String: Int64] = [:]
    var ids: [UUID: Found] = [:]
    var keys: [IdempotencyKey.Name: KeyUse] = [:]
}

/// What a batch needs to have looked up.
struct LookupNeeds: Sendable {
    var streams: Set<String> = []
    var ids: Set<UUID> = []
    var keys: Set<IdempotencyKey.Name> = []

    var isEmpty: Bool { streams.isEmpty && ids.isEmpty && keys.isEmpty }

    /// What `tail` cannot tell about these requests.
    init(_ pending: [PendingAppend], tail: LogTail) {
        for item in pending {
            for stream in item.request.streamNames where tail.nextVersions[stream] == nil { streams.insert(stream) }
            for append in item.request.streams {
                for event in append.events where event.mayRepeat && tail.unsettledIDs[event.id] == nil {
                    ids.insert(event.id)
                }
            }
            if let name = item.request.idempotency?.name, tail.unsettledKeys[name] == nil { keys.insert(name) }
        }
    }
}

extension AppendRequest {
    /// The streams whose versions decide on the request or go on with it.
    var streamNames: [String] {
        streams.map(\.stream)
            + conditions.compactMap { condition -> String? in
                if case .stream(let stream, _) = condition { stream } else { nil }
            }
    }
}
