package import Age
package import Durable
import Exchange

/// The sealing key files of a participant, identity by identity, each where it lies: to add one, and to destroy one that
/// is no longer needed.
///
/// Both happen in place. A file that is written anew leaves its secrets in blocks that nobody can reach any more, and would belong
/// to whoever wrote it. What a crash leaves is a file that can be read: a line counts as an identity by its first byte, which
/// is written last where one is added and first where one is destroyed.
package struct SealingKeyRing: Sendable {
    /// One identity.
    package struct Entry: Sendable {
        /// The file that it lies in, and the last part of that.
        package let path: String
        package var fileName: String { FileName.last(of: path) }
        /// The public key of it.
        package let publicKey: String
        fileprivate let identity: AgeIdentity
        fileprivate let offset: Int64
        fileprivate let count: Int

        /// Whether what is sealed to it is safe against a quantum computer.
        package var isPostQuantum: Bool { publicKey.hasPrefix("age1pq1") }

        /// What people call it by: a public key that is post-quantum has two thousand characters.
        package var name: String { String(SHA256Hex(of: Array(publicKey.utf8)).text.prefix(16)) }
    }

    /// In the order in which agents read them: others seal to the last one.
    package let entries: [Entry]
    private let disk: Disk

    private static let lineEnd: UInt8 = 0x0A
    private static let comment = UInt8(ascii: "#")
    /// What an identity's line begins with, and a destroyed one's.
    private static let secretPrefix = Array("AGE-SECRET-KEY-".utf8)
    private static let destroyed = Array("# destroyed ".utf8)

    /// Reads the files.
    package init(paths: [String], disk: Disk = .real) throws(CourierFailure) {
        var entries: [Entry] = []
        // A file that is named twice has each of its keys once, also where the second name is a link.
        var seen: Set<FileIdentity> = []
        for path in paths {
            let file = try onDisk { () throws(DurableFailure) in
                guard try disk.exists(path) else { return FileIdentity?.none }
                return try disk.identity(of: disk.realPath(of: path))
            }
            if let file { guard seen.insert(file).inserted else { continue } }
            entries += try Self.entries(of: path, disk)
        }
        self.entries = entries
        self.disk = disk
    }

    /// The identity that others seal to.
    package var newest: Entry? { entries.last }

    /// Which identity opens a small file that was sealed to this participant; nil where none does.
    package func opener(of sealed: [UInt8]) -> Entry? {
        entries.first { entry in
            guard var text = try? AgeOpener.open(sealed, with: [entry.identity]) else { return false }
            text.wipe()
            return true
        }
    }

    /// Adds an identity at the end of the file at `path`, which has others. Agents seal to it from their next start on.
    package static func add(
        _ identity: AgeIdentity, to path: String, createdAt: String, disk: Disk = .real
    ) throws(CourierFailure) {
        let hold = try held(path, disk)
        defer { hold.release() }
        var bytes = try KeyFile.read(path, disk: disk)
        defer { bytes.wipe() }
        guard try entries(of: path, disk).count < AgeLimits.maxStanzas else {
            throw .usage("sealing key file \(FileName.last(of: path)): full: destroy keys that are no longer needed")
        }
        var added: [UInt8]
        do throws(AgeFailure) {
            added = try IdentityFile(identities: [identity]).text(createdAt: createdAt)
        } catch {
            throw .usage("sealing key file \(FileName.last(of: path)): \(error)")
        }
        defer { added.wipe() }
        if let last = bytes.last, last != lineEnd { added.insert(lineEnd, at: 0) }
        guard bytes.count + added.count <= AgeLimits.maxIdentityFileBytes,
            let line = added.dropLast().lastIndex(of: lineEnd)
        else {
            throw .usage("sealing key file \(FileName.last(of: path)): full: destroy keys that are no longer needed")
        }
        let (end, secret) = (Int64(bytes.count), line + 1)
        let first = added[secret]
        added[secret] = comment
        // A crash here leaves comments, and perhaps a last line without an end: the next one begins a line of its own.
        try onDisk { () throws(DurableFailure) in try disk.overwrite(added, in: path, at: end) }
        try onDisk { () throws(DurableFailure) in try disk.overwrite([first], in: path, at: end + Int64(secret)) }
    }

    /// Overwrites an identity where it lies. What was sealed to it opens nowhere any more.
    package func destroy(_ entry: Entry) throws(CourierFailure) {
        let hold = try Self.held(entry.path, disk)
        defer { hold.release() }
        // Somebody may have changed the file since it was read.
        guard
            try Self.entries(of: entry.path, disk).contains(where: {
                $0.offset == entry.offset && $0.count == entry.count && $0.publicKey == entry.publicKey
            })
        else { throw Self.changed(entry.path) }
        try onDisk { () throws(DurableFailure) in
            try disk.overwrite([Self.comment], in: entry.path, at: entry.offset)
            // A crash here leaves a comment, with the secret in it but for its first letter, which is the same in all: the next
            // `destroyRests` overwrites it.
            try disk.overwrite(Self.mark(entry.count), in: entry.path, at: entry.offset)
        }
    }

    /// Overwrites what a crash left of a destruction, or of an addition that was never finished; gives how many there were.
    @discardableResult
    package static func destroyRests(in path: String, disk: Disk = .real) throws(CourierFailure) -> Int {
        let hold = try held(path, disk)
        defer { hold.release() }
        var bytes = try KeyFile.read(path, disk: disk)
        defer { bytes.wipe() }
        var count = 0
        for line in lines(of: bytes) where isRest(bytes[line]) {
            try onDisk { () throws(DurableFailure) in
                try disk.overwrite(mark(line.count), in: path, at: Int64(line.lowerBound))
            }
            count += 1
        }
        return count
    }

    /// A comment that was an identity, or was to be one, and is not overwritten whole: a line may lie in two blocks of a disk.
    private static func isRest(_ line: ArraySlice<UInt8>) -> Bool {
        guard line.first == comment else { return false }
        if line.dropFirst().starts(with: secretPrefix.dropFirst()) { return true }
        return line.starts(with: destroyed) && !line.elementsEqual(mark(line.count))
    }

    /// What stands in the place of a destroyed identity's line of so many bytes.
    private static func mark(_ count: Int) -> [UInt8] {
        Array((destroyed + Array(repeating: comment, count: max(0, count - destroyed.count))).prefix(count))
    }

    private static func held(_ path: String, _ disk: Disk) throws(CourierFailure) -> FolderLock {
        do throws(DurableFailure) {
            return try FolderLock(file: path, disk: disk)
        } catch {
            if case .inUse = error { throw changed(path) }
            throw .disk(error)
        }
    }

    private static func changed(_ path: String) -> CourierFailure {
        .usage("sealing key file \(FileName.last(of: path)): another program changes it: try again")
    }

    /// Whether a file without identities had some that were destroyed.
    static func isEmptied(_ bytes: [UInt8]) -> Bool {
        lines(of: bytes).allSatisfy { $0.isEmpty || bytes[$0.lowerBound] == comment }
            && lines(of: bytes).contains { bytes[$0].starts(with: destroyed) }
    }

    private static func entries(of path: String, _ disk: Disk) throws(CourierFailure) -> [Entry] {
        // Says what is wrong with a file as agents do.
        let identities = try KeyFile.sealing(at: path, disk: disk)
        var bytes = try KeyFile.read(path, disk: disk)
        defer { bytes.wipe() }
        let places = lines(of: bytes).filter { bytes[$0].starts(with: secretPrefix) }
        guard places.count == identities.count else {
            throw .usage(
                "sealing key file \(FileName.last(of: path)): its identities must stand one a line, from the first column on"
            )
        }
        return zip(identities, places).map { identity, place in
            Entry(
                path: path, publicKey: identity.recipient.text, identity: identity, offset: Int64(place.lowerBound),
                count: place.count)
        }
    }

    /// Where the lines of a file lie, without their ends.
    private static func lines(of bytes: [UInt8]) -> [Range<Int>] {
        var lines: [Range<Int>] = []
        var start = 0
        for place in bytes.indices where bytes[place] == lineEnd {
            let hasReturn = place > start && bytes[place - 1] == 0x0D
            lines.append(start..<(hasReturn ? place - 1 : place))
            start = place + 1
        }
        if start < bytes.count { lines.append(start..<bytes.count) }
        return lines
    }
}
