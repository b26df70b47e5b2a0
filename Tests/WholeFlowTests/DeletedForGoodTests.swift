import Age
import Crypto
import Durable
import Exchange
import Foundation
import NIOCore
import Notes
import TestSupport
import Testing

@testable import Courier
@testable import Relay

@Suite("What was deleted stays closed")
struct DeletedForGoodTests {
    private static let canary = Array("CANARI-DUPONT-2670675123456".utf8)

    /// All that somebody has who wants to read one parcel.
    private struct Haul {
        /// Files: of the relay's folder, of a backup.
        var files: [[UInt8]] = []
        /// The recipient's own key.
        let identity: AgeIdentity
        let parcel: StoredParcel
        /// Kept from before: the payload, as blocks of a disk keep it, and the row's encrypted header, as old pages do.
        let payload: [UInt8]
        let sealedHeader: [UInt8]

        mutating func add(_ folder: String) throws {
            for name in try FileManager.default.subpathsOfDirectory(atPath: folder).sorted() {
                var isFolder: ObjCBool = false
                let path = folder + "/" + name
                guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else {
                    continue
                }
                files.append([UInt8](try Data(contentsOf: URL(filePath: path))))
            }
        }

        /// Tries each 32 bytes that stand anywhere as the shred key, and what is found under it with the recipient's key.
        func opened() -> [[UInt8]] {
            var opened: [[UInt8]] = []
            for file in files where file.count >= 32 {
                for start in 0...file.count - 32 {
                    let secret = file[start..<start + 32]
                    // What has so many zeros is no random key.
                    guard secret.count(where: { $0 == 0 }) < 12 else { continue }
                    guard
                        let header = try? ShredKeys.open(
                            sealedHeader, under: Array(secret), of: parcel.id, from: parcel.sender),
                        let text = try? AgeOpener.open(header + payload, with: [identity])
                    else { continue }
                    opened.append(text)
                }
            }
            return opened
        }

        /// Places where an age file could begin.
        var headers: Int {
            files.reduce(0) { $0 + ($1.firstRange(of: Array("age-encryption.org/v1".utf8)) == nil ? 0 : 1) }
        }
    }

    /// A relay's folder in which one parcel waits.
    private struct Waiting {
        let folder: TemporaryFolder
        let vault: ParcelVault
        let manifest: Signed<Manifest>
        let identity: AgeIdentity
        var data: String { folder.path + "/relay" }

        init() async throws {
            folder = try TemporaryFolder()
            identity = AgeIdentity.generateClassic()
            let body = try AgeSealer.seal(DeletedForGoodTests.canary, to: [identity.recipient])
            let (lab, now) = (try Everyone.keys(of: "lab-a"), SystemClock.now())
            manifest = try lab.sign(
                Manifest(
                    id: ParcelID(time: now, random: (0..<10).map { _ in UInt8.random(in: 0...255) }),
                    from: ParticipantID("lab-a"), to: ParticipantID("cnam"), kind: .reports,
                    mediaType: Manifest.reportsMediaType, createdAt: now, expiresAt: now.adding(seconds: 86_400),
                    size: Int64(body.count), sha256: SHA256Hex(of: body), reports: 1, seq: 1, keys: 1, directory: 1,
                    checkpoint: nil))
            vault = try ParcelVault(data: folder.path + "/relay", disk: .real)
            _ = try vault.recover { _, _ in }
            let pair = lab.signing.verifying
            let row = StoredParcel(beginning: manifest, signer: try SHA256Hex(pair.fingerprint), now: now)
            _ = try vault.store.begin(row, pair: pair, quota: .init(totalBytes: 1 << 30, openUploads: 10))
            let desk = UploadDesk(
                vault: vault, locks: ParcelLocks(), space: SpaceGuard(reserve: 0, freeBytes: { 1 << 40 }),
                arrivals: Arrivals(), judge: { _, _ in })
            let pieces = AsyncStream<ByteBuffer> { source in
                source.yield(ByteBuffer(bytes: body))
                source.finish()
            }
            _ = try await desk.receive(row, at: 0, length: nil, body: pieces, requirePostQuantum: false)
        }

        /// What is worth keeping of it while it waits.
        func haul() throws -> Haul {
            let parcel = try #require(try vault.store.parcel(manifest.value.id))
            let kept = try #require(parcel.kept)
            let payload = [UInt8](try Data(contentsOf: URL(filePath: vault.folders.payload(kept.file))))
            return Haul(identity: identity, parcel: parcel, payload: payload, sealedHeader: kept.sealedHeader)
        }

        func delete() async throws {
            let receipt = try Everyone.keys(of: "cnam").sign(
                Receipt(on: manifest, at: SystemClock.now(), outcome: .delivered, directory: 1, checkpoint: nil))
            #expect(try vault.store.take(receipt) == .taken)
            try await vault.log.publish()
            try vault.end(manifest.value.id)
            try await vault.log.publish()
        }
    }

    @Test(
        "after deletion nothing opens, even with the recipient's key, yesterday's backup, and payload and row of before"
    )
    func deleted() async throws {
        let waiting = try await Waiting()
        let before = try waiting.haul()
        let backup = waiting.folder.path + "/backup"
        let configuration = RelayConfiguration(
            port: 0, dataFolder: waiting.data, directoryPath: waiting.folder.path + "/directory.note",
            pins: try Everyone.pins)
        _ = try await RelayBackup(configuration, disk: .real, now: SystemClock.now()).make(at: backup)

        // Whoever takes all of it while it waits, and has the recipient's key, reads it: the search can find.
        var early = before
        try early.add(waiting.data)
        #expect(Set(early.opened()) == [Self.canary])
        // The backup of that hour alone does not help.
        var copy = before
        try copy.add(backup)
        #expect(copy.opened() == [])

        try await waiting.delete()
        var late = before
        try late.add(waiting.data)
        try late.add(backup)
        #expect(late.files.count > 8)
        #expect(late.headers == 0)
        #expect(late.opened() == [])
        #expect(throws: AgeFailure.self) { try AgeOpener.open(before.payload, with: [before.identity]) }
        // Nor has the relay itself anything left to serve.
        let row = try #require(try waiting.vault.store.parcel(waiting.manifest.value.id))
        #expect(try waiting.vault.body(of: row) == nil)
        #expect(try Disk.real.names(in: waiting.data + "/payload") == [])
        // What a database is closed with may write pages anew: the same behind it.
        try waiting.vault.store.close()
        var closed = before
        try closed.add(waiting.data)
        #expect(closed.opened() == [])
    }
}
