import Durable
import Exchange
import Foundation
import Testing

@testable import Relay

@Suite("The configuration file")
struct ConfigurationTests {
    private static let root = String(repeating: "ab", count: 32)

    private func load(
        _ text: String, name: String = "relay.yaml", environment: [String: String] = [:]
    ) async throws -> RelayConfiguration {
        let scratch = try Scratch()
        let path = try scratch.write(Array(text.utf8), to: name)
        return try await RelayConfiguration.load(path: path, environment: environment)
    }

    private let whole = """
        listen: {host: 127.0.0.1, port: 8443}
        origin: "https://127.0.0.1:8443"
        data: data/relay
        directory:
          file: /etc/pli/directory.note
          threshold: 1
          roots: [\(root)]
        limits: {totalGigabytes: 5, reserveMegabytes: 64}
        """

    @Test("YAML and JSON are read, paths are relative to the file, and the environment stands above it")
    func read() async throws {
        let yaml = try await load(whole)
        #expect(yaml.port == 8_443)
        #expect(yaml.dataFolder.hasSuffix("/data/relay"))
        #expect(yaml.dataFolder.hasPrefix("/"))
        #expect(yaml.directoryPath == "/etc/pli/directory.note")
        #expect(yaml.certificatePath == yaml.dataFolder + "/tls/certificate.pem")
        #expect(yaml.totalBytes == 5_000_000_000)
        #expect(yaml.reserveBytes == 64_000_000)
        #expect(yaml.log == LogSettings(dataFolder: yaml.dataFolder))
        #expect(yaml.origin(port: 8_443) == "https://127.0.0.1:8443")
        let above = try await load(whole, environment: ["PLI_LISTEN_PORT": "9443"])
        #expect(above.port == 9_443)
        await #expect(
            throws: RelayFailure.configuration(["PLI_LISTEN_PROT: no such setting; PLI_LISTEN_PORT is meant?"])
        ) {
            _ = try await load(whole, environment: ["PLI_LISTEN_PROT": "9443", "PLI_OUTBOX_CODES": "x"])
        }
        let json = """
            {"listen":{"host":"localhost","port":0},"data":"/d","directory":{"file":"f","threshold":1,"roots":["\(Self.root)"]}}
            """
        let read = try await load(json, name: "relay.json")
        #expect(read.origin(port: 1_234) == "https://localhost:1234")
        #expect(read.connections == RelayConfiguration.defaultConnections)
    }

    @Test("the log's key, copy, name and days can be said, and a made key has that name")
    func log() async throws {
        let text =
            whole + "\nlog: {key: k/log.key, copy: /other/disk/copy, origin: relay.example/log, servedDays: 400}"
        let settings = try await load(text).log
        #expect(settings.keyPath.hasSuffix("/k/log.key") && settings.keyPath.hasPrefix("/"))
        #expect(settings.copyPath == "/other/disk/copy")
        #expect(settings.servedDays == 400)
        let scratch = try Scratch()
        try await TestRelay.run(
            scratch: scratch,
            change: {
                $0.log.origin = settings.origin
                $0.log.copyPath = scratch.path + "/elsewhere/copy"
                $0.log.keyPath = scratch.path + "/keys/log.key"
            }
        ) { relay in
            #expect(relay.server.logKey.hasPrefix("relay.example/log+"))
            for path in ["/elsewhere/copy", "/keys/log.key"] {
                let mode = try Disk.real.mode(of: scratch.path + path)
                #expect(mode == 0o600, "\(path)")
            }
            let isBesides = try Disk.real.exists(scratch.data + "/log-checkpoint")
            #expect(!isBesides)
        }
    }

    @Test("a log's copy or key that is said and blank is a mistake, and not the default", arguments: ["copy", "key"])
    func blankPath(key: String) async throws {
        for blank in ["''", "'  '"] {
            let text = whole + "\nlog: {\(key): \(blank)}"
            let failure = await #expect(throws: RelayFailure.self) { try await load(text) }
            #expect(failure == .configuration(["log.\(key): it is blank: name a file, or leave it out"]))
        }
    }

    @Test("all mistakes are told at once, by their keys, and never a value")
    func mistakes() async throws {
        let text = """
            listen: {host: 127.0.0.1, port: eighty}
            origin: "http://relay/path"
            directory: {threshold: 3, roots: [\(Self.root), ABC]}
            tls: {certificate: a.pem}
            limits: {totalGigabytes: 0}
            """
        let failure = await #expect(throws: RelayFailure.self) { try await load(text) }
        guard case .configuration(let mistakes) = failure else {
            Issue.record("another failure than of the configuration")
            return
        }
        let keys = [
            "listen.port", "data", "directory.file", "directory.roots", "origin", "tls", "limits.totalGigabytes",
        ]
        for key in keys { #expect(mistakes.contains { $0.hasPrefix(key + ":") }, "\(key)") }
        #expect(!mistakes.joined().contains("eighty"))
        #expect(!mistakes.joined().contains("http://relay"))
    }

    @Test("settings that do not exist are told with those that are meant, beside all other mistakes")
    func unknown() async throws {
        let text =
            whole.replacing("port: 8443", with: "prot: 8443").replacing("totalGigabytes", with: "totalGygabytes")
            + "\nverbose: yes\ntls:\n"
        let failure = await #expect(throws: RelayFailure.self) { try await load(text) }
        let message = failure?.description ?? ""
        for line in [
            "listen.port: missing", "listen.prot: no such setting; listen.port is meant?",
            "limits.totalGygabytes: no such setting; limits.totalGigabytes is meant?", "verbose: no such setting",
            "tls: settings are expected below it",
        ] {
            #expect(message.contains("  \(line)"), "\(line) in \(message)")
        }
        #expect(message.contains("5 mistake(s)"))
        let json =
            #"{"listen":{"host":"localhost","port":0,"potr":1},"data":"/d","directory":{"file":"f","threshold":1,"roots":["\#(Self.root)"]}}"#
        let read = await #expect(throws: RelayFailure.self) { try await load(json, name: "relay.json") }
        #expect(read?.description.contains("listen.potr: no such setting; listen.port is meant?") == true)
    }

    @Test("a file that is too large, empty, none or no settings, or says one thing twice, is told and not waited for")
    func wrongFile() async throws {
        let scratch = try Scratch()
        #expect(mkfifo(scratch.path + "/pipe.yaml", 0o600) == 0)
        try FileManager.default.createDirectory(
            atPath: scratch.path + "/folder.yaml", withIntermediateDirectories: false)
        for (name, text) in [
            ("long.yaml", String(repeating: "#", count: 1 << 20 | 1)), ("empty.yaml", " \n"), ("list.yaml", "- DUPONT"),
            ("twice.yaml", "data: /d\ndata: DUPONT\n"), ("twice.json", "{\"data\":\"d\",\n\"data\":\"DUPONT\"}"),
            ("cut.json", "{\"data\":\n"),
        ] { try Data(text.utf8).write(to: URL(fileURLWithPath: scratch.path + "/" + name)) }
        let twice = "the name there stands twice in its section: keep one of them"
        let noSyntax = "is not YAML or JSON: look at indentation, colons and quotes there and right above"
        for (name, words) in [
            ("pipe.yaml", "a folder, a pipe or a device, where a configuration file is expected"),
            ("folder.yaml", "a folder, a pipe or a device, where a configuration file is expected"),
            ("long.yaml", "too large for a configuration file: look at the path behind --config"),
            ("empty.yaml", "nothing is in it: look at the path behind --config"),
            ("list.yaml", "it is not YAML or JSON of settings, in UTF-8"),
            ("twice.yaml", "line 1: \(twice)"), ("twice.json", "line 2: \(twice)"), ("cut.json", "line 2 \(noSyntax)"),
            ("none.yaml", "the file does not exist: look at the path behind --config"),
        ] {
            await #expect(throws: RelayFailure.configuration([words]), "\(name)") {
                _ = try await RelayConfiguration.load(path: scratch.path + "/" + name, environment: [:])
            }
        }
    }

    @Test("limits, the clock, sockets and administration can be said, each within its bounds")
    func limits() async throws {
        let plain = try await load(whole)
        #expect(plain.quota.senderBytes == 1_250_000_000 && plain.quota.openUploads == 64)
        #expect(plain.connectionsPerAddress == 64 && plain.requestsPerSecond == 500)
        #expect(plain.awaySeconds == 21_600 && plain.adminPlace == nil)
        let said = try await load(
            whole.replacing(
                "reserveMegabytes: 64",
                with:
                    "senderPercent: 40, openUploads: 8, connections: 50, connectionsPerAddress: 5, requestsPerSecond: 9"
            )
                + "\nclock: {awayHours: 48}\nadmin: {port: 9100}")
        #expect(said.quota.senderBytes == 2_000_000_000 && said.quota.openUploads == 8)
        #expect(said.connections == 50 && said.connectionsPerAddress == 5 && said.requestsPerSecond == 9)
        #expect(said.awaySeconds == 172_800 && said.adminPlace == .address(host: "127.0.0.1", port: 9_100))
        let socket = try await load(
            whole.replacing("{host: 127.0.0.1, port: 8443}", with: "{socket: /run/pli/relay.sock}")
                + "\nadmin: {socket: admin.sock}")
        #expect(socket.place == .socket(path: "/run/pli/relay.sock"))
        #expect(socket.origin(port: 0) == "https://127.0.0.1:8443")
        guard case .socket(let path) = socket.adminPlace else {
            Issue.record("no socket")
            return
        }
        #expect(path.hasPrefix("/") && path.hasSuffix("/admin.sock"))
    }

    @Test(
        "what contradicts itself or is out of bounds is refused by its key",
        arguments: [
            (
                "limits: {totalGigabytes: 5, reserveMegabytes: 64}", "limits: {senderPercent: 101}",
                "limits.senderPercent:"
            ),
            (
                "limits: {totalGigabytes: 5, reserveMegabytes: 64}",
                "limits: {connections: 10, connectionsPerAddress: 11}", "limits.connectionsPerAddress: 1 to 10"
            ),
            (
                "limits: {totalGigabytes: 5, reserveMegabytes: 64}", "limits: {requestsPerSecond: 0}",
                "limits.requestsPerSecond:"
            ),
            ("limits: {totalGigabytes: 5, reserveMegabytes: 64}", "clock: {awayHours: 0}", "clock.awayHours:"),
            ("limits: {totalGigabytes: 5, reserveMegabytes: 64}", "admin: {host: 0.0.0.0, port: 91}", "admin.host:"),
            (
                "limits: {totalGigabytes: 5, reserveMegabytes: 64}", "admin: {socket: a, port: 91}",
                "admin: a socket, or"
            ),
            ("port: 8443}", "port: 8443, socket: s}", "listen: a socket, or"),
            ("{host: 127.0.0.1, port: 8443}", "{socket: s}\ntls: {certificate: c, key: k}", "tls: the proxy speaks"),
            ("origin: \"https://127.0.0.1:8443\"", "", ""),
        ])
    func contradictions(text: String, changed: String, told: String) async throws {
        let text = whole.replacing(text, with: changed)
        guard !told.isEmpty else {
            let alone = text.replacing("{host: 127.0.0.1, port: 8443}", with: "{socket: s}")
            let failure = await #expect(throws: RelayFailure.self) { try await load(alone) }
            #expect(failure?.description.contains("origin: missing") == true)
            return
        }
        let failure = await #expect(throws: RelayFailure.self) { try await load(text) }
        #expect(failure?.description.contains("  \(told)") == true, "\(failure?.description ?? "")")
    }

    @Test(
        "a certificate is asked for where other machines can reach the relay, and files must be there and be of a known kind"
    )
    func others() async throws {
        let open = whole.replacing("host: 127.0.0.1", with: "host: 0.0.0.0")
        await #expect(throws: RelayFailure.self) { try await load(open) }
        await #expect(throws: RelayFailure.self) { try await load(whole, name: "relay.toml") }
        await #expect(throws: RelayFailure.self) { try await load("- a\n- b\n") }
        await #expect(throws: RelayFailure.self) {
            try await RelayConfiguration.load(path: "/nowhere/x.yaml", environment: [:])
        }
    }

    @Test("the relay's origin has the form in which the ends can name it")
    func origins() async throws {
        for good in ["https://relay.example", "https://[::1]:8443", "https://localhost:0"] {
            let read = try await load(whole.replacing("https://127.0.0.1:8443", with: good))
            #expect(read.origin == good)
        }
        for bad in ["https://Relay.example", "https://:8443", "https://relay:99999", "https://relay:", "https://a/b"] {
            let failure = await #expect(throws: RelayFailure.self) {
                try await load(whole.replacing("https://127.0.0.1:8443", with: bad))
            }
            #expect(failure?.description.contains("  origin: https://host:port is expected") == true, "\(bad)")
        }
    }

    @Test("administration has a place of its own")
    func samePlace() async throws {
        let onSocket = whole.replacing("{host: 127.0.0.1, port: 8443}", with: "{socket: s}")
        for text in [whole + "\nadmin: {port: 8443}", onSocket + "\nadmin: {socket: s}"] {
            let failure = await #expect(throws: RelayFailure.self) { try await load(text) }
            #expect(failure?.description.contains("  admin: the same place as listen") == true)
        }
        let apart = try await load(onSocket + "\nadmin: {socket: t}")
        #expect(apart.adminPlace != apart.place)
    }

    @Test("before serving, all that is missing or open to everybody is told at once, beside the file's own mistakes")
    func places() async throws {
        let scratch = try Scratch()
        let files = FileManager.default
        for name in ["data", "open"] {
            try files.createDirectory(
                atPath: scratch.path + "/" + name, withIntermediateDirectories: false,
                attributes: [.posixPermissions: 0o777])
            #expect(chmod(scratch.path + "/" + name, 0o777) == 0)
        }
        _ = try scratch.write([1], to: "file")
        func told(_ listen: String, _ admin: String, _ more: String) async throws -> String {
            let text = """
                listen: \(listen)
                origin: "https://relay.example"
                admin: \(admin)
                data: data
                directory: {file: none.note, threshold: 1, roots: [\(Self.root)]}
                \(more)
                """
            let path = try scratch.write(Array(text.utf8), to: "relay.yaml")
            let failure = await #expect(throws: RelayFailure.self) {
                try await RelayConfiguration.load(path: path, environment: [:], beforeServing: true)
            }
            return failure?.description ?? ""
        }
        let open = try await told(
            "{host: 0.0.0.0, port: 0}", "{socket: open/admin.sock}",
            "tls: {certificate: c.pem, key: k.pem, clientAuthorities: a.pem, clientRevocations: r.pem}\n"
                + "limits: {connections: 0}")
        for line in [
            "limits.connections: 1 to 100000 is expected", "tls.certificate: there is no such file",
            "tls.key: there is no such file", "tls.clientAuthorities: there is no such file",
            "tls.clientRevocations: there is no such file", "directory.file: there is no such file",
            "data: everybody on this machine can write there",
            "admin.socket: everybody on this machine can put another socket in its place",
        ] { #expect(open.contains("  \(line)"), "\(line) in \(open)") }
        #expect(open.contains("8 mistake(s)"))

        #expect(chmod(scratch.path + "/data", 0o700) == 0 && chmod(scratch.path + "/open", 0o1777) == 0)
        let sockets = try await told("{socket: nowhere/relay.sock}", "{socket: file}", "")
        for line in [
            "listen.socket: its folder does not exist: make it", "admin.socket: something else has its name",
            "directory.file: there is no such file",
        ] { #expect(sockets.contains("  \(line)"), "\(line) in \(sockets)") }
        #expect(sockets.contains("3 mistake(s)"))
        // With the sticky bit nobody can take away what is another's; a relay that has a database goes on by it.
        _ = try scratch.write([], to: "data/relay.sqlite")
        let sound = try await told("{socket: open/relay.sock}", "{socket: open/admin.sock}", "x: y")
        #expect(sound.contains("1 mistake(s)") && sound.contains("x: no such setting"), "\(sound)")
        // Loopback makes its own certificate. Without a look nothing is said.
        let plain = try await load(whole)
        #expect(plain.certificatePath.hasSuffix("/tls/certificate.pem"))
    }

    @Test("before serving, all files that are there and cannot serve are told at once, and nothing is made")
    func unusable() async throws {
        let scratch = try Scratch()
        for name in ["c.pem", "k.pem", "log.key", "d.note"] { _ = try scratch.write([0x78], to: name) }
        #expect(chmod(scratch.path + "/log.key", 0o644) == 0)
        func told(roots: String) async throws -> String {
            let text = """
                listen: {host: 0.0.0.0, port: 0}
                data: data
                tls: {certificate: c.pem, key: k.pem}
                log: {key: log.key}
                directory: {file: d.note, threshold: 1, roots: [\(roots)]}
                """
            let path = try scratch.write(Array(text.utf8), to: "relay.yaml")
            let failure = await #expect(throws: RelayFailure.self) {
                try await RelayConfiguration.load(path: path, environment: [:], beforeServing: true)
            }
            return failure?.description ?? ""
        }
        let all = try await told(roots: Self.root)
        for line in [
            "log: its key file can be read by others", "certificate: tls.certificate or tls.key cannot be read as PEM",
            "directory: its file is no signed note",
        ] { #expect(all.contains("  \(line)"), "\(line) in \(all)") }
        #expect(all.contains("3 mistake(s)"))
        // Without the roots nothing can be said of a directory.
        let without = try await told(roots: "abc")
        #expect(without.contains("3 mistake(s)") && !without.contains("directory: "))
        #expect(try !Disk.real.exists(scratch.data))
    }

    @Test("a range is one range, or all of it")
    func ranges() {
        #expect(ByteRange.read(nil, size: 10) == .whole)
        #expect(ByteRange.read("bytes=0-", size: 10) == .part(ByteRange(offset: 0, count: 10)))
        #expect(ByteRange.read("bytes=2-99", size: 10) == .part(ByteRange(offset: 2, count: 8)))
        #expect(ByteRange.read("Bytes=0-1", size: 10) == .part(ByteRange(offset: 0, count: 2)))
        #expect(ByteRange.read("bytes=9-9", size: 10) == .part(ByteRange(offset: 9, count: 1)))
        #expect(ByteRange.read("bytes=-99", size: 10) == .part(ByteRange(offset: 0, count: 10)))
        #expect(ByteRange.read("bytes=-0", size: 10) == .outside)
        #expect(ByteRange.read("bytes=10-", size: 10) == .outside)
        for field in ["bytes=", "bytes=-", "bytes=1-0", "bytes=0-1,3-4", "bytes=a-b", "bytes= 1-2", "items=0-1"] {
            #expect(ByteRange.read(field, size: 10) == .whole)
        }
    }
}
