package import Exchange

/// What the relay's configuration file says. Paths are absolute, or relative to where the program was started.
package struct RelayConfiguration: Sendable {
    /// Where to listen.
    package var host: String
    /// 0 lets the system choose.
    package var port: Int
    /// A Unix socket to listen on without TLS, in place of host and port: a proxy on this machine speaks TLS.
    package var socketPath: String?
    /// Where administration is answered; nil for nowhere.
    package var adminPlace: ListenPlace?
    /// `https://host:port` as clients write it; nil for that of `host` and the port in use.
    package var origin: String?
    /// PEM files; made at first start where they are missing and the host is this machine only.
    package var certificatePath: String
    /// The certificate's key.
    package var keyPath: String
    /// A PEM file of authorities whose certificates clients must come with; nil where none are asked for.
    package var clientAuthoritiesPath: String?
    /// A PEM file of their lists of revoked certificates.
    package var clientRevocationsPath: String?
    /// Whether a client's certificate must name the participant whose token comes with it.
    package var bindsClients = false
    /// The data folder.
    package var dataFolder: String
    /// The directory note's file.
    package var directoryPath: String
    /// Whose signatures a directory needs.
    package var pins: RootPins
    /// Bytes of all parcels together.
    package var totalBytes: Int64
    /// Hundredths of those that one sender's parcels may take up.
    package var senderPercent: Int
    /// Bytes of the disk that no parcel may take, so that receipts and deletions go on.
    package var reserveBytes: Int64
    /// Connections at one time; further ones wait to be accepted.
    package var connections: Int
    /// Connections from one address at one time; further ones are closed.
    package var connectionsPerAddress: Int
    /// Requests a second of one participant; further ones are answered 429.
    package var requestsPerSecond: Int
    /// Requests a second of one address for what is open to everybody; further ones are answered 429.
    package var openRequestsPerSecond: Int
    /// Unfinished uploads of one sender.
    package var openUploads: Int
    /// Parcels that one participant may fetch within an hour and not acknowledge, before the operator is told.
    package var unacknowledgedFetches: Int
    /// Bodies that one participant fetches at once; further ones are answered 429.
    package var fetchesAtOnce: Int
    /// How long the machine may have been off before its clock needs a person's word.
    package var awaySeconds: Int64

    /// How slow a connection may be; the same everywhere, but for tests.
    var pace = ConnectionPace.Limits()
    /// What waits until a minute is over; a test's own beat for tests.
    var pause: @Sendable (RoundService.Beat) async throws -> Void = RoundService.minute
    /// Waits for as long as a look at the disk may take.
    var diskPatience = DiskWatch.patience
    /// The least time between two syncs that looks at the disk make.
    var diskSyncMilliseconds = DiskWatch.syncMilliseconds
    /// What a stop may take.
    var stop = StopLimit.Settings()
    /// The log.
    package var log: LogSettings

    /// Gigabytes of parcels where nothing is said.
    static let defaultTotalGigabytes = 100
    /// Megabytes kept free where nothing is said.
    static let defaultReserveMegabytes = 256
    /// Connections where nothing is said: below the 1,024 open files that a process usually may have.
    static let defaultConnections = 400
    /// A sender's hundredths where nothing is said: three of them together leave room for a fourth.
    static let defaultSenderPercent = 25
    /// Connections from one address where nothing is said: laboratories behind one address are few, and keep few.
    static let defaultConnectionsPerAddress = 64
    /// Requests a second where nothing is said: an inbox that catches up asks some hundred times.
    static let defaultRequestsPerSecond = 500
    /// Requests a second of one address where nothing is said: who checks a whole log asks for two files after another.
    static let defaultOpenRequestsPerSecond = 200
    /// Unfinished uploads of one sender where nothing is said.
    static let defaultOpenUploads = 64
    /// Parcels fetched and not acknowledged where nothing is said: an inbox has a few in hand.
    static let defaultUnacknowledgedFetches = 200

    /// Bodies of one participant at once where nothing is said: an inbox fetches one after another.
    static let defaultFetchesAtOnce = 128

    /// Whether only this machine can reach the relay.
    package var isLoopback: Bool { place.isLocal }

    /// Where the relay listens.
    package var place: ListenPlace { socketPath.map { .socket(path: $0) } ?? .address(host: host, port: port) }

    /// How much may be kept.
    var quota: RelayStore.Quota {
        .init(
            totalBytes: totalBytes, senderBytes: totalBytes / 100 * Int64(senderPercent), openUploads: openUploads)
    }

    /// A configuration for one data folder, with defaults for the rest.
    package init(
        host: String = "127.0.0.1", port: Int, origin: String? = nil, dataFolder: String, directoryPath: String,
        pins: RootPins
    ) {
        self.host = host
        self.port = port
        self.origin = origin
        self.dataFolder = dataFolder
        self.directoryPath = directoryPath
        self.pins = pins
        certificatePath = dataFolder + "/tls/certificate.pem"
        keyPath = dataFolder + "/tls/key.pem"
        totalBytes = Int64(Self.defaultTotalGigabytes) * 1_000_000_000
        reserveBytes = Int64(Self.defaultReserveMegabytes) * 1_000_000
        connections = Self.defaultConnections
        senderPercent = Self.defaultSenderPercent
        connectionsPerAddress = Self.defaultConnectionsPerAddress
        requestsPerSecond = Self.defaultRequestsPerSecond
        openRequestsPerSecond = Self.defaultOpenRequestsPerSecond
        openUploads = Self.defaultOpenUploads
        unacknowledgedFetches = Self.defaultUnacknowledgedFetches
        fetchesAtOnce = Self.defaultFetchesAtOnce
        awaySeconds = Int64(ClockSettings.defaultAwayHours) * 3_600
        log = LogSettings(dataFolder: dataFolder)
    }

    /// The origin that tokens must be for, once the port is known.
    func origin(port: Int) -> String {
        if let origin, !origin.hasSuffix(":0") { return origin }
        let name = host.contains(":") ? "[\(host)]" : host
        return "https://\(name):\(port)"
    }
}
