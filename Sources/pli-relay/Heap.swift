#if canImport(Glibc)
import CMalloc
#endif

/// What the C library does with memory that the relay gives back.
///
/// Each read of a socket takes memory for what TLS deciphers, and gives it back a moment later. By default memory at the end of a
/// thread's heap returns to the system then, and each page of it has to be made again: a twelfth of all time while large bodies
/// come. And each thread has a heap of its own, of which the others use nothing.
enum Heap {
    /// Larger pieces have a mapping of their own, and go back at once.
    private static let ownMappingBytes: Int32 = 4 << 20
    /// Free bytes at the end of a heap before they go back.
    private static let keptBytes: Int32 = 16 << 20

    /// To be called before anything runs beside the first thread.
    static func keepWarm() {
        #if canImport(Glibc)
        pli_bound_heap(ownMappingBytes, keptBytes)
        #endif
    }
}
