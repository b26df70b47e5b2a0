import Exchange
import Foundation
import TransparencyLog

extension RelayConfiguration {
    /// Reads the configuration at `path`, with the environment above it. All mistakes are told at once; before serving, those
    /// too that only a look at what it names can tell.
    package static func load(
        path: String, environment: [String: String] = ProcessInfo.processInfo.environment, beforeServing: Bool = false
    ) async throws(RelayFailure) -> RelayConfiguration {
        var reader = try await ConfigurationReader(path: path, environment: environment)
        let data = reader.path("data")
        let directory = reader.path("directory.file")
        let said = pins(&reader)
        // Stands in while mistakes are gathered: with a mistake nobody is given it.
        guard let pins = said ?? (try? RootPins(threshold: 1, fingerprints: [SHA256Hex(of: [])])) else {
            throw .configuration(reader.allMistakes)
        }
        var configuration = RelayConfiguration(
            port: 0, dataFolder: data ?? "", directoryPath: directory ?? "", pins: pins)
        configuration.readPlaces(&reader)
        configuration.readCertificate(&reader)
        configuration.readClients(&reader)
        configuration.readLimits(&reader)
        configuration.readLog(&reader)
        let mistakes =
            reader.allMistakes + (beforeServing ? PlaceCheck(configuration, hasPins: said != nil).mistakes : [])
        guard mistakes.isEmpty else { throw .configuration(mistakes) }
        return configuration
    }

    /// Where to listen: on a host and port, or on a socket for a proxy; and where for administration.
    private mutating func readPlaces(_ reader: inout ConfigurationReader) {
        socketPath = reader.optionalPath("listen.socket")
        origin = reader.optionalString("origin")
        if let origin, !Self.isOrigin(origin) {
            reader.mistake("origin", "https://host:port is expected in lower case, without a path or an ending slash")
        }
        if socketPath == nil {
            if let host = reader.string("listen.host") { self.host = host }
            if let port = reader.integer("listen.port", in: 0...65_535, missing: nil) { self.port = port }
        } else {
            if reader.optionalString("listen.host") != nil || reader.isThere("listen.port") {
                reader.mistake("listen", "a socket, or a host and port, not both")
            }
            // Nothing else says what the ends call the relay: their tokens name it.
            if origin == nil { reader.mistake("origin", "missing: the proxy's address is expected") }
        }
        readAdmin(&reader)
    }

    private mutating func readAdmin(_ reader: inout ConfigurationReader) {
        let socket = reader.optionalPath("admin.socket")
        let port = reader.integer("admin.port", in: 1...65_535, missing: 0)
        let host = reader.optionalString("admin.host") ?? "127.0.0.1"
        guard let port, port > 0 else {
            adminPlace = socket.map { .socket(path: $0) }
            if adminPlace == place { reader.mistake("admin", "the same place as listen: name another one") }
            return
        }
        if socket != nil { reader.mistake("admin", "a socket, or a port, not both") }
        if !ListenPlace.loopback.contains(host) {
            reader.mistake("admin.host", "127.0.0.1, ::1 or localhost is expected: administration has no passwords")
        }
        adminPlace = .address(host: host, port: port)
        if adminPlace == place { reader.mistake("admin", "the same place as listen: name another one") }
    }

    private mutating func readCertificate(_ reader: inout ConfigurationReader) {
        let certificate = reader.optionalPath("tls.certificate")
        let key = reader.optionalPath("tls.key")
        if (certificate == nil) != (key == nil) {
            reader.mistake("tls", "certificate and key are expected together")
        }
        if socketPath != nil, certificate != nil || key != nil {
            reader.mistake("tls", "the proxy speaks TLS where the relay listens on a socket: leave it out")
        }
        if let certificate, let key {
            certificatePath = certificate
            keyPath = key
        } else if !isLoopback {
            reader.mistake("tls", "certificate and key are expected where other machines can reach the relay")
        }
    }

    /// Certificates of clients: a proxy that speaks TLS asks for them itself.
    private mutating func readClients(_ reader: inout ConfigurationReader) {
        clientAuthoritiesPath = reader.optionalPath("tls.clientAuthorities")
        clientRevocationsPath = reader.optionalPath("tls.clientRevocations")
        bindsClients = reader.flag("tls.clientNames") ?? false
        if clientAuthoritiesPath == nil, clientRevocationsPath != nil || bindsClients {
            reader.mistake("tls.clientAuthorities", "missing: revocations and names are of certificates that it signed")
        }
        if socketPath != nil, clientAuthoritiesPath != nil {
            reader.mistake(
                "tls.clientAuthorities", "the proxy speaks TLS where the relay listens on a socket: leave it out")
        }
    }

    private mutating func readLimits(_ reader: inout ConfigurationReader) {
        func read(_ value: Int?, _ use: (Int) -> Void) { if let value { use(value) } }
        read(reader.integer("limits.totalGigabytes", in: 1...1_000_000, missing: Self.defaultTotalGigabytes)) {
            totalBytes = Int64($0) * 1_000_000_000
        }
        read(reader.integer("limits.senderPercent", in: 1...100, missing: senderPercent)) { senderPercent = $0 }
        read(reader.integer("limits.openUploads", in: 1...10_000, missing: openUploads)) { openUploads = $0 }
        read(reader.integer("limits.unacknowledgedFetches", in: 1...10_000, missing: unacknowledgedFetches)) {
            unacknowledgedFetches = $0
        }
        read(reader.integer("limits.fetchesAtOnce", in: 1...10_000, missing: fetchesAtOnce)) { fetchesAtOnce = $0 }
        read(reader.integer("limits.reserveMegabytes", in: 16...1_000_000, missing: Self.defaultReserveMegabytes)) {
            reserveBytes = Int64($0) * 1_000_000
        }
        read(reader.integer("limits.connections", in: 1...100_000, missing: connections)) { connections = $0 }
        let perAddress = min(Self.defaultConnectionsPerAddress, connections)
        read(reader.integer("limits.connectionsPerAddress", in: 1...connections, missing: perAddress)) {
            connectionsPerAddress = $0
        }
        read(reader.integer("limits.requestsPerSecond", in: 1...100_000, missing: requestsPerSecond)) {
            requestsPerSecond = $0
        }
        read(reader.integer("limits.openRequestsPerSecond", in: 1...100_000, missing: openRequestsPerSecond)) {
            openRequestsPerSecond = $0
        }
        read(reader.integer("clock.awayHours", in: 1...720, missing: ClockSettings.defaultAwayHours)) {
            awaySeconds = Int64($0) * 3_600
        }
    }

    private mutating func readLog(_ reader: inout ConfigurationReader) {
        log.keyPath = reader.optionalPathNotBlank("log.key") ?? log.keyPath
        log.copyPath = reader.optionalPathNotBlank("log.copy") ?? log.copyPath
        log.origin = reader.optionalString("log.origin")
        let policy = Int(LogPruning.servedDays)
        if let days = reader.integer("log.servedDays", in: policy...36_600, missing: policy) {
            log.servedDays = Int64(days)
        }
    }

    private static func pins(_ reader: inout ConfigurationReader) -> RootPins? {
        let fingerprints = reader.hashes("directory.roots")
        guard let threshold = reader.integer("directory.threshold", in: 1...Limits.roots, missing: nil),
            !fingerprints.isEmpty
        else { return nil }
        guard let pins = try? RootPins(threshold: threshold, fingerprints: fingerprints) else {
            reader.mistake("directory.threshold", "1 to the number of roots is expected, each root once")
            return nil
        }
        return pins
    }

    /// As the ends write it, or with port 0, which stands for the one that the system chooses.
    private static func isOrigin(_ text: String) -> Bool {
        RelayOrigin.isWellFormed(text) || text.hasSuffix(":0") && RelayOrigin.isWellFormed(String(text.dropLast(2)))
    }
}
