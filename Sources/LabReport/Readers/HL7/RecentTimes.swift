import HL7

/// The last few times that were read, with their bytes: a report says the same four again and again.
///
/// Only what nearly all senders write is kept: a day and time to the second with its offset. What the bytes mean depends on
/// nothing else.
///
/// A handle on memory that `ReadingMemory` owns.
struct RecentTimes {
    private struct Entry {
        var words: (UInt64, UInt64, UInt64) = (0, 0, 0)
        var time: ReportTime?
    }

    private static let length = 19
    private static let most = 4
    private let entries = UnsafeMutablePointer<Entry>.allocate(capacity: RecentTimes.most)
    private let oldest = UnsafeMutablePointer<Int>.allocate(capacity: 1)

    init() {
        entries.initialize(repeating: Entry(), count: RecentTimes.most)
        oldest.initialize(to: 0)
    }

    /// Gives all memory back: nothing may be asked after it.
    func release() {
        entries.deallocate()
        oldest.deallocate()
    }

    /// What `HL7Time.usual` makes of `bytes`.
    @inline(__always)
    func usual(_ bytes: UnsafeBufferPointer<UInt8>) -> ReportTime? {
        guard bytes.count == RecentTimes.length, let base = bytes.baseAddress else { return HL7Time.usual(bytes) }
        let raw = UnsafeRawPointer(base)
        // The last word overlaps the one before.
        return time((WordScan.word(raw, 0), WordScan.word(raw, 8), WordScan.word(raw, 11)), bytes)
    }

    private func time(_ words: (UInt64, UInt64, UInt64), _ bytes: UnsafeBufferPointer<UInt8>) -> ReportTime? {
        for place in 0..<RecentTimes.most {
            let known = entries[place].words
            if (known.0 ^ words.0) | (known.1 ^ words.1) | (known.2 ^ words.2) == 0 { return entries[place].time }
        }
        guard let time = HL7Time.usual(bytes) else { return nil }
        entries[oldest.pointee] = Entry(words: words, time: time)
        oldest.pointee = (oldest.pointee + 1) % RecentTimes.most
        return time
    }
}
