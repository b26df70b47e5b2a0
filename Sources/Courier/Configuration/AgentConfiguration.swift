package import Configuration
import Durable
package import Exchange
package import Notes

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The part of an agent's configuration that both ends have: who it is, which relay, whom it trusts, where its keys and
/// data lie.
package struct AgentConfiguration: Sendable, Equatable {
    /// The participant this agent works for.
    package let participant: ParticipantID
    /// `https://host:port`, as it stands in the relay's own configuration: request tokens name it.
    package let relayOrigin: String
    /// A PEM file with the only certificates trusted as roots; absent, those of the system are.
    package let caPath: String?
    /// A certificate, and its key, that the relay asks of its clients; nil where it asks for none.
    package let clientCertificate: ClientCertificate?
    /// The key of the relay's log, pinned at enrolment; nil takes the first one that is seen.
    package let logKey: VerifierKey?
    /// A directory note to begin with.
    package let directoryPath: String?
    /// The root holders this agent was enrolled with.
    package let pins: RootPins
    /// The signing key file.
    package let signingKeyPath: String
    /// The sealing key files, the newest last.
    package let sealingKeyPaths: [String]
    /// Where the agent keeps what it has to remember.
    package let dataFolder: String

    /// A configuration that is at hand.
    package init(
        participant: ParticipantID, relayOrigin: String, caPath: String? = nil,
        clientCertificate: ClientCertificate? = nil, logKey: VerifierKey? = nil,
        directoryPath: String? = nil, pins: RootPins, signingKeyPath: String, sealingKeyPaths: [String],
        dataFolder: String
    ) {
        self.participant = participant
        self.relayOrigin = relayOrigin
        self.caPath = caPath
        self.clientCertificate = clientCertificate
        self.logKey = logKey
        self.directoryPath = directoryPath
        self.pins = pins
        self.signingKeyPath = signingKeyPath
        self.sealingKeyPaths = sealingKeyPaths
        self.dataFolder = dataFolder
    }

    /// Reads a configuration file: YAML, or JSON where its name ends in `.json`. A variable `PLI_RELAY_ORIGIN` goes
    /// before `relay: origin:`, and so on. Relative paths are relative to the file's folder. All mistakes are told at
    /// once.
    ///
    /// This is for whoever needs no more than these settings; the sections of outbox and inbox are left alone.
    package static func load(
        path: String, environment: [String: String] = ProcessInfo.processInfo.environment
    ) async throws(CourierFailure) -> (AgentConfiguration, ConfigReader) {
        let reading = try await begin(path: path, environment: environment, others: ["outbox", "inbox"])
        try reading.settings.requireNoMistakes(in: path)
        return (reading.agent, reading.reader)
    }

    /// Begins to read a configuration file: the agent reads its own section with `settings`, and then asks that there be
    /// no mistake in all of it.
    package static func begin(
        path: String, environment: [String: String] = ProcessInfo.processInfo.environment, others: [String] = []
    ) async throws(CourierFailure) -> AgentReading {
        let census = SettingCensus()
        let reader = try await reader(of: path, environment: environment, census: census)
        var settings = SettingsReader(
            reader, folder: FileName.folder(of: path), census: census, others: others,
            variables: Set(environment.keys))
        let agent = await read(&settings)
        guard let agent = agent ?? standIn else { throw .usage("\(FileName.last(of: path)): incomplete") }
        return AgentReading(agent: agent, reader: reader, settings: settings)
    }

    /// Stands in for one with mistakes while others are gathered; with a mistake, nobody is given it.
    private static var standIn: AgentConfiguration? {
        guard let participant = try? ParticipantID("nobody"),
            let pins = try? RootPins(threshold: 1, fingerprints: [SHA256Hex(of: [])])
        else { return nil }
        return AgentConfiguration(
            participant: participant, relayOrigin: "", pins: pins, signingKeyPath: "", sealingKeyPaths: [],
            dataFolder: "")
    }

    private static func read(_ settings: inout SettingsReader) async -> AgentConfiguration? {
        let participant = await settings.required("participant").flatMap { text in
            settings.checked("participant") { () throws(ExchangeFailure) in try ParticipantID(text) }
        }
        let origin = await settings.required("relay.origin")
        if let origin, !RelayOrigin.isWellFormed(origin) {
            settings.report("relay.origin: like https://relay.example.org:8443 is expected, without a path")
        }
        let ca = await settings.optionalPath("relay.ca")
        let certificate = await clientCertificate(&settings)
        let logKey = await settings.optional("relay.logKey").flatMap { line in
            let key = try? VerifierKey(line: line)
            if key?.type != .ed25519 { settings.report("relay.logKey: the line that the relay prints is expected") }
            return key
        }
        let directory = await settings.optionalPath("directory.file")
        let threshold = await settings.requiredInteger("directory.threshold")
        let roots = await settings.requiredList("directory.roots")
        let signing = await settings.requiredPath("keys.signing")
        let sealing = await settings.requiredList("keys.sealing")
        let data = await settings.requiredPath("data")
        var pins: RootPins?
        if let threshold, let roots {
            let fingerprints = settings.checked("directory.roots") { () throws(ExchangeFailure) in
                var fingerprints: [SHA256Hex] = []
                for root in roots { fingerprints.append(try SHA256Hex(root)) }
                return fingerprints
            }
            if let fingerprints {
                pins = try? RootPins(threshold: threshold, fingerprints: fingerprints)
                if pins == nil {
                    settings.report(
                        "directory.threshold: from 1 to the number of directory.roots is expected, each fingerprint once"
                    )
                }
            }
        }
        guard let participant, let origin, let pins, let signing, let sealing, let data else { return nil }
        return AgentConfiguration(
            participant: participant, relayOrigin: origin, caPath: ca, clientCertificate: certificate, logKey: logKey,
            directoryPath: directory, pins: pins, signingKeyPath: signing,
            sealingKeyPaths: sealing.map { settings.resolved($0) }, dataFolder: data)
    }

    private static func clientCertificate(_ settings: inout SettingsReader) async -> ClientCertificate? {
        let certificate = await settings.optionalPath("relay.certificate")
        let key = await settings.optionalPath("relay.certificateKey")
        if (certificate == nil) != (key == nil) {
            settings.report("relay.certificate: it and relay.certificateKey are expected together")
        }
        guard let certificate, let key else { return nil }
        return ClientCertificate(chainPath: certificate, keyPath: key)
    }

    private static func reader(
        of path: String, environment: [String: String], census: SettingCensus
    ) async throws(CourierFailure) -> ConfigReader {
        // The parser would take whatever it is given into memory, and wait for what a pipe may say.
        let bytes: [UInt8]
        do throws(DurableFailure) {
            bytes = try Disk.real.read(path, limit: SettingFile.limit)
        } catch {
            throw unreadable(path, error)
        }
        let isJSON = path.hasSuffix(".json")
        let variables = EnvironmentVariablesProvider(environmentVariables: environment).prefixKeys(with: "pli")
        let place = ConfigReader(
            provider: InMemoryProvider(values: ["filePath": ConfigValue(.string(path), isSecret: false)]))
        do {
            if isJSON {
                let file = try await FileProvider<JSONSnapshot>(
                    parsingOptions: .init(secretsSpecifier: .dynamic { key, _ in census.find(key) }), config: place)
                if let doubled = SettingFile.doubledName(inJSON: bytes) { throw notParsed(path, doubled) }
                return ConfigReader(providers: [variables, file], accessReporter: census)
            }
            let file = try await FileProvider<YAMLSnapshot>(
                parsingOptions: .init(secretsSpecifier: .dynamic { key, _ in census.find(key) }), config: place)
            return ConfigReader(providers: [variables, file], accessReporter: census)
        } catch let failure as CourierFailure {
            throw failure
        } catch {
            throw notParsed(path, SettingFile.refusal(of: bytes, isJSON: isJSON, parser: "\(error)"))
        }
    }

    private static func unreadable(_ path: String, _ failure: DurableFailure) -> CourierFailure {
        let name = FileName.last(of: path)
        switch failure {
        case .missing: return .usage("\(name): no such file: look at the path behind --config")
        case .tooLarge:
            return .usage("\(name): too large for a configuration file: look at the path behind --config")
        case _ where failure.isNoFile:
            guard (try? Disk.real.isFolder(path)) == true else {
                return .usage("\(name): not a file: a pipe or a device stands there, where a configuration is expected")
            }
            return .usage("\(name): a folder, where a configuration file is expected")
        default: return .usage("\(name): may not be read: look at its owner and mode")
        }
    }

    /// Why a configuration file is none.
    private static func notParsed(_ path: String, _ why: String) -> CourierFailure {
        .usage("\(FileName.last(of: path)): \(why)")
    }
}

/// A configuration file that is being read.
package struct AgentReading {
    /// What both ends have; not to be used before `settings` says that there is no mistake.
    package let agent: AgentConfiguration
    /// Gives the agent its own settings.
    package let reader: ConfigReader
    /// The same, gathering what is wrong.
    package var settings: SettingsReader
}
