/// How long what was delivered stays in the sink.
package enum SinkRetention: Sendable, Equatable {
    /// As the directory's routes propose: the longest of those that lead here.
    case routes
    /// So many days.
    case days(Int)
    /// Pli removes nothing: whoever reads the sink does.
    case unlimited

    /// The most days that can be set.
    static let daysMax = 3_650
    /// The most that any route can propose: what counts where none leads here any more.
    static let proposedMax = 30

    /// What the setting says; nil where it cannot be.
    init?(setting: Int?) {
        switch setting {
        case nil: self = .routes
        case .some(0): self = .unlimited
        case .some(let days) where (1...SinkRetention.daysMax).contains(days): self = .days(days)
        default: return nil
        }
    }
}
