import CDeflate

#if canImport(CIgzip)
import CIgzip
#endif

/// Makes gzip members. Bodies that are filled side by side share one: it is as large as a member may become.
///
/// Dense members are libdeflate's. Fast ones are ISA-L's where the build found it, which takes a third of the time for
/// fewer bytes than libdeflate's fastest level.
package final class GzipCompressor {
    private enum Engine {
        case deflate(OpaquePointer)
        #if canImport(CIgzip)
        case igzip(UnsafeMutableRawPointer)
        #endif
    }

    /// Clear bytes of one member at most.
    let memberBytes: Int
    /// Clear bytes that wait for it at most.
    let waitingBytes: Int
    /// Lines wait for it packed: not where few wait and time is dear.
    let packsLines: Bool
    private let engine: Engine
    private var room = UnsafeMutableRawBufferPointer(start: nil, count: 0)

    /// A compressor that does as much work as `compression` says.
    package init(_ compression: Compression) throws(CourierFailure) {
        memberBytes = compression.memberBytes
        waitingBytes = compression.waitingBytes
        packsLines = compression.packsLines
        #if canImport(CIgzip)
        if case .fast = compression {
            let memory = UnsafeMutableRawPointer.allocate(byteCount: igzip_memory_bytes(), alignment: 64)
            // It looks at parts of its memory that it has not written yet.
            memory.initializeMemory(as: UInt8.self, repeating: 0, count: igzip_memory_bytes())
            engine = .igzip(memory)
            return
        }
        #endif
        guard let compressor = libdeflate_alloc_compressor(compression.level) else {
            throw .usage("no memory for compression")
        }
        engine = .deflate(compressor)
    }

    deinit {
        switch engine {
        case .deflate(let compressor): libdeflate_free_compressor(compressor)
        #if canImport(CIgzip)
        case .igzip(let memory): memory.deallocate()
        #endif
        }
        room.deallocate()
    }

    /// What `body` makes of one member with all of `clear`. The bytes are good for the call only.
    func withMember<Result>(
        of clear: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws(CourierFailure) -> Result
    ) throws(CourierFailure) -> Result {
        // Room for the worst case; only what is written to becomes memory.
        let bound = bound(of: clear.count)
        if room.count < bound {
            room.deallocate()
            room = .allocate(byteCount: bound, alignment: 16)
        }
        let count = compress(clear)
        guard count > 0 else { throw .usage("\(clear.count) bytes cannot be one gzip member") }
        return try body(UnsafeRawBufferPointer(rebasing: room[..<count]))
    }

    private func bound(of count: Int) -> Int {
        switch engine {
        case .deflate(let compressor): return libdeflate_gzip_compress_bound(compressor, count)
        #if canImport(CIgzip)
        // What cannot be compressed is stored, with five bytes for each 65,535, between header and trailer.
        case .igzip: return count + count / 4_096 + 256
        #endif
        }
    }

    /// Puts the member into `room`; its bytes, 0 where it does not fit.
    private func compress(_ clear: UnsafeRawBufferPointer) -> Int {
        switch engine {
        case .deflate(let compressor):
            return libdeflate_gzip_compress(compressor, clear.baseAddress, clear.count, room.baseAddress, room.count)
        #if canImport(CIgzip)
        case .igzip(let memory):
            return igzip_member(memory, clear.baseAddress, clear.count, room.baseAddress, room.count)
        #endif
        }
    }
}
