import AsyncHTTPClient
import Dispatch
import NIOCore

/// What a provider answered.
struct ProviderAnswer: Sendable {
    let status: Int
    let body: [UInt8]
}

/// Asks an identity provider for small documents.
///
/// Redirects are not followed: whoever can send one could otherwise put keys of their own in place. An answer is taken
/// whole and in time or not at all: a server that sends a byte a second holds nothing up.
final class ProviderClient: Sendable {
    private let timeout: Duration
    private let client: HTTPClient

    /// A client that gives a document so long to arrive, to its last byte.
    init(timeout: Duration) {
        self.timeout = timeout
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.httpVersion = .http1Only
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// The document at `url`.
    ///
    /// - Parameter what: what it is called in errors.
    func get(_ url: ProviderURL, accept: String, _ what: String) async throws(KeySetError) -> [UInt8] {
        var request = HTTPClientRequest(url: url.text)
        request.headers.add(name: "Accept", value: accept)
        return try await send(request, reading: [200], what).body
    }

    /// What comes of sending a form: a document, or one that says why there is none.
    ///
    /// - Parameters:
    ///   - authorization: the value of that field.
    ///   - what: what is asked for, as it is called in errors, which hold nothing of the form.
    func post(
        _ url: ProviderURL,
        _ form: String,
        authorization: String?,
        _ what: String
    ) async throws(KeySetError) -> ProviderAnswer {
        var request = HTTPClientRequest(url: url.text)
        request.method = .POST
        request.headers.add(name: "Accept", value: "application/json")
        request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
        if let authorization { request.headers.add(name: "Authorization", value: authorization) }
        request.body = .bytes(ByteBuffer(string: form))
        return try await send(request, reading: [200, 400, 401, 403], what)
    }

    private func send(
        _ request: HTTPClientRequest,
        reading statuses: Set<UInt>,
        _ what: String
    ) async throws(KeySetError) -> ProviderAnswer {
        do {
            return try await withThrowingTaskGroup(of: ProviderAnswer?.self) { group in
                defer { group.cancelAll() }
                group.addTask { try await self.receive(request, reading: statuses, what) }
                // The client's own deadline ends with the head of the answer.
                group.addTask {
                    try await Task.sleep(for: self.timeout)
                    return nil
                }
                guard let answer = try await group.next() ?? nil else {
                    throw KeySetError(.unreachable, "The provider did not send \(what) within \(self.timeout)")
                }
                return answer
            }
        } catch let error as KeySetError {
            throw error
        } catch is NIOTooManyBytesError {
            throw KeySetError(.malformed, "The provider sent \(what) of more than \(KeySetLimits.maximumBytes) bytes")
        } catch {
            throw KeySetError(.unreachable, "The provider did not send \(what): \(error)")
        }
    }

    private func receive(
        _ request: HTTPClientRequest,
        reading statuses: Set<UInt>,
        _ what: String
    ) async throws -> ProviderAnswer {
        let response = try await client.execute(request, timeout: TimeAmount(timeout))
        guard statuses.contains(response.status.code) else {
            throw KeySetError(.unreachable, "The provider answered \(response.status.code) when asked for \(what)")
        }
        return ProviderAnswer(
            status: Int(response.status.code),
            body: [UInt8](buffer: try await response.body.collect(upTo: KeySetLimits.maximumBytes))
        )
    }

    deinit {
        client.shutdown(queue: .global()) { _ in }
    }
}
