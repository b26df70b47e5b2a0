import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle

#if canImport(Glibc)
import Glibc
#else
import Musl
#endif

extension RelayServer {
    /// Serves until the task is cancelled or shut down gracefully; throws when it cannot listen, or when the disk cannot
    /// be relied on any more.
    package func run() async throws {
        for place in [configuration.place, configuration.adminPlace] { try place?.requireFree() }
        let isOpen = OpenFlag()
        let readiness = Readiness(listeners: configuration.adminPlace == nil ? 1 : 2, announce: onReady)
        let listener = Listener(
            application: try application(isOpen, readiness), place: configuration.place, isOpen: isOpen)
        defer { limit.end() }
        try await withGracefulShutdownHandler {
            try await listener.run()
        } onGracefulShutdown: { [limit] in
            limit.begin()
        }
    }

    /// The HTTP application, with all that runs beside it.
    private func application(_ isOpen: OpenFlag, _ readiness: Readiness) throws -> some ApplicationProtocol {
        let (logger, certificate, addresses, pace) = (logger, certificate, addresses, configuration.pace)
        let connections = connectionsMax()
        let bodies = routes.uploads.desk.pieces
        let http = HTTP1Channel.Configuration(
            additionalChannelHandlers: [
                UnreadableRequest(), ConnectionPace(limits: pace), BodyGauge(bodies: bodies), ClientWatch(),
            ],
            idleTimeout: pace.idle,
            // A head of a few kilobytes: the manifest's base64 has up to 7,736 bytes, tokens and the rest little.
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: 10 * 1024, maxHeaderListSize: 24 * 1024, maxHeaderFieldCount: 64))
        return Application(
            responder: TusResponder(base: routes.router().buildResponder()),
            server: HTTPServerBuilder { responder in
                let heads = CheckedHeads(
                    base: HTTP1Channel(responder: responder, configuration: http), wantsHost: certificate != nil)
                let base = HeldConnection(base: ShortQueue(base: heads))
                guard let certificate else { return base }
                return FreshTLS(base: base, certificate: certificate, addresses: addresses)
            },
            configuration: ApplicationConfiguration(
                address: configuration.place.bindAddress,
                availableConnectionsDelegate: .maximum(connections, logger: logger)),
            services: services(readiness),
            onServerRunning: { [self] channel in
                isOpen.set()
                let origin = configuration.origin(port: channel.localAddress?.port ?? configuration.port)
                gate.origin = origin
                Self.open(configuration.place)
                readiness.opened(origin: origin)
            },
            logger: logger)
    }

    /// As many as are configured, where there are descriptors for them.
    private func connectionsMax() -> Int {
        let budget = DescriptorBudget.current
        let connections = budget.connections(of: configuration.connections)
        if connections < configuration.connections {
            logger.warning(
                "fewer connections at one time than limits.connections: this process may not open more files",
                metadata: ["connections": "\(connections)", "files": "\(budget.most)"])
        }
        return connections
    }

    private func services(_ readiness: Readiness) -> [any Service] {
        guard let place = configuration.adminPlace else { return [stops, rounds] }
        let isOpen = OpenFlag()
        let pace = ConnectionPace.Limits.administration
        let application = Application(
            router: admin.router(),
            server: HTTPServerBuilder { responder in
                HeldConnection(
                    base: HTTP1Channel(
                        responder: responder,
                        configuration: .init(
                            additionalChannelHandlers: [ConnectionPace(limits: pace)], idleTimeout: pace.idle)))
            },
            configuration: ApplicationConfiguration(
                address: place.bindAddress,
                availableConnectionsDelegate: .maximum(Self.adminConnections, logger: logger)),
            onServerRunning: { _ in
                isOpen.set()
                Self.open(place)
                readiness.opened()
            },
            logger: logger)
        return [stops, rounds, Listener(application: application, place: place, isOpen: isOpen)]
    }

    /// A stop for a disk that failed has the same limit as one that was asked for.
    private var stops: LimitedStops { LimitedStops(faults: faults, limit: limit) }

    /// A scraper or two, and a person: and so many half requests, each of which has a second, that all that may wait to be
    /// accepted (256) hold up nobody for more than nine.
    static let adminConnections = 32

    /// A socket made under our umask would be for ourselves alone; who may use it is for its folder's mode and group.
    private static func open(_ place: ListenPlace) {
        if case .socket(let path) = place { _ = chmod(path, 0o660) }
    }
}

/// The switch of faults, behind which all that runs has so long to end.
private struct LimitedStops: Service {
    let faults: FaultSwitch
    let limit: StopLimit

    func run() async throws {
        do {
            try await faults.run()
        } catch {
            limit.begin()
            throw error
        }
    }
}
