package import Durable
package import Exchange
import Hummingbird
import HummingbirdTLS
package import Logging
import NIOCore
import Notes
import ServiceLifecycle

/// The relay: everything put together, opened, and run until it is told to stop.
package final class RelayServer: Service {
    private let configuration: RelayConfiguration
    private let logger: Logger
    private let certificate: ServerCertificate
    private let onReady: @Sendable (String) -> Void
    let vault: ParcelVault
    let directories: DirectoryKeeper
    let retention: Retention
    let faults: FaultSwitch
    let rounds: RoundService
    let gate: TokenGate
    let routes: RelayRoutes

    /// What clients are to trust, where the certificate was made at the first start.
    package var authorityPath: String? { certificate.authorityPath }

    /// The verifier key of the log, for those who are to pin it.
    package var logKey: String { vault.log.verifierKey.line }

    /// Opens the data folder and finishes whatever a former life left half way; then `run()` may be called, once.
    ///
    /// Blocks. `onReady` is told the origin as soon as requests are answered.
    package convenience init(
        _ configuration: RelayConfiguration, logger: Logger, disk: Disk = .real,
        now: @escaping @Sendable () -> UTCTime, onReady: @escaping @Sendable (String) -> Void = { _ in }
    ) throws {
        let data = configuration.dataFolder
        try self.init(
            configuration, logger: logger, disk: disk, faults: nil, now: now,
            freeBytes: { try disk.freeBytes(at: data) }, onReady: onReady)
    }

    init(
        _ configuration: RelayConfiguration, logger: Logger, disk: Disk, faults transactionFaults: TransactionFaults?,
        now: @escaping @Sendable () -> UTCTime, freeBytes: @escaping @Sendable () throws -> Int64,
        onReady: @escaping @Sendable (String) -> Void = { _ in }
    ) throws {
        self.configuration = configuration
        self.logger = logger
        self.onReady = onReady
        vault = try ParcelVault(
            data: configuration.dataFolder, disk: disk, faults: transactionFaults, log: configuration.log, now: now)
        certificate = try ServerCertificate(configuration, disk: disk)
        Self.report(try vault.recover(), logger)
        directories = try DirectoryKeeper(
            file: configuration.directoryPath, pins: configuration.pins, vault: vault, disk: disk, logger: logger,
            now: now)
        let locks = ParcelLocks()
        let arrivals = Arrivals()
        let keys = KeyRing(store: vault.store, log: vault.log)
        let space = SpaceGuard(reserve: configuration.reserveBytes, freeBytes: freeBytes)
        faults = FaultSwitch(logger: logger)
        retention = Retention(vault: vault, locks: locks, logger: logger, now: now)
        rounds = RoundService(directories: directories, retention: retention, faults: faults, logger: logger)
        gate = TokenGate(
            origin: configuration.origin(port: configuration.port), directories: directories, keys: keys, now: now)
        let desk = UploadDesk(vault: vault, locks: locks, space: space, arrivals: arrivals)
        let receipts = ReceiptDesk(
            vault: vault, retention: retention, arrivals: arrivals, directories: directories, now: now)
        routes = RelayRoutes(
            uploads: UploadRoutes(
                vault: vault, desk: desk, space: space, keys: keys, directories: directories,
                totalBytes: configuration.totalBytes, now: now),
            parcels: ParcelRoutes(vault: vault, receipts: receipts, now: now),
            pages: PageRoutes(vault: vault, arrivals: arrivals, now: now),
            directories: DirectoryRoutes(vault: vault, directories: directories, keys: keys, gate: gate, now: now),
            log: LogRoutes(log: vault.log),
            health: HealthRoute(directories: directories, space: space, faults: faults), gate: gate, faults: faults)
    }

    /// Serves until the task is cancelled or shut down gracefully; throws when the disk cannot be relied on any more.
    package func run() async throws {
        try await application().run()
    }

    /// The HTTP application; tests run it with a client of their own.
    func application() throws -> some ApplicationProtocol {
        let logger = logger
        return Application(
            router: routes.router(),
            // A head of a few kilobytes: the manifest's base64 has up to 7,736 bytes, tokens and the rest little.
            server: try .tls(
                .http1(
                    configuration: .init(
                        additionalChannelHandlers: [ConnectionPace()], idleTimeout: .seconds(75),
                        httpDecoderConfiguration: .init(
                            maxHeaderFieldSize: 10 * 1024, maxHeaderListSize: 24 * 1024, maxHeaderFieldCount: 64))),
                tlsConfiguration: certificate.tls),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port),
                availableConnectionsDelegate: .maximum(configuration.connections, logger: logger)),
            services: [faults, rounds],
            onServerRunning: { [self] channel in ready(port: channel.localAddress?.port) },
            logger: logger)
    }

    private func ready(port: Int?) {
        let origin = configuration.origin(port: port ?? configuration.port)
        gate.origin = origin
        onReady(origin)
    }

    private static func report(_ recovery: ParcelVault.Recovery, _ logger: Logger) {
        if recovery != ParcelVault.Recovery() {
            logger.notice(
                "finished what was half way",
                metadata: [
                    "accepted": "\(recovery.accepted)", "deleted": "\(recovery.ended)",
                    "files without a row": "\(recovery.swept)", "keys without a row": "\(recovery.orphanKeys)",
                ])
        }
        for id in recovery.damaged {
            logger.error(
                "a parcel's payload is missing or damaged: its sender must send it again",
                metadata: ["parcel": "\(id)"])
        }
    }
}
