import Durable
import Exchange
import Foundation
import Notes
import Testing

@testable import Courier

/// One participant with two folders: what its agent knows binds what it does with parcels as files, too.
@Suite("Trust beside another folder")
struct TrustBesideTests: TrustSuite {
    let scene: TrustScene

    init() throws { scene = try TrustScene() }

    private func beside(_ initial: SignedNote) throws -> Trust {
        let path = try folder.write(initial.encoded, to: "old.note")
        return try Trust(
            folder: folder("parcel-trust"), pins: fixture.pins(), initialDirectory: path, beside: folder("trust"),
            now: clock.read)
    }

    private func note(_ number: Int64, after previous: Signed<KeysNote>? = nil) throws -> Signed<KeysNote> {
        try Signed.sign(
            KeysNote(
                by: fixture.cnam.id, number: number, previous: previous?.textHash, issuedAt: fixture.now,
                signing: fixture.cnam.signing.verifying.lines,
                sealing: [
                    .init(
                        key: fixture.cnam.ownSealingKey, notBefore: fixture.now,
                        notAfter: fixture.now.adding(seconds: 40 * 86_400))
                ]),
            by: fixture.cnam.signing)
    }

    @Test("The newer directory of the two folders counts, is kept in both, and is gone on from")
    func newerDirectory() async throws {
        let notes = try fixture.chain(4)
        let agent = try trust(initial: notes[0])
        #expect(try await beside(notes[0]).directoryVersion == 1)
        try await agent.refreshDirectory(source: ServedNotes(Array(notes[..<3])).directory)
        let parcels = try beside(notes[0])
        #expect(await parcels.directoryVersion == 3)
        try await parcels.refreshDirectory(source: ServedNotes(notes).directory)
        #expect(await parcels.directoryVersion == 4)
        // Neither folder is taken back by the other, and each verifies by itself.
        #expect(try await beside(notes[0]).directoryVersion == 4)
        #expect(try await trust("parcel-trust").directoryVersion == 4)
        #expect(try await trust().directoryVersion == 3)
    }

    @Test("Another directory of the same version in the other folder is a fork")
    func fork() async throws {
        _ = try trust(initial: fixture.note(fixture.directory()))
        let other = try fixture.chain(1, days: 2)[0]
        #expect(try await alarm { _ = try beside(other) } == .forkedDirectory(version: 1))
    }

    @Test("A keys note that the agent knows to be replaced is refused as a file, and the agent's folder is only read")
    func olderKeys() async throws {
        let directory = try fixture.note(fixture.directory())
        let first = try note(1)
        let second = try note(2, after: first)
        let agent = try trust(initial: directory)
        _ = try await agent.keysNote(of: fixture.cnam.id, offered: second.noteBytes)
        let parcels = try beside(directory)
        let found = try await alarm {
            _ = try await parcels.keysNote(of: fixture.cnam.id, offered: first.noteBytes)
        }
        #expect(found == .oldKeysNote(fixture.cnam.id))
        let third = try note(3, after: second)
        #expect(try await parcels.keysNote(of: fixture.cnam.id, offered: third.noteBytes).number == 3)
        let kept = try folder.bytes("trust/keys/\(fixture.cnam.id.text).note")
        #expect(kept == second.noteBytes)
    }
}
