import Exchange

/// How far this machine's clock and the relay's are apart: why a token that is right is refused.
package struct ClockDifference: Sendable, Equatable {
    /// How far this machine's clock is ahead; less than nothing where it is behind.
    package let aheadSeconds: Int64

    /// A difference of that many seconds.
    package init(aheadSeconds: Int64) {
        self.aheadSeconds = aheadSeconds
    }

    /// What an answer's `Date` field tells at `now`; nil where it is none, or as near as clocks have to be.
    init?(date: String?, now: UTCTime) {
        guard let date, let time = ClockDifference.time(ofField: date) else { return nil }
        aheadSeconds = now.secondsSinceEpoch - time.secondsSinceEpoch
        guard aheadSeconds.magnitude > UInt64(Limits.tokenSkewSeconds) else { return nil }
    }

    package var french: String {
        "l'horloge de cette machine \(aheadSeconds > 0 ? "avance" : "retarde") de \(amount.french) sur celle du relais : "
            + "réglez celle qui est fausse (NTP) ; rien n'est perdu"
    }

    package var english: String {
        "this machine's clock is \(amount.english) \(aheadSeconds > 0 ? "ahead of" : "behind") the relay's: "
            + "set the one that is wrong (NTP); nothing is lost"
    }

    private var amount: (french: String, english: String) {
        let seconds = aheadSeconds.magnitude
        switch seconds {
        case 0..<120: return ("\(seconds) s", "\(seconds) s")
        case 120..<7_200: return ("\(seconds / 60) min", "\(seconds / 60) min")
        case 7_200..<172_800: return ("\(seconds / 3_600) h", "\(seconds / 3_600) h")
        default: return ("\(seconds / 86_400) jours", "\(seconds / 86_400) days")
        }
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Reads `Thu, 26 Nov 2026 04:06:39 GMT`, the one form that servers may send.
    private static func time(ofField text: String) -> UTCTime? {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0].utf8.count == 4, parts[1].utf8.count == 2, parts[5] == "GMT",
            let month = months.firstIndex(of: String(parts[2]))
        else { return nil }
        let number = month + 1
        return try? UTCTime("\(parts[3])-\(number < 10 ? "0" : "")\(number)-\(parts[1])T\(parts[4])Z")
    }
}
