import Configuration
package import Courier
import HL7
package import LabReport

/// The outbox's configuration: the part that agents share, and the section `outbox`.
///
///     outbox:
///       watch: {folder: in, settleSeconds: 2}           # absent: no folder is watched
///       batch: {reports: 1000, megabytes: 8, ageSeconds: 300}
///       site: {zone: Europe/Paris, charset: utf-8}      # where a message says neither; utcOffsetMinutes: 60 instead of
///                                                       # zone for a clock that never changes
///       rules: {errors: [rpps-key], warnings: [ins-key]}  # rules that hold a report, or only warn, in the place of
///                                                       # their own severity
///       codes: codes.csv                                # the sender's own codes (pli check --unmapped); read at start
///       pseudonymKey: pseudonyms.key                    # shared by laboratories whose patients must match: 64
///                                                       # hexadecimal digits; absent: a key of this outbox's own
///       production: true                                # false: a test installation, training messages pass too
package struct OutboxConfiguration: Sendable, Equatable {
    /// Who, which relay, whose keys, where the data lie.
    package var agent: AgentConfiguration
    /// The folder whose files are taken, where one is watched.
    package var watchFolder: String?
    /// How long a file must not have changed before it is taken.
    package var settleSeconds = 2
    /// A parcel is due, and full, with this many reports,
    package var batchReports = 1_000
    /// or with this many bytes of messages,
    package var batchBytes: Int64 = 8 * 1024 * 1024
    /// or when its oldest report waits so long.
    package var batchAgeSeconds = 300
    /// Legal time at the laboratory, where a message gives a time without offset.
    package var zone = SiteZone.paris
    /// A fixed offset, in the place of the legal time.
    package var utcOffsetMinutes: Int?
    /// Character set of messages that name none.
    package var charset = Charset.utf8.rawValue
    /// Severities of rules that differ from their own.
    package var severities = RuleSeverities()
    /// The table of the sender's own codes.
    package var codesPath: String?
    /// The key of persons' pseudonyms that laboratories share.
    package var pseudonymKeyPath: String?
    /// Whether this outbox sends real results.
    package var production = true

    /// A configuration that is at hand, with the defaults above.
    package init(agent: AgentConfiguration) {
        self.agent = agent
    }

    /// Reads a configuration file; all mistakes are told at once. Without an `environment`, that of the process goes before it.
    package static func load(path: String, environment: [String: String]? = nil) async throws -> OutboxConfiguration {
        let reading =
            if let environment {
                try await AgentConfiguration.begin(path: path, environment: environment)
            } else {
                try await AgentConfiguration.begin(path: path)
            }
        let (agent, reader) = (reading.agent, reading.reader)
        var settings = reading.settings
        var configuration = OutboxConfiguration(agent: agent)
        configuration.watchFolder = await settings.optionalPath("outbox.watch.folder")
        var section = SectionReader(reader: reader)
        section.read("outbox.watch.settleSeconds", 0...3_600, into: &configuration.settleSeconds)
        section.read("outbox.batch.reports", 1...100_000, into: &configuration.batchReports)
        var megabytes = 8
        section.read("outbox.batch.megabytes", 1...1_000, into: &megabytes)
        configuration.batchBytes = Int64(megabytes) * 1024 * 1024
        section.read("outbox.batch.ageSeconds", 1...86_400, into: &configuration.batchAgeSeconds)
        var offset = Int.min
        section.read("outbox.site.utcOffsetMinutes", -840...840, into: &offset)
        if offset != .min { configuration.utcOffsetMinutes = offset }
        if let name = await settings.optional("outbox.site.zone") {
            if let zone = SiteZone(rawValue: name) {
                configuration.zone = zone
            } else {
                let names = SiteZone.allCases.map(\.rawValue).joined(separator: ", ")
                section.mistakes.append("outbox.site.zone: one of \(names) is expected")
            }
            if configuration.utcOffsetMinutes != nil {
                section.mistakes.append("outbox.site: zone or utcOffsetMinutes, not both")
            }
        }
        let errors = await settings.optionalList("outbox.rules.errors") ?? []
        let warnings = await settings.optionalList("outbox.rules.warnings") ?? []
        section.mistakes += configuration.severities.mistakes(setting: errors, .error, "outbox.rules.errors")
        section.mistakes += configuration.severities.mistakes(setting: warnings, .warning, "outbox.rules.warnings")
        configuration.codesPath = await settings.optionalPath("outbox.codes")
        configuration.pseudonymKeyPath = await settings.optionalPath("outbox.pseudonymKey")
        section.read("outbox.production", into: &configuration.production)
        if let name = await settings.optional("outbox.site.charset") {
            if let charset = Charset(name: name.utf8) {
                configuration.charset = charset.rawValue
            } else {
                section.mistakes.append("outbox.site.charset: one of utf-8, 8859/1, 8859/15, cp1252, cp850 is expected")
            }
        }
        for mistake in section.mistakes { settings.report(mistake) }
        if let mistake = configuration.misplacedFolder(besides: path) { settings.report(mistake) }
        try settings.requireNoMistakes(in: path)
        return configuration
    }

    /// Files of its own section.
    var namedFiles: [NamedFile] {
        var files: [NamedFile] = []
        if let codesPath { files.append(NamedFile("outbox.codes", at: codesPath)) }
        if let pseudonymKeyPath { files.append(NamedFile(keysAt: pseudonymKeyPath)) }
        return files
    }

    /// Every file of the watched folder is moved away, whatever it is: what is wrong with a folder that holds the agent's own.
    private func misplacedFolder(besides path: String) -> String? {
        guard let folder = watchFolder.map({ FolderOfFiles(path: $0) }) else { return nil }
        if folder.isRoot || !agent.dataFolder.isEmpty && folder.lies(in: agent.dataFolder) {
            return "outbox.watch.folder: a folder outside the data folder is expected"
        }
        let own =
            [
                path, agent.signingKeyPath, agent.caPath, agent.directoryPath, agent.clientCertificate?.chainPath,
                agent.clientCertificate?.keyPath, codesPath, pseudonymKeyPath,
            ].compactMap { $0 } + agent.sealingKeyPaths
        guard own.contains(where: { !$0.isEmpty && folder.holds($0) }) else { return nil }
        return "outbox.watch.folder: a folder of its own is expected, without the configuration, keys and tables in it"
    }
}

extension RuleSeverities {
    /// Gives each of these rules a severity; what cannot be, by its place in the list: anything may stand there.
    fileprivate mutating func mistakes(setting ids: [String], _ severity: Finding.Severity, _ key: String) -> [String] {
        ids.enumerated().compactMap { index, id in
            switch set(id, severity) {
            case nil: nil
            case .notSettable: "\(key): entry \(index + 1) names no rule whose severity can be set"
            case .contradiction: "\(key): entry \(index + 1) is in both lists"
            }
        }
    }
}

/// Settings of the section that may be absent.
private struct SectionReader {
    let reader: ConfigReader
    var mistakes: [String] = []

    init(reader: ConfigReader) {
        self.reader = reader
    }

    mutating func read(_ key: String, _ range: ClosedRange<Int>, into value: inout Int) {
        let expected = "\(key): a whole number from \(range.lowerBound) to \(range.upperBound) is expected"
        // A value of another type is reported; what is absent keeps its default.
        guard isThere(key) else { return }
        guard let number = reader.int(forKey: ConfigKey(key)), range.contains(number) else {
            mistakes.append(expected)
            return
        }
        value = number
    }

    mutating func read(_ key: String, into value: inout Bool) {
        guard isThere(key) else { return }
        guard let flag = reader.bool(forKey: ConfigKey(key)) else {
            mistakes.append("\(key): true or false is expected")
            return
        }
        value = flag
    }

    private func isThere(_ key: String) -> Bool {
        // Each provider gives what it has as text only where it is text, so every type is asked for.
        let key = ConfigKey(key)
        return reader.string(forKey: key) != nil || reader.int(forKey: key) != nil || reader.bool(forKey: key) != nil
            || reader.double(forKey: key) != nil || reader.stringArray(forKey: key) != nil
    }
}
