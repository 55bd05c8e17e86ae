import AsyncHTTPClient
import Dispatch
import NIOCore

/// Fetches small documents of an identity provider.
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
        do {
            return try await withThrowingTaskGroup(of: [UInt8]?.self) { group in
                defer { group.cancelAll() }
                group.addTask { try await self.download(url, accept: accept, what) }
                // The client's own deadline ends with the head of the answer.
                group.addTask {
                    try await Task.sleep(for: self.timeout)
                    return nil
                }
                guard let bytes = try await group.next() ?? nil else {
                    throw KeySetError(.unreachable, "The provider did not send \(what) within \(self.timeout)")
                }
                return bytes
            }
        } catch let error as KeySetError {
            throw error
        } catch is NIOTooManyBytesError {
            throw KeySetError(.malformed, "The provider sent \(what) of more than \(KeySetLimits.maximumBytes) bytes")
        } catch {
            throw KeySetError(.unreachable, "The provider did not send \(what): \(error)")
        }
    }

    private func download(_ url: ProviderURL, accept: String, _ what: String) async throws -> [UInt8] {
        var request = HTTPClientRequest(url: url.text)
        request.headers.add(name: "Accept", value: accept)
        let response = try await client.execute(request, timeout: TimeAmount(timeout))
        guard response.status == .ok else {
            throw KeySetError(.unreachable, "The provider answered \(response.status.code) when asked for \(what)")
        }
        return [UInt8](buffer: try await response.body.collect(upTo: KeySetLimits.maximumBytes))
    }

    deinit {
        client.shutdown(queue: .global()) { _ in }
    }
}
