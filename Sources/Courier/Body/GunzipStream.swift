import CDeflate

/// Unpacks gzip members from bytes that arrive in pieces, with a bound on what a member and all of them unpack to.
///
/// libdeflate wants a member whole and cannot tell one that is cut from one that is broken. So what may be a member's
/// beginning is kept, and tried again each time it has doubled: memory stays within a member's bound, work within
/// twice.
final class GunzipStream {
    private let decompressor: OpaquePointer
    private let limits: UnpackLimits
    private let totalLimit: Int64
    private var input: [UInt8] = []
    private var start = 0
    private var tryAt = 0
    private var output: [UInt8]
    private var members = 0
    private var total: Int64 = 0

    private static let shortestMember = 18
    /// Room for the longest members that Pli makes or has made (docs/protocol.md), and a byte that tells a longer one.
    private static let firstOutputBytes = 4 * 1024 * 1024 + 1

    /// A stream within `limits` for a body of `sealed` bytes.
    init(limits: UnpackLimits, sealed: Int64) throws(CourierFailure) {
        guard let decompressor = libdeflate_alloc_decompressor() else {
            throw .usage("no memory for decompression")
        }
        self.decompressor = decompressor
        self.limits = limits
        totalLimit = limits.total(sealed: sealed)
        output = [UInt8](repeating: 0, count: min(GunzipStream.firstOutputBytes, limits.memberBytes))
    }

    deinit {
        libdeflate_free_decompressor(decompressor)
    }

    /// Takes the next bytes and hands out the clear bytes of each member that is whole.
    func push(
        _ bytes: [UInt8], _ clear: (ArraySlice<UInt8>) throws(CourierFailure) -> Void
    ) throws(CourierFailure) {
        if start > 0 {
            input.removeSubrange(..<start)
            start = 0
        }
        input += bytes
        try unpack(isEnd: false, clear)
    }

    /// Says that nothing follows. What is left must be whole members, and there must have been one.
    func finish(_ clear: (ArraySlice<UInt8>) throws(CourierFailure) -> Void) throws(CourierFailure) {
        try unpack(isEnd: true, clear)
        guard start == input.count else { throw .invalid("something that is not gzip follows the last gzip member") }
        guard members > 0 else { throw .invalid("empty") }
    }

    private func unpack(
        isEnd: Bool, _ clear: (ArraySlice<UInt8>) throws(CourierFailure) -> Void
    ) throws(CourierFailure) {
        while start < input.count {
            let left = input.count - start
            guard isEnd || left >= max(tryAt, GunzipStream.shortestMember) else { return }
            guard left >= 2, input[start] == 0x1f, input[start + 1] == 0x8b else { throw .invalid("not gzip") }
            switch tryMember() {
            case .whole(let taken, let made):
                total += Int64(made)
                guard total <= totalLimit else { throw .invalid("it unpacks to more than \(totalLimit) bytes") }
                members += 1
                start += taken
                tryAt = 0
                if made > 0 { try clear(output[..<made]) }
            case .tooLong:
                throw .invalid("a gzip member unpacks to more than \(limits.memberBytes) bytes")
            case .cutOrBroken:
                // No member within the bound is longer than this: stored blocks cost 5 bytes in 65,535.
                let longest = limits.memberBytes + limits.memberBytes / 1024 + 64 * 1024
                guard !isEnd, left < longest else { throw .invalid("a gzip member is cut or broken") }
                tryAt = min(longest, max(left * 2, 64 * 1024))
                return
            }
        }
    }

    private enum Attempt {
        case whole(taken: Int, made: Int)
        case tooLong
        case cutOrBroken
    }

    /// Unpacks the member at `start` into `output`, which grows to the member's bound and no further.
    private func tryMember() -> Attempt {
        while true {
            var taken = 0
            var made = 0
            let result = input.withUnsafeBytes { input in
                output.withUnsafeMutableBytes { output in
                    let rest = UnsafeRawBufferPointer(rebasing: input[start...])
                    return libdeflate_gzip_decompress_ex(
                        decompressor, rest.baseAddress, rest.count, output.baseAddress, output.count, &taken, &made)
                }
            }
            switch result {
            case LIBDEFLATE_SUCCESS:
                return .whole(taken: taken, made: made)
            case LIBDEFLATE_INSUFFICIENT_SPACE:
                guard output.count < limits.memberBytes else { return .tooLong }
                output = [UInt8](repeating: 0, count: min(limits.memberBytes, output.count * 4))
            default:
                return .cutOrBroken
            }
        }
    }
}
