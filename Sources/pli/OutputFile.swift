import Durable
import Foundation

#if canImport(Glibc)
import Glibc
#endif

/// Where a command's bytes go: standard output, or a file that has its name only once it is whole.
///
/// A file is written beside its place under a temporary name and renamed at the end. A crash leaves the temporary and
/// never a partial file under the final name; a failure takes the temporary away. Nothing is overwritten.
///
/// Unchecked: one thread at a time writes, and the one that made it finishes it.
final class OutputFile: @unchecked Sendable {
    private let path: String?
    private let temporary: String
    private let descriptor: Int32
    private var isFinished = false

    /// Opens `path`; nil or `-` is standard output, which must not be a terminal when the bytes are binary.
    init(_ path: String?, isBinary: Bool, mode: mode_t = 0o600) throws {
        guard let path, path != "-" else {
            guard !isBinary || !Terminal.outputIsSeen else {
                throw CommandFailure.usage(
                    "refus d'écrire des octets binaires sur un terminal", "refusing to write binary to a terminal",
                    hint: .init(french: "donnez -o FICHIER, ou redirigez", english: "give -o FILE, or redirect"))
            }
            self.path = nil
            temporary = ""
            descriptor = dup(STDOUT_FILENO)
            return
        }
        guard access(path, F_OK) != 0 else {
            throw CommandFailure.usage(
                "le fichier de sortie existe déjà", "the output file exists already",
                hint: .init(french: "choisissez un autre nom", english: "choose another name"))
        }
        // By hand: Foundation's own way traps on a name of one letter.
        let folder = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[..<$0]) } ?? "."
        temporary = folder + "/.pli-\(UInt64.random(in: 0 ... .max))" + Disk.temporarySuffix
        descriptor = Glibc.open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else {
            throw CommandFailure.usage(
                "le fichier de sortie ne peut pas être créé", "the output file cannot be created",
                hint: .init(french: "vérifiez le dossier et ses droits", english: "check the folder's permissions"))
        }
        self.path = path
    }

    /// Writes all of `bytes`.
    func write(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { try write($0) }
    }

    /// Writes all of `bytes`.
    func write(_ bytes: UnsafeRawBufferPointer) throws {
        guard Terminal.write(bytes, to: descriptor) else {
            let isFull = errno == ENOSPC
            throw CommandFailure.refused(
                isFull ? "le disque de sortie est plein" : "écriture impossible",
                isFull ? "the output's disk is full" : "cannot write")
        }
    }

    /// Makes the file durable under its name.
    func finish() throws {
        guard let path else { return }
        guard fsync(descriptor) == 0 else {
            throw CommandFailure.refused(
                "la sortie n'a pas pu être enregistrée", "the output could not be made durable")
        }
        try Disk.real.rename(temporary, to: path)
        isFinished = true
    }

    /// Does `work` and makes the file durable under its name, or takes it away. At once: the threads that wrote may hold
    /// the file beyond the end of the command, and the program then ends without letting anything go.
    func whole(_ work: () throws -> Void) throws {
        do {
            try work()
            try finish()
        } catch {
            if path != nil, !isFinished { unlink(temporary) }
            throw error
        }
    }

    deinit {
        if path != nil, !isFinished { unlink(temporary) }
        close(descriptor)
    }
}
