/// The lines of one body that wait to become one gzip member.
///
/// Compression finds what was said before only within 32 KiB, so that the like should stand beside the like: lines go into
/// the member by their order, and those of one order as they came. Each gets its number in the body then, at the places
/// where it names itself.
final class WaitingLines {
    private struct Line {
        let order: UInt64
        /// Where it begins among the bytes.
        let start: UInt32
        let count: UInt32
        /// Where its places begin among all.
        let places: UInt32
        let placesCount: UInt32
    }

    /// Digits that a number has at most.
    static let digits = 8

    /// Clear bytes that wait.
    private(set) var bytes = 0
    /// Bytes that the member has at most.
    private(set) var mostBytes = 0
    var count: Int { lines.count }
    private let memory: LineMemory
    private var pieces: [UnsafeMutableRawPointer] = []
    private var lines: [Line] = []
    /// Of all lines, in each counted from its beginning.
    private var places: [UInt32] = []

    init(in memory: LineMemory) { self.memory = memory }

    deinit { letGo() }

    /// Bytes that a line has at most, with its newline.
    static func mostBytes(of line: UnsafeRawBufferPointer, _ places: [Int]) -> Int {
        line.count + 1 + places.count * digits
    }

    /// Adds a line and its newline: no more in all than a member may hold. Its number is to stand at `places`, ascending.
    func add(_ line: UnsafeRawBufferPointer, order: UInt64, numberAt places: [Int]) {
        lines.append(
            Line(
                order: order, start: UInt32(truncatingIfNeeded: bytes),
                count: UInt32(truncatingIfNeeded: line.count + 1),
                places: UInt32(truncatingIfNeeded: self.places.count),
                placesCount: UInt32(truncatingIfNeeded: places.count)))
        for place in places { self.places.append(UInt32(truncatingIfNeeded: place)) }
        mostBytes += WaitingLines.mostBytes(of: line, places)
        put(line)
        withUnsafeBytes(of: UInt8(ascii: "\n")) { put($0) }
    }

    /// Puts all of them in order, with numbers from `first` on, and hands them out as one stretch, which is good for the call
    /// only. None is left.
    func takeAll<Result>(
        numberedFrom first: Int, _ body: (UnsafeRawBufferPointer) throws(CourierFailure) -> Result
    ) throws(CourierFailure) -> Result {
        let member = memory.member(bytes: mostBytes)
        lines.sort { ($0.order, $0.start) < ($1.order, $1.start) }
        var target = member
        for (place, line) in lines.enumerated() { copy(line, number: first + place, to: &target) }
        letGo()
        return try body(UnsafeRawBufferPointer(rebasing: member[..<(member.count - target.count)]))
    }

    /// Copies a line to the beginning of `target`, which begins behind it afterwards.
    private func copy(_ line: Line, number: Int, to target: inout UnsafeMutableRawBufferPointer) {
        var from = Int(line.start)
        for place in places[Int(line.places)..<Int(line.places + line.placesCount)] {
            let to = Int(line.start) + Int(place)
            copy(from..<to, to: &target)
            from = to
            WaitingLines.put(number, to: &target)
        }
        copy(from..<Int(line.start + line.count), to: &target)
    }

    private func copy(_ range: Range<Int>, to target: inout UnsafeMutableRawBufferPointer) {
        var position = range.lowerBound
        while position < range.upperBound {
            let offset = position % LineMemory.pieceBytes
            let part = min(LineMemory.pieceBytes - offset, range.upperBound - position)
            let source = pieces[position / LineMemory.pieceBytes] + offset
            target.copyMemory(from: UnsafeRawBufferPointer(start: source, count: part))
            target = UnsafeMutableRawBufferPointer(rebasing: target[part...])
            position += part
        }
    }

    private static func put(_ number: Int, to target: inout UnsafeMutableRawBufferPointer) {
        var divisor = 1
        var count = 1
        while number / divisor >= 10 {
            divisor *= 10
            count += 1
        }
        for place in 0..<count {
            target[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / divisor % 10)
            divisor /= 10
        }
        target = UnsafeMutableRawBufferPointer(rebasing: target[count...])
    }

    private func put(_ all: UnsafeRawBufferPointer) {
        var rest = all
        while !rest.isEmpty {
            let room = room()
            let part = UnsafeRawBufferPointer(rebasing: rest.prefix(room.count))
            room.copyMemory(from: part)
            bytes += part.count
            memory.heldBytes += part.count
            rest = UnsafeRawBufferPointer(rebasing: rest[part.count...])
        }
    }

    /// What is free of the last piece, or a new one.
    private func room() -> UnsafeMutableRawBufferPointer {
        let offset = bytes % LineMemory.pieceBytes
        if bytes / LineMemory.pieceBytes == pieces.count { pieces.append(memory.takePiece()) }
        return UnsafeMutableRawBufferPointer(
            start: pieces[bytes / LineMemory.pieceBytes] + offset, count: LineMemory.pieceBytes - offset)
    }

    private func letGo() {
        memory.giveBack(&pieces)
        lines.removeAll(keepingCapacity: true)
        places.removeAll(keepingCapacity: true)
        memory.heldBytes -= bytes
        bytes = 0
        mostBytes = 0
    }
}
