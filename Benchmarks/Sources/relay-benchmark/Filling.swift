import Durable
import Exchange
import Foundation
import Notes
import TransparencyLog

@testable import Relay

/// A relay's data folder with so many parcels that wait and a log of so many leaves, made by the relay's own code.
///
/// To be run with fsync turned off (`eatmydata`): a million of them would take hours.
struct Filling {
    let parcels: Int
    let leaves: Int

    /// Leaves a transaction, and parcels a checkpoint.
    private static let batch = 10_000
    private static let bodyBytes: Int64 = 4096

    func run(in folder: URL, port: Int) throws {
        let town = try Town(folder: folder, port: port, senders: 1)
        try town.keep()
        let vault = try ParcelVault(data: folder.appending(path: "relay-data").path, disk: .real)
        _ = try vault.recover { _ in }
        for pair in [town.authority] + town.senders { try vault.store.put(town.keysNote(of: pair)) }
        let hash = SHA256Hex(of: [1])
        while try vault.store.sequenced() < leaves - parcels {
            let missing = try leaves - parcels - Int(vault.store.sequenced())
            try vault.store.write("fill") { db in
                for _ in 0..<min(missing, Filling.batch) { _ = try vault.store.sequence(.accepted, of: hash, db) }
            }
            try vault.log.publishNow()
            try vault.log.tidy()
        }
        try fill(vault, town)
        try vault.store.foldIn()
        try vault.store.close()
        print("\(parcels) parcels wait, \(vault.log.size) leaves")
    }

    private func fill(_ vault: ParcelVault, _ town: Town) throws {
        let sender = town.senders[0]
        let signer = try SHA256Hex(sender.verifying.fingerprint)
        let first = try town.parcel(
            from: sender, size: PadmeSize.padded(Filling.bodyBytes), seq: 1,
            text: [UInt8](repeating: 7, count: Int(Filling.bodyBytes)))
        var shape = SealedShape()
        guard case .complete(let header) = try shape.push(first.body) else { return }
        for number in 1...max(1, parcels) where number <= parcels {
            let signed = try town.again(first, from: sender, seq: Int64(number)).manifest
            let parcel = StoredParcel(beginning: signed, signer: signer, now: vault.clock.now)
            _ = try vault.store.begin(
                parcel, pair: sender.verifying, quota: .init(totalBytes: .max, openUploads: .max))
            let kept = try vault.keep(header: Array(first.body[..<header]), of: parcel)
            guard let place = kept.kept else { return }
            let file = try vault.openIncoming(place)
            _ = try file.append(first.body[header...])
            _ = try vault.accept(kept, file: file)
            if number % Filling.batch == 0 {
                try vault.log.publishNow()
                try vault.log.tidy()
            }
        }
        try vault.log.publishNow()
        try vault.log.tidy()
    }
}
