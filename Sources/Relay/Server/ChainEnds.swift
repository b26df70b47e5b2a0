import Crypto
import Synchronization

/// When the first certificate of each chain that was accepted ends. Of a session that is resumed TLS tells the client's own
/// certificate only, and an authority between may end before what it signed.
///
/// No session outlives what it was judged by, nor this process: whoever resumes one was seen before.
final class ChainEnds: Sendable {
    /// Chains remembered. Past it one of them is forgotten: of its resumed sessions the client's own certificate counts.
    static let most = 4_096

    private let ends = Mutex<[SHA256Digest: Int64]>([:])

    /// How many are remembered.
    var count: Int { ends.withLock { $0.count } }

    /// Remembers the end of the chain of a client's certificate, in seconds since 1970.
    func keep(_ end: Int64, of certificate: [UInt8]) {
        let name = SHA256.hash(data: certificate)
        ends.withLock { ends in
            if ends.count >= Self.most, ends[name] == nil, let other = ends.keys.first { ends[other] = nil }
            ends[name] = end
        }
    }

    /// When the chain of a client's certificate ends; nil where it is not remembered.
    func end(of certificate: [UInt8]) -> Int64? {
        let name = SHA256.hash(data: certificate)
        return ends.withLock { $0[name] }
    }
}
