import Foundation
import Testing

/// Where somebody asked from says who they are: the relay counts addresses, and writes none down.
@Suite("Addresses of those who ask a relay", .serialized)
struct ClientAddressTests {
    /// Of this machine, and in nobody's configuration.
    private static let address = "127.77.66.55"
    /// Told by whoever stands in front, or by the asker itself.
    private static let told = "203.0.113.77"
    private static let agent = "canary-agent-7c1"

    private let house: Installation
    private var program: Program { house.program }

    init() throws {
        house = try Installation(relaySettings: "admin: {socket: admin.sock}")
    }

    /// Asks from that address, in a way that may be refused at any layer.
    @discardableResult
    private func ask(_ arguments: [String], at origin: String? = nil, path: String) throws -> Program.Outcome {
        let curl = try #require(Program.installed("curl"))
        return try program.run(
            curl,
            [
                "-sS", "--max-time", "60", "--interface", Self.address, "--cacert", "tls/ca.pem",
                "-A", Self.agent, "-H", "X-Forwarded-For: \(Self.told)", "-H", "X-Real-IP: \(Self.told)",
                "-H", "Forwarded: for=\(Self.told)", "-w", "%{http_code}", "-o", ".answer",
            ] + arguments + [(origin ?? house.origin) + path])
    }

    /// Every file below the relay's folder, and its log.
    private func written() throws -> [(name: String, bytes: Data)] {
        let root = program.folder
        let names = try FileManager.default.subpathsOfDirectory(atPath: program.path("relay-data"))
            .map { "relay-data/" + $0 }
        return try (names + ["relay.log"]).compactMap { name in
            var isFolder: ObjCBool = false
            let url = root.appending(path: name)
            guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder), !isFolder.boolValue else {
                return nil
            }
            return (name, try Data(contentsOf: url))
        }
    }

    private func places(of text: String, in files: [(name: String, bytes: Data)]) -> [String] {
        files.filter { $0.bytes.range(of: Data(text.utf8)) != nil }.map(\.name)
    }

    @Test(
        "none is in the log, the folder or the metrics, whatever was asked, by whom, and how it was refused",
        .enabled(if: Program.installed("curl") != nil, "needs curl"))
    func nowhere() throws {
        defer { house.stop() }
        try house.startRelay()
        try house.enrolAuthority()
        try program.pli("synth", "--reports", "3", "-o", "day.hl7")
        #expect(try program.pli("send", "day.hl7", "--config", "lab.yaml").status == 0)
        let token = try program.pli("token", "--config", "lab.yaml").text.trimmingCharacters(in: .newlines)
        let bearer = ["-H", "Authorization: Bearer \(token)"]

        #expect(try ask(bearer, path: "/v1/outbox").text == "200")
        #expect(try ask(bearer, path: "/v1/inbox").text == "403")
        #expect(try ask(bearer, path: "/v1/directory").text == "200")
        #expect(try ask([], path: "/v1/outbox").text == "401")
        #expect(try ask([], path: "/v1/nowhere").text == "404")
        #expect(try ask(["-X", "PURGE"], path: "/").text == "405")
        #expect(try ask(["-H", "X: \(String(repeating: "x", count: 12_000))"], path: "/health").text == "431")
        let posting = bearer + ["-H", "Content-Type: text/plain", "--data-binary", "no note"]
        #expect(try ask(posting, path: "/v1/participants/lab/keys").text == "422")
        #expect(try ask([], path: "/health").text == "200")
        // What never becomes a request: TLS of before, no TLS at all.
        #expect(try ask(["--tls-max", "1.2"], path: "/health").status != 0)
        #expect(try ask([], at: "http://127.0.0.1:\(house.port)", path: "/health").text != "200")
        let metrics = try program.run(
            #require(Program.installed("curl")),
            ["-sS", "--unix-socket", "admin.sock", "http://relay/metrics"])
        #expect(metrics.text.contains("pli_relay_requests_total"), "\(metrics.errors)")

        for isRunning in [true, false] {
            if !isRunning { house.stopRelay() }
            let files = try written()
            // What is written down is found: the route that was asked, and who is enrolled.
            #expect(places(of: "/v1/participants/", in: files) == ["relay.log"])
            #expect(places(of: "authority", in: files).contains { $0.hasPrefix("relay-data/relay.sqlite") })
            for canary in [Self.address, Self.told, Self.agent] {
                #expect(places(of: canary, in: files) == [], "\(canary)")
                #expect(!metrics.text.contains(canary), "\(canary)")
            }
        }
    }
}
