import Exchange
import Foundation
import GRDB
import Notes

/// What the directories say of an incident's manifests: whose keys sign them, and whether each version lets people seal to classical
/// keys. Only versions are believed that follow from what the pinned holders signed, forwards by their signers, backwards by the hash
/// that each has of the one before; and of the keys in the database those whose fingerprint such a version names.
struct IncidentDirectories: Sendable {
    /// Whether each version lets nobody seal to a classical key.
    private(set) var postQuantum: [Int64: Bool] = [:]
    /// Keys of participants, by their fingerprint.
    private(set) var pairs: [String: VerifyingPair] = [:]

    /// Versions at the end that nobody signed, and behind which is looked for one that somebody did.
    private static let mostForged = 16

    init(_ store: CheckStore, pins: RootPins) throws {
        guard var directory = try Self.newest(store, pins)?.directory else { return }
        var fingerprints: Set<String> = []
        while true {
            postQuantum[directory.version] = directory.requirePostQuantum
            fingerprints.formUnion(directory.participants.map(\.fingerprint.text))
            guard let hash = directory.previous, let note = try store.directoryNote(directory.version - 1),
                SHA256Hex(of: note.text) == hash, let before = try? Directory(text: note.text),
                before.version == directory.version - 1
            else { break }
            directory = before
        }
        try store.eachSigner { if fingerprints.contains($0.fingerprint) { pairs[$0.fingerprint] = $0 } }
    }

    private static func newest(_ store: CheckStore, _ pins: RootPins) throws -> VerifiedDirectory? {
        var versions = try store.directoryVersions()
        for _ in 0...mostForged {
            let known = try DirectoryHistory.newest(of: versions, pins: pins) { version in
                guard let note = try store.directoryNote(version) else {
                    throw RelayFailure.damagedStore("table directories")
                }
                return note
            }
            if known != nil { return known }
            guard versions.popLast() != nil else { return nil }
        }
        return nil
    }
}

extension CheckStore {
    /// Versions of the directory whose notes are notes of that version.
    fileprivate func directoryVersions() throws -> [Int64] {
        let sql = "SELECT version FROM directories ORDER BY version"
        let versions = try look { db in try Int64.fetchAll(db, sql: sql) }
        return try versions.filter { version in
            try directoryNote(version).map { DirectoryVerifier.claimedVersion(of: $0) } == version
        }
    }

    /// A version's note, where there is one that can be read.
    fileprivate func directoryNote(_ version: Int64) throws -> SignedNote? {
        let limit = DirectoryPlace.noteBytes
        let sql = "SELECT substr(note, 1, ?) FROM directories WHERE version = ?"
        let note = try look { db in try Data.fetchOne(db, sql: sql, arguments: [limit + 1, version]) }
        return note.flatMap { try? SignedNote(parsing: [UInt8]($0), maxBytes: limit) }
    }

    /// Every pair of keys that can be read.
    fileprivate func eachSigner(_ body: (VerifyingPair) -> Void) throws {
        try eachPage(
            """
            SELECT rowid AS number, substr(ed25519, 1, 4096) AS ed25519, substr(mldsa65, 1, 4096) AS mldsa65
            FROM signers WHERE rowid >= ? ORDER BY rowid LIMIT ?
            """
        ) { row in
            let lines = ["ed25519", "mldsa65"].compactMap { String.fromDatabaseValue(row[$0]) }
            if let pair = try? VerifyingPair(lines: lines) { body(pair) }
        }
    }
}
