import Exchange
import Foundation
import Notes
import Synchronization
import TestSupport

@testable import Courier
@testable import Inbox
@testable import Outbox
@testable import Relay

/// What ends are given as their way to the relay; what stands at its other end may change.
final class Street: Carrier {
    private let state = Mutex<(any Carrier)?>(nil)

    var end: (any Carrier)? {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }

    func carry(_ question: Question) async throws(CourierFailure) -> RelayAnswer {
        guard let end else { throw .unreachable("nobody is there") }
        return try await end.carry(question)
    }
}

/// A hospital with its relay, laboratories and authorities: all real, in one process, on one true time.
///
/// One thing at a time is done in these tests, so nothing here is touched from two threads at once.
final class Town: @unchecked Sendable {
    let folder: TemporaryFolder
    let clock = TownClock()
    let street = Street()
    let book = LogBook(label: "whole-flow")
    let faults = MachineFaults()
    let hospitalClock: MachineClock
    private(set) var hospital: Hospital?
    private(set) var laboratories: [LaboratoryEnd] = []
    private(set) var authorities: [AuthorityEnd] = []
    /// Every version so far, the first one first.
    private(set) var directories: [SignedNote] = []
    private let recipients: [String]

    var data: String { folder.path + "/relay" }
    var directoryFile: String { folder.path + "/directory.note" }
    private var firstDirectory: String { folder.path + "/first.note" }

    init(laboratories: Int = 1, authorities: Int = 2, seed: UInt64 = 7) throws {
        folder = try TemporaryFolder()
        hospitalClock = MachineClock(clock)
        recipients = Array(Everyone.authorities.prefix(authorities))
        let first = try DirectoryPlan(issuedAt: clock.now, recipients: recipients).note()
        directories = [first]
        try Data(first.encoded).write(to: URL(filePath: firstDirectory))
        try Data(first.encoded).write(to: URL(filePath: directoryFile))
        self.laboratories = try Everyone.laboratories.prefix(laboratories).enumerated().map { place, id in
            try LaboratoryEnd(
                id, folder: folder.path, directory: firstDirectory, clock: clock, carrier: street,
                seed: seed &+ UInt64(place))
        }
        self.authorities = try Everyone.authorities.prefix(authorities).map { id in
            try AuthorityEnd(id, folder: folder.path, directory: firstDirectory, clock: clock, carrier: street)
        }
    }

    /// Starts everything, with the honest relay at the end of the street.
    func start() throws {
        try startHospital()
        street.end = hospital
        for end in laboratories { try end.start() }
        for end in authorities { try end.start() }
    }

    func startHospital() throws {
        hospital = try Hospital(
            folder: data, directory: directoryFile, clock: hospitalClock, book: book, faults: faults)
    }

    func stopHospital() {
        street.end = nil
        hospital = nil
        faults.reboot()
    }

    /// A relay that goes on by itself from a copy of the hospital's folder: it has the same log key. It stays with the
    /// directory of now, or takes what comes.
    func twin(name: String, takesDirectories: Bool = false) throws -> Hospital {
        let copy = folder.path + "/" + name
        try FileManager.default.copyItem(atPath: data, toPath: copy)
        try FileManager.default.copyItem(atPath: directoryFile, toPath: copy + ".note")
        return try Hospital(
            folder: copy, directory: takesDirectories ? directoryFile : copy + ".note", clock: hospitalClock,
            book: LogBook(label: "whole-flow"))
    }

    /// The next version of the directory, as the root holders would sign it.
    func nextDirectory(days: Int64 = 300) throws -> DirectoryPlan {
        let last = directories.last.map { SHA256Hex(of: $0.text) }
        return DirectoryPlan(
            version: Int64(directories.count + 1), previous: last, issuedAt: clock.now, days: days,
            recipients: recipients)
    }

    /// Brings the next version to the relay.
    func publishDirectory(days: Int64 = 300) throws {
        let note = try nextDirectory(days: days).note()
        directories.append(note)
        try Data(note.encoded).write(to: URL(filePath: directoryFile))
        try hospital?.server.directories.refresh()
    }

    /// All ends look at what the relay has that is new.
    func greet() async {
        for end in laboratories { await end.greet() }
        for end in authorities { await end.receive() }
    }

    /// What waits anywhere goes on: seals, uploads, deliveries, receipts.
    func exchange() async {
        for end in laboratories { await end.push() }
        for end in authorities { await end.receive() }
        for end in laboratories { await end.collect() }
    }
}
