import AsyncHTTPClient
import Dispatch
import Foundation
import NIOCore
import Synchronization

/// A JWK set behind a URL.
///
/// Redirects are not followed: whoever can send one could otherwise put keys of their own in place.
package final class KeySetURL: KeySetSource {
    private static let maximumBytes = 1_048_576

    package let interval: Duration
    package let minimumInterval: Duration
    private let url: String
    private let timeout: Duration
    private let client: HTTPClient
    private let tag = Mutex<String?>(nil)

    /// The key set at `url`: https, or http to this machine itself.
    package init(
        _ url: String,
        interval: Duration = .seconds(300),
        minimumInterval: Duration = .seconds(10),
        timeout: Duration = .seconds(5)
    ) throws(KeySetError) {
        guard let parts = URLComponents(string: url), let host = parts.host, !host.isEmpty,
            parts.scheme == "https"
                || (parts.scheme == "http" && ["localhost", "127.0.0.1", "[::1]", "::1"].contains(host))
        else {
            throw KeySetError(
                .unreachable,
                "The URL of the key set has to begin with https:// (http only to localhost)"
            )
        }
        self.url = url
        self.interval = interval
        self.minimumInterval = minimumInterval
        self.timeout = timeout
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.httpVersion = .http1Only
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    package func read() async throws(KeySetError) -> [UInt8]? {
        do {
            var request = HTTPClientRequest(url: url)
            request.headers.add(name: "Accept", value: "application/jwk-set+json, application/json")
            if let known = tag.withLock({ $0 }) { request.headers.add(name: "If-None-Match", value: known) }
            let response = try await client.execute(request, timeout: TimeAmount(timeout))
            if response.status == .notModified { return nil }
            guard response.status == .ok else {
                throw KeySetError(.unreachable, "The provider answered \(response.status.code) for the key set")
            }
            let buffer = try await response.body.collect(upTo: Self.maximumBytes)
            tag.withLock { $0 = response.headers.first(name: "ETag") }
            return [UInt8](buffer: buffer)
        } catch let error as KeySetError {
            throw error
        } catch is NIOTooManyBytesError {
            throw KeySetError(.malformed, "The key set has more than \(Self.maximumBytes) bytes")
        } catch {
            throw KeySetError(.unreachable, "The key set could not be had from the provider: \(error)")
        }
    }

    deinit {
        client.shutdown(queue: .global()) { _ in }
    }
}
