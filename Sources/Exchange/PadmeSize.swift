/// Padmé size classes: a padded size tells at most O(log log n) bits of the true one and costs at most 12 %.
package struct PadmeSize: Sendable {
    /// The smallest size of a class that is not less than `size`.
    ///
    /// With E = ⌊log₂ size⌋ and S = ⌊log₂ E⌋ + 1, the last E - S bits of a class's size are zero.
    package static func padded(_ size: Int64) -> Int64 {
        guard size >= 2 else { return max(size, 0) }
        let exponent = Int64(63 - size.leadingZeroBitCount)
        let kept = Int64(63 - exponent.leadingZeroBitCount) + 1
        let mask = (Int64(1) << (exponent - kept)) - 1
        let (sum, overflow) = size.addingReportingOverflow(mask)
        return overflow ? size : sum & ~mask
    }
}
