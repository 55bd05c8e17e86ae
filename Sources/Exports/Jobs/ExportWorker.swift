import EventStore
import Events
import ServiceLifecycle

/// Makes what is asked for, several at a time.
///
/// Every replica has one. A lock in the database, held by the connection that a report is read on, says which of them
/// makes an export: it goes with the connection, so that what a replica leaves in the middle is begun anew by another.
package struct ExportWorker: Service {
    private static let poll = Duration.milliseconds(500)

    private let service: ExportService

    /// A worker of a service.
    package init(_ service: ExportService) { self.service = service }

    /// Works until graceful shutdown; what is being made then is left to others.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            // Nothing is begun that could not be called off.
            guard let size = await head() else { return }
            await withDiscardingTaskGroup { group in
                group.addTask { await self.stopWhatIsCalledOff(from: size) }
                group.addTask { await self.work() }
            }
        }
    }

    private func work() async {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                let mark = service.store.committed.mark
                let free = service.settings.workers - service.running.ids.count
                var begun = 0
                if free > 0 {
                    for id in await due() where begun < free && service.running.isFree(id) {
                        service.running.begin(id)
                        let task = Task { [service] in
                            let outcome = await Self.make(id, service)
                            if outcome == .left { service.running.leave(id, for: .seconds(2)) }
                            service.running.end(id)
                        }
                        service.running.attach(task, to: id)
                        group.addTask {
                            await withTaskCancellationHandler {
                                await task.value
                            } onCancel: {
                                task.cancel()
                            }
                        }
                        begun += 1
                    }
                }
                await service.store.committed.wait(since: mark, timeout: Self.poll)
                // Others' appends come one after the other: no more than ten looks a second.
                try? await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    private func due() async -> [String] {
        do {
            return try await service.history.due(at: service.clock(), limit: 50)
        } catch {
            if !Task.isCancelled {
                service.logger.warning("exports cannot be looked for; trying again", metadata: ["error": "\(error)"])
            }
            try? await Task.sleep(for: .seconds(1))
            return []
        }
    }

    /// Makes one, if it is nobody else's.
    @discardableResult
    static func make(_ id: String, _ service: ExportService) async -> ExportRun.Outcome {
        do {
            return try await Turn(name: "daybook export \(id)", service: service).take { connection in
                try await ExportRun(service, id, on: connection).run()
            } ?? .left
        } catch {
            service.logger.warning(
                "an export could not be begun",
                metadata: ["exportId": "\(id)", "error": "\(error)"]
            )
            return .left
        }
    }

    /// Where the log ends, as soon as it can be read.
    private func head() async -> Int64? {
        while !Task.isCancelled {
            do { return try await service.store.head().size } catch {
                service.logger.warning("exports wait for the log", metadata: ["error": "\(error)"])
                try? await Task.sleep(for: .seconds(1))
            }
        }
        return nil
    }

    /// Stops what is being made here and was called off or removed, by whichever server.
    private func stopWhatIsCalledOff(from size: Int64) async {
        var from: Int64? = size
        while let begin = from, !Task.isCancelled {
            let follower = service.store.follow(
                from: begin,
                types: [Events.Exports.Cancelled.type, Events.Exports.Deleted.type]
            )
            do {
                for try await batch in follower {
                    for id in batch.events.compactMap({ ExportService.Stream.export(of: $0.header.stream) }) {
                        service.running.stop(id)
                    }
                }
            } catch {
                guard !Task.isCancelled else { return }
                // What was called off meanwhile is found by the next append of whoever makes it, which is refused.
                service.logger.warning(
                    "exports that are called off cannot be followed; beginning anew",
                    metadata: ["error": "\(error)"]
                )
            }
            from = await head()
        }
    }
}
