package import Durable
import Exchange
package import Logging
import Notes
import ServiceLifecycle

/// The relay: everything put together, opened, and run until it is told to stop.
package final class RelayServer: Service {
    let configuration: RelayConfiguration
    let logger: Logger
    /// Nil where a proxy on this machine speaks TLS, and the relay listens on a Unix socket.
    let certificate: CertificateKeeper?
    let onReady: @Sendable (String) -> Void
    let vault: ParcelVault
    let directories: DirectoryKeeper
    let retention: Retention
    let faults: FaultSwitch
    let rounds: RoundService
    let limit: StopLimit
    let gate: TokenGate
    let addresses: AddressCap
    let routes: RelayRoutes
    let admin: AdminRoutes

    /// What clients are to trust, where the certificate was made at the first start.
    package var authorityPath: String? { certificate?.authorityPath }

    /// The verifier key of the log, for those who are to pin it.
    package var logKey: String { vault.log.verifierKey.line }

    /// Why the clock is in doubt, in French and English; nil while it is not.
    package var clockTrouble: (french: String, english: String)? {
        vault.clock.reading.doubt.map { ($0.french, $0.english) }
    }

    /// Opens the data folder and finishes whatever a former life left half way; then `run()` may be called, once.
    ///
    /// Blocks. `onReady` is told the origin as soon as all its listeners answer; `onUnfinished` why a stop cannot be waited for any
    /// longer, and ends the process.
    package convenience init(
        _ configuration: RelayConfiguration, logger: Logger, disk: Disk = .real, clock: ClockSettings = .system,
        onReady: @escaping @Sendable (String) -> Void = { _ in },
        onUnfinished: @escaping @Sendable (RelayFailure) -> Void = { _ in }
    ) throws {
        let data = configuration.dataFolder
        var configuration = configuration
        configuration.stop.giveUp = onUnfinished
        try self.init(
            configuration, logger: logger, disk: disk, faults: nil, clock: clock,
            freeBytes: { try disk.freeBytes(at: data) }, onReady: onReady)
    }

    /// The same in a world that has one clock.
    convenience init(
        _ configuration: RelayConfiguration, logger: Logger, disk: Disk, faults: TransactionFaults?,
        now: @escaping @Sendable () -> UTCTime, freeBytes: @escaping @Sendable () throws -> Int64
    ) throws {
        try self.init(
            configuration, logger: logger, disk: disk, faults: faults, clock: ClockSettings(now: now),
            freeBytes: freeBytes)
    }

    init(
        _ configuration: RelayConfiguration, logger: Logger, disk: Disk, faults transactionFaults: TransactionFaults?,
        clock: ClockSettings, freeBytes: @escaping @Sendable () throws -> Int64,
        onReady: @escaping @Sendable (String) -> Void = { _ in }
    ) throws {
        self.configuration = configuration
        self.logger = logger
        self.onReady = onReady
        vault = try Self.vault(configuration, logger, disk, transactionFaults, clock)
        certificate =
            configuration.socketPath == nil
            ? try CertificateKeeper(configuration, disk: disk, logger: logger, now: { clock.sample().wall }) : nil
        let clockDesk = ClockDesk(vault: vault)
        try clockDesk.hear()
        directories = try DirectoryKeeper(
            file: configuration.directoryPath, pins: configuration.pins, vault: vault, disk: disk, logger: logger)
        let entitlement = Entitlement(directories: directories, clock: vault.clock)
        Self.report(try vault.recover(judge: entitlement.judge), logger)
        let (locks, arrivals, tallies) = (ParcelLocks(), Arrivals(), RequestTallies())
        let (resting, answers) = (RestingUploads(), LongAnswers())
        let keys = KeyRing(store: vault.store, log: vault.log)
        let space = SpaceGuard(reserve: configuration.reserveBytes, freeBytes: freeBytes)
        faults = FaultSwitch(logger: logger)
        let diskWatch = DiskWatch(
            watch: vault.watch, space: space, data: configuration.dataFolder, disk: disk, logger: logger,
            log: vault.log, patience: configuration.diskPatience, syncMilliseconds: configuration.diskSyncMilliseconds)
        limit = StopLimit(configuration.stop, disk: diskWatch, tallies: tallies)
        addresses = AddressCap(most: configuration.connectionsPerAddress)
        retention = Retention(vault: vault, locks: locks, logger: logger, resting: resting)
        rounds = RoundService(
            directories: directories, certificate: certificate, retention: retention, clockDesk: clockDesk,
            disk: diskWatch, faults: faults, tallies: tallies, logger: logger, pause: configuration.pause)
        gate = TokenGate(
            origin: configuration.origin(port: configuration.port), directories: directories, keys: keys,
            clock: vault.clock, rates: RequestRates(perSecond: configuration.requestsPerSecond))
        let clients = ClientGate(certificate: certificate, isBound: configuration.bindsClients, clock: vault.clock)
        let health = HealthRoute(
            directories: directories, faults: faults, clock: vault.clock, disk: diskWatch)
        let review = NoteReview(vault: vault, logger: logger)
        let fetches = FetchWatch(usual: configuration.unacknowledgedFetches, logger: logger)
        let receipts = ReceiptDesk(
            vault: vault, retention: retention, arrivals: arrivals, directories: directories, review: review,
            fetches: fetches)
        routes = RelayRoutes(
            uploads: UploadRoutes(
                vault: vault,
                desk: UploadDesk(
                    vault: vault, locks: locks, space: space, arrivals: arrivals, resting: resting,
                    judge: entitlement.judge),
                space: space, keys: keys, directories: directories, quota: configuration.quota, review: review,
                entitlement: entitlement),
            parcels: ParcelRoutes(vault, receipts, fetches, atOnce: configuration.fetchesAtOnce),
            pages: PageRoutes(vault: vault, arrivals: arrivals, answers: answers),
            directories: DirectoryRoutes(
                vault: vault, directories: directories, keys: keys, gate: gate, clients: clients, answers: answers),
            log: LogRoutes(log: vault.log, before: LogBefore(vault.folders.logBefore, disk: disk, watch: vault.watch)),
            health: health,
            status: StatusPage(health: health, directories: directories, log: vault.log, clock: vault.clock),
            gate: gate, clients: clients,
            openRates: OpenRates(perSecond: configuration.openRequestsPerSecond), faults: faults, tallies: tallies)
        admin = AdminRoutes(
            health: health,
            metrics: Metrics(
                vault: vault, directories: directories, certificate: certificate, faults: faults, tallies: tallies,
                review: review, fetches: fetches, pieces: routes.parcels.pieces, disk: diskWatch,
                figures: Self.figures(vault, freeBytes, patience: configuration.diskPatience)),
            faults: faults)
        // From here on a start is known, and what came before it.
        try clockDesk.tick()
    }

    private static func vault(
        _ configuration: RelayConfiguration, _ logger: Logger, _ disk: Disk, _ faults: TransactionFaults?,
        _ clock: ClockSettings
    ) throws -> ParcelVault {
        var clock = clock
        clock.logger = logger
        clock.awaySeconds = configuration.awaySeconds
        return try ParcelVault(
            data: configuration.dataFolder, disk: disk, faults: faults, log: configuration.log, clock: clock)
    }

    /// The database has readers of its own: what a disk keeps waiting there must not keep those who only ask how it is.
    private static func figures(
        _ vault: ParcelVault, _ freeBytes: @escaping @Sendable () throws -> Int64,
        patience: @escaping @Sendable () async throws -> Void
    ) -> BoundedLook<Metrics.Figures> {
        BoundedLook(patience: patience) {
            Metrics.Figures(kept: try vault.store.kept(), freeBytes: try? freeBytes())
        }
    }

    private static func report(_ recovery: ParcelVault.Recovery, _ logger: Logger) {
        if recovery != ParcelVault.Recovery() {
            logger.notice(
                "finished what was half way",
                metadata: [
                    "accepted": "\(recovery.accepted)", "deleted": "\(recovery.ended)",
                    "keys without a row": "\(recovery.orphanKeys)",
                ])
        }
    }
}
