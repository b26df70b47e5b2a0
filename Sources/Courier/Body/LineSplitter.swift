/// Cuts bytes that arrive in pieces into lines that each end in a newline. Lines inside a piece are not copied.
struct LineSplitter {
    private let limit: Int
    private var carried: [UInt8] = []
    private static let newline = UInt8(ascii: "\n")

    /// A splitter of lines of at most `limit` bytes, the newline not counted.
    init(limit: Int) {
        self.limit = limit
    }

    /// Whether all that was pushed so far were whole lines.
    var isAtLineEnd: Bool { carried.isEmpty }

    /// Takes the next bytes and hands out the lines that they complete, without their newline. False: a line is too
    /// long.
    mutating func push<Failure: Error>(
        _ bytes: ArraySlice<UInt8>, _ line: (ArraySlice<UInt8>) throws(Failure) -> Void
    ) throws(Failure) -> Bool {
        var rest = bytes
        while let end = rest.firstIndex(of: LineSplitter.newline) {
            let piece = rest[rest.startIndex..<end]
            guard carried.count + piece.count <= limit else { return false }
            if carried.isEmpty {
                try line(piece)
            } else {
                carried += piece
                try line(carried[...])
                carried.removeAll(keepingCapacity: carried.capacity <= 1024 * 1024)
            }
            rest = rest[(end + 1)...]
        }
        guard carried.count + rest.count <= limit else { return false }
        carried += rest
        return true
    }
}
