/// Why a log, a proof or a leaf is refused: what, where, which rule. Never what was in it.
package enum LogFailure: Error, Equatable, Sendable {
    /// Something read is not in its one form.
    case malformed(what: String, rule: String)
    /// Larger than its limit in `LogLimits`.
    case pastLimit(what: String, limit: Int64)
    /// The checkpoint's signature is missing or wrong.
    case unsigned(reason: String)
    /// The checkpoint is another log's.
    case otherOrigin
    /// A file that a checkpoint needs is not there; the path is relative to the log.
    case missing(path: String)
    /// A tile or bundle has not the bytes its path says.
    case badFile(path: String, rule: String)
    /// A tile's hashes do not give the hash that its parent has for it.
    case tileDoesNotMatchParent(path: String)
    /// The tiles of the right edge do not give the checkpoint's root.
    case edgeDoesNotMatchRoot(size: Int64)
    /// An entry's bytes do not give the hash that its tile has for it.
    case entryDoesNotMatchTile(index: Int64)
    /// An index or size that the log at hand does not have.
    case outOfRange(what: String)
    /// A proof that proves nothing: wrong, too short or too long.
    case badProof(of: ProofKind)
    /// The leaf is not the one that was asked for.
    case otherLeaf
    /// The log has fewer leaves than an earlier checkpoint of it.
    case shrank(seen: Int64, present: Int64)
    /// The log did not grow from an earlier checkpoint of it: whoever signed shows two logs under one name.
    case forked(size: Int64)
    /// The log must not be continued, says its own writer.
    case discontinued(LogContinuity.Refusal)
    /// An append failed before: what is on disk is known only after opening anew.
    case broken

    /// What a proof is of.
    package enum ProofKind: String, Equatable, Sendable {
        case inclusion, consistency
    }
}

extension LogFailure: CustomStringConvertible {
    /// What happened and where; what to do, where something can be done.
    package var description: String {
        switch self {
        case .malformed(let what, let rule): "\(what): \(rule)"
        case .pastLimit(let what, let limit): "\(what): larger than its limit of \(limit)"
        case .unsigned(let reason): "checkpoint: not signed by the expected key: \(reason)"
        case .otherOrigin: "checkpoint: of another log than the key's"
        case .missing(let path): "\(path) is missing from the log"
        case .badFile(let path, let rule): "\(path): \(rule)"
        case .tileDoesNotMatchParent(let path): "\(path): tile does not match parent"
        case .edgeDoesNotMatchRoot(let size):
            "the tiles of the right edge do not match the checkpoint's root (size \(size))"
        case .entryDoesNotMatchTile(let index): "entry \(index) does not match its hash in the tile"
        case .outOfRange(let what): "\(what) lies outside the log"
        case .badProof(let kind): "the proof of \(kind.rawValue) does not hold"
        case .otherLeaf: "the proof is of another leaf than the one asked for"
        case .shrank(let seen, let present):
            "the log had \(seen) leaves when last seen and now has \(present): keep both checkpoints, ask its operator"
        case .forked(let size):
            "the log does not contain the tree that it signed at size \(size): keep both checkpoints as proof"
        case .discontinued(let refusal): "the log must not go on: \(refusal)"
        case .broken: "an earlier append failed: open the log again before appending"
        }
    }

    /// A constant for metrics and logs.
    package var label: String {
        switch self {
        case .malformed: "malformed"
        case .pastLimit: "past-limit"
        case .unsigned: "unsigned"
        case .otherOrigin: "other-origin"
        case .missing: "missing"
        case .badFile: "bad-file"
        case .tileDoesNotMatchParent: "tile-parent"
        case .edgeDoesNotMatchRoot: "edge-root"
        case .entryDoesNotMatchTile: "entry-tile"
        case .outOfRange: "out-of-range"
        case .badProof(let kind): "bad-proof-" + kind.rawValue
        case .otherLeaf: "other-leaf"
        case .shrank: "shrank"
        case .forked: "forked"
        case .discontinued(let refusal): "discontinued-" + refusal.label
        case .broken: "broken"
        }
    }
}
