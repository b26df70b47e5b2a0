package import Age
package import Durable
import Exchange
package import Notes

/// Files that hold secret keys: mode 0600 when written, refused when others than their owner may read them.
package enum KeyFile {
    private static let limit = AgeLimits.maxIdentityFileBytes

    /// Reads a participant's signing pair.
    package static func signing(at path: String, disk: Disk = .real) throws(CourierFailure) -> SigningPair {
        var bytes = try read(path, disk: disk)
        defer { bytes.wipe() }
        do {
            // A `String` cannot be overwritten: this copy of the two seeds is left to whoever takes its memory next.
            return try SigningPair(fileText: String(decoding: bytes, as: UTF8.self))
        } catch {
            throw .usage(
                "signing key file \(FileName.last(of: path)): \(mixedUp(bytes, wants: .signing) ?? "\(error)")")
        }
    }

    /// Reads the identities of an age identity file, in their order: the last is the newest.
    package static func sealing(at path: String, disk: Disk = .real) throws(CourierFailure) -> [AgeIdentity] {
        var bytes = try read(path, disk: disk)
        defer { bytes.wipe() }
        do {
            return try IdentityFile(parsing: bytes).identities
        } catch {
            // Nothing is left in it, and that was meant.
            if SealingKeyRing.isEmptied(bytes) { return [] }
            guard error != .identityFileSealed else { throw .sealedKeyFile(FileName.last(of: path)) }
            guard !holdsCommentsOnly(bytes) else {
                throw .usage(
                    "sealing key file \(FileName.last(of: path)): it has comments and no key: name the file that pli keygen wrote, "
                        + "or put that back")
            }
            throw .usage(
                "sealing key file \(FileName.last(of: path)): \(mixedUp(bytes, wants: .sealing) ?? "\(error)")")
        }
    }

    /// The two kinds of key that a participant has.
    private enum Kind { case signing, sealing }

    /// Which other key this file holds, where it is one: a new key in its place would be the wrong advice.
    private static func mixedUp(_ bytes: [UInt8], wants kind: Kind) -> String? {
        let line = firstLine(of: bytes)
        switch kind {
        case .signing where line.starts(with: "AGE-SECRET-KEY-".utf8):
            return "this is a sealing key: name the file that pli keygen --signing wrote"
        case .sealing where line.starts(with: "PRIVATE+KEY+".utf8):
            return "this is a signing key: name the file that pli keygen wrote without --signing"
        default: return isPublicPart(bytes) ? reasonOfPublicPart : nil
        }
    }

    private static let reasonOfPublicPart = "this is a public part: name the secret key, which stays with its owner"

    private static func isPublicPart(_ bytes: [UInt8]) -> Bool {
        let line = firstLine(of: bytes)
        return line.starts(with: "age1".utf8) || (try? VerifierKey(line: String(decoding: line, as: UTF8.self))) != nil
    }

    private static func holdsCommentsOnly(_ bytes: [UInt8]) -> Bool {
        bytes.contains(UInt8(ascii: "#"))
            && bytes.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }).allSatisfy { $0.first == UInt8(ascii: "#") }
    }

    /// The first line that is no comment.
    private static func firstLine(of bytes: [UInt8]) -> ArraySlice<UInt8> {
        bytes.split(separator: 0x0A).first { $0.first != UInt8(ascii: "#") } ?? []
    }

    /// Reads a key of persons' pseudonyms: 64 hexadecimal digits and a line end, as `openssl rand -hex 32` writes them.
    package static func pseudonyms(at path: String, disk: Disk = .real) throws(CourierFailure) -> [UInt8] {
        var digits = try read(path, disk: disk)
        defer { digits.wipe() }
        if digits.last == 0x0A { digits.removeLast() }
        guard digits.count == 64, let key = Hex.bytes(digits) else {
            throw .usage(
                "pseudonym key file \(FileName.last(of: path)): 64 hexadecimal digits are expected (openssl rand -hex 32)"
            )
        }
        return key
    }

    /// Writes a new signing key file. One that exists is left alone: a key written over is lost.
    package static func write(
        signing pair: SigningPair, to path: String, disk: Disk = .real
    ) throws(CourierFailure) {
        var bytes = Array(pair.fileText.utf8)
        defer { bytes.wipe() }
        try write(bytes, to: path, disk: disk)
    }

    /// Writes a new age identity file, as `age-keygen` does, sealed with `passphrase` if there is one. A file that exists
    /// is left alone.
    package static func write(
        sealing identities: [AgeIdentity], createdAt: String? = nil, passphrase: Passphrase? = nil, to path: String,
        disk: Disk = .real
    ) throws(CourierFailure) {
        var bytes: [UInt8]
        do throws(AgeFailure) {
            let file = try IdentityFile(identities: identities)
            bytes =
                try passphrase.map { (passphrase) throws(AgeFailure) in
                    try file.sealed(with: passphrase, createdAt: createdAt)
                } ?? file.text(createdAt: createdAt)
        } catch {
            throw .usage("sealing key file \(FileName.last(of: path)): \(error)")
        }
        defer { bytes.wipe() }
        try write(bytes, to: path, disk: disk)
    }

    /// What is said of a key file that is not there.
    static func absence(of path: String) -> String {
        "key file \(FileName.last(of: path)) does not exist: make it with `pli keygen`"
    }

    /// The bytes of a key file that only its owner may read.
    package static func read(_ path: String, disk: Disk = .real) throws(CourierFailure) -> [UInt8] {
        guard let mode = try onDisk({ () throws(DurableFailure) in try disk.mode(of: path) }) else {
            throw .usage(absence(of: path))
        }
        guard mode & 0o077 == 0 else {
            let bytes = try file(at: path, disk)
            guard !isPublicPart(bytes) else {
                throw .usage("key file \(FileName.last(of: path)): \(reasonOfPublicPart)")
            }
            throw .usage("key file \(FileName.last(of: path)) can be read by others: make its mode 0600 (chmod 600)")
        }
        var bytes = try file(at: path, disk)
        // What a power cut leaves behind a file that was growing.
        while bytes.last == 0 { bytes.removeLast() }
        return bytes
    }

    /// A pipe is not waited for, nor a device read: whatever it said last would be gone at the next start.
    private static func file(at path: String, _ disk: Disk) throws(CourierFailure) -> [UInt8] {
        do throws(DurableFailure) {
            return try disk.read(path, limit: limit)
        } catch {
            guard error.isNoFile else { throw .disk(error) }
            throw .usage("key file \(FileName.last(of: path)): not a file: a folder, a pipe or a device stands there")
        }
    }

    private static func write(_ bytes: [UInt8], to path: String, disk: Disk) throws(CourierFailure) {
        let taken = CourierFailure.usage("\(FileName.last(of: path)) exists: move it away first")
        guard try !onDisk({ () throws(DurableFailure) in try disk.exists(path) }) else { throw taken }
        let folder = FileName.folder(of: path)
        guard try onDisk({ () throws(DurableFailure) in try disk.isFolder(folder) }) else {
            throw .usage("\(FileName.last(of: path)): the folder does not exist: make \(folder) first")
        }
        do throws(DurableFailure) {
            try disk.writeDurably(bytes, to: path, mode: 0o600, replacing: false)
        } catch {
            // Made meanwhile: a key written over is lost, whoever wrote it.
            throw error.isTaken ? taken : .disk(error)
        }
    }
}
