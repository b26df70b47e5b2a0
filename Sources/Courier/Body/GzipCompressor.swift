import CDeflate

/// Makes gzip members. Bodies that are filled side by side share one: it is as large as a member may become.
package final class GzipCompressor {
    private let compressor: OpaquePointer
    private var room = UnsafeMutableRawBufferPointer(start: nil, count: 0)

    /// A compressor that does as much work as `compression` says.
    package init(_ compression: Compression) throws(CourierFailure) {
        guard let compressor = libdeflate_alloc_compressor(compression.level) else {
            throw .usage("no memory for compression")
        }
        self.compressor = compressor
    }

    deinit {
        libdeflate_free_compressor(compressor)
        room.deallocate()
    }

    /// What `body` makes of one member with all of `clear`. The bytes are good for the call only.
    func withMember<Result>(
        of clear: [UInt8], _ body: (UnsafeRawBufferPointer) throws(CourierFailure) -> Result
    ) throws(CourierFailure) -> Result {
        // Room for the worst case; only what is written to becomes memory.
        let bound = libdeflate_gzip_compress_bound(compressor, clear.count)
        if room.count < bound {
            room.deallocate()
            room = .allocate(byteCount: bound, alignment: 16)
        }
        let count = clear.withUnsafeBytes {
            libdeflate_gzip_compress(compressor, $0.baseAddress, $0.count, room.baseAddress, room.count)
        }
        guard count > 0 else { throw .usage("\(clear.count) bytes cannot be one gzip member") }
        return try body(UnsafeRawBufferPointer(rebasing: room[..<count]))
    }
}
