import Crypto
import Durable
import Exchange
import Foundation

/// Keeps age headers only encrypted, each under its own random key in a slot that can be destroyed.
///
/// Without its header a payload is noise to everyone, its recipient included. So destroying 32 bytes in place deletes a
/// parcel, whatever becomes of the payload's blocks, the database's pages and their copies.
struct ShredKeys: Sendable {
    private let slots: FixedSlots

    /// Opens the slots; none that a row refers to is given out again before it is released.
    init(path: String, referenced: Set<Int>, disk: Disk) throws(DurableFailure) {
        slots = try FixedSlots.open(path, referenced: referenced, disk: disk)
    }

    /// Encrypts a header under a new key. When this returns, the key is durable and its slot may be referred to.
    func seal(_ header: [UInt8], of id: ParcelID, from sender: ParticipantID) throws -> (sealed: [UInt8], slot: Int) {
        let key = SymmetricKey(size: .bits256)
        let box = try ChaChaPoly.seal(header, using: key, authenticating: Self.context(id, sender))
        let slot = try slots.stage(key.withUnsafeBytes { [UInt8]($0) })
        // One fdatasync for all that were staged meanwhile.
        try slots.sync()
        return ([UInt8](box.combined), slot)
    }

    /// Encrypts several headers, each under a new key of its own; all keys are durable after one fdatasync. On failure none is
    /// kept.
    func seal(
        _ headers: [(header: [UInt8], id: ParcelID, sender: ParticipantID)]
    ) throws -> [(sealed: [UInt8], slot: Int)] {
        let keys = headers.map { _ in SymmetricKey(size: .bits256) }
        let sealed = try zip(keys, headers).map { key, part in
            try ChaChaPoly.seal(part.header, using: key, authenticating: Self.context(part.id, part.sender)).combined
        }
        let slots = try slots.allocate(keys.map { key in key.withUnsafeBytes { [UInt8]($0) } })
        return zip(sealed, slots).map { ([UInt8]($0), $1) }
    }

    /// Whether the key in `slot` is there.
    func isThere(_ slot: Int) throws(DurableFailure) -> Bool {
        try slots.read(slot) != nil
    }

    /// Decrypts a header; nil when its key was destroyed.
    func open(_ sealed: [UInt8], slot: Int, of id: ParcelID, from sender: ParticipantID) throws -> [UInt8]? {
        guard let secret = try slots.read(slot) else { return nil }
        return try Self.open(sealed, under: secret, of: id, from: sender)
    }

    /// Decrypts a header under the secret of its slot.
    static func open(
        _ sealed: [UInt8], under secret: [UInt8], of id: ParcelID, from sender: ParticipantID
    ) throws -> [UInt8] {
        do {
            let box = try ChaChaPoly.SealedBox(combined: sealed)
            let key = SymmetricKey(data: secret)
            return [UInt8](try ChaChaPoly.open(box, using: key, authenticating: context(id, sender)))
        } catch {
            throw RelayFailure.damagedParcel("the encrypted header or its shred key")
        }
    }

    /// Overwrites a key, durably. Twice does no harm.
    func destroy(_ slot: Int) throws(DurableFailure) {
        try slots.destroy(slot)
    }

    /// Overwrites keys, durably, under one fdatasync.
    func destroy(_ slots: [Int]) throws(DurableFailure) {
        try self.slots.destroy(slots)
    }

    /// Lets a slot be given out again, once no row refers to it.
    func release(_ slot: Int) {
        slots.release([slot])
    }

    /// At start: destroys keys that no row refers to; gives how many.
    func destroyAll(except referenced: Set<Int>) throws(DurableFailure) -> Int {
        try slots.destroyAll(except: referenced)
    }

    /// How many keys there are.
    var count: Int { slots.occupiedCount }

    /// Binds an encrypted header to its parcel: rows cannot be exchanged.
    private static func context(_ id: ParcelID, _ sender: ParticipantID) -> [UInt8] {
        [UInt8]("pli/age-header/1\n\(sender.text)\n\(id.text)\n".utf8)
    }
}
