import EventStore
package import Events
package import Foundation
import JSON

/// A fact that is what its schema says, from a sender who may send it. Whether it fits what is known is still to be
/// decided.
package struct Fact: Sendable {
    /// Its type.
    package let type: FactType
    /// What it says.
    package let payload: any EventPayload
    /// The branch that it belongs to from now on.
    package let branch: String
    /// The id of its event.
    package let id: UUID
    /// The trace id that goes with it.
    package let correlationID: String?

    /// The branch that the thing belongs to before it.
    let formerBranch: String
    /// The stream of the thing that it is about.
    let stream: String
    /// The other things that it names.
    let mentions: [FactReference.Mention]
    /// The currency that it speaks of, if it does.
    let currency: String?
    /// The amount that it speaks of, if it does, in the currency's smallest unit.
    let amount: Int64?
    /// What it says of whose the thing is, by field.
    let identity: [String: String]
    /// The parts of its amount that go to fees, or come back from them, in their order.
    let allocations: [(fee: String, amount: Int64)]
    let data: [UInt8]
    let personal: [UInt8]?

    init(
        type: FactType,
        payload: any EventPayload,
        data: JSONObject,
        id: UUID,
        correlationID: String?
    ) {
        self.type = type
        self.payload = payload
        self.id = id
        self.correlationID = correlationID
        branch = payload.branch ?? ""
        formerBranch = data[type.branchField]?.string ?? ""
        stream = type.stream(of: data)
        mentions = type.references.flatMap { $0.mentions(in: data) }
        currency = data["currency"]?.string
        amount = data["amount"]?.int64
        identity = type.thing.identity(in: data)
        allocations = (data["allocations"]?.array ?? []).compactMap { part in
            guard let fee = part["feeId"]?.string, let amount = part["amount"]?.int64 else { return nil }
            return (fee: fee, amount: amount)
        }
        self.data = payload.dataBytes
        personal = payload.personalBytes
    }

    /// The event that it becomes.
    var event: NewEvent {
        NewEvent(
            type: type.type,
            schemaVersion: Swift.type(of: payload).schemaVersion,
            data: data,
            personal: personal,
            branch: branch,
            id: id
        )
    }

    /// Whether both say the same.
    func says(the other: Fact) -> Bool {
        type.type == other.type.type && data == other.data && personal == other.personal
    }
}
