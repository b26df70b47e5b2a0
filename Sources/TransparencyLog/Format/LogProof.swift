package import Notes

/// A `.tlog-proof` file (C2SP tlog-proof): an entry's index, its inclusion proof and the signed checkpoint, to be
/// verified offline. In Pli's proofs the extra data is the leaf itself, so that whoever holds the note concerned needs
/// nothing else. Reading verifies nothing: that is `verify`, in `Verifier/`.
package struct LogProof: Equatable, Sendable {
    private static let firstLine = "c2sp.org/tlog-proof@v1"

    /// Opaque data that no signature covers; nil where the line is absent.
    package let extra: [UInt8]?
    /// The entry's index.
    package let index: Int64
    /// The inclusion proof, from the leaf's sibling up.
    package let path: [LogHash]
    /// The checkpoint's note, its signatures not verified.
    package let checkpoint: SignedNote

    /// Checks the counts.
    package init(extra: [UInt8]?, index: Int64, path: [LogHash], checkpoint: SignedNote) throws(LogFailure) {
        guard (0..<LogLimits.size).contains(index) else { throw .outOfRange(what: "the proof's index") }
        guard path.count <= LogLimits.proofHashes else {
            throw .pastLimit(what: "proof", limit: Int64(LogLimits.proofHashes))
        }
        if let extra {
            guard !extra.isEmpty else { throw .malformed(what: "proof", rule: "the extra data is empty") }
            guard extra.count <= LogLimits.proofExtraBytes else {
                throw .pastLimit(what: "proof's extra data", limit: Int64(LogLimits.proofExtraBytes))
            }
        }
        self.extra = extra
        self.index = index
        self.path = path
        self.checkpoint = checkpoint
    }

    /// Reads a file.
    package init(parsing bytes: [UInt8]) throws(LogFailure) {
        guard bytes.count <= LogLimits.proofBytes else {
            throw .pastLimit(what: "proof", limit: Int64(LogLimits.proofBytes))
        }
        var rest = bytes[...]
        func line() throws(LogFailure) -> String {
            guard let end = rest.firstIndex(of: 0x0A) else {
                throw .malformed(what: "proof", rule: "it ends before the checkpoint")
            }
            defer { rest = rest[(end + 1)...] }
            return String(decoding: rest[..<end], as: UTF8.self)
        }
        guard try line() == Self.firstLine else {
            throw .malformed(what: "proof", rule: "the first line must be \(Self.firstLine)")
        }
        var current = try line()
        var extra: [UInt8]?
        if current.hasPrefix("extra ") {
            guard let data = StrictBase64.decode(String(current.dropFirst(6))) else {
                throw .malformed(what: "proof", rule: "the extra data must be canonical base64")
            }
            extra = data
            current = try line()
        }
        guard current.hasPrefix("index "), let index = DecimalText.parse(current.dropFirst(6)) else {
            throw .malformed(what: "proof", rule: "the line of the index is malformed")
        }
        var path: [LogHash] = []
        while true {
            let text = try line()
            if text.isEmpty { break }
            guard path.count < LogLimits.proofHashes else {
                throw .pastLimit(what: "proof", limit: Int64(LogLimits.proofHashes))
            }
            guard let hash = LogHash(base64: text) else {
                throw .malformed(what: "proof", rule: "line \(path.count + 1) of the path is no hash")
            }
            path.append(hash)
        }
        let note: SignedNote
        do {
            note = try SignedNote(parsing: Array(rest), maxBytes: LogLimits.checkpointBytes)
        } catch {
            throw .malformed(what: "proof", rule: "the checkpoint: \(error.description)")
        }
        // Its form is looked at here; who signed it, where the proof is verified.
        _ = try Checkpoint(text: note.text)
        try self.init(extra: extra, index: index, path: path, checkpoint: note)
        guard encoded == bytes else { throw .malformed(what: "proof", rule: "not in canonical form") }
    }

    /// The file's bytes.
    package var encoded: [UInt8] {
        var text = Self.firstLine + "\n"
        if let extra { text += "extra \(StrictBase64.encode(extra))\n" }
        text += "index \(index)\n"
        for hash in path { text += hash.base64 + "\n" }
        return [UInt8]((text + "\n").utf8) + checkpoint.encoded
    }
}
