/// The lines of one body that wait to become gzip members.
///
/// Compression finds what was said before only within 32 KiB, so that the like should stand beside the like: all that wait are
/// put in their order, those of one order as they came, and cut into members then. So a member need not be long to say
/// little twice. Each line gets its number in the body then, at the places where it names itself.
///
/// Where many wait, most do so packed (`LinePacking`), in packs of `packBytes` and of whole lines: a body that waits for its
/// thousandth report then holds a twelfth of what it makes.
final class WaitingLines {
    private struct Line {
        let order: UInt64
        /// Where it begins among the bytes.
        let start: UInt32
        let count: UInt32
        /// Where its places begin among all.
        let places: UInt32
        let placesCount: UInt32
        /// The member that it goes into, where it belongs there, and its number in the body.
        var member: UInt32 = 0
        var target: UInt32 = 0
        var number: UInt32 = 0
    }

    /// Lines that are packed together.
    private struct Pack {
        let lines: Range<Int>
        /// Where it lies among the packed bytes.
        let packed: Range<Int>
    }

    /// Where the bytes of lines are taken from: what `copy` copies begins at `start` among all bytes.
    private struct Source {
        let start: Int
        let copy: (Range<Int>, UnsafeMutableRawBufferPointer) -> Void
    }

    /// Digits that a number has at most.
    static let digits = 8
    /// Clear bytes of a pack, but where a single line is longer.
    static let packBytes = 64 * 1024

    /// Clear bytes that wait.
    private(set) var bytes = 0
    /// Bytes that they have with their numbers, at most.
    private(set) var mostBytes = 0
    var count: Int { lines.count }
    /// Bytes that all of it takes.
    var heldBytes: Int { packed.bytes + fresh.bytes }
    private let memory: LineMemory
    private let isPacked: Bool
    private var lines: [Line] = []
    /// Of all lines, in each counted from its beginning.
    private var places: [UInt32] = []
    private var packs: [Pack] = []
    private var packed = PieceChain()
    /// Those that came last, as they came.
    private var fresh = PieceChain()

    /// No lines. With `isPacked`, those that have waited for a while are packed.
    init(in memory: LineMemory, isPacked: Bool) {
        self.memory = memory
        self.isPacked = isPacked
    }

    deinit { letGo() }

    /// Bytes that a line has at most, with its newline.
    static func mostBytes(of line: UnsafeRawBufferPointer, _ places: [Int]) -> Int {
        line.count + 1 + places.count * digits
    }

    /// Adds a line and its newline: no more in all than offsets can tell. Its number is to stand at `places`, ascending.
    func add(_ line: UnsafeRawBufferPointer, order: UInt64, numberAt places: [Int]) throws(CourierFailure) {
        if isPacked, fresh.bytes > 0, fresh.bytes + line.count + 1 > WaitingLines.packBytes { try pack() }
        lines.append(
            Line(
                order: order, start: UInt32(truncatingIfNeeded: bytes),
                count: UInt32(truncatingIfNeeded: line.count + 1),
                places: UInt32(truncatingIfNeeded: self.places.count),
                placesCount: UInt32(truncatingIfNeeded: places.count)))
        for place in places { self.places.append(UInt32(truncatingIfNeeded: place)) }
        mostBytes += WaitingLines.mostBytes(of: line, places)
        bytes += line.count + 1
        fresh.append(line, memory)
        withUnsafeBytes(of: UInt8(ascii: "\n")) { fresh.append($0, memory) }
    }

    private func pack() throws(CourierFailure) {
        let start = packed.bytes
        try memory.linePacking().pack(fresh) { packed.append($0, memory) }
        fresh.letGo(memory)
        packs.append(Pack(lines: (packs.last?.lines.upperBound ?? 0)..<lines.count, packed: start..<packed.bytes))
    }

    /// Puts all of them in order, with numbers from `first` on, and hands them out in members of whole lines: of at most
    /// `memberBytes` each, but where a line is longer. A member is good for the call only. None is left.
    func takeAll(
        numberedFrom first: Int, memberBytes: Int, _ body: (UnsafeRawBufferPointer) throws(CourierFailure) -> Void
    ) throws(CourierFailure) {
        let sizes = putInOrder(numberedFrom: first, memberBytes: memberBytes)
        for (number, bytes) in sizes.enumerated() {
            let member = memory.member(bytes: bytes)
            for pack in packs { try copy(pack, of: UInt32(truncatingIfNeeded: number), to: member) }
            copyFresh(of: UInt32(truncatingIfNeeded: number), to: member)
            try body(UnsafeRawBufferPointer(member))
        }
        letGo()
    }

    /// Gives each line its number and its place; the bytes of each member.
    private func putInOrder(numberedFrom first: Int, memberBytes: Int) -> [Int] {
        let order = lines.indices.sorted { (lines[$0].order, lines[$0].start) < (lines[$1].order, lines[$1].start) }
        var sizes: [Int] = []
        var end = 0
        for (place, index) in order.enumerated() {
            let number = first + place
            let count = Int(lines[index].count) + Int(lines[index].placesCount) * WaitingLines.digits(of: number)
            if end > 0, end + count > memberBytes {
                sizes.append(end)
                end = 0
            }
            lines[index].member = UInt32(truncatingIfNeeded: sizes.count)
            lines[index].target = UInt32(truncatingIfNeeded: end)
            lines[index].number = UInt32(truncatingIfNeeded: number)
            end += count
        }
        return end > 0 ? sizes + [end] : sizes
    }

    private func copy(
        _ pack: Pack, of number: UInt32, to member: UnsafeMutableRawBufferPointer
    ) throws(CourierFailure) {
        guard let first = lines[pack.lines].first, let last = lines[pack.lines].last,
            lines[pack.lines].contains(where: { $0.member == number })
        else { return }
        let count = Int(last.start + last.count - first.start)
        let clear = try memory.linePacking().unpack(pack.packed, of: packed, count: count)
        let source = Source(start: Int(first.start)) { range, target in
            target.copyMemory(from: UnsafeRawBufferPointer(rebasing: clear[range]))
        }
        copy(pack.lines, of: number, from: source, to: member)
    }

    private func copyFresh(of number: UInt32, to member: UnsafeMutableRawBufferPointer) {
        let range = (packs.last?.lines.upperBound ?? 0)..<lines.count
        guard let first = lines[range].first else { return }
        let fresh = fresh
        copy(range, of: number, from: Source(start: Int(first.start), copy: { fresh.copy($0, to: $1) }), to: member)
    }

    private func copy(
        _ range: Range<Int>, of number: UInt32, from source: Source, to member: UnsafeMutableRawBufferPointer
    ) {
        for line in lines[range] where line.member == number {
            var target = UnsafeMutableRawBufferPointer(rebasing: member[Int(line.target)...])
            let start = Int(line.start) - source.start
            var from = start
            for place in places[Int(line.places)..<Int(line.places + line.placesCount)] {
                WaitingLines.copy(from..<(start + Int(place)), from: source, to: &target)
                from = start + Int(place)
                WaitingLines.put(Int(line.number), to: &target)
            }
            WaitingLines.copy(from..<(start + Int(line.count)), from: source, to: &target)
        }
    }

    private static func copy(_ range: Range<Int>, from source: Source, to target: inout UnsafeMutableRawBufferPointer) {
        source.copy(range, target)
        target = UnsafeMutableRawBufferPointer(rebasing: target[range.count...])
    }

    private static func put(_ number: Int, to target: inout UnsafeMutableRawBufferPointer) {
        var rest = number
        let count = digits(of: number)
        for place in (0..<count).reversed() {
            target[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        target = UnsafeMutableRawBufferPointer(rebasing: target[count...])
    }

    private static func digits(of number: Int) -> Int {
        var count = 1
        var rest = number / 10
        while rest > 0 {
            count += 1
            rest /= 10
        }
        return count
    }

    private func letGo() {
        fresh.letGo(memory)
        packed.letGo(memory)
        packs.removeAll(keepingCapacity: true)
        lines.removeAll(keepingCapacity: true)
        places.removeAll(keepingCapacity: true)
        bytes = 0
        mostBytes = 0
    }
}
