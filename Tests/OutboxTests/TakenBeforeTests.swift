import Courier
import Durable
import Foundation
import TestSupport
import Testing

@testable import Outbox

/// Reports that were taken before a rule came that would hold them.
@Suite("Reports taken before a rule")
struct TakenBeforeTests {
    /// Puts, into the journal, messages of the same length in the place of those that were taken.
    private static func rewrite(_ world: World, _ old: String, _ new: String) throws {
        let name = try #require(try world.files(in: "journal").first)
        let number = try #require(SegmentWriter.number(ofFile: name))
        let keys = try People.keys(of: People.lab)
        let place: RecordPlace = try {
            let store = try OutboxStore(path: world.data + "/" + OutboxStore.fileName)
            defer { try? store.close() }
            let waiting = try store.waitingDeliveries(of: 1, origin: nil, after: 0, limit: 1)
            return try #require(waiting.first).place
        }()
        var reader = try SegmentReader(
            kind: .journal, number: number, folder: world.data + "/journal", keys: keys, disk: .real)
        let text = String(decoding: try reader.record(at: place), as: UTF8.self)
        #expect(text.contains(old) && old.utf8.count == new.utf8.count)
        let folder = world.folder.path + "/rewritten"
        try Disk.real.createFolder(folder)
        var writer = SegmentWriter(
            kind: .journal, folder: folder, keys: keys, disk: .real, rotateBytes: 1 << 20, nextNumber: { number })
        let written = try writer.append([Array(text.replacingOccurrences(of: old, with: new).utf8)])
        _ = try writer.sync()
        #expect(written == [place])
        try Disk.real.rename(SegmentWriter.path(folder, number), to: world.data + "/journal/" + name)
    }

    @Test("What a rule of today would hold leaves as it was taken")
    func leaves() async throws {
        let world = try World()
        let summary = try await ReplayTests.take(world, ReplayTests.message("1", "F1", isMapped: true))
        #expect(summary.taken == 1)
        try Self.rewrite(world, "\rPV1|", "\rpv1|")
        try await ReplayTests.send(world)
        let lines = world.relay.lines(of: "cnam")
        #expect(lines.count == 1 && lines.allSatisfy { $0.contains("\"94500-6\"") })
        #expect(world.log.alarms == [])
    }

    @Test("Where a result that was to be delivered is no longer found, nothing leaves in silence without it")
    func resultGone() async throws {
        let world = try World()
        _ = try await ReplayTests.take(world, ReplayTests.message("1", "F1", isMapped: true))
        try Self.rewrite(world, "\rOBX|", "\rZBX|")
        try await ReplayTests.send(world)
        #expect(world.relay.lines(of: "cnam") == [])
        #expect(world.log.alarms == ["report-unreadable"])
    }
}
