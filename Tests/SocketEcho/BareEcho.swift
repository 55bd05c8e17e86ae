import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket

/// Frames sent back as they come, by NIO's own upgrade and no more: what sessions are measured beside.
enum BareEcho {
    static func run(onListening: (Int) -> Void) async throws {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 1_024)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let upgrader = NIOTypedWebSocketServerUpgrader<NIOAsyncChannel<WebSocketFrame, WebSocketFrame>>(
                        shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture(HTTPHeaders()) },
                        upgradePipelineHandler: { channel, _ in
                            channel.eventLoop.makeCompletedFuture {
                                try NIOAsyncChannel<WebSocketFrame, WebSocketFrame>(
                                    wrappingChannelSynchronously: channel
                                )
                            }
                        }
                    )
                    return try channel.pipeline.syncOperations.configureUpgradableHTTPServerPipeline(
                        configuration: .init(
                            upgradeConfiguration: NIOTypedHTTPServerUpgradeConfiguration(
                                upgraders: [upgrader],
                                notUpgradingCompletionHandler: { channel in
                                    channel.eventLoop.makeCompletedFuture {
                                        try NIOAsyncChannel<WebSocketFrame, WebSocketFrame>(
                                            wrappingChannelSynchronously: channel
                                        )
                                    }
                                }
                            )
                        )
                    )
                }
            }
        onListening(server.channel.localAddress?.port ?? 0)
        try await withThrowingDiscardingTaskGroup { group in
            try await server.executeThenClose { inbound in
                for try await upgrade in inbound {
                    group.addTask {
                        guard let channel = try? await upgrade.get() else { return }
                        try? await channel.executeThenClose { inbound, outbound in
                            for try await frame in inbound where frame.opcode == .text || frame.opcode == .binary {
                                try await outbound.write(
                                    WebSocketFrame(fin: true, opcode: frame.opcode, data: frame.unmaskedData)
                                )
                            }
                        }
                    }
                }
            }
        }
    }
}
