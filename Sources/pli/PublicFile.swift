import Durable
import Foundation

/// Small files that anybody may read: public keys, routes, directories.
enum PublicFile {
    /// All of the file, `limit` bytes at most; `-` is standard input.
    static func read(_ path: String, limit: Int = 1 << 20) throws -> [UInt8] {
        if path == "-" { return try standardInput(limit: limit) }
        let name = URL(filePath: path).lastPathComponent
        do throws(DurableFailure) {
            return try Disk.real.read(path, limit: limit)
        } catch .tooLarge {
            throw tooLarge(name)
        } catch {
            throw unreadable(name)
        }
    }

    /// Writes it durably, in the place of what has its name. Where nothing can be made there, the place is wrong, as it is for whatever
    /// else is written.
    static func write(_ bytes: [UInt8], to path: String) throws {
        do throws(DurableFailure) {
            try Disk.real.writeDurably(bytes, to: path, mode: 0o644)
        } catch {
            switch error {
            case .missing, .failed(.createFile, _, _), .failed(.rename, _, _): throw OutputFile.notMade
            default: throw error
            }
        }
    }

    private static func standardInput(limit: Int) throws -> [UInt8] {
        let input = try InputFile(nil)
        var bytes: [UInt8] = []
        while true {
            let more = try input.read(upTo: min(limit + 1, InputFile.pieceBytes))
            if more.isEmpty { return bytes }
            bytes += more
            guard bytes.count <= limit else { throw tooLarge("stdin") }
        }
    }

    private static func unreadable(_ name: String) -> CommandFailure {
        .usage(
            "\(name) ne peut pas être lu", "\(name) cannot be read",
            hint: .init(french: "vérifiez le chemin et les droits", english: "check the path and its permissions"))
    }

    /// Another file than the one meant: a body for its manifest, or a table for a key.
    private static func tooLarge(_ name: String) -> CommandFailure {
        .usage(
            "\(name) est trop grand pour ce qui est attendu ici", "\(name) is too large for what is expected here",
            hint: .init(french: "vérifiez que c'est le bon fichier", english: "check that it is the file meant"))
    }

    /// The lines that are neither empty nor comments.
    static func lines(_ path: String) throws -> [String] {
        String(decoding: try read(path), as: UTF8.self).split(whereSeparator: \.isNewline)
            .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty && !$0.hasPrefix("#") }
    }
}
