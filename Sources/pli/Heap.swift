#if canImport(Glibc)
import CMalloc
import Foundation
#endif

/// How the C library keeps freed memory, for programs that run for months.
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
        _ = mallopt(M_ARENA_MAX, Int32(clamping: max(2, ProcessInfo.processInfo.activeProcessorCount)))
        _ = mallopt(M_MMAP_THRESHOLD, ownMappingBytes)
        _ = mallopt(M_TRIM_THRESHOLD, trimBytes)
        #endif
    }
}
