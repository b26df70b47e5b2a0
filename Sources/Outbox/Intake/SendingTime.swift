import LabReport

/// When a laboratory sent a report: to the second, within a day, or not known.
///
/// By the message (MSH-7), or where that says nothing by when its orders were reported.
struct SendingTime: Sendable, Hashable {
    /// The first second, and the last one, at which it may have been; nil where nothing tells.
    private let bounds: ClosedRange<Int64>?

    private static let day: Int64 = 86_400

    /// Nothing tells.
    static let unknown = SendingTime(bounds: nil)

    private init(bounds: ClosedRange<Int64>?) { self.bounds = bounds }

    init(of report: Report) {
        // Reported last, it was not sent before that.
        let reported = report.orders.lazy.compactMap { SendingTime.bounds(of: $0.reportedAt) }
        bounds =
            SendingTime.bounds(of: report.sentAt)
            ?? reported.max { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }
    }

    private static func bounds(of time: ReportTime?) -> ClosedRange<Int64>? {
        guard let time, time.date.day != nil else { return nil }
        let first = Int64(time.earliestSecond)
        guard first > 0 else { return nil }
        return first...(time.secondOfDay == nil ? first + day - 1 : first)
    }

    /// Of a correction, the latest second at which it was sent, as it is remembered: below zero where that is not the second. Where
    /// nothing tells, it was before it was read.
    func remembered(readAt: Int64) -> Int64 {
        guard let bounds else { return -max(readAt, 1) }
        return bounds.lowerBound == bounds.upperBound ? bounds.upperBound : -bounds.upperBound
    }

    /// The later one of two that are remembered.
    static func later(_ one: Int64, _ other: Int64) -> Int64 {
        one.magnitude >= other.magnitude ? one : other
    }

    /// Whether a correction that is remembered so was sent no earlier than this: `nil` where nothing tells.
    func isOvertaken(by correction: Int64) -> Bool? {
        let latest = Int64(clamping: correction.magnitude)
        guard let bounds else { return nil }
        guard latest >= bounds.lowerBound else { return false }
        return correction > 0 && bounds.lowerBound == bounds.upperBound ? true : nil
    }
}
