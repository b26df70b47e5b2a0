import Age
import Courier
import Durable
import Exchange
import Foundation
import LabReport
import TestSupport
import Testing

@testable import Outbox

/// What the parcels that are filled at once hold in memory: a bound, whatever goes through them.
@Suite("Open parcels")
struct OpenParcelsTests {
    private static let recipients: Int64 = 20
    private static let lineBytes = 2_000
    private static let mostBytes = 256 * 1024

    private struct Filling {
        let folder: TemporaryFolder
        let data: DataFolder
        let identity: AgeIdentity
        var open = OpenParcels(mostBytes: OpenParcelsTests.mostBytes)
        var most = 0

        init() throws {
            folder = try TemporaryFolder()
            data = try DataFolder(path: folder.path, disk: .real)
            identity = try AgeIdentity.generate()
        }

        private func recipient(_ row: Int64) throws -> BatchRecipient {
            try BatchRecipient(
                row: row, id: ParticipantID("ars-\(row)"), reports: 10, keysNumber: 1,
                sealingKey: identity.recipient.text)
        }

        /// A line for every recipient, and ten more for the first, who gets most.
        mutating func add(_ round: Int) throws {
            for row in 1...OpenParcelsTests.recipients {
                for number in 0..<(row == 1 ? 11 : 1) { try add("\(round) \(number)", to: row) }
            }
        }

        private mutating func add(_ text: String, to row: Int64) throws {
            let parcel = try open[row] ?? begin(row)
            open[row] = parcel
            var line = FHIRLine()
            line.bytes = Array((text + " ").utf8) + [UInt8](repeating: 0x61, count: OpenParcelsTests.lineBytes)
            let delivery = WaitingDelivery(
                report: 1, profile: "p", results: [], terms: .standard, part: 0,
                roots: ReportRoots(report: []), takenBack: [],
                place: RecordPlace(segment: 1, index: 0, offset: 0, length: 1))
            try parcel.append(line, order: 0)
            parcel.count(delivery)
            try open.makeRoom()
            most = max(most, open.heldBytes)
        }

        private mutating func begin(_ row: Int64) throws -> OpenParcel {
            let random = (0..<10).map { UInt8(truncatingIfNeeded: row + Int64($0)) }
            return try OpenParcel(
                id: ParcelID(time: UTCTime(secondsSinceEpoch: 1_795_000_000), random: random),
                from: ParticipantID("lab"), recipient: recipient(row),
                gzip: open.compressor(reports: 10), memory: open.memory, folder: data)
        }
    }

    @Test("Four times as much leaves no more in memory, and never more than the bound")
    func bounded() throws {
        var peaks: [Int] = []
        for rounds in [50, 200] {
            var filling = try Filling()
            for round in 0..<rounds { try filling.add(round) }
            #expect(filling.most <= Self.mostBytes)
            #expect(filling.most > Self.mostBytes / 2, "so little that the test proves little")
            peaks.append(filling.most)
            var lines = 0
            for row in filling.open.recipients { lines += try filling.open[row]?.finish().body.lines ?? 0 }
            #expect(lines == rounds * (Int(Self.recipients) + 10), "every line is in a body")
        }
        #expect(peaks[1] <= peaks[0] + Self.lineBytes * 2, "\(peaks)")
    }

    @Test("The bodies of one thread share a compressor, and one for a backlog is another")
    func compressors() throws {
        var open = OpenParcels()
        let dense = try open.compressor(reports: 1)
        #expect(try open.compressor(reports: 250_000) === dense)
        let fast = try open.compressor(reports: 250_001)
        #expect(fast !== dense)
        #expect(try open.compressor(reports: 1_000_000) === fast)
    }
}
