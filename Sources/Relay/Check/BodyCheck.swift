import Crypto
import Durable
import Exchange
import Notes

/// One parcel's row against its signed manifest, and its bytes against the hash that the manifest names.
struct BodyCheck {
    private static let pieceBytes = 1 << 20

    let folders: BlobFolders
    let disk: Disk
    /// Whether bytes are read, or only what the row says.
    let readsBodies: Bool

    /// What is wrong; nil where all fits, or where the survey names what is missing.
    func look(at parcel: StoredParcel, by pair: VerifyingPair, place: String) throws -> Disagreement? {
        guard fits(parcel, by: pair) else { return Disagreement(.noteDamaged, place, of: parcel.id) }
        guard readsBodies, parcel.state == .waiting, let kept = parcel.kept,
            let secret = try secret(in: kept.slot)
        else { return nil }
        let header: [UInt8]
        do {
            header = try ShredKeys.open(kept.sealedHeader, under: secret, of: parcel.id, from: parcel.sender)
        } catch is RelayFailure {
            return Disagreement(.headerDamaged, place, of: parcel.id)
        }
        guard let hash = try hash(header, parcel.payloadSize, folders.payload(kept.file)), hash != parcel.sha256 else {
            return nil
        }
        return Disagreement(.payloadDamaged, "payload/" + kept.file, of: parcel.id)
    }

    private func fits(_ parcel: StoredParcel, by pair: VerifyingPair) -> Bool {
        guard let signed = try? Signed<Manifest>.verify(parcel.manifest, by: pair),
            pair.fingerprint == parcel.signer.text
        else { return false }
        let manifest = signed.value
        return signed.textHash == parcel.textHash && manifest.id == parcel.id && manifest.from == parcel.sender
            && manifest.to == parcel.recipient && manifest.size == parcel.size && manifest.sha256 == parcel.sha256
            && manifest.expiresAt == parcel.expiresAt
    }

    private func secret(in slot: Int) throws -> [UInt8]? {
        guard try disk.kind(of: folders.shredKeys) == .file else { return nil }
        return try SlotReader(path: folders.shredKeys, disk: disk).read(slot)
    }

    /// The hash of header and payload; nil where there is no file, or one of another size: the survey names that.
    private func hash(_ header: [UInt8], _ size: Int64, _ path: String) throws -> SHA256Hex? {
        guard try disk.kind(of: path) == .file else { return nil }
        let file: ReadableFile
        do {
            file = try ReadableFile(path: path, disk: disk)
        } catch {
            guard case .missing = error else { throw error }
            return nil
        }
        guard file.size == size else { return nil }
        var hasher = SHA256()
        hasher.update(data: header)
        var offset: Int64 = 0
        while offset < file.size {
            let piece = try file.read(at: offset, count: Self.pieceBytes)
            guard !piece.isEmpty else { break }
            hasher.update(data: piece)
            offset += Int64(piece.count)
        }
        return try hasher.hex()
    }
}
