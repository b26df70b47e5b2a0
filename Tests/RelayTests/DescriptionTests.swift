import Exchange
import Foundation
import HTTPTypes
import Testing

@testable import Relay

@Suite("What the relay says of its routes")
struct DescriptionTests {
    @Test("a path asked by another method says which it knows; an unknown path is unknown by every method")
    func methods() async throws {
        try await TestRelay.run { relay in
            for (template, methods) in RouteCensus.paths {
                let known = RouteCensus.withHead(methods)
                let path = template.replacing("**", with: "0/000").replacing(":", with: "1")
                for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
                    let answer = try await relay.send(method, path, as: Cast.labA)
                    let isKnown = known.map(\.rawValue).contains(method)
                    #expect((answer.status == 405) == !isKnown, "\(method) \(path): \(answer.status)")
                    guard !isKnown else { continue }
                    #expect(answer.field("Allow") == known.map(\.rawValue).joined(separator: ", "))
                    if method != "HEAD" { #expect(answer.problem == .methodNotAllowed) }
                }
            }
            for path in ["/v1", "/v1/nothing", "/v1/inbox/1", "/v2/inbox", "/healthy", "/v1/log/tile"] {
                for method in ["GET", "POST", "DELETE"] {
                    #expect(try await relay.send(method, path, as: Cast.labA).status == 404, "\(method) \(path)")
                }
            }
        }
    }

    @Test("whatever is asked by GET can be asked by HEAD: the same status and fields, no byte, and nothing is fetched")
    func heads() async throws {
        try await TestRelay.run { relay in
            let parcel = try await relay.deliver(Sealed(size: 3_000))
            let body = RelayPath.parcel(parcel.value.from, parcel.value.id)
            let head = try await relay.send("HEAD", body, as: Cast.ars, headers: [("Range", "bytes=0-9")])
            #expect(head.status == 200 && head.body.isEmpty)
            #expect(head.field("Content-Length") == "3000" && head.field("ETag") == "\"\(parcel.value.sha256)\"")
            let leaves = try await relay.send("GET", "/v1/log/checkpoint").body
            #expect(try await relay.send("GET", body, as: Cast.labA).status == 404)
            #expect(try await relay.send("GET", "/v1/log/checkpoint").body == leaves, "a head is no fetch")
            let paths = [
                "/", "/health", "/openapi.yaml", "/v1/inbox", "/v1/outbox", "/v1/directory", "/v1/directory/1",
                "/v1/directory/9", "/v1/participants/\(Cast.ars)/keys", "/v1/log/key", "/v1/log/tile/0/000", body,
                body + "/manifest", body + "/proof", body + "/receipt",
            ]
            for who in [Cast.ars, Cast.labA, nil] {
                for path in paths {
                    let got = try await relay.send("GET", path, as: who)
                    let head = try await relay.send("HEAD", path, as: who)
                    #expect(head.status == got.status && head.body.isEmpty, "\(path), as \(who ?? "nobody")")
                    for name in ["Content-Length", "Content-Type", "ETag", "Cache-Control", "WWW-Authenticate"] {
                        #expect(head.field(name) == got.field(name), "\(name) of \(path), as \(who ?? "nobody")")
                    }
                }
            }
        }
    }

    @Test("every route is in the description, and none is there that is not served")
    func described() throws {
        let text = try String(contentsOf: PythonTool.root.appending(path: "docs/openapi.yaml"), encoding: .utf8)
        let paths = text.split(separator: "\n").filter { $0.hasPrefix("  /") && $0.hasSuffix(":") }
            .map { String($0.dropFirst(2).dropLast().replacing(#/\{[a-z]+\}/#, with: ":")) }
        let served = RouteCensus.paths.map { $0.path.replacing("**", with: ":/:") }
        #expect(paths.sorted() == served.sorted())
    }

    /// Whether a line's innermost braces hold members with values only. A comma in a plain text begins a member without one.
    private static func hasValues(_ line: Substring) -> Bool {
        // What stands between quotes is one text.
        let bare = line.replacing(#/'[^']*'/#, with: "text").replacing(#/"[^"]*"/#, with: "text")
        return bare.matches(of: #/: \{([^{}\[\]]+)\}/#).allSatisfy { braces in
            braces.1.split(separator: ",").allSatisfy { $0.contains(": ") }
        }
    }

    @Test("no member of the description is empty by accident: a plain text in braces has no comma")
    func noNulls() throws {
        #expect(!Self.hasValues("        default: {description: A problem, told by its status only}"))
        let text = try String(contentsOf: PythonTool.root.appending(path: "docs/openapi.yaml"), encoding: .utf8)
        for line in text.split(separator: "\n") { #expect(Self.hasValues(line), "\(line)") }
    }

    @Test("the largest notes, ids and pages of the description are those that the relay goes by")
    func limits() throws {
        let text = try String(contentsOf: PythonTool.root.appending(path: "docs/openapi.yaml"), encoding: .utf8)
        func has(_ lines: String...) -> Bool { text.contains(lines.joined(separator: "\n")) }
        func note(_ name: String, _ bytes: Int) -> Bool {
            has(
                "    \(name):", "      required: true", "      content:", "        text/plain:",
                "          schema: {type: string, maxLength: \(bytes)}")
        }
        #expect(note("Note", Limits.noteBytes) && note("KeysNote", Limits.keysNoteBytes))
        #expect(
            has(
                "      summary: Publish one's own keys note, whose key also signs the token",
                "      requestBody: {$ref: '#/components/requestBodies/KeysNote'}"))
        #expect(text.contains("pattern: '^[a-z0-9]([a-z0-9-]{0,\(Limits.participantIDBytes - 2)}[a-z0-9])?$'"))
        #expect(text.matches(of: #/maxItems: (\d+)/#).allSatisfy { $0.1 == "\(Limits.pageEntries)" })
        #expect(text.contains("maximum: \(Limits.waitSeconds), default: 0"))
        #expect(text.matches(of: #/maximum: (\d{10,})/#).allSatisfy { $0.1 == "\(Limits.integer)" })
    }

    @Test("a relay serves its description to anybody, as it is in docs")
    func served() async throws {
        try await TestRelay.run { relay in
            let answer = try await relay.send("GET", "/openapi.yaml")
            #expect(answer.status == 200)
            #expect(answer.field("Content-Type") == "application/yaml")
            let kept = try Data(contentsOf: PythonTool.root.appending(path: "docs/openapi.yaml"))
            #expect(answer.body == Array(kept))
        }
    }

    @Test(
        "a relay that runs answers as docs/openapi.yaml says, whatever is asked of it",
        .enabled(if: PythonTool.has("schemathesis"), "needs schemathesis: scripts/prerequisites test"),
        arguments: [Cast.labA, Cast.ars])
    func schemathesis(who: String) async throws {
        try await TestRelay.run { relay in
            _ = try await relay.deliver(Sealed(size: 3_000))
            _ = try await relay.create(Sealed(size: 3_000).manifest(at: relay.clock.now, seq: 2))
            let run = try await PythonTool.run(
                [
                    "-m", "schemathesis.cli", "--config-file", PythonTool.outsider("schemathesis.toml"), "run",
                    PythonTool.root.appending(path: "docs/openapi.yaml").path, "--url", relay.origin,
                    "--tls-verify", relay.server.authorityPath ?? "", "--max-examples", "10",
                    "--header", "Authorization: Bearer \(try relay.token(of: who))",
                ],
                environment: [
                    "SCHEMATHESIS_HOOKS": "schema_hooks",
                    "PYTHONPATH": URL(filePath: PythonTool.outsider("")).path, "COLUMNS": "120",
                    "PYTHONDONTWRITEBYTECODE": "1",
                ], in: relay.scratch.path)
            #expect(run.status == 0, "\(run.said.suffix(6_000))")
            #expect(run.said.contains("Tested: 27"), "\(run.said.suffix(2_000))")
        }
    }
}
