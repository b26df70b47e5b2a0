#if canImport(Glibc)
import CMalloc
import Foundation
#endif

/// How much memory programs keep that run for months.
///
/// By default each thread has a heap of its own, up to eight a core, and what one freed no other uses: a daemon then needs the
/// most of intake, the most of parcels and the most of the network at once, though only one of them works at a time. And
/// once a large buffer was freed, later ones of its size are cut out of a heap and stay there.
enum Heap {
    /// Freed buffers of this size and more go back to the system at once.
    private static let ownMappingBytes: Int32 = 256 * 1024
    /// Free bytes at the end of a heap before they go back.
    private static let trimBytes: Int32 = 1024 * 1024

    /// To be called before anything runs beside the first thread.
    static func keepSmall() {
        #if canImport(Glibc)
        pli_bound_heap(ownMappingBytes, trimBytes)
        #endif
    }

    /// Gives back pages of the program and its libraries, of which starting needs more than running. They lie on disk, and
    /// those that are needed come again.
    static func giveBackCode() {
        #if canImport(Glibc)
        guard let maps = FileManager.default.contents(atPath: "/proc/self/maps") else { return }
        for line in String(decoding: maps, as: UTF8.self).split(separator: "\n") {
            // 7f12a000-7f12c000 r-xp 00001000 08:01 1234  /usr/lib/…
            let fields = line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: true)
            // Code alone: nobody writes to it, so that what is on disk is all of it.
            guard fields.count == 6, fields[1] == "r-xp", fields[5].drop(while: { $0 == " " }).hasPrefix("/")
            else { continue }
            let ends = fields[0].split(separator: "-").compactMap { UInt(String($0), radix: 16) }
            guard ends.count == 2, ends[0] < ends[1] else { continue }
            madvise(UnsafeMutableRawPointer(bitPattern: ends[0]), Int(ends[1] - ends[0]), MADV_DONTNEED)
        }
        #endif
    }
}
