import Exchange
import Foundation
import HTTPTypes
import Hummingbird
import Notes
import Testing

@testable import Relay

@Suite("Every endpoint, asked by everybody")
struct AccessTableTests {
    /// Whose thing it is that a path names.
    private enum Whose: String {
        /// It names none.
        case nobodys
        /// One that is there: some of those who ask are on a side of it, for all others it is somebody else's.
        case somebodys
        /// One that is not there.
        case unknown
    }

    /// One request, and what each who makes it is answered.
    private struct Row {
        let method: String
        /// As `RouteCensus` has it.
        let route: String
        let path: String
        let whose: Whose
        /// Who is answered something of its own; the rest of those whom the relay lets in get `others`.
        let answers: [String: Int]
        let others: Int
        let headers: [(String, String)]
        let body: [UInt8]?

        init(
            _ method: String, _ route: String, _ path: String? = nil, _ whose: Whose = .nobodys,
            _ answers: [String: Int] = [:], others: Int, headers: [(String, String)] = [("Tus-Resumable", "1.0.0")],
            body: [UInt8]? = nil
        ) {
            self.method = method
            self.route = route
            self.path = path ?? route
            self.whose = whose
            self.answers = answers
            self.others = others
            self.headers = headers
            self.body = body
        }

        /// Open to everybody: no token is looked at.
        var isOpen: Bool {
            route == "/" || route == "/health" || route == "/openapi.yaml" || route.hasPrefix("/v1/log/")
                || method == "OPTIONS"
        }

        /// Whose token is looked at only to see whether it may post these keys.
        var isPosting: Bool { method == "POST" && route == "/v1/participants/:/keys" }

        func answer(to who: String?) -> Int {
            if isOpen { return others }
            guard let who, who != "stranger" else { return 401 }
            if let answer = answers[who] { return answer }
            if isPosting { return others }
            return who == Cast.suspendedLab || who == Cast.revokedAuthority ? 403 : others
        }
    }

    private static let callers: [String?] = Cast.everyone + ["stranger", nil]
    private static let senders = [Cast.labA, Cast.labB, Cast.leavingLab]
    private static let authorities = [Cast.ars, Cast.cnam, Cast.leavingAuthority]

    private static func each(_ ids: [String], _ status: Int) -> [String: Int] {
        Dictionary(uniqueKeysWithValues: ids.map { ($0, status) })
    }

    /// What there is before the table is gone through.
    private struct Things {
        /// From lab-a to ars-11; from one that retires to one that retires.
        let parcel: Signed<Manifest>
        let last: Signed<Manifest>
        /// Unfinished, of lab-a and of the one that retires.
        let upload: ParcelID
        let lastUpload: ParcelID
        let unknown: ParcelID
        let leaves: Int64
    }

    private static func things(_ relay: TestRelay) async throws -> Things {
        let sealed = Sealed(size: 2_000)
        let parcel = try await relay.deliver(sealed)
        let last = try await relay.deliver(sealed, from: Cast.leavingLab, to: Cast.leavingAuthority)
        let begun = try sealed.manifest(at: relay.clock.now, seq: 2)
        let left = try sealed.manifest(from: Cast.leavingLab, at: relay.clock.now, seq: 2)
        for manifest in [begun, left] { #expect(try await relay.create(manifest).status == 201) }
        try await relay.change(retiring: [Cast.leavingLab, Cast.leavingAuthority])
        for name in ["checkpoint", "key", "minimum-index", "tile/0/000"] {
            try FileManager.default.createDirectory(
                atPath: relay.scratch.data + "/log-before/tile/0", withIntermediateDirectories: true)
            _ = try relay.scratch.write([0x31, 0x0a], to: "data/log-before/" + name)
        }
        return Things(
            parcel: parcel, last: last, upload: begun.value.id, lastUpload: left.value.id,
            unknown: try Sealed.newID(at: relay.clock.now), leaves: relay.server.vault.log.size)
    }

    private static func open(_ things: Things) -> [Row] {
        [
            Row("GET", "/", others: 200), Row("GET", "/health", others: 200), Row("GET", "/openapi.yaml", others: 200),
            Row("OPTIONS", "/v1/uploads", others: 204),
            Row("GET", "/v1/log/checkpoint", others: 200), Row("GET", "/v1/log/key", others: 200),
            Row("GET", "/v1/log/minimum-index", others: 200),
            Row("GET", "/v1/log/tile/**", "/v1/log/tile/0/000.p/\(things.leaves)", .somebodys, others: 200),
            Row("GET", "/v1/log/tile/**", "/v1/log/tile/0/009", .unknown, others: 404),
            Row("GET", "/v1/log/before/checkpoint", others: 200), Row("GET", "/v1/log/before/key", others: 200),
            Row("GET", "/v1/log/before/minimum-index", others: 200),
            Row("GET", "/v1/log/before/tile/**", "/v1/log/before/tile/0/000", .somebodys, others: 200),
            Row("GET", "/v1/log/before/tile/**", "/v1/log/before/tile/0/009", .unknown, others: 404),
        ]
    }

    private static func uploads(_ things: Things) -> [Row] {
        let route = "/v1/uploads/:"
        let bytes = [
            ("Tus-Resumable", "1.0.0"), ("Upload-Offset", "0"), ("Content-Type", "application/offset+octet-stream"),
        ]
        // Who has retired may look and give up; nothing new comes from it.
        let active = each([Cast.labA, Cast.labB], 404)
        let sending = each(senders, 404)
        func row(
            _ method: String, _ id: ParcelID, _ whose: Whose, _ answers: [String: Int],
            headers: [(String, String)] = [("Tus-Resumable", "1.0.0")]
        ) -> Row {
            Row(method, route, RelayPath.upload(id), whose, answers, others: 403, headers: headers)
        }
        func and(_ answers: [String: Int], _ more: [String: Int]) -> [String: Int] {
            answers.merging(more) { $1 }
        }
        return [
            Row("POST", "/v1/uploads", nil, .nobodys, each([Cast.labA, Cast.labB], 400), others: 403),
            row("HEAD", things.upload, .somebodys, and(sending, [Cast.labA: 200])),
            row("HEAD", things.lastUpload, .somebodys, and(sending, [Cast.leavingLab: 200])),
            row("HEAD", things.unknown, .unknown, sending),
            row("PATCH", things.upload, .somebodys, and(active, [Cast.labA: 204]), headers: bytes),
            row("PATCH", things.lastUpload, .somebodys, active, headers: bytes),
            row("PATCH", things.unknown, .unknown, active, headers: bytes),
            row("DELETE", things.unknown, .unknown, sending),
            row("DELETE", things.upload, .somebodys, and(sending, [Cast.labA: 204])),
            row("DELETE", things.lastUpload, .somebodys, and(sending, [Cast.leavingLab: 204])),
            row("HEAD", things.upload, .unknown, sending),
        ]
    }

    private static func parcels(_ things: Things, at time: UTCTime) throws -> [Row] {
        let route = "/v1/parcels/:/:"
        let nowhere = RelayPath.parcel(things.parcel.value.from, things.unknown)
        // The right id under another sender's name.
        let crossed = RelayPath.parcel(try ParticipantID(Cast.labB), things.parcel.value.id)
        var rows: [Row] = []
        for (parcel, sender, recipient) in [
            (things.parcel, Cast.labA, Cast.ars), (things.last, Cast.leavingLab, Cast.leavingAuthority),
        ] {
            let path = RelayPath.parcel(parcel.value.from, parcel.value.id)
            rows.append(Row("GET", route, path, .somebodys, [recipient: 200], others: 404))
            for part in ["/manifest", "/proof"] {
                rows.append(
                    Row("GET", route + part, path + part, .somebodys, each([sender, recipient], 200), others: 404))
            }
            rows.append(Row("GET", route + "/receipt", path + "/receipt", .unknown, others: 404))
            let receipt = try parcel.receipt(at: time, directory: 2)
            rows.append(
                Row(
                    "POST", route + "/receipt", path + "/receipt", .somebodys, [recipient: 201], others: 404,
                    body: receipt.noteBytes))
            rows.append(
                Row(
                    "GET", route + "/receipt", path + "/receipt", .somebodys, each([sender, recipient], 200),
                    others: 404))
            rows.append(Row("GET", route, path, .somebodys, [recipient: 410], others: 404))
        }
        for path in [nowhere, crossed] {
            rows.append(Row("GET", route, path, .unknown, others: 404))
            for part in ["/manifest", "/proof", "/receipt"] {
                rows.append(Row("GET", route + part, path + part, .unknown, others: 404))
            }
            let receipt = try things.parcel.receipt(at: time, directory: 2)
            rows.append(
                Row("POST", route + "/receipt", path + "/receipt", .unknown, others: 404, body: receipt.noteBytes))
        }
        return rows
    }

    private static func directories() -> [Row] {
        let keys = "/v1/participants/:/keys"
        var rows = [
            Row("GET", "/v1/inbox", nil, .nobodys, each(authorities, 200), others: 403),
            Row("GET", "/v1/outbox", nil, .nobodys, each(senders, 200), others: 403),
            Row("GET", "/v1/directory", others: 200),
            Row("GET", "/v1/directory/:", "/v1/directory/1", .somebodys, others: 200),
            Row("GET", "/v1/directory/:", "/v1/directory/2", .somebodys, others: 200),
            Row("GET", "/v1/directory/:", "/v1/directory/3", .unknown, others: 404),
            Row("GET", keys, "/v1/participants/ars-11/keys", .somebodys, others: 200),
            Row("GET", keys, "/v1/participants/nobody/keys", .unknown, others: 404),
            Row("POST", keys, "/v1/participants/nobody/keys", .unknown, others: 401),
        ]
        // No note came with it: whoever may post is told so.
        for id in [Cast.ars, Cast.labA, Cast.leavingLab, Cast.house, Cast.auditor] {
            rows.append(Row("POST", keys, "/v1/participants/\(id)/keys", .somebodys, [id: 422], others: 401))
        }
        for id in [Cast.suspendedLab, Cast.revokedAuthority] {
            rows.append(Row("POST", keys, "/v1/participants/\(id)/keys", .somebodys, [id: 403], others: 401))
        }
        return rows
    }

    @Test(
        "each role, whoever retired, is kept out or unknown, is answered as the table says; no route is without a row")
    func table() async throws {
        try await TestRelay.run { relay in
            let things = try await Self.things(relay)
            let rows =
                Self.open(things) + Self.directories() + Self.uploads(things)
                + (try Self.parcels(things, at: relay.clock.now))
            for row in rows {
                // Whoever changes something comes last.
                let callers = Self.callers.sorted { row.answer(to: $0) > row.answer(to: $1) }
                for who in callers {
                    let answer = try await relay.send(
                        row.method, row.path, as: who, headers: row.headers, bytes: row.body)
                    let place = "\(row.method) \(row.route), \(row.whose.rawValue), as \(who ?? "nobody")"
                    #expect(answer.status == row.answer(to: who), "\(place)")
                    if answer.status >= 400, row.method != "HEAD" {
                        #expect(answer.field("Content-Type") == Problem.mediaType, "\(place)")
                        #expect(answer.problem?.status == answer.status, "\(place)")
                    }
                }
            }
            Self.expectComplete(rows, relay)
        }
    }

    private static func expectComplete(_ rows: [Row], _ relay: TestRelay) {
        for (path, methods) in RouteCensus.paths {
            for method in methods {
                let mine = rows.filter { $0.route == path && $0.method == method.rawValue }
                #expect(!mine.isEmpty, "\(method) \(path) has no row")
                let known = RouteCensus.withHead(methods)
                for row in mine { #expect(RouteCensus.methods(at: row.path) == known, "\(row.path) is another path") }
                guard path.contains(":") || path.contains("**") else { continue }
                let whose = Set(mine.map(\.whose))
                #expect(whose.isSuperset(of: [.somebodys, .unknown]), "\(method) \(path)")
            }
        }
        // And the census knows every route that there is.
        var served: [String: Set<String>] = [:]
        for route in relay.server.routes.router().routes {
            let path = route.path.description.split(separator: "/").map { segment in
                segment == "**" ? "**" : segment.hasPrefix(":") || segment.hasPrefix("{") ? ":" : String(segment)
            }
            served["/" + path.joined(separator: "/"), default: []].insert(route.method.rawValue)
        }
        let known = Dictionary(
            uniqueKeysWithValues: RouteCensus.paths.map { ($0.path, Set($0.methods.map(\.rawValue))) })
        #expect(served == known)
    }

    @Test("a request for an upload without a version of tus is told which, behind its token")
    func version() async throws {
        try await TestRelay.run { relay in
            let known = try await relay.send("POST", RelayPath.uploads, as: Cast.labA)
            #expect(known.status == 412)
            let unknown = try await relay.send("POST", RelayPath.uploads)
            #expect(unknown.status == 401)
        }
    }
}
