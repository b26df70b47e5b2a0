import Logging
import ServiceLifecycle

/// Once a minute: hears a word on the clock, looks for a newer certificate and directory, deletes what is due, stores the
/// tick.
struct RoundService: Service {
    static let interval: Duration = .seconds(60)

    let directories: DirectoryKeeper
    let certificate: CertificateKeeper?
    let retention: Retention
    let clockDesk: ClockDesk
    let faults: FaultSwitch
    let logger: Logger

    func run() async throws {
        await survey()
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

    /// What waited over a start is looked at behind it: the relay answers meanwhile.
    private func survey() async {
        do {
            try await retention.survey()
        } catch {
            logger.error("what waits was not looked at", metadata: ["reason": "\(Gravity.text(of: error))"])
            faults.look(at: error)
        }
    }

    /// A failure ends the round, not the service: the next one finds the same work. A grave one stops the process.
    func round() async {
        do {
            let (directories, certificate, clock) = (directories, certificate, clockDesk)
            let time = retention.vault.clock.now
            try await DiskPool.run {
                try clock.hear()
                certificate?.refresh()
                certificate?.watchRevocations(at: time)
                try directories.refresh()
            }
            try await retention.round()
            try await DiskPool.run { try clock.tick() }
        } catch {
            logger.error("a round was not finished", metadata: ["reason": "\(Gravity.text(of: error))"])
            faults.look(at: error)
        }
    }
}
