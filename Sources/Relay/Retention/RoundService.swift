import Logging
import ServiceLifecycle

/// Once a minute: looks for a newer directory, deletes what is due.
struct RoundService: Service {
    static let interval: Duration = .seconds(60)

    let directories: DirectoryKeeper
    let retention: Retention
    let faults: FaultSwitch
    let logger: Logger

    func run() async throws {
        await round()
        while !Task.isCancelled, !Task.isShuttingDownGracefully {
            do {
                try await cancelWhenGracefulShutdown { try await Task.sleep(for: RoundService.interval) }
            } catch {
                return
            }
            await round()
        }
    }

    /// A failure ends the round, not the service: the next one finds the same work. A grave one stops the process.
    func round() async {
        do {
            let directories = directories
            try await DiskPool.run { try directories.refresh() }
            try await retention.round()
        } catch {
            logger.error("a round was not finished", metadata: ["reason": "\(Gravity.text(of: error))"])
            faults.look(at: error)
        }
    }
}
