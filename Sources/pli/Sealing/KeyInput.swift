import Age
import Courier
import Durable
import Foundation

#if canImport(Glibc)
import Glibc
#endif

/// The bytes of a file of keys as it is given on the command line: a file, a pipe (`<(…)`), or `-` for standard input.
enum KeyInput {
    /// A file of secret keys, to be overwritten by whoever asked. Where others can read it, the person is told and served,
    /// as by `age`: refusing would protect nothing that is not given away already. Agents refuse such a file.
    static func secret(_ path: String) throws -> [UInt8] {
        if let bytes = try piped(path) { return bytes }
        if (try? Disk.real.isFolder(path)) == true { throw unreadable(path) }
        if path.lowercased().hasPrefix("age1") || path.uppercased().hasPrefix("AGE-SECRET-KEY-"),
            (try? Disk.real.exists(path)) != true
        {
            throw CommandFailure.usage(
                "-i demande un fichier, pas une clé", "-i wants a file, not a key",
                hint: .init(
                    french: "donnez le fichier que pli keygen a fait pour la clé secrète",
                    english: "give the file that pli keygen made for the secret key"))
        }
        if let mode = try? Disk.real.mode(of: path), mode & 0o077 != 0 {
            Terminal.say(
                "attention : d'autres peuvent lire le fichier de clé \(name(of: path)) : chmod 600",
                "mind: key file \(name(of: path)) can be read by others: chmod 600")
            guard let bytes = try? Disk.real.read(path, limit: AgeLimits.maxIdentityFileBytes) else {
                throw unreadable(path)
            }
            return bytes
        }
        do {
            return try KeyFile.read(path)
        } catch {
            guard case .disk = error else { return try CommandFailure.translating { throw error } }
            throw unreadable(path)
        }
    }

    /// A file of sealing keys.
    static func `public`(_ path: String) throws -> [UInt8] {
        if let bytes = try piped(path) { return bytes }
        do {
            return try Disk.real.read(path, limit: AgeLimits.maxIdentityFileBytes)
        } catch {
            throw unreadable(path)
        }
    }

    /// What a person calls it.
    static func name(of path: String) -> String {
        path == "-" ? "stdin" : URL(filePath: path).lastPathComponent
    }

    private static func unreadable(_ path: String) -> CommandFailure {
        .usage(
            "\(name(of: path)) ne peut pas être lu", "\(name(of: path)) cannot be read",
            hint: .init(
                french: "vérifiez le chemin, les droits et la taille (128 Kio au plus)",
                english: "check the path, its permissions and its size (128 KiB at most)"))
    }

    /// All that comes through a pipe; nil where `path` is none.
    private static func piped(_ path: String) throws -> [UInt8]? {
        let isPipe = path == "-" ? true : (try? Disk.real.isStream(path)) ?? false
        guard isPipe else { return nil }
        let descriptor = path == "-" ? dup(STDIN_FILENO) : Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable(path) }
        defer { close(descriptor) }
        let room = AgeLimits.maxIdentityFileBytes + 1
        var failed = false
        // One block of memory: an array that grows leaves copies behind.
        var bytes = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
            while count < room {
                let got = Glibc.read(descriptor, buffer.baseAddress.map { $0 + count }, room - count)
                if got < 0, errno == EINTR { continue }
                failed = got < 0
                guard got > 0 else { return }
                count += got
            }
        }
        guard !failed, bytes.count < room else {
            bytes.wipe()
            throw unreadable(path)
        }
        return bytes
    }
}
