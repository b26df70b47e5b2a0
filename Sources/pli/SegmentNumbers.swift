import HL7

/// Which segment of its message a finding is about: a path says which PID or OBX, and whoever looks into the file counts lines.
///
/// Nothing is read again before a finding is shown, and then once a message: all its reports ask the same one.
final class SegmentNumbers {
    private let bytes: [UInt8]
    /// The numbers of the segments of each name, in order.
    private lazy var numbers = read()
    /// Segments looked at, whatever was asked.
    private(set) var looks = 0

    /// - Parameter message: as the file has it; empty where there is none, or none of HL7.
    init(of message: [UInt8]) {
        bytes = message
    }

    /// The number, from 1 (MSH), of the segment that a path like `PID-3[2].1` or `OBX[3]-5` is in; nil where there is none.
    func number(of path: String) -> Int? {
        let path = Array(path.utf8)
        guard !bytes.isEmpty, path.count >= 3, let name = SegmentName(path.prefix(3)) else { return nil }
        var occurrence = 1
        if path.count > 3, path[3] == UInt8(ascii: "[") {
            let digits = path[4...].prefix { $0 != UInt8(ascii: "]") }
            guard let number = Int(String(decoding: digits, as: UTF8.self)), number > 0 else { return nil }
            occurrence = number
        } else if path.count > 3, path[3] != UInt8(ascii: "-") {
            return nil
        }
        guard let ofName = numbers[name], occurrence <= ofName.count else { return nil }
        return ofName[occurrence - 1]
    }

    private func read() -> [SegmentName: [Int]] {
        guard let message = try? Message(bytes) else { return [:] }
        var found: [SegmentName: [Int]] = [:]
        for (index, segment) in message.segments.enumerated() {
            looks += 1
            if let name = segment.name { found[name, default: []].append(index + 1) }
        }
        return found
    }
}
