#if canImport(Glibc)
import Glibc
#else
import Musl
#endif

/// Reads a file of `FixedSlots` beside the process that writes it, and changes nothing.
///
/// Slots that were added after it was opened are not seen.
package struct SlotReader: Sendable {
    private static let slotsAtOnce = 2_048

    private let file: ReadableFile

    /// Opens the file at `path`.
    package init(path: String, disk: Disk = .real) throws(DurableFailure) {
        file = try ReadableFile(path: path, disk: disk)
    }

    /// The slots that hold a secret.
    package func occupied() throws(DurableFailure) -> Set<Int> {
        Set(try marks().keys)
    }

    /// The slots that hold a secret, each with what tells it from the next one in its slot: a number that means nothing
    /// outside of this process, and from which no secret can be had.
    package func marks() throws(DurableFailure) -> [Int: Int] {
        let count = Int(file.size) / FixedSlots.slotBytes
        var marks: [Int: Int] = [:]
        var start = 0
        while start < count {
            let slots = min(Self.slotsAtOnce, count - start)
            var bytes = try file.read(
                at: Int64(start * FixedSlots.slotBytes), count: slots * FixedSlots.slotBytes)
            // Secrets pass through here: they are wiped before the memory goes back.
            defer { Self.wipe(&bytes) }
            for slot in 0..<bytes.count / FixedSlots.slotBytes {
                let range = slot * FixedSlots.slotBytes..<(slot + 1) * FixedSlots.slotBytes
                guard bytes[range].contains(where: { $0 != 0 }) else { continue }
                var hasher = Hasher()
                for byte in bytes[range] { hasher.combine(byte) }
                marks[start + slot] = hasher.finalize()
            }
            start += slots
        }
        return marks
    }

    /// The secret in a slot; nil where it was destroyed, or never was.
    package func read(_ slot: Int) throws(DurableFailure) -> [UInt8]? {
        guard slot >= 0, slot < Int(file.size) / FixedSlots.slotBytes else { return nil }
        let secret = try file.read(at: Int64(slot * FixedSlots.slotBytes), count: FixedSlots.slotBytes)
        return secret.contains { $0 != 0 } ? secret : nil
    }

    private static func wipe(_ bytes: inout [UInt8]) {
        bytes.withUnsafeMutableBytes { raw in
            if let base = raw.baseAddress { explicit_bzero(base, raw.count) }
        }
    }
}
