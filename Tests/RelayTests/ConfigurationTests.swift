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
        let json = """
            {"listen":{"host":"localhost","port":0},"data":"/d","directory":{"file":"f","threshold":1,"roots":["\(Self.root)"]}}
            """
        let read = try await load(json, name: "relay.json")
        #expect(read.origin(port: 1_234) == "https://localhost:1234")
        #expect(read.connections == RelayConfiguration.defaultConnections)
    }

    @Test("the log's key, copy, name and minimum index can be said, and a made key has that name")
    func log() async throws {
        let text =
            whole + "\nlog: {key: k/log.key, copy: /other/disk/copy, origin: relay.example/log, minimumIndex: 256}"
        let settings = try await load(text).log
        #expect(settings.keyPath.hasSuffix("/k/log.key") && settings.keyPath.hasPrefix("/"))
        #expect(settings.copyPath == "/other/disk/copy")
        #expect(settings.minimumIndex == 256)
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

    @Test("a range is one range, or all of it")
    func ranges() {
        #expect(ByteRange.read(nil, size: 10) == .whole)
        #expect(ByteRange.read("bytes=0-", size: 10) == .part(ByteRange(offset: 0, count: 10)))
        #expect(ByteRange.read("bytes=2-99", size: 10) == .part(ByteRange(offset: 2, count: 8)))
        #expect(ByteRange.read("bytes=9-9", size: 10) == .part(ByteRange(offset: 9, count: 1)))
        #expect(ByteRange.read("bytes=-99", size: 10) == .part(ByteRange(offset: 0, count: 10)))
        #expect(ByteRange.read("bytes=-0", size: 10) == .outside)
        #expect(ByteRange.read("bytes=10-", size: 10) == .outside)
        for field in ["bytes=", "bytes=-", "bytes=1-0", "bytes=0-1,3-4", "bytes=a-b", "bytes= 1-2", "items=0-1"] {
            #expect(ByteRange.read(field, size: 10) == .whole)
        }
    }
}
