import Logging
import ServiceLifecycle

/// What is done once a minute, each by itself: however long a night's deletions take, a revoked certificate is refused and the
/// clock's tick stored meanwhile.
struct RoundService: Service {
    static let interval: Duration = .seconds(60)

    /// What goes round.
    enum Beat: CaseIterable, Sendable {
        /// A word on the clock is heard, the tick stored.
        case clock
        /// Open files are looked after; newer ones are looked for: the certificate, clients' authorities and lists, the directory.
        case files
        /// What is due is deleted.
        case deletion
        /// Whether the disk answers, where nobody asks for it.
        case disk
    }

    let directories: DirectoryKeeper
    let certificate: CertificateKeeper?
    let retention: Retention
    let clockDesk: ClockDesk
    let disk: DiskWatch
    let faults: FaultSwitch
    let tallies: RequestTallies
    let logger: Logger
    /// Waits until a beat is due again; throws at the end.
    let pause: @Sendable (Beat) async throws -> Void

    /// Waits a minute, or until the relay stops.
    static let minute: @Sendable (Beat) async throws -> Void = { _ in
        try await cancelWhenGracefulShutdown { try await Task.sleep(for: RoundService.interval) }
    }

    func run() async throws {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await survey() }
            for beat in Beat.allCases { group.addTask { await goRound(beat) } }
        }
        tellLooks()
    }

    /// One line for all requests that only looked.
    private func tellLooks() {
        let looks = tallies.takeLooks()
        guard !looks.isEmpty else { return }
        logger.info(
            "answered requests that only looked",
            metadata: .init(uniqueKeysWithValues: looks.map { ($0.key.rawValue, "\($0.value)") }))
    }

    /// What waited over a start is looked at behind it: the relay answers meanwhile.
    private func survey() async {
        do {
            try await retention.survey()
        } catch {
            logger.error(
                "what waits was not looked at: run pli-relay fsck", metadata: ["reason": "\(Gravity.text(of: error))"])
            faults.look(at: error)
        }
    }

    private func goRound(_ beat: Beat) async {
        await once(beat)
        while !Task.isCancelled, !Task.isShuttingDownGracefully {
            do {
                try await pause(beat)
            } catch {
                return
            }
            await once(beat)
        }
    }

    /// All of them, one after the other.
    func round() async {
        for beat in Beat.allCases { await once(beat) }
    }

    /// A failure ends the beat, not the service: the next one finds the same work. A grave one stops the process.
    func once(_ beat: Beat) async {
        do {
            try await work(beat)
        } catch is CancellationError where Task.isCancelled {
            // The relay ends, and what it looked at with it.
        } catch {
            logger.error("a round was not finished", metadata: ["reason": "\(Gravity.text(of: error))"])
            faults.look(at: error)
        }
    }

    private func work(_ beat: Beat) async throws {
        let (directories, certificate, clock) = (directories, certificate, clockDesk)
        switch beat {
        case .clock:
            tellLooks()
            try await DiskPool.run {
                try clock.hear()
                try clock.tick()
            }
        case .files:
            let (time, watch) = (retention.vault.clock.now, retention.vault.watch)
            try await DiskPool.run {
                watch.look()
                certificate?.refresh()
                certificate?.watchEnd(at: time)
                certificate?.watchRevocations(at: time)
                certificate?.watchAuthorities(at: time)
                try directories.refresh()
                directories.watchEnd()
            }
        case .deletion: try await retention.round()
        case .disk:
            _ = try await disk.reason()
            let log = retention.vault.log
            try await DiskPool.run { try log.retryWhereFull() }
        }
    }
}
