/// What is pinned at enrolment: fingerprints of root pairs, read from paper, and how many of their holders must sign.
package struct RootPins: Equatable, Sendable {
    /// How many distinct holders must sign.
    package let threshold: Int
    /// Their fingerprints.
    package let fingerprints: [SHA256Hex]

    /// Pins that can be met: 1 to the number of fingerprints, each of them once.
    package init(threshold: Int, fingerprints: [SHA256Hex]) throws(ExchangeFailure) {
        guard threshold >= 1, threshold <= fingerprints.count, fingerprints.count <= Limits.roots,
            Set(fingerprints).count == fingerprints.count
        else { throw .directory(.uselessPins) }
        self.threshold = threshold
        self.fingerprints = fingerprints
    }
}
