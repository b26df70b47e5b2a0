import Exchange
import Foundation
import LabReport
import Notes
import TestSupport

@testable import Courier
@testable import Inbox
@testable import Outbox

/// The days on which one lie is told to one end, and the honest ones before and after.
///
/// Each day the laboratory sends a file, the authorities receive, the laboratory collects its receipts.
final class EvilDays: @unchecked Sendable {
    static let hour: Int64 = 3_600
    static let day: Int64 = 86_400

    let row: LieTable.Row
    let town: Town
    let relay: EvilRelay
    /// What was sent, to be sent again where it could not be taken.
    private var paths: [String] = []
    /// Lines at level error or above at the witness before the lie.
    private var troublesBefore = 0

    private var laboratory: LaboratoryEnd { town.laboratories[0] }
    private var authority: AuthorityEnd { town.authorities[0] }
    private var victim: String { row.victim == .outbox ? laboratory.id : authority.id }
    var witness: LogBook { row.witness == .outbox ? laboratory.book : authority.book }

    init(_ row: LieTable.Row) throws {
        self.row = row
        town = try Town()
        try town.start()
        guard let hospital = town.hospital else { throw CourierFailure.usage("no hospital") }
        relay = EvilRelay(hospital)
        town.street.end = relay
    }

    /// What was raised at the witness since the lie began.
    var troubles: [LogBook.Line] { Array(witness.troubles.dropFirst(troublesBefore)) }

    /// All days up to the last one of the lie.
    func live() async throws {
        if row.lie.scene == .fromTheStart { tell() }
        await town.greet()
        try await day()
        if [.rolledBackLog, .frozenLog, .splitView, .forkedLog].contains(row.lie) {
            relay.twin = try town.twin(name: "twin", takesDirectories: row.lie == .splitView)
        }
        if [.splitView, .forkedLog].contains(row.lie), let twin = relay.twin { try EvilRelay.grow(twin, by: 400) }
        if row.lie.scene == .fromTheSecondDay { tell() }
        try await secondDay()
        try keepNotes()
        try await wait()
        try town.publishDirectory()
        if row.lie.scene != .fromTheStart, row.lie.scene != .fromTheSecondDay { tell() }
        for hours in [1, 2] as [Int64] {
            town.clock.advance(hours * Self.hour + 1)
            await town.greet()
            try await day()
        }
        town.clock.advance(5 * Self.hour)
        await town.greet()
        await town.exchange()
    }

    /// The relay says nothing but the truth from here on, for as long as it takes.
    func settle() async throws {
        relay.beHonest()
        town.clock.advance(Self.hour + 1)
        for _ in 0..<8 {
            town.clock.advance(400)
            await town.greet()
            for path in paths { await laboratory.attempt { _ = try await $0.takeFile(path) } }
            await laboratory.attempt { try await $0.lookAgainAtReceipts() }
            await town.exchange()
        }
    }

    private func tell() {
        troublesBefore = witness.troubles.count
        relay.tell(row.lie, to: [victim])
    }

    private func day() async throws {
        let path = try laboratory.write(2)
        paths.append(path)
        await laboratory.send(path)
        for end in town.authorities { await end.receive() }
        await laboratory.attempt { try await $0.lookAgainAtReceipts() }
        await laboratory.collect()
    }

    private func secondDay() async throws {
        town.clock.advance(Self.hour + 1)
        try town.publishDirectory(days: row.lie.scene == .frozen ? 20 : 300)
        await town.greet()
        try await day()
    }

    /// Directories that only root holders could have signed are made here, on their behalf.
    private func keepNotes() throws {
        for (place, note) in town.directories.enumerated() {
            relay.keep(note.encoded, as: "directory-\(place + 1)")
        }
        var other = try town.nextDirectory()
        other.version = 2
        other.previous = SHA256Hex(of: town.directories[0].text)
        other.title = "Another"
        relay.keep(try other.note().encoded, as: "directory-2-other")
        var strangers = try town.nextDirectory()
        strangers.roots = Everyone.strangers
        strangers.signers = Array(Everyone.strangers.prefix(2))
        relay.keep(try strangers.note().encoded, as: "directory-3-strangers")
        var alone = try town.nextDirectory()
        alone.signers = Array(Everyone.roots.prefix(1))
        relay.keep(try alone.note().encoded, as: "directory-3-one-holder")
        var unchained = try town.nextDirectory()
        unchained.previous = SHA256Hex(of: [])
        relay.keep(try unchained.note().encoded, as: "directory-3-unchained")
        var skipped = try town.nextDirectory()
        skipped.version = 4
        relay.keep(try skipped.note().encoded, as: "directory-4")
    }

    /// Until the lie can work; nobody lies meanwhile.
    private func wait() async throws {
        switch row.lie.scene {
        case .frozen:
            town.clock.advance(21 * Self.day)
        case .longAfter:
            for _ in 0..<4 {
                town.clock.advance(20 * Self.day)
                await town.greet()
            }
        case .renewal:
            for _ in 0..<2 {
                town.clock.advance(23 * Self.day)
                await town.greet()
            }
            guard row.lie == .oldKeys else { return }
            try await day()
            for _ in 0..<2 {
                town.clock.advance(23 * Self.day)
                await town.greet()
            }
        default:
            return
        }
    }

    /// What is wrong with what was delivered, if anything is: the words name neither a person nor a report.
    func wrongs() throws -> [String] {
        var wrongs: [String] = []
        for authority in town.authorities {
            let expected = Set(laboratory.written.map(\.fillerNumber))
            let reports = try authority.reports()
            if Set(reports.map(\.filler)).count != reports.count { wrongs.append("\(authority.id) got a report twice") }
            if !expected.isSuperset(of: reports.map(\.filler)) { wrongs.append("\(authority.id) got what nobody sent") }
            for report in reports {
                let prefix = "urn:pli:\(laboratory.id):\(authority.id):"
                let isBound =
                    report.source.hasPrefix(prefix)
                    && report.file == "\(laboratory.id)-\(report.source.dropFirst(prefix.count)).ndjson"
                if !isBound { wrongs.append("\(authority.id) has a line in another parcel's file") }
            }
            let files = try authority.handedOver().map(\.name)
            if Set(files).count != files.count { wrongs.append("\(authority.id) got a file twice") }
        }
        return wrongs
    }

    /// Reports that an authority does not have.
    func missing() throws -> Int {
        try town.authorities.reduce(0) { sum, authority in
            let got = Set(try authority.reports().map(\.filler))
            return sum + laboratory.written.filter { !got.contains($0.fillerNumber) }.count
        }
    }
}
