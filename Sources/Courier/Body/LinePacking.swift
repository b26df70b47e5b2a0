import CDeflate

/// Packs lines that wait, quickly and not for long: reports say so much alike that a twelfth of their bytes is left.
///
/// What is packed never leaves the process: it is unpacked to be put in order, and only then compressed and sealed.
final class LinePacking {
    private let compressor: GzipCompressor
    private let decompressor: OpaquePointer
    private var clear = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    private var packed = UnsafeMutableRawBufferPointer(start: nil, count: 0)

    init() throws(CourierFailure) {
        compressor = try GzipCompressor(.fast)
        guard let decompressor = libdeflate_alloc_decompressor() else {
            throw .usage("no memory for decompression")
        }
        self.decompressor = decompressor
    }

    deinit {
        libdeflate_free_decompressor(decompressor)
        clear.deallocate()
        packed.deallocate()
    }

    /// Bytes of its own.
    var takenBytes: Int { clear.count + packed.count }

    /// What `body` makes of all of `chain`, packed. The bytes are good for the call only.
    func pack<Result>(
        _ chain: PieceChain, _ body: (UnsafeRawBufferPointer) -> Result
    ) throws(CourierFailure) -> Result {
        let clear = LinePacking.room(chain.bytes, &clear)
        chain.copy(0..<chain.bytes, to: clear)
        return try compressor.withMember(of: UnsafeRawBufferPointer(clear)) { packed throws(CourierFailure) in
            body(packed)
        }
    }

    /// The `count` bytes that `range` of `chain` was packed from. They are good until the next call.
    func unpack(
        _ range: Range<Int>, of chain: PieceChain, count: Int
    ) throws(CourierFailure) -> UnsafeRawBufferPointer {
        let packed = LinePacking.room(range.count, &packed)
        let clear = LinePacking.room(count, &clear)
        chain.copy(range, to: packed)
        var made = 0
        let result = libdeflate_gzip_decompress(
            decompressor, packed.baseAddress, packed.count, clear.baseAddress, clear.count, &made)
        guard result == LIBDEFLATE_SUCCESS, made == count else {
            throw .usage("lines that waited in memory cannot be unpacked: the machine's memory is at fault")
        }
        return UnsafeRawBufferPointer(clear)
    }

    private static func room(_ bytes: Int, _ buffer: inout UnsafeMutableRawBufferPointer)
        -> UnsafeMutableRawBufferPointer
    {
        if buffer.count < bytes {
            buffer.deallocate()
            buffer = .allocate(byteCount: bytes, alignment: 64)
        }
        return UnsafeMutableRawBufferPointer(rebasing: buffer[..<bytes])
    }
}
