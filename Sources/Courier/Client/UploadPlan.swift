import Exchange

/// What to do next to get a body to the relay, given what happened so far. No sockets, no clock.
///
/// Creation is asked first, always: asked again it answers how far the relay is, so an upload that this process does
/// not remember goes on where it was. After a lost answer the offset is asked (HEAD), never assumed.
struct UploadPlan: Equatable, Sendable {
    /// What to do.
    enum Step: Equatable, Sendable {
        case create
        case askOffset
        case send(from: Int64, count: Int64)
        case accepted
        case giveUp(CourierFailure)

        /// Whether the relay has all of an upload with this. A small body that comes with its creation is none: nothing of it is
        /// written before it is accepted.
        func isLastPiece(of size: Int64) -> Bool {
            guard case .send(let offset, let count) = self else { return false }
            return offset + count == size
        }
    }

    /// What happened.
    enum Event: Equatable, Sendable {
        /// The relay has so many bytes: the answer to any of the three.
        case offset(Int64)
        /// No answer, or a refusal.
        case failed(CourierFailure)
    }

    /// Bytes sent with one request. A lost connection costs no more than what of it the relay did not keep.
    static let pieceBytes: Int64 = 16 * 1024 * 1024
    /// Failures in a row without a byte of progress before the caller's own schedule takes over.
    static let failuresInARow = 3

    private let size: Int64
    private(set) var step = Step.create
    private var furthest: Int64 = -1
    private var failures = 0
    private var creations = 1

    /// A plan for a body of `size` bytes.
    init(size: Int64) {
        self.size = size
    }

    /// Takes what came of the current step and decides on the next one.
    mutating func take(_ event: Event) {
        switch event {
        case .offset(let offset): take(offset: offset)
        case .failed(let failure): take(failure: failure)
        }
    }

    private mutating func take(offset: Int64) {
        guard (0...size).contains(offset) else {
            step = .giveUp(.unexpectedAnswer("it claims to have \(offset) bytes of a body of \(size)"))
            return
        }
        if offset == size {
            step = .accepted
            return
        }
        if offset > furthest {
            furthest = offset
            failures = 0
        } else if case .send = step {
            // It answered that all is well, and has no byte more.
            failures += 1
            guard failures < UploadPlan.failuresInARow else {
                step = .giveUp(.unexpectedAnswer("it takes the bytes of an upload and does not count them"))
                return
            }
        }
        step = .send(from: offset, count: min(UploadPlan.pieceBytes, size - offset))
    }

    private mutating func take(failure: CourierFailure) {
        let wasCreating = step == .create
        switch failure {
        case .refused(let problem) where problem.type == .notFound && !wasCreating && creations == 1:
            // The relay swept an upload that had waited for long, or was restored from a backup.
            creations += 1
            furthest = -1
            step = .create
        case .refused(let problem) where problem.type == .offsetDiffers:
            retry(failure, with: .askOffset)
        case .unreachable:
            retry(failure, with: wasCreating ? .create : .askOffset)
        default:
            step = .giveUp(failure)
        }
    }

    private mutating func retry(_ failure: CourierFailure, with next: Step) {
        failures += 1
        step = failures < UploadPlan.failuresInARow ? next : .giveUp(failure)
    }
}
