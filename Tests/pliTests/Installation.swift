import Foundation
import LabReport
import Testing

/// A laboratory, a relay and one authority, installed with Pli's own commands as an operator would.
///
/// `routes` is the text of `{"routes": […], "profiles": […]}`; nil takes the examples.
final class Installation {
    static let everything = """
        {"routes":[{"id":"all","to":"authority","anyCode":true,"profile":"all"}],
        "profiles":[{"id":"all","fields":["patient.birthName","patient.givenNames","patient.sex","patient.birthDate",\
        "patient.localIds","patient.nir","patient.ins","patient.address","patient.city","patient.postcode",\
        "order.filler","order.panel","specimen.id","specimen.type","specimen.collectedAt","result.code",\
        "result.localCode","result.value","result.unit","result.range","result.interpretation","result.status",\
        "result.observedAt","laboratory.name","laboratory.finess","requester.name"]}]}
        """

    let program: Program
    let port: Int
    private(set) var pins: [String] = []
    private let settleSeconds: Int
    private let sealing: [String]
    private var relay: Process?
    private var outbox: Process?

    init(
        routes: String? = Installation.everything, relaySettings: String = "", days: Int = 90, settleSeconds: Int = 1,
        finess: [String] = [SyntheticLab.Laboratory.example().finess], classicKeys: Bool = false,
        requirePostQuantum: Bool = false
    ) throws {
        sealing = classicKeys ? ["--classic"] : []
        program = try Program()
        port = try Self.freePort()
        self.settleSeconds = settleSeconds
        try makeKeysAndDirectory(routes: routes, days: days, finess: finess, requirePostQuantum)
        try writeAgents()
        try setRelaySettings(relaySettings)
    }

    deinit { stop() }

    func stop() {
        stopOutbox()
        stopRelay()
        program.remove()
    }

    var origin: String { "https://127.0.0.1:\(port)" }

    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(descriptor, generic, length) == 0 && getsockname(descriptor, generic, &length) == 0
            }
        }
        try #require(isBound)
        return Int(UInt16(bigEndian: address.sin_port))
    }

    private func ok(_ outcome: Program.Outcome) throws -> Program.Outcome {
        try #require(outcome.status == 0, "\(outcome.errors)")
        return outcome
    }

    private func makeKeysAndDirectory(
        routes: String?, days: Int, finess: [String], _ requirePostQuantum: Bool
    ) throws {
        for name in ["root-a", "root-b", "relay", "lab", "authority"] {
            let made = try ok(program.pli("keygen", "--signing", name, "-o", "\(name).signing"))
            try program.write("\(name).pub", made.text)
        }
        for name in ["lab", "authority"] {
            _ = try ok(
                program.run(Program.built("pli"), ["keygen", "-o", "\(name).sealing"] + (name == "lab" ? [] : sealing)))
        }
        let made = try ok(
            program.run(
                Program.built("pli"),
                [
                    "directory", "init", "--root", "root-a.pub", "--root", "root-b.pub", "--threshold", "2", "--days",
                    "\(days)", "-o", "draft",
                ] + (requirePostQuantum ? ["--require-post-quantum"] : [])))
        pins = made.lines.compactMap { $0.split(separator: " ").last.map(String.init) }
        for (id, role) in [("relay", "relay"), ("lab", "sender"), ("authority", "authority")] {
            // By default the laboratory of `pli synth`: others are held, since the sender may not speak for them.
            let numbers = id == "lab" ? finess.flatMap { ["--finess", $0] } : []
            _ = try ok(
                program.run(
                    Program.built("pli"),
                    ["directory", "add", "draft", "--id", id, "--role", role, "--name", "Test \(id)", "--key"]
                        + ["\(id).pub"] + numbers))
        }
        if let routes {
            try program.write("routes.json", routes)
            _ = try ok(program.pli("directory", "add", "draft", "--routes", "routes.json"))
        } else {
            _ = try ok(program.pli("directory", "add", "draft", "--examples"))
        }
        _ = try ok(program.pli("directory", "sign", "draft", "--key", "root-a.signing", "-o", "half"))
        _ = try ok(program.pli("directory", "sign", "half", "--key", "root-b.signing", "-o", "directory.note"))
    }

    private var pinned: String {
        """
        directory:
          file: directory.note
          threshold: 2
          roots: [\(pins.joined(separator: ", "))]
        """
    }

    /// Writes the relay's configuration; a running relay must be started again.
    func setRelaySettings(_ settings: String) throws {
        try program.write(
            "relay.yaml",
            """
            listen:
              host: 127.0.0.1
              port: \(port)
            origin: \(origin)
            tls:
              certificate: tls/certificate.pem
              key: tls/key.pem
            data: relay-data
            \(pinned)
            \(settings)

            """)
    }

    private func writeAgents() throws {
        for folder in ["relay-data", "tls", "lab-data", "in", "authority-data", "rows"] {
            try FileManager.default.createDirectory(
                at: program.folder.appending(path: folder), withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        }
        for (name, own) in [
            (
                "lab",
                """
                outbox:
                  watch:
                    folder: in
                    settleSeconds: \(settleSeconds)
                  batch:
                    reports: 500
                    megabytes: 8
                    ageSeconds: 1
                  site:
                    utcOffsetMinutes: 60
                    charset: utf-8
                  production: \(production)
                """
            ), ("authority", "inbox:\n  sink:\n    folder: rows\n  pollSeconds: 5"),
        ] {
            try program.write(
                "\(name).yaml",
                """
                participant: \(name)
                relay:
                  origin: \(origin)
                  ca: tls/ca.pem
                \(pinned)
                keys:
                  signing: \(name).signing
                  sealing: [\(name).sealing]
                data: \(name)-data
                \(own)

                """)
        }
    }

    /// Samples of other systems are often marked as training; an installation for them is not in production.
    private var production: String { "false" }

    var relayIdentifier: Int32? { relay?.processIdentifier }

    /// Starts the relay and waits until it says that it is ready.
    func startRelay() throws {
        let log = program.folder.appending(path: "relay.log")
        _ = FileManager.default.createFile(atPath: log.path, contents: nil)
        let process = Process()
        process.executableURL = Program.built("pli-relay")
        process.arguments = ["--config", program.path("relay.yaml")]
        process.standardInput = FileHandle.nullDevice
        let output = Pipe()
        process.standardOutput = output
        let errors = try FileHandle(forWritingTo: log)
        process.standardError = errors
        try Program.start(process, closing: [errors])
        relay = process
        var said = Data()
        while !String(decoding: said, as: UTF8.self).contains("ready") {
            let more = output.fileHandleForReading.availableData
            try #require(!more.isEmpty, "the relay stopped: \((try? String(contentsOf: log, encoding: .utf8)) ?? "")")
            said += more
        }
    }

    func stopRelay() {
        relay?.terminate()
        relay?.waitUntilExit()
        relay = nil
    }

    /// Starts the laboratory's daemon on its watched folder; it ends with the installation.
    func startOutbox() throws {
        let log = program.folder.appending(path: "outbox.log")
        _ = FileManager.default.createFile(atPath: log.path, contents: nil)
        let process = Process()
        process.executableURL = Program.built("pli")
        process.arguments = ["outbox", "--config", program.path("lab.yaml")]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        let errors = try FileHandle(forWritingTo: log)
        process.standardError = errors
        try Program.start(process, closing: [errors])
        outbox = process
        // Until it has the data folder, another command may have it.
        try waitUntil("the outbox to run") { try String(contentsOf: log, encoding: .utf8).contains(": running") }
    }

    func stopOutbox() {
        outbox?.terminate()
        outbox?.waitUntilExit()
        outbox = nil
    }

    /// Tries until it holds. Real programs have no clock that a test could move, so this waits in real time, and gives up
    /// long after any healthy machine.
    func waitUntil(_ what: Comment, _ holds: () throws -> Bool) throws {
        let deadline = ContinuousClock.now + .seconds(120)
        while try !holds() {
            try #require(ContinuousClock.now < deadline, what)
            Self.pause(milliseconds: 200)
        }
    }

    /// A writer's pause between two pieces of a file.
    static func pause(milliseconds: Int32) { poll(nil, 0, milliseconds) }

    /// Publishes the authority's keys, as its first start does.
    func enrolAuthority() throws {
        _ = try ok(program.pli("inbox", "--config", "authority.yaml", "--publish-keys"))
    }

    /// Fetches whatever waits and ends.
    @discardableResult
    func receive() throws -> Program.Outcome {
        try program.pli("inbox", "--config", "authority.yaml", "--once")
    }

    /// Lines of NDJSON in the authority's folder.
    func deliveredLines() throws -> [String] {
        let folder = program.folder.appending(path: "rows")
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".ndjson") }
            .flatMap { name in
                String(decoding: try Data(contentsOf: folder.appending(path: name)), as: UTF8.self)
                    .split(separator: "\n").map(String.init)
            }
    }
}
