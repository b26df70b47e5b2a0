import Durable
import Exchange
import Foundation
import Notes
import Testing

@testable import Courier

@Suite("Trust in directories")
struct TrustTests: TrustSuite {
    let scene: TrustScene

    init() throws { scene = try TrustScene() }

    func stored(_ version: Int64) -> Bool {
        FileManager.default.fileExists(atPath: folder("trust/directory/\(version).note"))
    }

    @Test("Without any directory there is an alarm, not a guess")
    func nothing() async throws {
        let trust = try trust()
        #expect(try await alarm { _ = try await trust.directory() } == .noDirectory)
        #expect(throws: CourierFailure.usage("directory.file: none.note does not exist")) {
            try Trust(
                folder: folder("trust"), pins: fixture.pins(), initialDirectory: folder("none.note"), now: clock.read)
        }
    }

    @Test("The first directory is taken by its pins, kept, and found again without its file")
    func first() async throws {
        let notes = try fixture.chain(3)
        let trust = try trust(initial: notes[1])
        #expect(try await trust.directory().version == 2)
        #expect(stored(2))
        #expect(try await self.trust().directoryVersion == 2)
    }

    @Test("A first directory of too few holders, or of strangers, is refused and not kept")
    func forgedFirst() async throws {
        let directory = try fixture.directory()
        let strangers = [
            try Fixture.pair("root-a", 71), try Fixture.pair("root-b", 72), try Fixture.pair("root-c", 73),
        ]
        let notes = [
            try fixture.note(directory, by: [fixture.roots[0]]),
            try fixture.note(fixture.directory(roots: strangers), by: strangers),
            try fixture.note(directory, by: strangers),
        ]
        for note in notes {
            let found = try await alarm { _ = try trust(initial: note) }
            #expect(found == .forgedDirectory("too-few-holders"))
        }
        #expect(!stored(1))
        var bytes = try fixture.note(directory).encoded
        bytes[40] ^= 1
        let path = try folder.write(bytes, to: "changed.note")
        let found = try await alarm {
            _ = try Trust(folder: folder("trust"), pins: fixture.pins(), initialDirectory: path, now: clock.read)
        }
        #expect(found?.label == "forged-directory")
    }

    @Test("Changed pins do not fit what is kept")
    func wrongPins() async throws {
        _ = try trust(initial: fixture.note(fixture.directory()))
        let others = [try Fixture.pair("root-a", 71), try Fixture.pair("root-b", 72)]
        #expect(try await alarm { _ = try trust(pins: fixture.pins(others)) } == .wrongPins)
        try folder.write(Array("not a note".utf8), to: "trust/directory/1.note")
        #expect(try await alarm { _ = try trust() } == .wrongPins)
    }

    @Test("Versions are taken one by one, each kept; those passed through may have expired")
    func chain() async throws {
        let notes = try fixture.chain(4, days: 2)
        let trust = try trust(initial: notes[0])
        #expect(try await alarm { _ = try await trust.directory() } == .expiredDirectory(version: 1))
        try await trust.refreshDirectory(source: ServedNotes(notes).directory)
        #expect(try await trust.directory().version == 4)
        for version in 1...4 { #expect(stored(Int64(version))) }
        #expect(try await self.trust(initial: notes[1]).directoryVersion == 4, "an older file takes nothing back")
    }

    @Test("An initial file that is the very next version is taken, a later one waits for those between")
    func nextFile() async throws {
        let notes = try fixture.chain(3)
        #expect(try await trust(initial: notes[0]).directoryVersion == 1)
        #expect(try await trust(initial: notes[2]).directoryVersion == 1)
        #expect(try await trust(initial: notes[1]).directoryVersion == 2)
    }

    @Test("With nothing known the newest that the relay has is taken by its pins")
    func firstFromRelay() async throws {
        let trust = try trust()
        try await trust.refreshDirectory(source: ServedNotes(fixture.chain(3)).directory)
        #expect(await trust.directoryVersion == 3)
        #expect(stored(3) && !stored(2))
    }

    @Test("An expired newest directory is an alarm, and so is one from the future")
    func expired() async throws {
        let notes = try fixture.chain(2)
        let trust = try trust(initial: notes[1])
        clock.advance(days: 91)
        let served = ServedNotes(notes)
        let found = try await alarm { try await trust.refreshDirectory(source: served.directory) }
        #expect(found == .expiredDirectory(version: 2))
        clock.time = fixture.now.adding(seconds: -86_400)
        let ahead = try await alarm { _ = try await trust.directory() }
        #expect(ahead == .directoryAheadOfClock(version: 2))
    }

    @Test("A relay that was rolled back raises an alarm, and the version known stays")
    func rolledBack() async throws {
        let notes = try fixture.chain(3)
        let trust = try trust(initial: notes[2])
        let served = ServedNotes(notes)
        served.serve(newest: 2)
        let found = try await alarm { try await trust.refreshDirectory(source: served.directory) }
        #expect(found == .oldDirectory(served: 2, known: 3))
        #expect(await trust.directoryVersion == 3)
    }

    @Test("Two directories of one version raise an alarm")
    func forked() async throws {
        let notes = try fixture.chain(2)
        let trust = try trust(initial: notes[1])
        let other = try fixture.note(
            fixture.directory(version: 2, previous: SHA256Hex(of: notes[0].text), name: "Autre"))
        let served = ServedNotes([notes[0], other])
        let found = try await alarm { try await trust.refreshDirectory(source: served.directory) }
        #expect(found == .forkedDirectory(version: 2))
        #expect(try await alarm { _ = try self.trust(initial: other) } == .forkedDirectory(version: 2))
    }

    @Test("A version that does not chain raises an alarm and is not kept")
    func brokenChain() async throws {
        let trust = try trust(initial: fixture.note(fixture.directory()))
        let next = try fixture.note(fixture.directory(version: 2, previous: SHA256Hex(of: [1])))
        let served = ServedNotes([try fixture.note(fixture.directory()), next])
        let found = try await alarm { try await trust.refreshDirectory(source: served.directory) }
        #expect(found == .brokenDirectoryChain(version: 2))
        #expect(!stored(2))
    }

    @Test("Another version than the one asked for raises an alarm, however well signed")
    func otherVersion() async throws {
        let notes = try fixture.chain(4)
        let trust = try trust(initial: notes[0])
        let served = ServedNotes()
        served.serve(notes[3], as: 2)
        let found = try await alarm { try await trust.refreshDirectory(source: served.directory) }
        #expect(found == .otherDirectory(asked: 2, served: 4))
        #expect(await trust.directoryVersion == 1)
    }

    @Test("A served directory that the holders did not sign raises an alarm and is not kept")
    func forged() async throws {
        let first = try fixture.note(fixture.directory())
        let trust = try trust(initial: first)
        let next = try fixture.directory(version: 2, previous: SHA256Hex(of: first.text))
        for note in [try fixture.note(next, by: [fixture.roots[2]]), try fixture.note(next, by: [fixture.lab.signing])]
        {
            let served = ServedNotes([first, note])
            let found = try await alarm { try await trust.refreshDirectory(source: served.directory) }
            #expect(found == .forgedDirectory("too-few-holders"))
        }
        #expect(!stored(2))
    }

    @Test("A quoted version that the relay does not serve is the freeze alarm")
    func frozen() async throws {
        let notes = try fixture.chain(3)
        let trust = try trust(initial: notes[0])
        let served = ServedNotes(Array(notes.prefix(2)))
        try await trust.requireDirectory(version: 2, source: served.directory)
        let asked = served.asked
        try await trust.requireDirectory(version: 1, source: served.directory)
        #expect(served.asked == asked, "a version passed is not asked for")
        let found = try await alarm { try await trust.requireDirectory(version: 3, source: served.directory) }
        #expect(found == .frozenDirectory(quoted: 3, known: 2))
    }

    @Test("A directory that cannot be kept is not gone by")
    func diskFails() async throws {
        let notes = try fixture.chain(2)
        _ = try trust(initial: notes[0])
        let failing = Disk(before: { step, path throws(DurableFailure) in
            if step == .rename { throw DurableFailure(step, code: 28, path: path) }
        })
        let trust = try trust(disk: failing)
        await #expect(throws: CourierFailure.self) {
            try await trust.refreshDirectory(source: ServedNotes(notes).directory)
        }
        #expect(await trust.directoryVersion == 1)
    }

    // MARK: The registrar, and other roots

    private func registrars(_ version: Int64, after note: SignedNote, change: Bool = false) throws -> SignedNote {
        try fixture.note(
            fixture.directory(
                version: version, previous: SHA256Hex(of: note.text),
                base: Directory.Base(version: 1, sha256: SHA256Hex(of: rooted().text)), name: change ? "Autre" : "CNAM",
                registrar: fixture.registrar), by: [fixture.registrar])
    }

    @Test("A registrar's version that is dated ahead of the clock is not kept, and what is known goes on")
    func datedAhead() async throws {
        let first = try rooted()
        let ahead = try fixture.note(
            fixture.directory(
                version: 2, previous: SHA256Hex(of: first.text), issuedAt: fixture.now.adding(seconds: 86_400),
                days: 89,
                base: Directory.Base(version: 1, sha256: SHA256Hex(of: first.text)), registrar: fixture.registrar),
            by: [fixture.registrar])
        let trust = try trust(initial: first)
        let served = ServedNotes([first, ahead])
        let found = try await alarm { try await trust.refreshDirectory(source: served.directory) }
        #expect(found?.label == "directory-ahead-of-clock", "\(String(describing: found))")
        #expect(!stored(2))
        #expect(try await trust.directory().version == 1)
    }

    private func rooted() throws -> SignedNote {
        try fixture.note(fixture.directory(registrar: fixture.registrar))
    }

    @Test("The registrar's versions are taken on the roots' one, kept, and verified again at the next start")
    func registrarsVersions() async throws {
        let first = try rooted()
        let second = try registrars(2, after: first)
        let third = try registrars(3, after: second)
        let served = ServedNotes([first, second, third])
        let trust = try trust(initial: first)
        try await trust.refreshDirectory(source: served.directory)
        #expect(await trust.directoryVersion == 3)
        #expect(stored(2) && stored(3))
        #expect(try await self.trust().directoryVersion == 3)
    }

    @Test("A new reader takes the registrar's newest by the version that it stands on, from file or relay")
    func newReader() async throws {
        let first = try rooted()
        let second = try registrars(2, after: first)
        let third = try registrars(3, after: second)
        let trust = try trust(initial: third)
        #expect(try await alarm { _ = try await trust.directory() } == .noDirectory)
        try await trust.refreshDirectory(source: ServedNotes([first, second, third]).directory)
        #expect(await trust.directoryVersion == 3)
        #expect(stored(1) && stored(3) && !stored(2))
        #expect(try await self.trust().directoryVersion == 3)
    }

    @Test("A registrar that changes more than senders raises an alarm of its own, and nothing is kept")
    func overreach() async throws {
        let first = try rooted()
        let trust = try trust(initial: first)
        let served = ServedNotes([first, try registrars(2, after: first, change: true)])
        let found = try await alarm { try await trust.refreshDirectory(source: served.directory) }
        #expect(found == .overreachingDirectory(version: 2))
        #expect(!stored(2))
        #expect(await trust.directoryVersion == 1)
    }

    @Test("A version in which somebody vanished raises an alarm, and nothing is kept")
    func vanished() async throws {
        let first = try fixture.note(fixture.directory())
        let trust = try trust(initial: first)
        let next = try fixture.note(
            fixture.directory(version: 2, previous: SHA256Hex(of: first.text), withoutLab: true))
        let found = try await alarm {
            try await trust.refreshDirectory(source: ServedNotes([first, next]).directory)
        }
        #expect(found == .lossyDirectory(version: 2, rule: "vanished"))
        #expect(!stored(2))
    }

    @Test(
        "After a year offline the versions are caught up one by one, through a change of all roots, under the old pins")
    func year() async throws {
        let others = [try Fixture.pair("root-d", 81), try Fixture.pair("root-e", 82), try Fixture.pair("root-f", 83)]
        var notes = [try fixture.note(fixture.directory(days: 60))]
        for month in 1...12 {
            let old = month > 6 ? others : fixture.roots
            let new = month >= 6 ? others : fixture.roots
            let issuedAt = fixture.now.adding(seconds: Int64(month) * 30 * 86_400)
            let directory = try fixture.directory(
                version: Int64(month) + 1, previous: SHA256Hex(of: notes[month - 1].text), issuedAt: issuedAt, days: 60,
                roots: new)
            notes.append(try fixture.note(directory, by: month == 6 ? old + new : new))
        }
        let trust = try trust(initial: notes[0])
        clock.advance(days: 365)
        let served = ServedNotes(notes)
        try await trust.refreshDirectory(source: served.directory)
        #expect(try await trust.directory().version == 13)
        for version in 1...13 { #expect(stored(Int64(version))) }
        #expect(try await self.trust().directoryVersion == 13, "the pins vouch for the first, the chain for the rest")
        #expect(try await self.trust(pins: fixture.pins(others)).directoryVersion == 13)
    }

    @Test("A change of roots that the old ones did not sign is forged, whoever else did")
    func stolenRotation() async throws {
        let first = try fixture.note(fixture.directory())
        let trust = try trust(initial: first)
        let thieves = [try Fixture.pair("root-a", 91), try Fixture.pair("root-b", 92), try Fixture.pair("root-c", 93)]
        let next = try fixture.directory(version: 2, previous: SHA256Hex(of: first.text), roots: thieves)
        let served = ServedNotes([first, try fixture.note(next, by: thieves + [fixture.roots[0]])])
        let found = try await alarm { try await trust.refreshDirectory(source: served.directory) }
        #expect(found == .forgedDirectory("too-few-holders"))
        #expect(!stored(2))
    }
}
