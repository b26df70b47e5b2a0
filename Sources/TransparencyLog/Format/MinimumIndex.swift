/// The file in which a log says from which entry on it still has its bundles. The specification of tlog-tiles names no place
/// for it; ours is `minimum-index` beside the checkpoint. Where there is none nothing was ever pruned.
///
/// Nobody signs it, and nothing is believed for it: it tells a verifier where to begin, and each entry from there on must be
/// there. A relay that says more than its policy allows is found by whoever kept a leaf, or a proof, of what is missing.
package enum MinimumIndex {
    /// Where it is, below the log's prefix.
    package static let path = "minimum-index"
    /// Bytes of the file: the longest number and a newline.
    package static let bytesMax = 17

    /// The file's bytes: a decimal number and a newline.
    package static func encode(_ index: Int64) -> [UInt8] { [UInt8]("\(index)\n".utf8) }

    /// Reads exactly what `encode` writes.
    package static func parse(_ bytes: [UInt8]) throws(LogFailure) -> Int64 {
        guard bytes.count <= bytesMax, bytes.last == 0x0A,
            let index = DecimalText.parse(String(decoding: bytes.dropLast(), as: UTF8.self)), index <= LogLimits.size
        else { throw .badFile(path: path, rule: "a decimal number and a newline are expected") }
        return index
    }
}
