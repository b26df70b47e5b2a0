import CDeflate
import Foundation
import Testing

@testable import Age

/// The shared files next to the checkout; tests that need them say so when they are not there.
enum Shared {
    static let folder: String = {
        if let path = ProcessInfo.processInfo.environment["PLI_SHARED"] { return path }
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return root.deletingLastPathComponent().appendingPathComponent("shared").path
    }()

    static var isThere: Bool { FileManager.default.fileExists(atPath: folder + "/vectors/age/VECTORS.tsv") }
    static let absence: Comment = "shared/vectors/age is not beside the checkout (or in PLI_SHARED)"
}

/// One CCTV vector: header lines, an empty line, the age file.
struct Vector: CustomTestStringConvertible, Sendable {
    var name: String
    var expect = ""
    /// SHA-256 of what may be released.
    var payload: String?
    var identities: [String] = []
    var passphrases: [String] = []
    var isArmored = false
    var file: [UInt8] = []
    /// A key of the header that this reader does not know.
    var unknownKey: String?

    var testDescription: String { name }

    /// What to say of the file when opening it: the truth, and nothing where its beginning tells as much.
    var encodings: [AgeEncoding] {
        let first = file.first { !Armor.isSpace($0) }
        let isTold = first == nil || (first == UInt8(ascii: "-")) == isArmored
        return (isTold ? [.detected] : []) + [isArmored ? .armored : .binary]
    }

    /// The vector's keys; those without any get one that fits nothing.
    func unlocker() throws -> AgeUnlocker {
        var identities = try identities.map { try AgeIdentity($0) }
        if identities.isEmpty, passphrases.isEmpty { identities = [try AgeIdentity.generate()] }
        return try AgeUnlocker(identities: identities, passphrases: passphrases.map { try Passphrase($0) })
    }

    static let all: [Vector] = {
        guard Shared.isThere else { return [] }
        let folder = Shared.folder + "/vectors/age"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.sorted().filter { !$0.contains(".") }.compactMap { name in
            FileManager.default.contents(atPath: folder + "/" + name).map { Vector(name: name, Array($0)) }
        }
        .filter { $0.unknownKey == nil }
    }()

    init(name: String, _ bytes: [UInt8]) {
        self.name = name
        var rest = bytes[...]
        var isCompressed = false
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let line = String(decoding: rest[..<end], as: UTF8.self)
            rest = rest[(end + 1)...]
            if line.isEmpty { break }
            let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            let value = parts.count > 1 ? parts[1] : ""
            switch parts[0] {
            case "expect": expect = value
            case "payload": payload = value
            case "identity": identities.append(value)
            case "passphrase": passphrases.append(value)
            case "armored": isArmored = value == "yes"
            case "compressed": isCompressed = value == "zlib"
            case "file key", "comment": break
            default: unknownKey = parts[0]
            }
        }
        file = isCompressed ? inflate(Array(rest)) : Array(rest)
    }
}

/// zlib data of at most 32 MiB; empty when it is none.
private func inflate(_ bytes: [UInt8]) -> [UInt8] {
    guard let decompressor = libdeflate_alloc_decompressor() else { return [] }
    defer { libdeflate_free_decompressor(decompressor) }
    return [UInt8](unsafeUninitializedCapacity: 32 << 20) { buffer, count in
        let result = libdeflate_zlib_decompress(
            decompressor, bytes, bytes.count, buffer.baseAddress, buffer.count, &count)
        if result != LIBDEFLATE_SUCCESS { count = 0 }
    }
}
