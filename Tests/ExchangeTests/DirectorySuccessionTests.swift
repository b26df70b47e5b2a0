import Notes
import StrictJSON
import Testing

@testable import Exchange

/// What a version may change of the one before: the rules for everybody, and the registrar's narrow ones.
@Suite("What the next directory may change")
struct DirectorySuccessionTests {
    let fixture: Fixture
    let first: VerifiedDirectory

    init() throws {
        fixture = try Fixture()
        let directory = try fixture.directory(
            registrar: fixture.registrarEntry(),
            participants: fixture.participants() + [
                fixture.participant(Fixture.pair("lab-suspended", 21), .sender, status: .suspended),
                fixture.participant(Fixture.pair("lab-retired", 22), .sender, status: .retired),
                fixture.participant(Fixture.pair("lab-revoked", 23), .sender, status: .revoked),
            ], retention: .init(reports: 10))
        first = try DirectoryVerifier.first(fixture.note(directory, by: fixture.roots), pins: fixture.pins())
    }

    private struct Parts {
        var version: Int64
        var base: Directory.Base?
        var expiresAt: UTCTime
        var threshold = 2
        var roots: [Directory.Root]
        var registrar: Directory.Registrar?
        var participants: [Directory.Participant]
        var routes: [JSON]
        var profiles: [JSON] = []
        var requirePostQuantum = false
        var retention: Directory.Retention?
    }

    /// The version after `known`, changed, signed by the roots, or by the registrar.
    private func next(
        after known: VerifiedDirectory, byRegistrar: Bool = false, signers: [SigningPair]? = nil,
        _ change: (inout Parts) throws -> Void = { _ in }
    ) throws -> SignedNote {
        let old = known.directory
        var parts = Parts(
            version: old.version + 1, base: byRegistrar ? known.place : nil, expiresAt: old.expiresAt, roots: old.roots,
            registrar: old.registrar, participants: old.participants, routes: old.routes, retention: old.retention)
        try change(&parts)
        let directory = try fixture.directory(
            version: parts.version, previous: known.textHash, base: parts.base, expiresAt: parts.expiresAt,
            threshold: parts.threshold, roots: parts.roots, registrar: parts.registrar,
            participants: parts.participants, routes: parts.routes, profiles: parts.profiles,
            requirePostQuantum: parts.requirePostQuantum, retention: parts.retention)
        return try fixture.note(directory, by: signers ?? (byRegistrar ? [fixture.registrar] : fixture.roots))
    }

    private func rule(_ note: SignedNote, after known: VerifiedDirectory? = nil) throws -> DirectoryRule? {
        do {
            _ = try DirectoryVerifier.next(note, after: known ?? first)
            return nil
        } catch {
            guard case .directory(let rule) = error else { throw error }
            return rule
        }
    }

    private func newLab(_ seed: UInt8 = 31, _ status: Directory.Status = .active) throws -> Directory.Participant {
        try fixture.participant(Fixture.pair("lab-\(seed)", seed), .sender, status: status, finess: ["750712184"])
    }

    private func place(_ id: String) throws -> Int {
        try #require(first.directory.participants.firstIndex { $0.id.text == id })
    }

    // MARK: Everybody

    @Test("an entry that vanishes without a tombstone is refused, whoever signed")
    func vanished() throws {
        for index in first.directory.participants.indices {
            #expect(try rule(next(after: first) { $0.participants.remove(at: index) }) == .vanished)
        }
    }

    @Test("a tombstone is taken, of either kind, and may stand again only with another key where it was revoked")
    func tombstones() throws {
        let lab = try place("lab-rive-gauche")
        for status in [Directory.Status.retired, .revoked, .suspended] {
            let note = try next(after: first) {
                $0.participants[lab] = try fixture.participant(fixture.lab, .sender, status: status)
            }
            let known = try DirectoryVerifier.next(note, after: first)
            let again = try next(after: known) { $0.participants[lab] = try fixture.participant(fixture.lab, .sender) }
            #expect(try rule(again, after: known) == (status == .revoked ? .revivedKey : nil))
            let newKey = try Fixture.pair("lab-rive-gauche", 55)
            let renewed = try next(after: known) { $0.participants[lab] = try fixture.participant(newKey, .sender) }
            #expect(try rule(renewed, after: known) == nil)
        }
    }

    @Test("a revoked key does not come back as merely retired, nor under another's name")
    func revivedKey() throws {
        let revoked = try place("lab-revoked")
        let pair = try Fixture.pair("lab-revoked", 23)
        let retired = try next(after: first) {
            $0.participants[revoked] = try fixture.participant(pair, .sender, status: .retired)
        }
        #expect(try rule(retired) == .revivedKey)
        let fingerprint = first.directory.participants[revoked].fingerprint
        let elsewhere = try next(after: first) {
            $0.participants[revoked] = try fixture.participant(Fixture.pair("lab-revoked", 56), .sender)
            $0.participants.append(
                try Directory.Participant(
                    id: ParticipantID("lab-other"), role: .sender, name: "Autre", fingerprint: fingerprint))
        }
        #expect(try rule(elsewhere) == .revivedKey)
    }

    @Test("an id keeps its role")
    func roles() throws {
        let lab = try place("lab-rive-gauche")
        let note = try next(after: first) {
            $0.participants[lab] = try fixture.participant(fixture.lab, .authority)
        }
        #expect(try rule(note) == .roleChanged)
    }

    // MARK: The registrar

    @Test("the registrar adds senders, renews and suspends those that are active, alone")
    func registrarRights() throws {
        let lab = try place("lab-rive-gauche")
        let added = try DirectoryVerifier.next(
            next(after: first, byRegistrar: true) { $0.participants.append(try newLab()) }, after: first)
        #expect(try added.directory[ParticipantID("lab-31")]?.status == .active)
        let suspended = try DirectoryVerifier.next(
            next(after: added, byRegistrar: true) {
                $0.participants[lab] = try fixture.participant(fixture.lab, .sender, status: .suspended)
                $0.participants[$0.participants.count - 1] = try newLab(31, .suspended)
            }, after: added)
        #expect(try suspended.directory[fixture.labID]?.status == .suspended)
        // What it suspended it lifts, and renews with another key and name.
        let renewed = try DirectoryVerifier.next(
            next(after: suspended, byRegistrar: true) {
                $0.participants[lab] = try fixture.participant(
                    Fixture.pair("lab-rive-gauche", 57), .sender, finess: ["750000018"], name: "Autre nom",
                    quotaMegabytes: 50)
            }, after: suspended)
        #expect(renewed.version == 4)
        #expect(renewed.base == first.directory, "all of them stand on what the roots signed")
    }

    @Test("the registrar can do nothing else", arguments: RegistrarOverreach.allCases)
    func registrarLimits(_ overreach: RegistrarOverreach) throws {
        let note = try next(after: first, byRegistrar: true) { parts in
            let index = try place(overreach.entry)
            switch overreach {
            case .authority: parts.participants.append(try fixture.participant(Fixture.pair("ars-75", 40), .authority))
            case .relay: parts.participants.append(try fixture.participant(Fixture.pair("relay-2", 40), .relay))
            case .auditor: parts.participants.append(try fixture.participant(Fixture.pair("eye", 40), .auditor))
            case .authorityKey:
                parts.participants[index] = try fixture.participant(Fixture.pair("cnam", 40), .authority)
            case .authorityContact:
                let old = parts.participants[index]
                parts.participants[index] = try Directory.Participant(
                    id: old.id, role: old.role, name: old.name, fingerprint: old.fingerprint, contact: "autre")
            case .authorityStatus:
                parts.participants[index] = try fixture.participant(fixture.cnam, .authority, status: .suspended)
            case .retire: parts.participants[index] = try fixture.participant(fixture.lab, .sender, status: .retired)
            case .revoke: parts.participants[index] = try fixture.participant(fixture.lab, .sender, status: .revoked)
            case .addRetired: parts.participants.append(try newLab(40, .retired))
            case .addRevoked: parts.participants.append(try newLab(40, .revoked))
            case .liftSuspension:
                parts.participants[index] = try fixture.participant(Fixture.pair("lab-suspended", 21), .sender)
            case .renameSuspended:
                parts.participants[index] = try fixture.participant(
                    Fixture.pair("lab-suspended", 21), .sender, status: .suspended, name: "Autre")
            case .unretire:
                parts.participants[index] = try fixture.participant(Fixture.pair("lab-retired", 22), .sender)
            case .unrevoke:
                parts.participants[index] = try fixture.participant(Fixture.pair("lab-revoked", 41), .sender)
            case .order: parts.participants.swapAt(0, 1)
            case .routes: parts.routes = []
            case .profiles: parts.profiles = [.object([.init("id", .string("all"))])]
            case .postQuantum: parts.requirePostQuantum = true
            case .retention: parts.retention = nil
            case .longer: parts.expiresAt = parts.expiresAt.adding(seconds: 1)
            case .shorter: parts.expiresAt = parts.expiresAt.adding(seconds: -1)
            case .threshold: parts.threshold = 1
            case .root: parts.roots[2] = try fixture.rootEntries([Fixture.pair("root-c", 42)])[0]
            case .registrar: parts.registrar = try fixture.registrarEntry(Fixture.pair("registrar", 43))
            }
        }
        #expect(try rule(note) == .beyondRegistrar)
    }

    @Test("the registrar's own additions do not vanish in its next version")
    func registrarKeepsEntries() throws {
        let added = try DirectoryVerifier.next(
            next(after: first, byRegistrar: true) { $0.participants.append(try newLab()) }, after: first)
        #expect(
            try rule(next(after: added, byRegistrar: true) { $0.participants.removeLast() }, after: added) == .vanished)
    }

    @Test("what the roots suspended after the registrar added it stays suspended")
    func rootsOverrule() throws {
        let added = try DirectoryVerifier.next(
            next(after: first, byRegistrar: true) { $0.participants.append(try newLab()) }, after: first)
        let overruled = try DirectoryVerifier.next(
            next(after: added) { $0.participants[$0.participants.count - 1] = try newLab(31, .suspended) }, after: added
        )
        let lifted = try next(after: overruled, byRegistrar: true) {
            $0.participants[$0.participants.count - 1] = try newLab()
        }
        #expect(try rule(lifted, after: overruled) == .beyondRegistrar)
    }

    @Test("the registrar's signature counts as no holder's, nor a holder's as the registrar's")
    func signatures() throws {
        #expect(try rule(next(after: first, signers: [fixture.registrar])) == .wrongBase)
        #expect(try rule(next(after: first, signers: [fixture.roots[0], fixture.registrar])) == .wrongBase)
        #expect(try rule(next(after: first, byRegistrar: true, signers: [fixture.roots[0]])) == .tooFewHolders)
        #expect(try rule(next(after: first, byRegistrar: true, signers: fixture.roots)) == .wrongBase)
        let stranger = try Fixture.pair("registrar", 77)
        #expect(try rule(next(after: first, byRegistrar: true, signers: [stranger])) == .tooFewHolders)
    }

    @Test("a registrar that the roots replaced signs nothing any more, on the old version or the new")
    func replacedRegistrar() throws {
        let fresh = try Fixture.pair("registrar", 58)
        let replaced = try DirectoryVerifier.next(
            next(after: first) { $0.registrar = try fixture.registrarEntry(fresh) }, after: first)
        #expect(try rule(next(after: replaced, byRegistrar: true), after: replaced) == .tooFewHolders)
        #expect(try rule(next(after: replaced, byRegistrar: true, signers: [fresh]), after: replaced) == nil)
        let onOld = try next(after: replaced, byRegistrar: true, signers: [fresh]) { $0.base = first.place }
        #expect(try rule(onOld, after: replaced) == .wrongBase)
        let without = try DirectoryVerifier.next(next(after: first) { $0.registrar = nil }, after: first)
        #expect(without.directory.registrar == nil)
    }

    @Test("a registrar's version skips none, whatever number a stolen key writes on it")
    func fastForward() throws {
        for version in [3, 1_000_000_000, Limits.integer] {
            #expect(try rule(next(after: first, byRegistrar: true) { $0.version = version }) == .versionGap)
            #expect(try rule(next(after: first) { $0.version = version }) == .versionGap)
        }
    }

    // MARK: A reader that knows none, or starts anew

    @Test("a reader that knows none takes a registrar's version by the one it stands on, and not without")
    func beginning() throws {
        let second = try next(after: first, byRegistrar: true) { $0.participants.append(try newLab(31)) }
        let known = try DirectoryVerifier.next(second, after: first)
        let third = try next(after: known, byRegistrar: true) { $0.participants.append(try newLab(32)) }
        #expect(throws: ExchangeFailure.directory(.needsBase)) {
            try DirectoryVerifier.first(third, pins: fixture.pins())
        }
        #expect(DirectoryVerifier.claimedBase(of: third) == first.place)
        let begun = try DirectoryVerifier.registrars(third, on: first)
        #expect(begun.directory.participants.count == first.directory.participants.count + 2)
        let fourth = try next(after: begun, byRegistrar: true)
        #expect(try rule(fourth, after: begun) == nil)
        // What says to follow the base itself, and has a later number, follows nothing.
        let gap = try next(after: first, byRegistrar: true) { $0.version = 3 }
        #expect(throws: ExchangeFailure.directory(.brokenPrevious)) { try DirectoryVerifier.registrars(gap, on: first) }
    }

    @Test("what was stored is found again by the pins and the chain, also after all roots have changed")
    func history() throws {
        var notes: [Int64: SignedNote] = [1: try fixture.note(first.directory, by: fixture.roots)]
        let second = try next(after: first, byRegistrar: true) { $0.participants.append(try newLab()) }
        let known = try DirectoryVerifier.next(second, after: first)
        let new = try [79, 80, 81].map { try Fixture.pair("root-\($0)", $0) }
        let third = try next(after: known, signers: fixture.roots + new) { $0.roots = try fixture.rootEntries(new) }
        let rotated = try DirectoryVerifier.next(third, after: known)
        let fourth = try next(after: rotated, signers: new)
        notes.merge([2: second, 3: third, 4: fourth]) { $1 }
        func newest(_ versions: [Int64], pins: RootPins) throws -> Int64? {
            try DirectoryHistory.newest(of: versions, pins: pins) { version in try #require(notes[version]) }?.version
        }
        #expect(try newest([1, 2, 3, 4], pins: fixture.pins()) == 4)
        #expect(try newest([3, 4], pins: fixture.pins(2, new)) == 4)
        #expect(try newest([1, 2], pins: fixture.pins()) == 2)
        #expect(try newest([2], pins: fixture.pins()) == nil, "what it stands on is gone")
        #expect(try newest([4], pins: fixture.pins()) == nil)
        #expect(try newest([1, 2, 3, 4], pins: fixture.pins(1, [fixture.lab])) == nil)
        // The registrar's version that a new reader began with, without those between.
        let later = try next(after: known, byRegistrar: true)
        notes[3] = later
        #expect(try newest([1, 3], pins: fixture.pins()) == 3)
        notes[2] = try next(after: first, byRegistrar: true) { $0.routes = [] }
        #expect(try newest([1, 2], pins: fixture.pins()) == nil, "an altered file is not gone by")
    }
}

/// What a registrar might try.
enum RegistrarOverreach: String, CaseIterable, Sendable {
    case authority, relay, auditor, authorityKey, authorityContact, authorityStatus, retire, revoke, addRetired
    case addRevoked, liftSuspension, renameSuspended, unretire, unrevoke, order, routes, profiles, postQuantum
    case retention, longer, shorter, threshold, root, registrar

    /// The entry that it is about, where it is about one.
    var entry: String {
        switch self {
        case .authorityKey, .authorityContact, .authorityStatus: "cnam"
        case .liftSuspension, .renameSuspended: "lab-suspended"
        case .unretire: "lab-retired"
        case .unrevoke: "lab-revoked"
        default: "lab-rive-gauche"
        }
    }
}
