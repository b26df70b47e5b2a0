/// How much work compression does.
package enum Compression: Sendable {
    /// The smallest: for what goes over a laboratory's line as it comes in.
    case dense
    /// Three to ten times faster and half as large again: for a backlog that has to leave.
    case fast

    /// On reports, libdeflate's levels above 8 gain less than 3 % and take ten times as long; its first is the fastest.
    var level: Int32 {
        switch self {
        case .dense: 8
        case .fast: 1
        }
    }

    /// Clear bytes of one gzip member at most: as much as is put in order at once in memory. Each has to say anew what all
    /// reports have in common, some 4 kB; fast ones stay in a core's cache.
    var memberBytes: Int {
        switch self {
        case .dense: 2 * 1024 * 1024
        case .fast: 1024 * 1024
        }
    }

    /// Clear bytes that wait at most until they are put in order and cut into members: a thousand reports of full identity
    /// are 5 MB.
    var waitingBytes: Int {
        switch self {
        case .dense: 6 * 1024 * 1024
        case .fast: 1024 * 1024
        }
    }

    /// Lines that wait are packed meanwhile.
    var packsLines: Bool {
        switch self {
        case .dense: true
        case .fast: false
        }
    }
}
