import Durable
import Exchange
import Outbox

/// Counts the parcels that `pli parcel seal` makes for each recipient, apart from the outbox's: those never meet in one ledger. It
/// holds its folder as long as it lives, so that two commands draw two numbers.
struct ParcelCount {
    private static let folder = DataFolder.looseParcels
    /// A whole number of 16 digits and a newline.
    private static let bytes = 17

    private let path: String
    /// The same in the data folder.
    private let name: String
    private let lock: FolderLock

    init(of recipient: ParticipantID, dataFolder: String) throws {
        let folder = dataFolder + "/" + Self.folder
        try Disk.real.createFolder(folder)
        lock = try FolderLock(folder: folder)
        name = Self.folder + "/" + recipient.text + ".seq"
        path = dataFolder + "/" + name
    }

    /// The next number, durable before it is used.
    func next() throws -> Int64 {
        var last: Int64 = 0
        if try Disk.real.exists(path) {
            let text = String(decoding: try Disk.real.read(path, limit: Self.bytes), as: UTF8.self)
            guard let number = Int64(text.dropLast()), text == "\(number)\n", number > 0, number < Limits.integer else {
                throw CommandFailure.refused(
                    "le compte des plis pour ce destinataire est abîmé (\(name))",
                    "the count of parcels for this recipient is damaged (\(name))",
                    hint: .init(
                        french:
                            "donnez le numéro avec --seq, un de plus que le dernier ; pour compter de nouveau ici, écrivez ce dernier "
                            + "numéro, seul sur une ligne, dans ce fichier",
                        english:
                            "give the number with --seq, one more than the last; to count here again, write that last number, alone on "
                            + "a line, into that file"))
            }
            last = number
        }
        try Disk.real.writeDurably(Array("\(last + 1)\n".utf8), to: path)
        return last + 1
    }
}
