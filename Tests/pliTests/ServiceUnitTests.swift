import Foundation
import Testing

/// The systemd units of docs/operating.md, as they stand there.
@Suite("The units of the operating page", .serialized)
struct ServiceUnitTests {
    /// Every unit is one of these two blocks.
    private static func block(_ first: String) throws -> String {
        let text = try String(contentsOf: Program.root.appending(path: "docs/operating.md"), encoding: .utf8)
        let start = try #require(text.range(of: "```ini\n# /etc/systemd/system/\(first)")).upperBound
        let end = try #require(text.range(of: "\n```", range: start..<text.endIndex)).lowerBound
        return String(text[start..<end].drop { $0 != "\n" })
    }

    /// The relay's unit, and an agent's: the same with the first lines of its own.
    private static func units() throws -> [(name: String, text: String)] {
        let relay = try block("pli-relay.service")
        let own = try block("pli-outbox.service").split(separator: "\n").filter { !$0.hasPrefix("#") }
        var agent = relay
        for line in own {
            let key = line.prefix { $0 != "=" } + "="
            agent = agent.split(separator: "\n", omittingEmptySubsequences: false)
                .map { $0.hasPrefix(key) ? String(line) : String($0) }.joined(separator: "\n")
        }
        try #require(own.allSatisfy { agent.contains($0) })
        let inbox = agent.replacingOccurrences(of: "outbox", with: "inbox")
        return [("pli-relay", try relay + dropIn()), ("pli-outbox", agent), ("pli-inbox", inbox)]
    }

    /// What the relay's unit says besides, in a file of its own: the agents begin connections.
    private static func dropIn() throws -> String { try "\n" + block("pli-relay.service.d/outward.conf") + "\n" }

    /// The calls that it forbids.
    private static func forbidden() throws -> String {
        let line = try #require(dropIn().split(separator: "\n").first { $0.hasPrefix("SystemCallFilter=~") })
        return line.dropFirst("SystemCallFilter=~".count).replacingOccurrences(of: " ", with: ":")
    }

    private static func paths(_ key: String, of unit: String) -> [String] {
        unit.split(separator: "\n").filter { $0.hasPrefix(key + "=") }
            .flatMap { $0.dropFirst(key.count + 1).split(separator: " ") }
            .map { String($0.hasPrefix("-") ? $0.dropFirst() : $0) }
    }

    @Test(
        "systemd knows every line of them, and judges what is left open at two of ten at the most",
        .enabled(if: Program.installed("systemd-analyze") != nil, "needs systemd-analyze (Debian: systemd)"))
    func judged() throws {
        let program = try Program()
        defer { program.remove() }
        let analyze = try #require(Program.installed("systemd-analyze"))
        for (name, text) in try Self.units() {
            // The programs are not installed here.
            let unit = text.replacing(#/ExecStart=\S+/#, with: "ExecStart=/usr/bin/true")
            try program.write("\(name).service", unit)
            let verified = try program.run(analyze, ["verify", program.path("\(name).service")])
            // What it does not know is told, and ignored.
            #expect(verified.status == 0 && verified.errors.isEmpty, "\(name): \(verified.errors)")
            let judged = try program.run(
                analyze, ["security", "--no-pager", "--offline=yes", "--threshold=20", program.path("\(name).service")])
            #expect(judged.status == 0, "\(name): \(judged.lines.last ?? judged.errors)")
        }
        // That it would say so.
        try program.write("pli-open.service", "[Service]\nExecStart=/usr/bin/true\nNoExecPath=/\n")
        let unknown = try program.run(analyze, ["verify", program.path("pli-open.service")])
        #expect(unknown.errors.contains("NoExecPath"))
        let open = try program.run(
            analyze, ["security", "--no-pager", "--offline=yes", "--threshold=20", program.path("pli-open.service")])
        #expect(open.status != 0)
    }

    /// Begins a program as `NoExecPaths=/`, `ExecPaths=`, `ProtectSystem=strict` and `SystemCallFilter=~` have it: in a space of mounts
    /// of its own, in which nothing may be executed but below some folders, and nothing written but below one, and without some calls.
    /// In the place of a program a port: whether it can be connected to.
    private static let confine = """
        import ctypes, os, platform, socket, struct, sys
        libc = ctypes.CDLL(None, use_errno=True)
        NEWNS, RDONLY, NOEXEC, REMOUNT, BIND, REC, PRIVATE = 0x20000, 1, 8, 32, 4096, 16384, 1 << 18
        def mount(source, target, flags):
            return libc.mount(source and source.encode(), target.encode(), None, ctypes.c_ulong(flags), None)
        may, data = [os.path.realpath(p) for p in sys.argv[1].split(":")], sys.argv[2]
        forbidden, command = [name for name in sys.argv[3].split(":") if name], sys.argv[4:]
        def forbid(names):
            arch, numbers = {
                "x86_64": (0xC000003E, {"connect": 42, "io_uring_setup": 425}),
                "aarch64": (0xC00000B7, {"connect": 203, "io_uring_setup": 425})}[platform.machine()]
            allow = (0x06, 0, 0, 0x7FFF0000)
            code = [(0x20, 0, 0, 4), (0x15, 1, 0, arch), allow, (0x20, 0, 0, 0)]
            for name in names: code += [(0x15, 0, 1, numbers[name]), (0x06, 0, 0, 0x00050001)]
            text = b"".join(struct.pack("HBBI", *step) for step in code + [allow])
            lines = ctypes.create_string_buffer(text, len(text))
            program = struct.pack("HxxxxxxP", len(code) + 1, ctypes.addressof(lines))
            if libc.prctl(38, 1, 0, 0, 0) != 0 or libc.prctl(22, 2, program, 0, 0) != 0: sys.exit(96)
        if libc.unshare(NEWNS) != 0 or mount(None, "/", REC | PRIVATE) != 0: sys.exit(99)
        own = [p for p in may if os.path.isdir(p)] + [data]
        for path in own:
            if mount(path, path, BIND) != 0: sys.exit(98)
        with open("/proc/self/mountinfo") as table:
            points = [line.split()[4] for line in table]
        for point in points:
            if point in own: continue
            flags = NOEXEC if point.startswith(("/dev", "/proc", "/sys")) else NOEXEC | RDONLY
            mount(None, point, REMOUNT | BIND | flags)
        if mount(None, data, REMOUNT | BIND | NOEXEC) != 0: sys.exit(97)
        if forbidden: forbid(forbidden)
        try:
            if command[0].isdigit():
                socket.create_connection(("127.0.0.1", int(command[0]))).close()
                sys.exit(0)
            os.execv(command[0], command)
        except PermissionError:
            sys.exit(126)
        """

    /// Of a socket that is there it may not ask who answers: it takes it away from nobody.
    private func refusesUnknownSocket(
        _ program: Program, _ python: URL, begin: (_ config: String) -> [String]
    ) throws {
        let bind = "import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])"
        #expect(try program.run(python, ["-c", bind, program.path("admin.sock")]).status == 0)
        let settings = String(decoding: try program.read("relay.yaml"), as: UTF8.self)
        try program.write("socket.yaml", settings + "\nadmin: {socket: admin.sock}\n")
        let refused = try program.run(python, begin(program.path("socket.yaml")))
        #expect(refused.status == 2)
        #expect(refused.errors.contains("admin.sock is there, and this process may not ask who answers"))
    }

    private static var canConfine: Bool {
        Program.canMount && ["python3", "ldd", "curl"].allSatisfy { Program.installed($0) != nil }
    }

    @Test(
        "under them the relay starts and serves; nothing else can be executed, no shell, nothing that was brought, and no connection begun",
        .enabled(if: canConfine, "needs root, python3, ldd and curl"))
    func confined() throws {
        let house = try Installation()
        defer { house.stop() }
        let program = house.program
        let python = try #require(Program.installed("python3"))
        let relay = Program.built("pli-relay").resolvingSymlinksInPath()
        // In the place of /opt/pli: where the program was built, and Swift's libraries.
        let linked = try program.run(#require(Program.installed("ldd")), [relay.path])
        let swift = Set(
            linked.lines.compactMap { line in
                line.firstMatch(of: #/=> (\S+)/#).map { URL(filePath: String($0.1)).deletingLastPathComponent().path }
            }.filter { $0.contains("swift") })
        let unit = try Self.units()[0].text
        #expect(Self.paths("NoExecPaths", of: unit) == ["/"])
        let may = Self.paths("ExecPaths", of: unit).filter { $0 != "/opt/pli" }
        #expect(may.allSatisfy { $0.hasPrefix("/usr/lib") })
        let folders = (may + [relay.deletingLastPathComponent().path] + swift).joined(separator: ":")
        try program.write("confine.py", Self.confine)
        let calls = try Self.forbidden()
        #expect(calls.split(separator: ":") == ["connect", "io_uring_setup"])
        func begin(_ command: [String], without calls: String) -> [String] {
            ["confine.py", folders, program.path("relay-data"), calls] + command
        }
        func begin(_ command: [String]) -> [String] { begin(command, without: calls) }

        try FileManager.default.copyItem(
            at: URL(filePath: "/usr/bin/true").resolvingSymlinksInPath(),
            to: program.folder.appending(path: "relay-data/brought"))
        for path in ["/bin/sh", "/usr/bin/python3", "/usr/bin/env", program.path("relay-data/brought")] {
            #expect(try program.run(python, begin([path])).status == 126, "\(path)")
        }
        // Without the rules it runs: it is they that keep it from that.
        #expect(try program.run(URL(filePath: program.path("relay-data/brought")), []).status == 0)
        try FileManager.default.removeItem(atPath: program.path("relay-data/brought"))

        // Its certificate is made beside it at the first start.
        try house.startRelay()
        let port = try #require(house.origin.split(separator: ":").last.map(String.init))
        #expect(try program.run(python, begin([port], without: "")).status == 0)
        #expect(try program.run(python, begin([port])).status == 126)
        house.stopRelay()
        try refusesUnknownSocket(program, python) { begin([relay.path, "--config", $0]) }
        let held = try HeldProgram(program, python, begin([relay.path, "--config", program.path("relay.yaml")]))
        let curl = try #require(Program.installed("curl"))
        try house.waitUntil("the relay did not start under the unit's rules") {
            try program.run(curl, ["-sS", "--cacert", "tls/ca.pem", house.origin + "/health"]).status == 0
        }
        try house.enrolAuthority()
        try program.pli("synth", "--reports", "3", "-o", "day.hl7")
        #expect(try program.pli("send", "day.hl7", "--config", "lab.yaml").status == 0)
        #expect(try house.receive().status == 0)
        #expect(try house.deliveredLines().count == 3)
        #expect(try held.end(with: SIGTERM).status == 0)
    }
}
