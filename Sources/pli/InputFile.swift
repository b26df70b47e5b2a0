import ArgumentParser

#if canImport(Glibc)
import Glibc
#endif

/// A file or standard input, read in pieces.
struct InputFile: ~Copyable {
    static let pieceBytes = 256 * 1024

    let descriptor: Int32

    /// Opens `path`; nil or `-` is standard input.
    init(_ path: String?) throws {
        guard let path, path != "-" else {
            descriptor = dup(STDIN_FILENO)
            return
        }
        descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        var nothing: UInt8 = 0
        // Reading no byte at all fails on a folder, which can be opened like a file.
        guard descriptor >= 0, Glibc.read(descriptor, &nothing, 0) == 0 else {
            let why = InputFile.words(errno)
            if descriptor >= 0 { Glibc.close(descriptor) }
            throw CommandFailure.usage(
                "le fichier d'entrée ne peut pas être lu\(why.french)", "the input file cannot be read\(why.english)",
                hint: .init(french: "vérifiez le chemin et les droits", english: "check the path and its permissions"))
        }
    }

    /// Why, where that can be said without the file's name, which may name a patient.
    private static func words(_ code: Int32) -> CommandFailure.Said {
        switch code {
        case ENOENT: .init(french: " : il n'existe pas", english: ": it does not exist")
        case EISDIR: .init(french: " : c'est un dossier", english: ": it is a folder")
        case EACCES, EPERM: .init(french: " : accès refusé", english: ": permission denied")
        default: .init(french: "", english: "")
        }
    }

    /// Standard input can be one thing only.
    static func requireOneUse(of paths: [String]) throws {
        guard paths.count(where: { $0 == "-" }) > 1 else { return }
        throw CommandFailure.usage(
            "l'entrée standard ne peut servir qu'une fois", "standard input can be used once only",
            hint: .init(french: "donnez les autres fichiers par leur nom", english: "give the other files by name"))
    }

    /// What is sent is known by its file, and read more than once.
    static var notStandardInput: ValidationError {
        ValidationError(
            .both(
                "donnez un fichier : l'entrée standard (-) n'est pas lue ici",
                "give a file: standard input (-) is not read here"))
    }

    /// Up to `count` bytes; empty at the end.
    func read(upTo count: Int = InputFile.pieceBytes) throws -> [UInt8] {
        while true {
            var failed: Int32 = 0
            let piece = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                let got = Glibc.read(descriptor, buffer.baseAddress, count)
                if got < 0 { failed = errno }
                filled = max(got, 0)
            }
            if failed == 0 { return piece }
            guard failed == EINTR else {
                throw CommandFailure.refused("lecture impossible (errno \(failed))", "cannot read (errno \(failed))")
            }
        }
    }

    /// Bytes left in a file; nil where that cannot be known.
    var size: Int64? {
        let here = lseek(descriptor, 0, SEEK_CUR)
        guard here >= 0 else { return nil }
        let end = lseek(descriptor, 0, SEEK_END)
        guard lseek(descriptor, here, SEEK_SET) == here, end > here else { return nil }
        return Int64(end - here)
    }

    deinit { Glibc.close(descriptor) }
}
