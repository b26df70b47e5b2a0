import Foundation
import GRDB
import LabReport
import TestSupport
import Testing

@testable import Outbox

/// Each order has a name of its own, whichever message it travels in (decision 44).
@Suite("What an order is called")
struct OrderNamesTests {
    /// A synthetic report, in segments, to make messages of one or several orders of.
    private struct Laboratory {
        let head: [String]
        let order: [String]
        let filler: String

        init() throws {
            let first = try #require(
                World.messages(1...40).first { String(decoding: $0.hl7, as: UTF8.self).contains("94558-4") })
            let segments = String(decoding: first.hl7, as: UTF8.self).split(separator: "\r").map(String.init)
            let start = try #require(segments.firstIndex { $0.hasPrefix("ORC|") })
            head = Array(segments[..<start])
            order = Array(segments[start...])
            filler = first.fillerNumber
        }

        func message(_ id: String, _ orders: [[String]]) -> [UInt8] {
            var header = head[0].split(separator: "|", omittingEmptySubsequences: false).map(String.init)
            header[9] = id
            let all = [header.joined(separator: "|")] + head.dropFirst() + orders.flatMap { $0 }
            return Array((all.joined(separator: "\r") + "\r").utf8)
        }

        /// The order under that number, for that test.
        func order(_ number: String, code: String = "94558-4", control: String = "NW", status: String = "F") -> [String]
        {
            order.map {
                $0.replacingOccurrences(of: filler, with: number).replacingOccurrences(of: "94558-4", with: code)
                    .replacingOccurrences(of: "ORC|NW|", with: "ORC|\(control)|")
                    .replacingOccurrences(of: "|||F|||", with: "|||\(status)|||")
            }
        }

        /// That order withdrawn, without a word of its results.
        func withdrawn(_ number: String, code: String = "94558-4") -> [String] {
            order(number, code: code, control: "CA").filter { $0.hasPrefix("ORC|") || $0.hasPrefix("OBR|") }
        }
    }

    /// A segment whose result, if it is one, names such a disease in its method.
    private static func codeOnly(_ segment: String) -> String {
        var fields = segment.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        guard fields.first == "OBX" else { return segment }
        while fields.count < 18 { fields.append("") }
        fields[17] = "VIH^VIH^L"
        return fields.joined(separator: "|")
    }

    private static func bundles(_ world: World, of recipient: String = "cnam") throws -> [FHIRBundleReader.Bundle] {
        try world.relay.lines(of: recipient).map { try FHIRBundleReader.read(Array($0.utf8)) }
    }

    @Test("An order that travelled among others is corrected, and withdrawn, alone under the name that it had there")
    func alone() async throws {
        let (world, laboratory) = (try World(), try Laboratory())
        let file =
            laboratory.message("1", [laboratory.order("F-A"), laboratory.order("F-B")])
            + laboratory.message("2", [laboratory.order("F-B", control: "RO", status: "C")])
            + laboratory.message("3", [laboratory.withdrawn("F-A")])
            + laboratory.message("4", [laboratory.withdrawn("F-B")])
        let summary = try await world.send(try world.folder.write(file, to: "day.hl7"), with: try world.agent())
        #expect(summary.taken == 4, "\(summary.heldByRule)")
        let bundles = try Self.bundles(world)
        try #require(bundles.count == 4)
        let both = try #require(bundles.first { $0.report.orders.count == 2 })
        #expect(both.report.orders.map(\.fillerNumber?.text) == ["F-A", "F-B"])
        try #require(both.orderIdentifiers.count == 2)
        #expect(both.orderIdentifiers[0] == both.identifier && both.orderIdentifiers[1] != both.identifier)
        let corrected = try #require(bundles.first { $0.report.action == .replace })
        #expect(corrected.identifier == both.orderIdentifiers[1] && corrected.orderIdentifiers == [])
        let withdrawn = bundles.filter { $0.report.action == .cancel }
        #expect(withdrawn.allSatisfy { $0.report.results.isEmpty && $0.orderIdentifiers == [] })
        #expect(Set(withdrawn.map(\.identifier)) == Set(both.orderIdentifiers))
    }

    @Test("A correction that leaves a recipient nothing of one order takes that one back by its name")
    func takenBack() async throws {
        let (world, laboratory) = (try World(), try Laboratory())
        // The second order turns out to be of a disease that nobody who is told names may learn of.
        let file =
            laboratory.message("1", [laboratory.order("F-A"), laboratory.order("F-B")])
            + laboratory.message(
                "2",
                [
                    laboratory.order("F-A", control: "RO", status: "C"),
                    laboratory.order("F-B", control: "RO", status: "C").map(Self.codeOnly),
                ])
        let agent = try world.agent()
        let summary = try await world.send(try world.folder.write(file, to: "day.hl7"), with: agent)
        #expect(summary.taken == 2, "\(summary.heldByRule)")
        let bundles = try Self.bundles(world)
        let both = try #require(bundles.first { $0.report.action == .new })
        try #require(both.orderIdentifiers.count == 2 && bundles.count == 3)
        let corrected = try #require(bundles.first { $0.report.action == .replace })
        #expect(corrected.identifier == both.orderIdentifiers[0] && corrected.report.results.count == 1)
        let back = try #require(bundles.first { $0.report.action == .cancel })
        #expect(back.identifier == both.orderIdentifiers[1] && back.orderIdentifiers == [])
        #expect(back.report.results.isEmpty && back.report.orders.isEmpty)
        #expect(try await agent.status().isSettled)
        // A later correction that brings it back reaches whoever had it.
        let again = laboratory.message("3", [laboratory.order("F-B", control: "RO", status: "C")])
        _ = try await world.send(try world.folder.write(again, to: "again.hl7"), with: agent)
        let last = try #require(try Self.bundles(world).last)
        #expect(last.identifier == both.orderIdentifiers[1] && last.report.results.count == 1)
    }

    @Test("A correction that leaves a recipient nothing at all takes back each order that it had")
    func allTakenBack() async throws {
        let (world, laboratory) = (try World(), try Laboratory())
        func other(_ number: String) -> [String] {
            laboratory.order(number, control: "RO", status: "C").map(Self.codeOnly)
        }
        let file =
            laboratory.message("1", [laboratory.order("F-A"), laboratory.order("F-B")])
            + laboratory.message("2", [other("F-A"), other("F-B")])
        let summary = try await world.send(try world.folder.write(file, to: "day.hl7"), with: try world.agent())
        #expect(summary.taken == 2, "\(summary.heldByRule)")
        let bundles = try Self.bundles(world)
        let names = try #require(bundles.first { $0.report.action == .new }).orderIdentifiers
        let back = bundles.filter { $0.report.action != .new }
        #expect(names.count == 2 && Set(back.map(\.identifier)) == Set(names) && back.count == 2)
        #expect(back.allSatisfy { $0.report.action == .cancel && $0.report.results.isEmpty })
    }

    @Test("A cancellation of several orders that waits since they were one report tells of each that its recipient had")
    func waitingSinceBefore() async throws {
        let (world, laboratory) = (try World(), try Laboratory())
        let agent = try world.agent()
        let first = laboratory.message(
            "1", [laboratory.order("F-A"), laboratory.order("F-B"), laboratory.order("F-C")])
        _ = try await world.send(try world.folder.write(first, to: "first.hl7"), with: agent)
        let names = try #require(try Self.bundles(world).first).orderIdentifiers
        let cancelled = laboratory.message(
            "2", [laboratory.withdrawn("F-A"), laboratory.withdrawn("F-B"), laboratory.withdrawn("F-D")])
        let file = try world.folder.write(cancelled, to: "cancelled.hl7")
        let summary = try await agent.takeFile(file)
        #expect(summary.taken == 2 && summary.held == 1, "\(summary.heldByRule)")
        // As an outbox of before wrote it: one row for all of them.
        try agent.store.transact(.recover) { db in
            try db.execute(
                sql: """
                    UPDATE files SET pending = pending - (SELECT COUNT(*) FROM deliveries JOIN reports ON id = report
                            WHERE part > 0), held = 0, taken = 1, reports = 1 WHERE id = 2;
                    UPDATE segments SET pending = pending - (SELECT COUNT(*) FROM deliveries JOIN reports ON id = report
                            WHERE part > 0), ordersApart = 0
                        WHERE number = (SELECT MAX(segment) FROM reports WHERE state = 'taken');
                    UPDATE segments SET pending = 0 WHERE kind = 'quarantine';
                    DELETE FROM deliveries WHERE report IN (SELECT id FROM reports WHERE part > 0);
                    DELETE FROM findings WHERE report IN (SELECT id FROM reports WHERE part > 0);
                    DELETE FROM reports WHERE part > 0;
                    UPDATE deliveries SET takenBack = x'' WHERE parcel IS NULL;
                    """)
        }
        _ = try await agent.makeParcels(flush: true)
        try await agent.uploadWaiting()
        try await world.collectAll(agent)
        let back = try Self.bundles(world).filter { $0.report.action == .cancel }
        #expect(back.count == 2 && Set(back.map(\.identifier)) == Set(names.prefix(2)))
        #expect(try await agent.status().isSettled)
    }

    @Test("A cancellation of several orders that is held since they were one report tells of each once it is let go")
    func heldSinceBefore() async throws {
        let (world, laboratory) = (try World(), try Laboratory())
        let orders = [laboratory.order("F-A"), laboratory.order("F-B"), laboratory.order("F-C")]
        #expect(try await ReplayTests.take(world, laboratory.message("1", orders)).taken == 1)
        try await ReplayTests.send(world)
        let names = try #require(try Self.bundles(world).first).orderIdentifiers
        // Held for the number of who asked, until that is a warning again.
        #expect(world.configuration.severities.set("rpps-key", .error) == nil)
        let withdrawn = [laboratory.withdrawn("F-A"), laboratory.withdrawn("F-B")].map { segments in
            segments.map { segment in
                var fields = segment.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
                for field in fields.indices where fields[field].hasSuffix("RPPS") {
                    fields[field] = "10003456789" + fields[field].dropFirst(11)
                }
                return fields.joined(separator: "|")
            }
        }
        let summary = try await ReplayTests.take(world, laboratory.message("2", withdrawn))
        #expect(summary.held == 2 && Set(summary.heldByRule.keys) == ["rpps-key"], "\(summary.heldByRule)")
        // As an outbox of before wrote it: one row for all of them.
        try await ReplayTests.live(world) { agent in
            try agent.store.transact(.recover) { db in
                try db.execute(
                    sql: """
                        UPDATE files SET held = 1, reports = 1 WHERE id = 2;
                        UPDATE segments SET pending = pending - 1, ordersApart = 0 WHERE kind = 'quarantine';
                        DELETE FROM findings WHERE report IN (SELECT id FROM reports WHERE part > 0);
                        DELETE FROM reports WHERE part > 0;
                        """)
            }
        }
        world.configuration.severities = RuleSeverities()
        #expect(try await ReplayTests.replay(world) == ReplaySummary(tried: 1, taken: 1))
        try await ReplayTests.send(world)
        let back = try Self.bundles(world).filter { $0.report.action == .cancel }
        #expect(back.count == 2 && Set(back.map(\.identifier)) == Set(names.prefix(2)))
        #expect(try OutboxStatus.read(dataFolder: world.data).isSettled)
    }

    @Test("One number with two panels is cancelled by its panel; without one it is held, and told what to write")
    func unclear() async throws {
        let (world, laboratory) = (try World(), try Laboratory())
        let unnamed = laboratory.withdrawn("F-A").map { segment in
            var fields = segment.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
            if fields[0] == "OBR" { fields[4] = "" }
            return fields.joined(separator: "|")
        }
        let file =
            laboratory.message("1", [laboratory.order("F-A")])
            + laboratory.message("2", [laboratory.order("F-A", code: "94500-6")])
            + laboratory.message("3", [unnamed])
        let summary = try await world.send(try world.folder.write(file, to: "day.hl7"), with: try world.agent())
        #expect(summary.taken == 2 && summary.heldByRule == ["version-unclear": 1], "\(summary.heldByRule)")
        let held = summary.findings.filter { $0.message == 3 }.map(\.finding)
        #expect(held.map(\.rule).contains("version-unclear") && !held.map(\.rule).contains("route-none"))
        #expect(held.allSatisfy { !$0.english.contains("LOINC") })
        // What the remedy says is enough.
        let named = laboratory.message("4", [laboratory.withdrawn("F-A", code: "94500-6")])
        let again = try await world.send(try world.folder.write(named, to: "again.hl7"), with: try world.agent())
        #expect(again.taken == 1, "\(again.heldByRule)")
        let bundles = try Self.bundles(world)
        let cancelled = try #require(bundles.first { $0.report.action == .cancel })
        let first = try #require(
            bundles.first { $0.report.action == .new && $0.report.results.first?.code.loinc == "94500-6" })
        #expect(cancelled.identifier == first.identifier)
    }

    @Test("A withdrawal of several orders that lists no result tells of each of them under its own name")
    func withoutResults() async throws {
        let (world, laboratory) = (try World(), try Laboratory())
        let file =
            laboratory.message("1", [laboratory.order("F-A"), laboratory.order("F-B"), laboratory.order("F-C")])
            + laboratory.message("2", [laboratory.withdrawn("F-B"), laboratory.withdrawn("F-C")])
        let summary = try await world.send(try world.folder.write(file, to: "day.hl7"), with: try world.agent())
        #expect(summary.taken == 3, "\(summary.heldByRule)")
        let bundles = try Self.bundles(world)
        let all = try #require(bundles.first { $0.report.action == .new }).orderIdentifiers
        #expect(Set(all).count == 3)
        #expect(Set(bundles.filter { $0.report.action == .cancel }.map(\.identifier)) == Set(all.dropFirst()))
        #expect(bundles.count == 3)
    }

    @Test("Orders that stay behind, or change places, take nobody's name with them; recipients cannot join theirs")
    func projected() async throws {
        let (world, laboratory) = (try World(), try Laboratory())
        // The first is routed to nobody, the second is influenza, which goes to spf only, the third one to both.
        let file =
            laboratory.message(
                "1",
                [
                    laboratory.order("F-A", code: "2345-7"), laboratory.order("F-B", code: "92142-9"),
                    laboratory.order("F-C"),
                ]) + laboratory.message("2", [laboratory.order("F-C", control: "RO", status: "C")])
        let summary = try await world.send(try world.folder.write(file, to: "day.hl7"), with: try world.agent())
        #expect(summary.taken == 2, "\(summary.heldByRule)")
        for (recipient, orders) in [("cnam", 1), ("spf", 2)] {
            let bundles = try Self.bundles(world, of: recipient)
            let first = try #require(bundles.first { $0.report.action == .new })
            let corrected = try #require(bundles.first { $0.report.action == .replace })
            #expect(first.report.orders.count == orders)
            let names = first.orderIdentifiers.isEmpty ? [first.identifier] : first.orderIdentifiers
            #expect(names.count == orders && names.first == first.identifier, "no name is of an order left behind")
            #expect((orders == 1) == first.orderIdentifiers.isEmpty, "one order needs no name of its own")
            #expect(names.last == corrected.identifier && corrected.orderIdentifiers == [])
        }
        let names = try ["cnam", "spf"].map { recipient in
            try Set(Self.bundles(world, of: recipient).flatMap { [$0.identifier] + $0.orderIdentifiers })
        }
        #expect(names[0].isDisjoint(with: names[1]))
    }

    @Test("An order without number has none of the others' names: what takes one of these back leaves it alone")
    func unnumbered() async throws {
        let (world, laboratory) = (try World(), try Laboratory())
        let nameless = laboratory.order("")
        let file =
            laboratory.message("1", [nameless, laboratory.order("F-B")])
            + laboratory.message("2", [laboratory.order("F-A"), nameless, laboratory.order("F-C")])
            + laboratory.message("3", [laboratory.withdrawn("F-B")])
        let summary = try await world.send(try world.folder.write(file, to: "day.hl7"), with: try world.agent())
        #expect(summary.taken == 3, "\(summary.heldByRule)")
        let bundles = try Self.bundles(world)
        let withdrawn = try #require(bundles.first { $0.report.action == .cancel })
        let named = bundles.filter { $0.report.action == .new }
        try #require(named.count == 2)
        for bundle in named {
            #expect(Set(bundle.orderIdentifiers).count == bundle.report.orders.count)
            let places = bundle.report.orders.indices.filter { bundle.report.orders[$0].fillerNumber == nil }
            #expect(places.count == 1 && places.allSatisfy { bundle.orderIdentifiers[$0] != withdrawn.identifier })
        }
        #expect(named.contains { $0.orderIdentifiers.contains(withdrawn.identifier) })
    }

    @Test("A report of one order says its name once, and so do orders of one number and panel")
    func single() async throws {
        let (world, laboratory) = (try World(), try Laboratory())
        let file =
            laboratory.message("1", [laboratory.order("F-A")])
            + laboratory.message("2", [laboratory.order("F-B"), laboratory.order("F-B")])
        _ = try await world.send(try world.folder.write(file, to: "day.hl7"), with: try world.agent())
        let lines = world.relay.lines(of: "cnam")
        try #require(lines.count == 2)
        for line in lines {
            #expect(line.components(separatedBy: "urn:pli:report").count == 2)
        }
    }

    @Test("Roots come back from a row as they were, also from rows of before, and from nothing else")
    func stored() throws {
        let (one, other) = ([UInt8](repeating: 1, count: 16), [UInt8](repeating: 2, count: 16))
        for roots in [ReportRoots(report: one), ReportRoots(report: one, orders: [other, one, other])] {
            #expect(ReportRoots(stored: roots.stored) == roots && roots.canBeStored)
        }
        #expect(!ReportRoots(report: one + other).canBeStored && !ReportRoots(report: []).canBeStored)
        #expect(!ReportRoots(report: one, orders: [one, [1]]).canBeStored)
        #expect(ReportRoots(stored: one) == ReportRoots(report: one))
        #expect(ReportRoots(report: one, orders: [one, one]).stored == one)
        for bytes in [0, 8, 15, 17, 40] { #expect(ReportRoots(stored: [UInt8](repeating: 1, count: bytes)) == nil) }
        let roots = ReportRoots(report: one, orders: [one, other])
        #expect(roots.areOf(orders: 2) && !roots.areOf(orders: 3) && ReportRoots(report: one).areOf(orders: 3))
        #expect(roots.ofDelivered(orders: [1, 0]) == ReportRoots(report: other, orders: [other, one]))
        #expect(roots.ofDelivered(orders: [0]) == ReportRoots(report: one))
        #expect(roots.ofDelivered(orders: [1]) == ReportRoots(report: other))
        #expect(roots.ofDelivered(orders: []) == ReportRoots(report: one))
    }

    @Test(
        "An order without number has the root of those among others, and one of before orders were told apart the report's"
    )
    func numberless() {
        let root = [UInt8](repeating: 1, count: 16)
        let (former, other) = ([UInt8](repeating: 2, count: 16), [UInt8](repeating: 3, count: 16))
        let order = VersionTrace.Order(filler: [9], root: root)
        let empty = VersionTrace.Order(filler: [8], root: [])
        #expect(
            ReportRoots(of: [nil, order], otherwise: other, formerly: former, unnumbered: other)
                == ReportRoots(report: root, orders: [other, root]))
        #expect(
            ReportRoots(of: [nil, nil], otherwise: other, formerly: former, unnumbered: other)
                == ReportRoots(report: other))
        #expect(
            ReportRoots(of: [empty, order], otherwise: other, formerly: former, unnumbered: other)
                == ReportRoots(report: former, orders: [former, root]))
    }
}
