import Courier
import Exchange
import Foundation
import LabReport
import TestSupport
import Testing

@testable import Outbox

/// A laboratory files several analyses of one patient under one number, and two laboratories of a sender use the same numbers.
@Suite("Which earlier version a report belongs to")
struct VersionsTests {
    private typealias Order = VersionTrace.Order

    private static func trace(_ orders: [Order?], isCorrection: Bool = true, codes: [UInt32] = [7]) -> VersionTrace {
        VersionTrace(
            isCorrection: isCorrection, orders: orders,
            results: orders.indices.flatMap { order in codes.map { VersionTrace.Result(order: order, code: $0) } },
            isCancellation: codes.isEmpty)
    }

    private static func sent(_ order: Order, to recipient: String, codes: [UInt32] = [7]) -> VersionKey {
        VersionKey(
            filler: order.filler, root: order.root, recipient: recipient, route: "r", profile: "p", codes: codes)
    }

    private static func recipients(_ trace: VersionTrace, _ earlier: [VersionKey]) -> [String] {
        EarlierVersions.destinations(
            routed: [], trace: trace.joined(to: earlier), earlier: earlier, terms: { _ in .standard },
            namesPersons: { _ in true }
        ).map(\.recipient)
    }

    private static let covid = Order(filler: [1], root: [10])
    private static let flu = Order(filler: [1], root: [11])
    private static let former = Order(filler: [1], root: [])

    @Test("A correction follows what went out of its own order, and not what only has its number")
    func ownOrder() {
        let earlier = [Self.sent(Self.covid, to: "cnam"), Self.sent(Self.flu, to: "spf")]
        #expect(Self.recipients(Self.trace([Self.flu]), earlier) == ["spf"])
        #expect(Self.recipients(Self.trace([Self.covid]), earlier) == ["cnam"])
        #expect(Self.recipients(Self.trace([Self.covid, Self.flu]), earlier) == ["cnam", "spf"])
        #expect(Self.recipients(Self.trace([Self.flu]), [Self.sent(Self.covid, to: "cnam"), earlier[1]]) == ["spf"])
    }

    @Test("A withdrawal that names its order otherwise follows the only thing that went out under its number")
    func onlyThing() {
        let unnamed = Order(filler: [1], root: [99])
        let one = [Self.sent(Self.covid, to: "cnam"), Self.sent(Self.covid, to: "ars-11")]
        #expect(Self.recipients(Self.trace([unnamed], codes: []), one) == ["cnam", "ars-11"])
        #expect(Self.trace([unnamed]).joined(to: one).orders == [Self.covid])
        // Of two things it could be either: nobody learns of another's analysis.
        let two = one + [Self.sent(Self.flu, to: "spf")]
        #expect(Self.recipients(Self.trace([unnamed], codes: []), two) == [])
        #expect(Self.trace([unnamed]).joined(to: two).orders == [unnamed])
        // Nor is a second order of the correction taken for the first one's version.
        #expect(Self.trace([Self.covid, unnamed]).joined(to: one).orders == [Self.covid, unnamed])
    }

    @Test("What went out before orders were told apart is followed by its number, and so is what follows it")
    func beforeOrders() {
        let earlier = [Self.sent(Self.former, to: "cnam")]
        let joined = Self.trace([Self.covid]).joined(to: earlier)
        #expect(joined.orders == [Self.former])
        let planned = EarlierVersions.destinations(
            routed: [], trace: joined, earlier: earlier, terms: { _ in .standard },
            namesPersons: { _ in true })
        #expect(EarlierVersions.keys(of: planned, trace: joined).map(\.order) == [Self.former])
        #expect(Self.trace([Self.covid], isCorrection: false).joined(to: earlier).orders == [Self.covid])
    }

    @Test(
        "A correction that turns out to be of a disease notified under a code takes its result to nobody who is told names"
    )
    func codeOnly() {
        var trace = Self.trace([Self.covid], codes: [7, 8])
        trace.results[1].isCodeOnly = true
        let earlier = [Self.sent(Self.covid, to: "cnam", codes: [7, 8])]
        for (names, results) in [(true, [0]), (false, [0, 1])] {
            let planned = EarlierVersions.destinations(
                routed: [], trace: trace, earlier: earlier, terms: { _ in .standard }, namesPersons: { _ in names })
            #expect(planned.map(\.results) == [results])
        }
    }

    @Test("An order of which a recipient had results and gets none now is taken back from it, and from nobody else")
    func takenBack() {
        let other = Order(filler: [2], root: [20])
        let earlier = [
            Self.sent(Self.covid, to: "cnam"), Self.sent(other, to: "cnam", codes: [9]),
            Self.sent(other, to: "spf", codes: [9]), Self.sent(other, to: "ars-11", codes: []),
        ]
        var trace = Self.trace([Self.covid, other])
        func planned(_ trace: VersionTrace, routed: [PlannedDelivery] = []) -> [String: PlannedDelivery] {
            let all = EarlierVersions.destinations(
                routed: routed, trace: trace, earlier: earlier, terms: { _ in .standard }, namesPersons: { _ in true })
            return Dictionary(uniqueKeysWithValues: all.map { ($0.recipient, $0) })
        }
        // What the second order had is not in it: that stands.
        #expect(planned(trace)["cnam"]?.results == [0] && planned(trace)["cnam"]?.takenBack == [])
        #expect(planned(trace)["spf"] == nil && planned(trace)["ars-11"] == nil)
        #expect(EarlierVersions.isStanding(Array(planned(trace).values), trace: trace, earlier: earlier))
        // It is in it, and nobody who is told names may have it any more.
        trace.results.append(VersionTrace.Result(order: 1, code: 9, isCodeOnly: true))
        let now = planned(trace)
        #expect(now["cnam"]?.results == [0] && now["cnam"]?.takenBack == [1])
        #expect(now["spf"]?.results == [] && now["spf"]?.takenBack == [1])
        #expect(now["ars-11"] == nil, "it had nothing of it")
        #expect(!EarlierVersions.isStanding(Array(now.values), trace: trace, earlier: earlier))
        // Where the routes give it something else of the order, the order is not taken back.
        let routed = PlannedDelivery(recipient: "spf", route: "r", profile: "p", results: [1], terms: .standard)
        #expect(planned(trace, routed: [routed])["spf"]?.takenBack == [])
        // What only comes again takes nothing back.
        trace.isCorrection = false
        #expect(planned(trace).values.allSatisfy { $0.takenBack == [] } && planned(trace)["spf"] == nil)
        trace.isCorrection = true
        // Nor is taken back what another route wants for it, though it does not get it.
        let outranked = PlannedDelivery(
            recipient: "spf", route: "r", profile: "p", results: [], terms: .standard, outranked: [1])
        #expect(planned(trace, routed: [outranked])["spf"]?.takenBack == [])
    }

    @Test("Two analyses under one number are two reports to their recipient, and a correction is of one of them")
    func twoPanels() async throws {
        let world = try World()
        let first = try #require(
            World.messages(1...40).first { String(decoding: $0.hl7, as: UTF8.self).contains("94558-4") })
        let text = String(decoding: first.hl7, as: UTF8.self)
        let header = text.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        func message(_ id: String, _ code: String, isCorrection: Bool = false) -> [UInt8] {
            var fields = header
            fields[9] = id
            var text = fields.joined(separator: "|").replacingOccurrences(of: "94558-4", with: code)
            if isCorrection {
                text = text.replacingOccurrences(of: "ORC|NW|", with: "ORC|RO|")
                    .replacingOccurrences(of: "|||F|||", with: "|||C|||")
            }
            return Array(text.utf8)
        }
        let file = message("1", "94558-4") + message("2", "94500-6") + message("3", "94500-6", isCorrection: true)
        let summary = try await world.send(try world.folder.write(file, to: "day.hl7"), with: try world.agent())
        #expect(summary.taken == 3, "\(summary.heldByRule)")
        let lines = world.relay.lines(of: "cnam")
        func identifier(_ line: String) throws -> String {
            let start = try #require(line.range(of: #""identifier":{"#)).upperBound
            let value = try #require(line.range(of: #""value":""#, range: start..<line.endIndex)).upperBound
            return String(line[value...].prefix(24))
        }
        let antigen = try lines.filter { $0.contains("94558-4") }.map(identifier)
        let pcr = try lines.filter { $0.contains("94500-6") }.map(identifier)
        #expect(antigen.count == 1 && pcr.count == 2 && lines.count == 3)
        #expect(Set(pcr).count == 1 && !pcr.contains(antigen.first ?? ""))
    }

    @Test("An order that is cancelled among others is withdrawn where it went, and the others stand")
    func cancelledAmongOthers() async throws {
        let world = try World()
        let first = try #require(
            World.messages(1...40).first { String(decoding: $0.hl7, as: UTF8.self).contains("94558-4") })
        let segments = String(decoding: first.hl7, as: UTF8.self).split(separator: "\r").map(String.init)
        let start = try #require(segments.firstIndex { $0.hasPrefix("ORC|") })
        func message(_ id: String, _ orders: [[String]]) -> [UInt8] {
            var header = segments[0].split(separator: "|", omittingEmptySubsequences: false).map(String.init)
            header[9] = id
            let all = [header.joined(separator: "|")] + segments[1..<start] + orders.flatMap { $0 }
            return Array((all.joined(separator: "\r") + "\r").utf8)
        }
        let one = Array(segments[start...])
        let other = one.map { $0.replacingOccurrences(of: first.fillerNumber, with: "F-OTHER") }
        let cancelled = one.map {
            $0.replacingOccurrences(of: "ORC|NW|", with: "ORC|CA|").replacingOccurrences(of: "|||F|||", with: "|||D|||")
        }
        let again = other.map { $0.replacingOccurrences(of: "ORC|NW|", with: "ORC|RE|") }
        let file = message("1", [one]) + message("2", [other]) + message("3", [cancelled, again])
        let summary = try await world.send(try world.folder.write(file, to: "day.hl7"), with: try world.agent())
        #expect(summary.taken == 4, "\(summary.heldByRule)")
        let lines = world.relay.lines(of: "cnam")
        #expect(lines.count == 4)
        func identifier(_ line: String) throws -> String {
            let start = try #require(line.range(of: #""identifier":{"#)).upperBound
            let value = try #require(line.range(of: #""value":""#, range: start..<line.endIndex)).upperBound
            return String(line[value...].prefix(24))
        }
        let identifiers = Dictionary(grouping: lines, by: { (try? identifier($0)) ?? "" })
        #expect(identifiers.count == 2 && identifiers.values.allSatisfy { $0.count == 2 })
        let withdrawn = lines.filter { $0.contains(#""cancel""#) }
        #expect(withdrawn.count == 1 && withdrawn.allSatisfy { !$0.contains("F-OTHER") })
    }
}
