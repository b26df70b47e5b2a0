import Durable
import Exchange
import Synchronization

/// How large the pieces are in which bodies go out: large while few are fetched, since the disk takes a large one for little more
/// than a small one; smaller the more memory those that are under way hold.
///
/// A client that takes nothing keeps what it was given until it goes on or is cut: so memory is counted, and not fetches. Nobody
/// is given more than a quarter of what is left, nor of what is left of one participant's share: those that stall leave room
/// for others, whose pieces are smaller and never refused. A fetch that is given the smallest piece holds one alone
/// (decision 47).
final class FetchPieces: Sendable {
    /// What all fetches together may hold, besides one of the smallest pieces each.
    static let totalBytes = 24 << 20
    /// Of it, what those of one participant may.
    static let participantBytes = totalBytes / 4 * 3
    static let largestBytes = 1 << 20
    static let smallestBytes = 16 << 10

    private struct State {
        var held = 0
        var byParticipant: [ParticipantID: Int] = [:]
    }

    private let state = Mutex(State())

    /// Bytes of memory that fetches hold now.
    var heldBytes: Int { state.withLock { $0.held } }

    /// Gives back `old` bytes and takes memory for a piece: a power of two, which is what memory is given in.
    func exchange(_ old: Int, for participant: ParticipantID) -> Int {
        state.withLock { state in
            let own = state.byParticipant[participant, default: 0] - old
            let left = min(Self.totalBytes - (state.held - old), Self.participantBytes - own)
            let share = max(1, left / 4)
            let power = 1 << (Int.bitWidth - 1 - share.leadingZeroBitCount)
            let given = min(Self.largestBytes, max(Self.smallestBytes, power))
            state.held += given - old
            state.byParticipant[participant] = own + given
            return given
        }
    }

    /// Gives memory back.
    func giveBack(_ bytes: Int, of participant: ParticipantID) {
        state.withLock { state in
            state.held -= bytes
            let own = state.byParticipant[participant, default: 0] - bytes
            state.byParticipant[participant] = own > 0 ? own : nil
        }
    }

    /// Bytes of a piece in so much memory: whole pages, which leave as much as its place at a page may need.
    static func pieceBytes(in memory: Int) -> Int {
        memory - min(4, memory / 4 / AppendFile.pageBytes) * AppendFile.pageBytes
    }
}
