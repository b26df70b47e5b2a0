import Notes
import Testing

@testable import Exchange

@Suite("Which directory may be taken")
struct DirectoryVerifierTests {
    let fixture: Fixture

    init() throws { fixture = try Fixture() }

    /// As a reader that knows `previous`, or nothing, would.
    private func verify(
        _ note: SignedNote, pins: RootPins? = nil, previous: Directory? = nil, now: UTCTime? = nil
    ) throws -> Directory {
        let verified: VerifiedDirectory
        if let previous {
            verified = try DirectoryVerifier.next(
                note, after: VerifiedDirectory(rooted: previous, textHash: SHA256Hex(of: previous.text)))
        } else {
            verified = try DirectoryVerifier.first(note, pins: pins ?? fixture.pins())
        }
        try DirectoryVerifier.requireCurrent(verified.directory, now: now ?? fixture.now)
        return verified.directory
    }

    @Test("two of three pinned holders suffice, whichever they are")
    func threshold() throws {
        let directory = try fixture.directory()
        let (a, b, c) = (fixture.roots[0], fixture.roots[1], fixture.roots[2])
        for signers in [[a, b], [b, c], [c, a], [a, b, c]] {
            #expect(try verify(fixture.note(directory, by: signers)) == directory)
        }
        for signers in [[a], [b], [c]] {
            #expect(throws: ExchangeFailure.directory(.tooFewHolders)) {
                try verify(fixture.note(directory, by: signers))
            }
        }
    }

    @Test("a text that is changed under good signatures is refused before it is read")
    func changedText() throws {
        let note = try fixture.note(fixture.directory(), by: fixture.roots)
        let text = String(decoding: note.encoded, as: UTF8.self)
        let changed = try SignedNote(
            parsing: Array(text.replacing("covid", with: "covip").utf8), maxBytes: Limits.directoryBytes)
        #expect {
            try verify(changed)
        } throws: { error in
            if case ExchangeFailure.unsigned = error { true } else { false }
        }
    }

    @Test("a participant's or a stranger's signature counts for nothing")
    func strangers() throws {
        let directory = try fixture.directory()
        let stranger = try Fixture.pair("root-b", 77)
        #expect(throws: ExchangeFailure.directory(.tooFewHolders)) {
            try verify(fixture.note(directory, by: [fixture.roots[0], fixture.lab, stranger]))
        }
    }

    @Test("a holder who is listed but not pinned counts for nothing")
    func unpinned() throws {
        let thief = try Fixture.pair("root-d", 78)
        let directory = try fixture.directory(roots: fixture.rootEntries(fixture.roots + [thief]))
        #expect(throws: ExchangeFailure.directory(.tooFewHolders)) {
            try verify(fixture.note(directory, by: [fixture.roots[0], thief]))
        }
        #expect(try verify(fixture.note(directory, by: [fixture.roots[0], fixture.roots[1], thief])) == directory)
    }

    @Test("a directory that lowers its own threshold still needs as many pinned holders")
    func loweredThreshold() throws {
        let directory = try fixture.directory(threshold: 1)
        #expect(throws: ExchangeFailure.directory(.tooFewHolders)) {
            try verify(fixture.note(directory, by: [fixture.roots[0]]))
        }
    }

    @Test("a directory that raises its own threshold needs that many of its holders")
    func raisedThreshold() throws {
        let directory = try fixture.directory(threshold: 3)
        #expect(throws: ExchangeFailure.directory(.tooFewHolders)) {
            try verify(fixture.note(directory, by: Array(fixture.roots.prefix(2))))
        }
        #expect(try verify(fixture.note(directory, by: fixture.roots)) == directory)
    }

    @Test("a version that changes the roots is signed by k of the old and k of the new")
    func rootChange() throws {
        let first = try fixture.directory()
        let (a, b, c) = (fixture.roots[0], fixture.roots[1], fixture.roots[2])
        let new = try [79, 80, 81].map { try Fixture.pair("root-\($0)", $0) }
        let changed = try fixture.directory(
            version: 2, previous: SHA256Hex(of: first.text), roots: fixture.rootEntries(new))
        for signers in [[a, b, new[0], new[1]], [b, c, new[1], new[2]], fixture.roots + new] {
            #expect(try verify(fixture.note(changed, by: signers), previous: first) == changed)
        }
        for signers in [[a, b], [a, b, new[0]], new, [a] + new] {
            #expect(throws: ExchangeFailure.directory(.tooFewHolders)) {
                try verify(fixture.note(changed, by: signers), previous: first)
            }
        }
        // The old ones count for nothing any more, and the reader's pins with them.
        let third = try fixture.directory(
            version: 3, previous: SHA256Hex(of: changed.text), roots: fixture.rootEntries(new))
        #expect(try verify(fixture.note(third, by: Array(new.prefix(2))), previous: changed) == third)
        #expect(throws: ExchangeFailure.directory(.tooFewHolders)) {
            try verify(fixture.note(third, by: fixture.roots + [new[0]]), previous: changed)
        }
        #expect(throws: ExchangeFailure.directory(.tooFewHolders)) { try verify(fixture.note(third, by: new)) }
        // What was passed is a roll-back, though its signers count for nothing now.
        #expect(throws: ExchangeFailure.directory(.olderVersion)) {
            try verify(fixture.note(first, by: [a, b]), previous: third)
        }
    }

    @Test("a version that changes how many must sign is signed by as many as before and as many as from then on")
    func thresholdChange() throws {
        let first = try fixture.directory()
        let three = try fixture.directory(version: 2, previous: SHA256Hex(of: first.text), threshold: 3)
        let one = try fixture.directory(version: 2, previous: SHA256Hex(of: first.text), threshold: 1)
        #expect(try verify(fixture.note(three, by: fixture.roots), previous: first) == three)
        #expect(try verify(fixture.note(one, by: Array(fixture.roots.prefix(2))), previous: first) == one)
        for directory in [three, one] {
            #expect(throws: ExchangeFailure.directory(.tooFewHolders)) {
                let signers = directory.threshold == 3 ? Array(fixture.roots.prefix(2)) : [fixture.roots[0]]
                return try verify(fixture.note(directory, by: signers), previous: first)
            }
        }
    }

    @Test("one known holder's bad signature refuses the note, whoever else signed")
    func badSignature() throws {
        let directory = try fixture.directory()
        let other = try fixture.directory(routes: [])
        let good = try fixture.note(directory, by: fixture.roots).encoded
        let bad = try fixture.note(other, by: [fixture.roots[2]]).encoded
        let goodLines = String(decoding: good, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        let badLines = String(decoding: bad, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        let mixed = goodLines.prefix(6) + badLines.suffix(3)
        let note = try SignedNote(parsing: Array(mixed.joined(separator: "\n").utf8), maxBytes: Limits.directoryBytes)
        #expect {
            try verify(note)
        } throws: { error in
            if case ExchangeFailure.unsigned = error { true } else { false }
        }
    }

    @Test("the next version is taken, and the same again")
    func next() throws {
        let first = try fixture.directory()
        let second = try fixture.directory(version: 2, previous: SHA256Hex(of: first.text))
        let signers = Array(fixture.roots.prefix(2))
        #expect(try verify(fixture.note(second, by: signers), previous: first) == second)
        #expect(try verify(fixture.note(second, by: fixture.roots), previous: second) == second)
    }

    @Test("with nothing known any version may be the first")
    func first() throws {
        let seventh = try fixture.directory(version: 7, previous: SHA256Hex(of: []))
        #expect(try verify(fixture.note(seventh, by: fixture.roots)) == seventh)
    }

    @Test("a roll-back, a gap, a broken chain and a fork each have their own failure")
    func chain() throws {
        let first = try fixture.directory()
        let second = try fixture.directory(version: 2, previous: SHA256Hex(of: first.text))
        let third = try fixture.directory(version: 3, previous: SHA256Hex(of: second.text))
        let other = try fixture.directory(version: 2, previous: SHA256Hex(of: first.text), routes: [])
        let unchained = try fixture.directory(version: 2, previous: SHA256Hex(of: []))
        let cases: [(Directory, Directory, DirectoryRule)] = [
            (first, second, .olderVersion), (third, first, .versionGap), (unchained, first, .brokenPrevious),
            (other, second, .fork),
        ]
        for (directory, known, rule) in cases {
            #expect(throws: ExchangeFailure.directory(rule)) {
                try verify(fixture.note(directory, by: fixture.roots), previous: known)
            }
        }
    }

    @Test("an expired directory is refused as the newest and passed through on the way to it")
    func expired() throws {
        let directory = try fixture.directory()
        let note = try fixture.note(directory, by: fixture.roots)
        _ = try verify(note, now: directory.expiresAt.adding(seconds: -1))
        #expect(throws: ExchangeFailure.directory(.expired)) { try verify(note, now: directory.expiresAt) }
        #expect(try DirectoryVerifier.first(note, pins: fixture.pins()).directory == directory)
        let skew = Limits.clockSkewSeconds
        _ = try verify(note, now: fixture.now.adding(seconds: -skew))
        #expect(throws: ExchangeFailure.directory(.notYetIssued)) {
            try verify(note, now: fixture.now.adding(seconds: -skew - 1))
        }
    }

    @Test("pins that cannot be met are refused")
    func pins() throws {
        #expect(throws: ExchangeFailure.directory(.uselessPins)) { try fixture.pins(0) }
        #expect(throws: ExchangeFailure.directory(.uselessPins)) { try fixture.pins(4) }
        #expect(throws: ExchangeFailure.directory(.uselessPins)) { try fixture.pins(1, []) }
        #expect(throws: ExchangeFailure.directory(.uselessPins)) {
            try fixture.pins(2, [fixture.roots[0], fixture.roots[0]])
        }
    }
}
