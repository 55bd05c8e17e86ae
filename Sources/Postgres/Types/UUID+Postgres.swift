package import Foundation

extension UUID: PostgresArrayElement, PostgresDecodable {
    package static var postgresType: PostgresType { .uuid }
    package static var postgresArrayType: PostgresType { .uuidArray }

    package func encode(into bytes: inout [UInt8]) {
        withUnsafeBytes(of: uuid) { bytes.append(contentsOf: $0) }
    }

    package static func decode(_ bytes: UnsafeRawBufferPointer, type: PostgresType) throws(PostgresValueError) -> UUID {
        guard type == .uuid, bytes.count == 16 else { throw .mismatch(type, UUID.self) }
        return UUID(uuid: bytes.loadUnaligned(as: uuid_t.self))
    }
}
