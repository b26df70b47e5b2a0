import CDeflate

/// Makes gzip members, each of a buffer of its own.
final class GzipCompressor {
    private let compressor: OpaquePointer

    /// A compressor that does as much work as `compression` says.
    init(_ compression: Compression) throws(CourierFailure) {
        guard let compressor = libdeflate_alloc_compressor(compression.level) else {
            throw .usage("no memory for compression")
        }
        self.compressor = compressor
    }

    deinit {
        libdeflate_free_compressor(compressor)
    }

    /// One member with all of `clear`.
    func member(of clear: [UInt8]) throws(CourierFailure) -> [UInt8] {
        // Room for the worst case; only what is written to becomes memory.
        let room = libdeflate_gzip_compress_bound(compressor, clear.count)
        let member = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
            count = clear.withUnsafeBytes {
                libdeflate_gzip_compress(compressor, $0.baseAddress, $0.count, buffer.baseAddress, room)
            }
        }
        guard !member.isEmpty else { throw .usage("\(clear.count) bytes cannot be one gzip member") }
        return member
    }
}
