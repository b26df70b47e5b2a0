import Courier
import Exchange
import Foundation
import HL7
import LabReport
import TestSupport
import Testing

@testable import Outbox

@Suite("The outbox's configuration file")
struct ConfigurationTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let agent = """
        participant: lab-rive-gauche
        relay: {origin: "https://127.0.0.1:8443"}
        directory: {threshold: 1, roots: [\(String(repeating: "0a", count: 32))]}
        keys: {signing: lab.signing, sealing: [lab.sealing]}
        data: data

        """

    private func load(_ outbox: String, environment: [String: String] = [:]) async throws -> OutboxConfiguration {
        let path = try folder.write(Array((Self.agent + outbox).utf8), to: "\(UUID().uuidString).yaml")
        return try await OutboxConfiguration.load(path: path, environment: environment)
    }

    private func mistake(_ outbox: String, environment: [String: String] = [:]) async -> String {
        do {
            _ = try await load(outbox, environment: environment)
            return ""
        } catch {
            return "\(error)"
        }
    }

    @Test("What is absent keeps its default")
    func defaults() async throws {
        let plain = try await load("")
        #expect(plain.zone == .paris && plain.utcOffsetMinutes == nil && plain.charset == Charset.utf8.rawValue)
        #expect(plain.codesPath == nil && plain.pseudonymKeyPath == nil && plain.watchFolder == nil)
        #expect(plain.settleSeconds == 2 && plain.batchReports == 1_000 && plain.batchBytes == 8 << 20)
        #expect(plain.batchAgeSeconds == 300 && plain.production)
        #expect(plain == OutboxConfiguration(agent: plain.agent))
    }

    @Test("Every legal time that Pli knows is read by its name, and no other", arguments: SiteZone.allCases)
    func zone(zone: SiteZone) async throws {
        let configuration = try await load("outbox: {site: {zone: \(zone.rawValue)}}")
        #expect(configuration.zone == zone && configuration.utcOffsetMinutes == nil)
    }

    @Test(
        "A zone that is none is refused with the names that are", arguments: ["Paris", "europe/paris", "+01:00", "CET"])
    func badZone(name: String) async {
        let said = await mistake("outbox: {site: {zone: \"\(name)\"}}")
        #expect(said.contains("outbox.site.zone: one of Europe/Paris, "), "\(said)")
        #expect(!said.contains(": \(name)"), "the value is not repeated")
    }

    @Test("A fixed offset is read within a day's hours, and stands in the place of a zone, never beside it")
    func offset() async throws {
        for minutes in [-840, -60, 0, 60, 840] {
            #expect(try await load("outbox: {site: {utcOffsetMinutes: \(minutes)}}").utcOffsetMinutes == minutes)
        }
        for minutes in ["-841", "841", "1.5", "noon"] {
            let said = await mistake("outbox: {site: {utcOffsetMinutes: \(minutes)}}")
            #expect(
                said.contains("outbox.site.utcOffsetMinutes: a whole number from -840 to 840"), "\(minutes): \(said)")
        }
        let both = await mistake("outbox: {site: {zone: Indian/Reunion, utcOffsetMinutes: 240}}")
        #expect(both.contains("outbox.site: zone or utcOffsetMinutes, not both"), "\(both)")
    }

    @Test("The codes' table and the shared key are paths seen from the file's folder")
    func paths() async throws {
        let relative = try await load("outbox: {codes: codes.csv, pseudonymKey: keys/shared.key, watch: {folder: in}}")
        #expect(relative.codesPath == folder.path + "/codes.csv")
        #expect(relative.pseudonymKeyPath == folder.path + "/keys/shared.key")
        #expect(relative.watchFolder == folder.path + "/in")
        let absolute = try await load("outbox: {codes: /etc/pli/codes.csv, pseudonymKey: /etc/pli/shared.key}")
        #expect(absolute.codesPath == "/etc/pli/codes.csv" && absolute.pseudonymKeyPath == "/etc/pli/shared.key")
        let empty = await mistake("outbox: {codes: \"\", pseudonymKey: \"\"}")
        #expect(empty.contains("outbox.codes: empty") && empty.contains("outbox.pseudonymKey: empty"), "\(empty)")
        let list = await mistake("outbox: {codes: [a.csv, b.csv]}")
        #expect(list.contains("outbox.codes: a text is expected"), "\(list)")
    }

    @Test("An outbox that starts tells of all its files that are not there at once, and makes nothing before")
    func missingFiles() async throws {
        let configuration = try await load("outbox: {codes: codes.csv, pseudonymKey: shared.key}")
        let keys = ["lab.signing", "lab.sealing", "shared.key"].map {
            "key file \($0) does not exist: make it with `pli keygen`"
        }
        let said = keys.prefix(2) + ["outbox.codes: codes.csv does not exist", keys[2]]
        #expect(throws: CourierFailure.usage("4 files are missing: " + said.joined(separator: "; "))) {
            try OutboxAgent(
                configuration: configuration, logger: LogBook(label: "outbox").logger, now: { TestClock().now })
        }
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/data"))
    }

    @Test("An environment variable goes before the file")
    func environment() async throws {
        let configuration = try await load(
            "outbox: {site: {zone: Europe/Paris}, codes: codes.csv}",
            environment: [
                "PLI_OUTBOX_SITE_ZONE": "Pacific/Noumea", "PLI_OUTBOX_CODES": "/etc/pli/codes.csv",
                "PLI_OUTBOX_PSEUDONYM_KEY": "/etc/pli/shared.key",
            ])
        #expect(configuration.zone == .noumea && configuration.codesPath == "/etc/pli/codes.csv")
        #expect(configuration.pseudonymKeyPath == "/etc/pli/shared.key")
    }

    @Test("What an environment variable says wrongly is told of the variable, and not of the file")
    func environmentMistakes() async throws {
        let alone = await mistake("", environment: ["PLI_OUTBOX_BATCH_AGE_SECONDS": "x"])
        #expect(
            alone.hasPrefix("PLI_OUTBOX_BATCH_AGE_SECONDS: outbox.batch.ageSeconds: a whole number from 1"), "\(alone)")
        let both = await mistake(
            "outbox: {batch: {reports: 0}}", environment: ["PLI_OUTBOX_BATCH_AGE_SECONDS": "0"])
        #expect(both.contains(".yaml: outbox.batch.reports: "), "\(both)")
        #expect(both.contains("; PLI_OUTBOX_BATCH_AGE_SECONDS: outbox.batch.ageSeconds: "), "\(both)")
    }

    @Test("Character sets are read in HL7's names; all mistakes are told at once")
    func charsetAndMistakes() async throws {
        for (name, charset) in [("8859/15", Charset.latin9), ("cp850", .cp850), ("utf-8", .utf8)] {
            #expect(try await load("outbox: {site: {charset: \(name)}}").charset == charset.rawValue)
        }
        let all = await mistake(
            """
            outbox:
              watch: {folder: in, settleSeconds: 3601}
              batch: {reports: 0, megabytes: 1001, ageSeconds: soon}
              site: {zone: Mars, charset: ebcdic}
              production: maybe
            """)
        for key in [
            "watch.settleSeconds", "batch.reports", "batch.megabytes", "batch.ageSeconds", "site.zone", "site.charset",
            "production",
        ] {
            #expect(all.contains("outbox.\(key): "), "\(key): \(all)")
        }
    }

    @Test("Rules hold or warn as the site says; what is no such rule is told by its place, not by its text")
    func severities() async throws {
        let read = try await load("outbox: {rules: {errors: [rpps-key, finess-key], warnings: [ins-key]}}")
        #expect(read.severities.overrides == ["rpps-key": .error, "finess-key": .error, "ins-key": .warning])
        #expect(try await load("outbox: {watch: {folder: in}}").severities == RuleSeverities())
        let told = await mistake("outbox: {rules: {errors: [ins-key, DURAND], warnings: [ins-key, not-production]}}")
        #expect(told.contains("outbox.rules.errors: entry 2 names no rule whose severity can be set"), "\(told)")
        #expect(told.contains("outbox.rules.warnings: entry 1 is in both lists"), "\(told)")
        #expect(told.contains("outbox.rules.warnings: entry 2 names no rule") && !told.contains("DURAND"), "\(told)")
    }

    @Test("Mistakes of both sections are told at once, settings that do not exist with those that are meant")
    func mistakes() async throws {
        let text = """
            participant: Lab_1
            relay: {origin: "https://127.0.0.1:8443"}
            directory: {threshold: 1, roots: [e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855]}
            keys: {signing: a.signing, sealings: [a.sealing]}
            data: data
            outbox: {watch: {folder: in}, bach: {reports: 5}, batch: {report: 5, megabytes: 0}, production: true}

            """
        let path = try folder.write(Array(text.utf8), to: "outbox.yaml")
        let failure = await #expect(throws: CourierFailure.self) { try await OutboxConfiguration.load(path: path) }
        let told = failure?.description ?? ""
        for part in [
            "participant:", "keys.sealing: missing", "keys.sealings: no such setting; keys.sealing is meant?",
            "outbox.bach.reports: no such setting; outbox.batch.reports is meant?",
            "outbox.batch.report: no such setting; outbox.batch.reports is meant?", "outbox.batch.megabytes:",
        ] {
            #expect(told.contains(part), "\(part) in \(told)")
        }
        let right = text.replacingOccurrences(of: "Lab_1", with: "lab-1").replacingOccurrences(
            of: "sealings", with: "sealing"
        )
        .replacingOccurrences(of: "bach: {reports: 5}, batch: {report: 5, megabytes: 0}", with: "batch: {reports: 5}")
        let read = try await OutboxConfiguration.load(path: folder.write(Array(right.utf8), to: "right.yaml"))
        #expect(read.batchReports == 5 && read.agent.participant.text == "lab-1")
    }

    @Test(
        "A watched folder that is the data folder, lies in it by whatever name, or is the root is refused",
        arguments: ["data", "data/", "./data", "data/in", "data/../data/in", "link", "link/in", "/"])
    func watchedData(name: String) async throws {
        let data = folder.path + "/data"
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: folder.path + "/link", withDestinationPath: data)
        let said = await mistake("outbox: {watch: {folder: \"\(name)\"}}")
        #expect(said.contains("outbox.watch.folder: a folder outside the data folder is expected"), "\(said)")
    }

    @Test(
        "A watched folder that holds a file which the configuration names is refused",
        arguments: [
            (".", ""), ("keys", ""), ("tables", "  codes: tables/codes.csv"),
            ("tables", "  pseudonymKey: tables/p.key"),
        ])
    func watchedKeys(name: String, more: String) async throws {
        for folder in ["keys", "tables"] {
            try FileManager.default.createDirectory(
                atPath: self.folder.path + "/" + folder, withIntermediateDirectories: true)
        }
        let agent = Self.agent.replacingOccurrences(of: "lab.sealing", with: "keys/lab.sealing")
        let text = agent + "outbox:\n  watch: {folder: \"\(name)\"}\n\(more)\n"
        let path = try folder.write(Array(text.utf8), to: "outbox.yaml")
        let failure = await #expect(throws: CourierFailure.self) { try await OutboxConfiguration.load(path: path) }
        let said = failure?.description ?? ""
        #expect(said.contains("outbox.watch.folder: a folder of its own is expected"), "\(said)")
    }

    @Test(
        "A folder beside the data folder is watched, also one whose name begins as that does",
        arguments: ["in", "data2", "../in"])
    func watchedBeside(name: String) async throws {
        let configuration = try await load("outbox: {watch: {folder: \"\(name)\"}}")
        #expect(configuration.watchFolder?.hasSuffix(name) == true)
    }
}
