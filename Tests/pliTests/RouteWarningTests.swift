import Exchange
import Foundation
import LabReport
import Notes
import StrictJSON
import Testing

@testable import pli

@Suite("What whoever signs a directory is told of its routes")
struct RouteWarningTests {
    private static func route(_ id: String, to recipient: String, profile: String) -> JSON {
        .object([
            .init("id", .string(id)), .init("to", .string(recipient)), .init("anyCode", .bool(true)),
            .init("profile", .string(profile)),
        ])
    }

    private static func profile(_ id: String, _ fields: [String]) -> JSON {
        .object([.init("id", .string(id)), .init("fields", .array(fields.map { .string($0) }))])
    }

    private static func directory(_ routes: [JSON], cnam: Directory.Status = .active) throws -> Directory {
        let root = try SigningPair.generate(name: "root-holder")
        let now = try UTCTime("2026-11-23T10:00:00Z")
        let cnam = try Directory.Participant(
            id: ParticipantID("cnam"), role: .authority, name: "CNAM", status: cnam,
            retiredAt: cnam == .retired ? now : nil, fingerprint: SHA256Hex(of: [1]), finess: [], contact: nil)
        return try Directory(
            version: 1, previous: nil, issuedAt: now, expiresAt: now.adding(seconds: 86_400), threshold: 1,
            roots: [Directory.Root(holder: ParticipantID("root-holder"), keys: root.verifying.lines)],
            participants: [cnam], routes: routes,
            profiles: [profile("a", ["result.code", "result.value"]), profile("b", ["result.code"])],
            requirePostQuantum: false)
    }

    @Test(
        "Two routes that lead to one recipient under two profiles are told, in both languages; under one they are not")
    func outranked() throws {
        let two = [Self.route("first", to: "cnam", profile: "a"), Self.route("second", to: "cnam", profile: "b")]
        let said = try Self.directory(two).warningsOfRoutes
        #expect(said.count == 1)
        let one = try #require(said.first)
        #expect(one.french.contains("first et second") && one.english.contains("routes first and second"))
        #expect(one.english.contains("nothing by second"))
        let same = [Self.route("first", to: "cnam", profile: "a"), Self.route("second", to: "cnam", profile: "a")]
        #expect(try Self.directory(same).warningsOfRoutes.isEmpty)
    }

    @Test("More pairs of routes than anybody reads are counted")
    func manyPairs() throws {
        let routes = (0..<8).map { Self.route("r\($0)", to: "cnam", profile: $0 < 4 ? "a" : "b") }
        let said = try Self.directory(routes).warningsOfRoutes
        #expect(said.count == 11)
        #expect(said.last?.english == "and 6 more pair(s) of routes")
    }

    @Test("A route to a suspended authority says that it is suspended and whom to ask, and not that it is unknown")
    func suspended() throws {
        let route = [Self.route("first", to: "cnam", profile: "a")]
        let said = try #require(try Self.directory(route, cnam: .suspended).warningsOfRoutes.first)
        #expect(said.english.contains("cnam, which the directory says is suspended"))
        #expect(said.english.contains("ask whoever signed") && said.french.contains("suspendu"))
        #expect(try Self.directory(route).warningsOfRoutes.isEmpty)
        let nobody = try Self.directory([Self.route("first", to: "nobody", profile: "a")]).warningsOfRoutes
        #expect(nobody.map(\.english) == ["mind: a route goes to nobody, which is no authority of the directory"])
        let region = [Self.route("first", to: "cn{region}", profile: "a")]
        #expect(try Self.directory(region, cnam: .retired).warningsOfRoutes.first?.english.contains("retired") == true)
    }
}
