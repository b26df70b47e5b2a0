import Courier
import Durable
import Exchange

/// The manifests of parcels that `pli parcel seal` made beside this outbox, each a file: they are in no database, for nobody waits for their
/// receipts. Where one was uploaded by tools of somebody's own, its receipt is shown to this outbox, which has to know it as ours.
struct LooseParcels {
    /// Beside the numbers that were drawn for them.
    static let folderName = "parcel-seal"
    static let suffix = ".note"
    /// Longer than any parcel lies at a relay, and than a relay shows its receipt.
    private static let keptDays: Int64 = 400

    private let folder: String
    private let disk: Disk

    init(dataFolder: String, disk: Disk) {
        folder = dataFolder + "/" + LooseParcels.folderName
        self.disk = disk
    }

    /// Durable before the parcel leaves our hands. What is too old for a receipt goes.
    func keep(_ manifest: Signed<Manifest>, now: UTCTime) throws {
        try disk.createFolder(folder)
        try forget(before: now.adding(seconds: -LooseParcels.keptDays * 86_400))
        try disk.writeDurably(manifest.noteBytes, to: path(manifest.value.id))
    }

    /// The manifest of a parcel, as it was signed; nil of one that was not made here.
    func manifest(of id: ParcelID) throws -> Signed<Manifest>? {
        let path = path(id)
        let bytes: [UInt8]
        do {
            guard try disk.kind(of: path) == .file else { return nil }
            bytes = try disk.read(path, limit: Manifest.noteLimit)
        } catch let failure where !failure.mustStop {
            return nil
        }
        // One that cannot be read, or that a crash of the disk emptied, is none: its receipt is told as any unknown one.
        guard let manifest = try? Signed<Manifest>.kept(bytes), manifest.value.id == id else { return nil }
        return manifest
    }

    private func path(_ id: ParcelID) -> String { "\(folder)/\(id)\(LooseParcels.suffix)" }

    private func forget(before time: UTCTime) throws {
        let oldest = try ParcelID(time: time, random: Array(repeating: 0, count: 10))
        let old = try disk.names(in: folder).filter { name in
            guard name.hasSuffix(LooseParcels.suffix),
                let id = try? ParcelID(String(name.dropLast(LooseParcels.suffix.count)))
            else { return false }
            return id < oldest
        }
        try disk.remove(old.map { folder + "/" + $0 })
    }
}
