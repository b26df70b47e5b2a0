import Configuration
import Durable
import Exchange
import Foundation
import Notes
import Testing

@testable import Courier

@Suite("The configuration that both agents share")
struct ConfigurationTests {
    let fixture: Fixture
    let folder: TemporaryFolder

    init() throws {
        fixture = try Fixture()
        folder = try TemporaryFolder()
    }

    var yaml: String {
        get throws {
            let roots = try fixture.pins().fingerprints.map(\.text).joined(separator: ", ")
            return """
                participant: lab-rive-gauche
                relay: {origin: "https://127.0.0.1:8443", ca: tls/ca.pem}
                directory: {file: directory.note, threshold: 2, roots: [\(roots)]}
                keys: {signing: lab.signing, sealing: [lab.sealing, /keys/new.sealing]}
                data: data/lab
                outbox: {batch: {reports: 1000}}
                """
        }
    }

    @Test("A YAML file is read; paths are relative to its folder")
    func readsYAML() async throws {
        let path = try folder.write(Array(try yaml.utf8), to: "lab.yaml")
        let (configuration, reader) = try await AgentConfiguration.load(path: path, environment: [:])
        #expect(
            configuration
                == AgentConfiguration(
                    participant: fixture.lab.id, relayOrigin: "https://127.0.0.1:8443", caPath: folder("tls/ca.pem"),
                    directoryPath: folder("directory.note"), pins: try fixture.pins(),
                    signingKeyPath: folder("lab.signing"),
                    sealingKeyPaths: [folder("lab.sealing"), "/keys/new.sealing"], dataFolder: folder("data/lab")))
        #expect(reader.int(forKey: "outbox.batch.reports") == 1_000, "the agent's own settings come with it")
    }

    @Test("The log's key is pinned by its verifier key line, and nothing else")
    func logKey() async throws {
        let key = try SigningKey(name: "relay.example/log", seed: [UInt8](repeating: 4, count: 32)).verifying
        let pinned = try yaml.replacingOccurrences(of: "ca: tls", with: "logKey: \"\(key.line)\", ca: tls")
        let path = try folder.write(Array(pinned.utf8), to: "pinned.yaml")
        #expect(try await AgentConfiguration.load(path: path, environment: [:]).0.logKey == key)
        let plain = try folder.write(Array(try yaml.utf8), to: "plain.yaml")
        #expect(try await AgentConfiguration.load(path: plain, environment: [:]).0.logKey == nil)
        for bad in [String(key.line.dropLast()), "relay.example/log", fixture.lab.verifierLines[1]] {
            do {
                _ = try await AgentConfiguration.load(path: plain, environment: ["PLI_RELAY_LOG_KEY": bad])
                Issue.record("a key that is none was read")
            } catch {
                #expect(error.description.contains("relay.logKey"))
            }
        }
    }

    @Test("A JSON file is read, and what may be absent may be")
    func readsJSON() async throws {
        let roots = try fixture.pins().fingerprints.map { "\"\($0.text)\"" }.joined(separator: ",")
        let text = """
            {"participant":"cnam","relay":{"origin":"https://relay.example.org"},
             "directory":{"threshold":2,"roots":[\(roots)]},
             "keys":{"signing":"/k/cnam.signing","sealing":["/k/cnam.sealing"]},"data":"/var/lib/pli"}
            """
        let path = try folder.write(Array(text.utf8), to: "cnam.json")
        let (configuration, _) = try await AgentConfiguration.load(path: path, environment: [:])
        #expect(configuration.caPath == nil && configuration.directoryPath == nil)
        #expect(configuration.dataFolder == "/var/lib/pli")
    }

    @Test("A certificate for the relay has its key beside it, or is a mistake")
    func certificate() async throws {
        for (name, environment) in [
            ("both", ["PLI_RELAY_CERTIFICATE": "c.pem", "PLI_RELAY_CERTIFICATE_KEY": "c.key"]),
            ("alone", ["PLI_RELAY_CERTIFICATE": "c.pem"]), ("key", ["PLI_RELAY_CERTIFICATE_KEY": "c.key"]),
        ] {
            let path = try folder.write(Array(try yaml.utf8), to: "lab.yaml")
            do {
                let (read, _) = try await AgentConfiguration.load(path: path, environment: environment)
                #expect(name == "both")
                #expect(
                    read.clientCertificate == ClientCertificate(chainPath: folder("c.pem"), keyPath: folder("c.key")))
            } catch {
                #expect(name != "both" && error.description.contains("relay.certificateKey"), "\(error)")
            }
        }
    }

    @Test("A variable that no program reads is a mistake, told with the others and with the name that is meant")
    func misspeltVariable() async throws {
        let path = try folder.write(Array(try yaml.utf8), to: "lab.yaml")
        let wrong = ["PLI_RELAY_LOGKEY": "x", "PLI_OUTBX_WATCH_FOLDER": "in", "PLI_DATA": ""]
        let failure = await #expect(throws: CourierFailure.self) {
            _ = try await AgentConfiguration.load(path: path, environment: wrong)
        }
        let said = try #require(failure).description
        #expect(said.contains("PLI_RELAY_LOGKEY: no such setting; PLI_RELAY_LOG_KEY is meant?"), "\(said)")
        #expect(said.contains("PLI_OUTBX_WATCH_FOLDER: no such setting; PLI_OUTBOX_WATCH_FOLDER is meant?"), "\(said)")
        #expect(said.contains("data: "), "\(said)")
        // What another program of the machine reads, and what is no setting, is none.
        let fine = ["PLI_LISTEN_PORT": "1", "PLI_INBOX_POLL_SECONDS": "x", "PLI_PASSPHRASE": "x", "PLIANT": "x"]
        _ = try await AgentConfiguration.load(path: path, environment: fine)
    }

    @Test("The environment goes before the file")
    func environment() async throws {
        let path = try folder.write(Array(try yaml.utf8), to: "lab.yaml")
        let (configuration, reader) = try await AgentConfiguration.load(
            path: path,
            environment: [
                "PLI_RELAY_ORIGIN": "https://10.0.0.1:9443", "PLI_KEYS_SEALING": "a.sealing,b.sealing",
                "PLI_OUTBOX_BATCH_REPORTS": "7",
            ])
        #expect(configuration.relayOrigin == "https://10.0.0.1:9443")
        #expect(configuration.sealingKeyPaths == [folder("a.sealing"), folder("b.sealing")])
        #expect(reader.int(forKey: "outbox.batch.reports") == 7)
    }

    @Test("All mistakes are told at once")
    func allMistakes() async throws {
        let text = """
            participant: Lab_1
            relay: {origin: "http://relay/path"}
            directory: {threshold: two, roots: [abc]}
            keys: {sealing: []}
            """
        let path = try folder.write(Array(text.utf8), to: "bad.yaml")
        do {
            _ = try await AgentConfiguration.load(path: path, environment: [:])
            Issue.record("a wrong configuration was read")
        } catch {
            let message = error.description
            for part in [
                "bad.yaml", "participant", "relay.origin", "directory.threshold", "keys.signing", "keys.sealing",
                "data",
            ] {
                #expect(message.contains(part), "\(part) is not named in: \(message)")
            }
            // Where and what, each once.
            #expect(message.contains("bad.yaml: participant: 1 to 63 of a-z, 0-9 and inner hyphens; "), "\(message)")
        }
        let roots = try folder.write(
            Array(try yaml.replacingOccurrences(of: "roots: [", with: "roots: [abc, ").utf8), to: "roots.yaml")
        await #expect(
            throws: CourierFailure.usage("roots.yaml: directory.roots: 64 lower-case hexadecimal digits")
        ) { try await AgentConfiguration.load(path: roots, environment: [:]) }
    }

    @Test("All files that an agent needs to start and that are not there are told at once")
    func missingFiles() async throws {
        let text = try yaml.replacingOccurrences(
            of: "ca: tls/ca.pem", with: "ca: tls/ca.pem, certificate: c.pem, certificateKey: c.key")
        let path = try folder.write(Array(text.replacingOccurrences(of: "/keys/", with: "keys/").utf8), to: "lab.yaml")
        let (agent, _) = try await AgentConfiguration.load(path: path, environment: [:])
        let names = [
            "lab.signing", "lab.sealing", "keys/new.sealing", "tls/ca.pem", "c.pem", "c.key", "directory.note",
        ]
        let keys = names.prefix(3).map { name in
            "key file \(name.split(separator: "/").last ?? "") does not exist: make it with `pli keygen`"
        }
        let others = [
            "relay.ca: ca.pem", "relay.certificate: c.pem", "relay.certificateKey: c.key",
            "directory.file: directory.note", "outbox.codes: codes.csv",
        ].map { $0 + " does not exist" }
        let codes = NamedFile("outbox.codes", at: folder("codes.csv"))
        #expect(
            throws: CourierFailure.usage("8 files are missing: " + (keys + others).joined(separator: "; "))
        ) { try agent.requireFiles([codes]) }
        for name in ["keys", "tls"] { try Disk.real.createFolder(folder(name)) }
        for name in names.dropFirst() + ["codes.csv"] { try folder.write([0x0A], to: name) }
        #expect(throws: CourierFailure.usage(keys[0])) { try agent.requireFiles([codes]) }
        try folder.write([0x0A], to: names[0])
        try agent.requireFiles([codes])
        // An agent that has run has its directories, and needs the first one no more.
        try Disk.real.remove(folder("directory.note"))
        #expect(throws: CourierFailure.usage("directory.file: directory.note does not exist")) {
            try agent.requireFiles([codes])
        }
        try Disk.real.createFolder(folder("data/lab/trust"))
        try agent.requireFiles([codes])
    }

    @Test(
        "A setting that nothing reads is told with the one that is meant; the sections of the agents are theirs to judge"
    )
    func unknownSettings() async throws {
        let text =
            try yaml.replacingOccurrences(of: "ca: tls", with: "cas: tls") + "\ndatta: x\ninbox: {sink: {fold: out}}"
        for name in ["bad.yaml", "bad.json"] {
            let json = #"{"participant":"cnam","relay":{"orgin":"https://r"},"datta":"x"}"#
            let path = try folder.write(Array((name == "bad.json" ? json : text).utf8), to: name)
            let failure = await #expect(throws: CourierFailure.self) {
                try await AgentConfiguration.load(path: path, environment: [:])
            }
            let message = failure?.description ?? ""
            #expect(message.contains("datta: no such setting; data is meant?"), "\(message)")
            #expect(message.contains(name == "bad.json" ? "relay.orgin: no such" : "relay.cas: no such"), "\(message)")
            #expect(!message.contains("outbox") && !message.contains("inbox"))
        }
    }

    @Test("Pins that cannot be met are told", arguments: [0, 4])
    func pins(threshold: Int) async throws {
        let text = try yaml.replacingOccurrences(of: "threshold: 2", with: "threshold: \(threshold)")
        let path = try folder.write(Array(text.utf8), to: "lab.yaml")
        do {
            _ = try await AgentConfiguration.load(path: path, environment: [:])
            Issue.record("useless pins were read")
        } catch {
            #expect(error.description.contains("directory.roots"))
        }
    }

    @Test(
        "A file that is missing, a folder or no YAML is told by its name, and the line, without a word of what it holds"
    )
    func unreadable() async throws {
        let text = "participant: lab\nkeys:\n\tsigning: DUPONT\n"
        let bad = try folder.write(Array(text.utf8), to: "bad.yaml")
        let expected = [
            (bad, "bad.yaml: line 3 is not YAML or JSON: look at indentation, colons and quotes there and right above"),
            (folder("none.yaml"), "none.yaml: no such file: look at the path behind --config"),
            (folder(""), "a folder, where a configuration file is expected"),
            (
                try folder.write(Array(repeating: UInt8(ascii: "#"), count: 1 << 20 | 1), to: "long.yaml"),
                "long.yaml: too large for a configuration file: look at the path behind --config"
            ),
            (try folder.write(Array("\n \n".utf8), to: "empty.yaml"), "empty.yaml: nothing is in it: look at the path"),
            (try folder.write([0xFF, 0xFE, 0], to: "bytes.yaml"), "bytes.yaml: it is not YAML or JSON of settings"),
            (
                try folder.write(Array("{\n\"data\" \"DUPONT\"\n}".utf8), to: "bad.json"),
                "bad.json: line 2 is not YAML or JSON: look at"
            ),
        ]
        for (path, words) in expected {
            let failure = await #expect(throws: CourierFailure.self) {
                try await AgentConfiguration.load(path: path, environment: [:])
            }
            #expect(failure?.description.contains(words) == true, "\(failure?.description ?? "")")
            #expect(failure?.description.contains("DUPONT") == false)
        }
    }

    @Test("A setting that stands twice is told with its line, where a parser would take one of the two, too")
    func doubled() async throws {
        let json = """
            {"participant": "lab", "data": "a", "relay": {"origin": "https://relay"},
             "keys": {"signing": "s", "sealing": ["k"]},
             "directory": {"threshold": 1, "roots": ["\(String(repeating: "a", count: 64))"]}
            """
        for (name, text, line) in [
            ("two.yaml", try "data: DUPONT\n" + yaml, 0), ("two.json", json + ",\n \"data\": \"DUPONT\"}", 4),
            ("deep.json", json.replacingOccurrences(of: "\"k\"]", with: "\"k\"], \"signing\": \"DUPONT\"") + "}", 2),
        ] {
            let path = try folder.write(Array(text.utf8), to: name)
            let failure = await #expect(throws: CourierFailure.self) {
                try await AgentConfiguration.load(path: path, environment: [:])
            }
            let words = failure?.description ?? ""
            #expect(words.hasPrefix("\(name): line "), "\(words)")
            #expect(words.hasSuffix("the name there stands twice in its section: keep one of them"), "\(words)")
            #expect(line == 0 || words.contains("line \(line):"), "\(words)")
            #expect(!words.contains("DUPONT"))
        }
        _ = try await AgentConfiguration.load(
            path: folder.write(Array((json + "}").utf8), to: "one.json"), environment: [:])
    }

    @Test("What is there and no text is not said to be missing, too")
    func noText() async throws {
        let text = try yaml.replacingOccurrences(of: "participant: lab-rive-gauche", with: "participant: [lab]")
        let path = try folder.write(Array(text.utf8), to: "list.yaml")
        let failure = await #expect(throws: CourierFailure.self) {
            try await AgentConfiguration.load(path: path, environment: [:])
        }
        #expect(failure == .usage("list.yaml: participant: a text is expected"), "\(failure?.description ?? "")")
    }

    @Test("An origin has one form, because tokens name it")
    func origins() {
        for good in ["https://relay.example.org", "https://127.0.0.1:8443", "https://[::1]:8443", "https://[fe80::1]"] {
            #expect(RelayOrigin.isWellFormed(good), "\(good)")
        }
        for bad in [
            "http://relay", "https://", "https://relay/", "https://relay:", "https://relay:0", "https://relay:080",
            "https://relay:70000", "https://Relay", "https://user@relay", "https://relay?x", "https://[::1",
            "https://[]",
            "https://[::1]x", "relay:8443", "https://rélay",
        ] {
            #expect(!RelayOrigin.isWellFormed(bad), "\(bad)")
        }
    }
}
