import Durable
import Exchange
import Foundation
import NIOCore
import Notes
import TransparencyLog

@testable import Relay

/// A relay's data folder with so many parcels that wait and a log of so many leaves, made by the relay's own code.
///
/// To be run with fsync turned off (`eatmydata`): a million of them would take hours. The parcels share one manifest's bytes
/// and one body, because to sign a million manifests would take longer than all else; nobody asks for these.
struct Filling {
    let parcels: Int
    let leaves: Int

    /// Leaves, or parcels, a checkpoint.
    private static let batch = 10_000
    private static let bodyBytes: Int64 = 4096

    func run(in folder: URL, port: Int) throws {
        let town = try Town(folder: folder, port: port, senders: 1)
        try town.keep()
        let vault = try ParcelVault(data: folder.appending(path: "relay-data").path, disk: .real)
        _ = try vault.recover { _, _ in }
        for pair in [town.authority] + town.senders { try vault.store.put(town.keysNote(of: pair)) }
        let hash = SHA256Hex(of: [1])
        while try vault.store.sequenced() < leaves - parcels {
            let missing = try leaves - parcels - Int(vault.store.sequenced())
            try vault.store.write("fill") { db in
                for _ in 0..<min(missing, Filling.batch) { _ = try vault.store.sequence(.accepted, of: hash, db) }
            }
            try publish(vault)
        }
        try fill(vault, town)
        try vault.store.foldIn()
        try vault.store.close()
        print("\(parcels) parcels wait, \(vault.log.size) leaves")
    }

    private func publish(_ vault: ParcelVault) throws {
        try vault.log.publishNow()
        try vault.log.tidy()
    }

    private func fill(_ vault: ParcelVault, _ town: Town) throws {
        let sender = town.senders[0]
        let first = try town.parcel(
            from: sender, size: PadmeSize.padded(Filling.bodyBytes), seq: 1,
            text: [UInt8](repeating: 7, count: Int(Filling.bodyBytes)))
        var shape = SealedShape()
        guard case .complete(let header) = try shape.push(first.body) else { return }
        let row = StoredParcel(
            beginning: first.manifest, signer: try SHA256Hex(sender.verifying.fingerprint), now: vault.clock.now)
        let newcomer = Newcomer(
            pair: sender.verifying, quota: .init(totalBytes: .max, openUploads: .max))
        var number = 0
        while number < parcels {
            let count = min(WholeParcels.together, parcels - number)
            let group = try (number..<number + count).map { number in
                var row = row
                row.id = try ParcelID(
                    time: town.startedAt, random: (0..<10).map { _ in UInt8.random(in: .min ... .max) })
                row.textHash = SHA256Hex(of: Array(row.id.text.utf8))
                row.seq = Int64(number + 1)
                return WholeParcel(
                    parcel: row, newcomer: newcomer, header: Array(first.body[..<header]),
                    payload: ByteBuffer(bytes: first.body[header...]))
            }
            for result in vault.accept(group) { _ = try result.get() }
            if number / Filling.batch != (number + count) / Filling.batch { try publish(vault) }
            number += count
        }
        try publish(vault)
    }
}
