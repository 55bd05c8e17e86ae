import Access
import EventStore
import Events
import JSON
import Notifications

extension Endpoint {
    /// Devices that notifications are pushed to.
    static func devices(_ access: NotificationAccess) -> [Endpoint] {
        [listDevices(access), registerDevice(access), removeDevice(access), pushKey(access)]
    }

    /// `GET /notifications/devices`.
    private static func listDevices(_ access: NotificationAccess) -> Endpoint {
        Endpoint(
            .get,
            "/notifications/devices",
            "List one's devices",
            details: "Their addresses are not shown: neither here nor in the log.",
            tag: "notifications",
            access: .signedIn,
            inputs: Query<String?>("userId", .identifier, "Somebody else's; one's own where left out."),
            outputs: .json(
                .ok,
                .object(.required("items", .array(of: Columns<Device>.devices.schema))),
                "The devices."
            ),
            problems: .unavailable
        ) { context, user in
            let owner = try await access.owner(user, .readInboxes, context)
            let devices = try await access.service.devices(of: owner)
            return .json { writer in
                writer.object { writer in
                    writer.member(
                        "items",
                        array: { writer in
                            for device in devices { Columns.devices.write(device, to: &writer) }
                        }
                    )
                }
            }
        }
    }

    /// `POST /notifications/devices`: the plan's DeviceToken.
    private static func registerDevice(_ access: NotificationAccess) -> Endpoint {
        Endpoint(
            .post,
            "/notifications/devices",
            "Register a device, or refresh one",
            details: """
                It gets what is pushed until it is removed, its push service says that it is gone, the token that it was \
                registered with is revoked (without one, all console sessions of its owner are ended), or somebody else \
                registers the same address: a browser that several people use is of whoever signed in last.
                """,
            tag: "notifications",
            access: .signedIn,
            inputs: IdempotencyHeader(),
            JSONBody(DeviceToRegister.self),
            outputs: .json(
                .created,
                .object(.required("deviceId", .identifier), .required("receipt", Receipt.schema)),
                "It gets what is pushed from now on."
            ),
            problems: .notFound,
            .idempotencyKeyReused,
            .unavailable
        ) { context, key, body in
            let registered = try await access.service.registerDevice(
                context.actor,
                kind: body.kind,
                address: body.address,
                name: body.name,
                id: body.deviceID,
                token: context.signIn.tokenID,
                by: Author(context, key),
                confirm: context.requireStillSignedIn
            )
            return .json(.created, position: registered.receipt.events.last?.position) { writer in
                writer.object { writer in
                    writer.member("deviceId", registered.id)
                    writer.name("receipt")
                    registered.receipt.write(to: &writer)
                }
            }
        }
    }

    /// `DELETE /notifications/devices/{deviceId}`.
    private static func removeDevice(_ access: NotificationAccess) -> Endpoint {
        Endpoint(
            .delete,
            "/notifications/devices/{deviceId}",
            "Remove a device",
            tag: "notifications",
            access: .signedIn,
            inputs: Path("deviceId", .identifier, "The device."),
            Query<String?>("userId", .identifier, "Whose it is; one's own where left out."),
            IdempotencyHeader(),
            outputs: .json(.ok, .receipt, "It gets nothing more."),
            problems: .notFound,
            .idempotencyKeyReused,
            .unavailable
        ) { context, id, user, key in
            let owner = try await access.owner(user, .manageInboxes, context)
            return .receipt(
                try await access.service.removeDevice(id, of: owner, by: Author(context, key))
            )
        }
    }
}

extension Endpoint {
    /// `GET /notifications/push-key`.
    fileprivate static func pushKey(_ access: NotificationAccess) -> Endpoint {
        Endpoint(
            .get,
            "/notifications/push-key",
            "Get the key that browsers subscribe with",
            details:
                "It is the `applicationServerKey` of a push subscription. After a rotation of the signing key it is "
                + "another; older subscriptions go on.",
            tag: "notifications",
            access: .signedIn,
            outputs: .json(
                .ok,
                .object(
                    .required("publicKey", .string().described("A key of P-256, uncompressed, in URL-safe base 64"))
                ),
                "The key."
            ),
            problems: .notFound,
            .unavailable
        ) { _ in
            guard let key = try access.service.pushKey() else {
                throw NotificationError(.notFound, "Nothing is pushed to browsers here.")
            }
            return .json { writer in writer.object { $0.member("publicKey", key) } }
        }
    }
}

/// A device as a request names it.
struct DeviceToRegister: JSONReadable {
    let deviceID: String?
    let kind: Notifications.DeviceRegistered.Kind
    let name: String?
    let address: String

    private static let text = StringRule(1...NotificationService.longestAddress, .text)
    private static let id = StringRule(1...64, .init("A-Za-z0-9._:~-"))

    static let schema = Schema.object(
        .optional("deviceId", .string(id).described("That of a device that is refreshed; a new one where left out")),
        .required("deviceType", .choice(Notifications.DeviceRegistered.Kind.self)),
        .optional("deviceName", .string(StringRule(1...100, .line))),
        .required(
            "deviceToken",
            .string(text).described("A browser's push subscription as JSON text, or the token of the device's system")
        )
    )

    init(reading reader: inout JSONReader) {
        deviceID = reader.stringIfPresent("deviceId", Self.id)
        kind = reader.choice("deviceType")
        name = reader.stringIfPresent("deviceName", StringRule(1...100, .line))
        address = reader.string("deviceToken", Self.text)
    }
}

extension Columns<Device> {
    /// A device: the plan's DeviceToken, without the token.
    static let devices = Columns(
        "Device",
        Column("id", .identifier) { .string($0.id) },
        Column("userId", .identifier) { .string($0.userID) },
        Column("deviceType", .string()) { .string($0.kind) },
        Column("deviceName", .string()) { .optional($0.name) },
        Column("createdAt", .timestamp) { .timestamp($0.registeredAt) }
    )
}
