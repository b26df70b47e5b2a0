import Exchange

/// How far an opened body may unpack. A small body that claims to hold more is refused before it fills a disk.
struct UnpackLimits: Equatable, Sendable {
    /// Clear bytes of one gzip member. Ours have at most 4 MiB; a plain `gzip` makes one member of all.
    var memberBytes = 64 * 1024 * 1024
    /// Clear bytes of one line.
    var lineBytes = Limits.bundleBytes
    /// Clear bytes of the whole body, whatever its size.
    var totalBytes: Int64 = 32 * 1024 * 1024 * 1024
    /// Clear bytes for one sealed byte. Reports shrink to about a thirtieth, nothing but zeros to a thousandth.
    var ratio: Int64 = 256
    /// Clear bytes that the ratio is not asked of.
    var freeBytes: Int64 = 64 * 1024 * 1024

    /// The bound for a body of `sealed` bytes.
    func total(sealed: Int64) -> Int64 {
        let (product, overflow) = sealed.multipliedReportingOverflow(by: ratio)
        guard !overflow else { return totalBytes }
        return min(totalBytes, max(freeBytes, product))
    }
}
