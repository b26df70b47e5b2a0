import Durable
import Foundation

#if canImport(Glibc)
import Glibc
#endif

/// Where a command's bytes go: standard output, a device or pipe that is there, or a file that has its name only once it
/// is whole.
///
/// Until then the file has no name at all: a failure, a signal or a crash leaves nothing. Where the file system has no
/// nameless files, it lies beside its place under a temporary name; a failure or a signal that asks the program to end
/// takes that away, and only a crash leaves it, until the next command that writes there. Nothing is overwritten, what was made meanwhile no more than what was
/// there before.
///
/// Unchecked: one thread at a time writes, and the one that made it finishes it.
final class OutputFile: @unchecked Sendable {
    /// Nil where nothing gets a name at the end.
    private let path: String?
    /// Nil where the file has no name.
    private let temporary: String?
    private let descriptor: Int32
    private var isFinished = false

    /// Opens `path`; nil or `-` is standard output. A terminal is refused when the bytes are binary.
    init(_ path: String?, isBinary: Bool, mode: mode_t = 0o600) throws {
        guard let path, path != "-" else {
            self.path = nil
            temporary = nil
            descriptor = dup(STDOUT_FILENO)
            isSeen = Terminal.outputIsSeen
            guard !isBinary || !isSeen else { throw OutputFile.binaryOnTerminal }
            return
        }
        if OutputFile.takesAsItComes(path) {
            self.path = nil
            temporary = nil
            descriptor = Glibc.open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC)
            isSeen = isatty(descriptor) == 1
            guard descriptor >= 0 else { throw OutputFile.notMade }
            guard !isBinary || !isSeen else { throw OutputFile.binaryOnTerminal }
            return
        }
        isSeen = false
        let name = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).last ?? ""[...].utf8
        guard (1...Int(NAME_MAX)).contains(name.count) else { throw OutputFile.badName }
        guard access(path, F_OK) != 0 else { throw OutputFile.taken }
        // By hand: Foundation's own way traps on a name of one letter.
        let folder = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[..<$0]) + "/" } ?? "./"
        if let nameless = OutputFile.nameless(in: folder, mode: mode) {
            descriptor = nameless
            temporary = nil
        } else {
            OutputLeftovers.sweep(in: folder)
            let name = folder + OutputLeftovers.name()
            Leftovers.removeAtSignal(name)
            temporary = name
            descriptor = OutputLeftovers.create(name, mode: mode)
        }
        self.path = path
        guard descriptor >= 0 else { throw OutputFile.notMade }
    }

    /// It goes to a terminal.
    let isSeen: Bool

    /// Writes all of `bytes`.
    func write(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { try write($0) }
    }

    /// Writes all of `bytes`.
    func write(_ bytes: UnsafeRawBufferPointer) throws {
        guard Terminal.write(bytes, to: descriptor) else {
            let code = errno
            guard code != EPIPE else {
                throw CommandFailure.refused(
                    "personne ne lit plus la sortie", "nobody reads the output any more")
            }
            let isFull = code == ENOSPC
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
        do throws(DurableFailure) {
            if let temporary {
                try Disk.real.place(temporary, at: path)
            } else {
                try Disk.real.name(descriptor, path)
            }
        } catch {
            if error.isTaken { throw OutputFile.taken }
            throw error
        }
        isFinished = true
    }

    /// Does `work` and makes the file durable under its name, or takes it away. At once: the threads that wrote may hold
    /// the file beyond the end of the command, and the program then ends without letting anything go.
    func whole(_ work: () throws -> Void) throws {
        do {
            try work()
            try finish()
        } catch {
            discard()
            throw error
        }
    }

    /// The same of two files that belong together: both have their names once both are whole, or neither.
    func whole(beside other: OutputFile, _ work: () throws -> Void) throws {
        do {
            try other.whole { try whole(work) }
        } catch {
            takeBack()
            throw error
        }
    }

    /// Nothing of it is to be seen, although it was whole.
    private func takeBack() {
        if let path, isFinished { unlink(path) }
    }

    deinit {
        discard()
        close(descriptor)
    }

    private func discard() {
        if let temporary, !isFinished { unlink(temporary) }
    }

    /// A device or pipe (`/dev/null`, `mkfifo`): what is written there is gone on, and nothing of it can be overwritten. Not
    /// a disk.
    private static func takesAsItComes(_ path: String) -> Bool {
        (try? Disk.real.isStream(path)) ?? false
    }

    private static var binaryOnTerminal: CommandFailure {
        .usage(
            "refus d'écrire des octets binaires sur un terminal", "refusing to write binary to a terminal",
            hint: .init(french: "donnez -o FICHIER, ou redirigez", english: "give -o FILE, or redirect"))
    }

    private static var badName: CommandFailure {
        .usage(
            "le nom du fichier de sortie est vide ou trop long", "the output file's name is empty or too long",
            hint: .init(french: "donnez -o FICHIER", english: "give -o FILE"))
    }

    static var notMade: CommandFailure {
        .usage(
            "le fichier de sortie ne peut pas être créé", "the output file cannot be created",
            hint: .init(french: "vérifiez le dossier et ses droits", english: "check the folder's permissions"))
    }

    private static var taken: CommandFailure {
        .usage(
            "le fichier de sortie existe déjà", "the output file exists already",
            hint: .init(french: "choisissez un autre nom", english: "choose another name"))
    }

    /// A file in `folder` that has no name yet; nil where there are none, or where none could be given one later.
    private static func nameless(in folder: String, mode: mode_t) -> Int32? {
        let descriptor = Glibc.open(folder, __O_TMPFILE | O_WRONLY | O_CLOEXEC, mode)
        guard descriptor >= 0 else { return nil }
        if access("/proc/self/fd/\(descriptor)", F_OK) == 0 { return descriptor }
        close(descriptor)
        return nil
    }
}

/// Temporaries that a signal which asks the program to end takes away on its way.
private enum Leftovers {
    /// A name in a chain that only grows: the handler may come at any moment, and a name that is gone costs it nothing.
    struct Name {
        let path: UnsafeMutablePointer<CChar>
        let next: UnsafeMutablePointer<Name>?
    }

    static func removeAtSignal(_ path: String) {
        guard let copy = strdup(path) else { return }
        let name = UnsafeMutablePointer<Name>.allocate(capacity: 1)
        name.initialize(to: Name(path: copy, next: newest))
        newest = name
        for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGALRM, SIGUSR1, SIGUSR2] {
            let before = signal(number) { number in
                var name = newest
                while let current = name {
                    unlink(current.pointee.path)
                    name = current.pointee.next
                }
                signal(number, SIG_DFL)
                raise(number)
            }
            // `nohup` and the like go on being heard.
            if unsafeBitCast(before, to: UInt.self) == unsafeBitCast(SIG_IGN, to: UInt.self) { signal(number, SIG_IGN) }
        }
    }
}

// Written by the thread that opens output files, before any other is started.
nonisolated(unsafe) private var newest: UnsafeMutablePointer<Leftovers.Name>?
