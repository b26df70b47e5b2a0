import Exchange
import Foundation

extension RelayConfiguration {
    /// Reads the configuration at `path`, with the environment above it. All mistakes are told at once.
    package static func load(
        path: String, environment: [String: String] = ProcessInfo.processInfo.environment
    ) async throws(RelayFailure) -> RelayConfiguration {
        var reader = try await ConfigurationReader(path: path, environment: environment)
        let host = reader.string("listen.host")
        let port = reader.integer("listen.port", in: 0...65_535, missing: nil)
        let data = reader.path("data")
        let directory = reader.path("directory.file")
        let pins = pins(&reader)
        let origin = reader.optionalString("origin")
        if let origin, !isOrigin(origin) {
            reader.mistake("origin", "https://host:port is expected, without a path or an ending slash")
        }
        let certificate = reader.optionalPath("tls.certificate")
        let key = reader.optionalPath("tls.key")
        if (certificate == nil) != (key == nil) {
            reader.mistake("tls", "certificate and key are expected together")
        }
        let total = reader.integer(
            "limits.totalGigabytes", in: 1...1_000_000, missing: RelayConfiguration.defaultTotalGigabytes)
        let reserve = reader.integer(
            "limits.reserveMegabytes", in: 16...1_000_000, missing: RelayConfiguration.defaultReserveMegabytes)
        let connections = reader.integer(
            "limits.connections", in: 1...100_000, missing: RelayConfiguration.defaultConnections)
        let minimumIndex = reader.integer("log.minimumIndex", in: 0...Int(Limits.integer), missing: 0)
        guard reader.mistakes.isEmpty, let minimumIndex, let host, let port, let data, let directory, let pins,
            let total, let reserve,
            let connections
        else { throw .configuration(reader.mistakes) }
        var configuration = RelayConfiguration(
            host: host, port: port, origin: origin, dataFolder: data, directoryPath: directory, pins: pins)
        if let certificate, let key {
            configuration.certificatePath = certificate
            configuration.keyPath = key
        } else if !configuration.isLoopback {
            throw .configuration(["tls: certificate and key are expected where other machines can reach the relay"])
        }
        configuration.totalBytes = Int64(total) * 1_000_000_000
        configuration.reserveBytes = Int64(reserve) * 1_000_000
        configuration.connections = connections
        configuration.log.keyPath = reader.optionalPath("log.key") ?? configuration.log.keyPath
        configuration.log.copyPath = reader.optionalPath("log.copy") ?? configuration.log.copyPath
        configuration.log.origin = reader.optionalString("log.origin")
        configuration.log.minimumIndex = Int64(minimumIndex)
        return configuration
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

    private static func isOrigin(_ text: String) -> Bool {
        guard text.hasPrefix("https://") else { return false }
        let rest = text.dropFirst(8)
        return !rest.isEmpty && !rest.contains { "/?#@ ".contains($0) } && rest.allSatisfy(\.isASCII)
    }
}
