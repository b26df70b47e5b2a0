import Durable
import Exchange

/// The two files of a parcel: `<prefix>.age`, and once that is there `<prefix>.note`. Neither replaces what has its name.
struct ParcelPlace {
    let body: String
    let manifest: String

    init(prefix: String) throws {
        body = prefix + ".age"
        manifest = prefix + ".note"
        guard try Disk.real.hasPlace(for: body) else { throw OutputFile.notMade }
        if try Disk.real.exists(body), try !Disk.real.exists(manifest) {
            throw CommandFailure.usage(
                "un pli inachevé porte ce nom : un corps .age sans son manifeste .note, que rien n'ouvre",
                "an unfinished parcel has that name: an .age body without its .note manifest, which nothing opens",
                hint: .init(
                    french: "si le manifeste n'est nulle part, supprimez ce .age et recommencez",
                    english: "if its manifest is nowhere else, delete that .age and seal again"))
        }
        for path in [body, manifest] where try Disk.real.exists(path) {
            throw CommandFailure.usage(
                "il y a déjà un pli de ce nom", "there is a parcel of that name already",
                hint: .init(french: "donnez un autre nom avec -o", english: "give another name with -o"))
        }
    }

    /// A body without its manifest opens nowhere: whoever dies before this one has to seal again.
    func finish(_ note: Signed<Manifest>) throws {
        try Disk.real.writeDurably(note.noteBytes, to: manifest, mode: 0o644, replacing: false)
    }

    /// After a failure: a sealed body that nothing describes.
    func discard() { try? Disk.real.remove(body) }
}
