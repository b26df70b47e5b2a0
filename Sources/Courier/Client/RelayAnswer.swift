import Exchange
import NIOHTTP1

/// What the relay answered, its body read to the end.
struct RelayAnswer: Equatable, Sendable {
    var status: Int
    var fields: HTTPHeaders
    var body: [UInt8]
    /// How far the clocks are apart, where that is too far.
    var clock: ClockDifference?

    /// The answer's own word on why not. Only a problem document is the relay's: whatever stands between may answer,
    /// too.
    var failure: CourierFailure {
        if isPage, (200..<300).contains(status) {
            return .unreachable("a web page came in the place of the relay's answer: a proxy in between?")
        }
        let mediaType = fields.first(name: "Content-Type").map { $0.prefix { $0 != ";" && $0 != " " } }
        guard mediaType.map({ $0.lowercased() }) == Problem.mediaType else {
            if status == ProblemType.full.status { return .relayFull(detail: nil) }
            return .unreachable("something answered with status \(status) and no problem document: a proxy in between?")
        }
        do {
            let problem = try Problem(text: body)
            switch problem.type {
            case .full: return .relayFull(detail: problem.detail)
            case .unauthorized, .clockDiffers: return clock.map { .clock($0) } ?? .refused(problem)
            default: return .refused(problem)
            }
        } catch {
            if status == ProblemType.full.status { return .relayFull(detail: nil) }
            return .unexpectedAnswer("status \(status) with a problem document that this version cannot read")
        }
    }

    /// A success that is the relay's own. A page for people is none: what stands between the two may show one in its place, and
    /// nobody forged anything then.
    var isTaken: Bool { (200..<300).contains(status) && !isPage }

    /// A page for people, which says nothing to a program.
    var isPage: Bool {
        fields.first(name: "Content-Type").map { $0.lowercased().hasPrefix("text/html") } ?? false
    }

    /// Seconds after which a relay that is asked too often wants to be asked again, where that is worth waiting for.
    var pauseSeconds: Int64? {
        guard status == ProblemType.tooMany.status, let seconds = number("Retry-After"),
            seconds <= RelayAnswer.pauseSecondsMax
        else { return nil }
        return max(1, seconds)
    }

    /// A longer wait is the caller's own schedule to make.
    private static let pauseSecondsMax: Int64 = 10

    /// Bytes that the relay has of an upload.
    var uploadOffset: Int64? { number("Upload-Offset") }

    /// Bytes that the upload is to have.
    var uploadLength: Int64? { number("Upload-Length") }

    /// Where a partial answer begins, and how long the whole is: `bytes 5-9/10`.
    var range: (start: Int64, size: Int64)? {
        guard let text = fields.first(name: "Content-Range"), text.hasPrefix("bytes ") else { return nil }
        let parts = text.dropFirst(6).split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let size = Int64(parts[1]) else { return nil }
        let ends = parts[0].split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let start = Int64(ends[0]), let end = Int64(ends[1]), start >= 0, end == size - 1 else {
            return nil
        }
        return (start, size)
    }

    private func number(_ name: String) -> Int64? {
        guard let text = fields.first(name: name), let number = Int64(text), number >= 0, String(number) == text else {
            return nil
        }
        return number
    }
}
