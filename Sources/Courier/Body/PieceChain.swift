/// Bytes in pieces of a `LineMemory`: they grow without being moved, and their memory goes back piece by piece.
///
/// Who holds one gives it back (`letGo`) before it goes: it does not do so by itself.
struct PieceChain {
    private(set) var bytes = 0
    private var pieces: [UnsafeMutableRawPointer] = []

    /// Appends all of `new`, which counts as held by `memory` from now on.
    mutating func append(_ new: UnsafeRawBufferPointer, _ memory: LineMemory) {
        var rest = new
        while !rest.isEmpty {
            let room = room(memory)
            let part = UnsafeRawBufferPointer(rebasing: rest.prefix(room.count))
            room.copyMemory(from: part)
            bytes += part.count
            rest = UnsafeRawBufferPointer(rebasing: rest[part.count...])
        }
        memory.heldBytes += new.count
    }

    /// Copies the bytes of `range` to the beginning of `target`.
    func copy(_ range: Range<Int>, to target: UnsafeMutableRawBufferPointer) {
        var position = range.lowerBound
        var target = target
        while position < range.upperBound {
            let offset = position % LineMemory.pieceBytes
            let part = min(LineMemory.pieceBytes - offset, range.upperBound - position)
            let source = pieces[position / LineMemory.pieceBytes] + offset
            target.copyMemory(from: UnsafeRawBufferPointer(start: source, count: part))
            target = UnsafeMutableRawBufferPointer(rebasing: target[part...])
            position += part
        }
    }

    /// Gives all of it back.
    mutating func letGo(_ memory: LineMemory) {
        memory.giveBack(&pieces)
        memory.heldBytes -= bytes
        bytes = 0
    }

    /// What is free of the last piece, or a new one.
    private mutating func room(_ memory: LineMemory) -> UnsafeMutableRawBufferPointer {
        let offset = bytes % LineMemory.pieceBytes
        if bytes / LineMemory.pieceBytes == pieces.count { pieces.append(memory.takePiece()) }
        return UnsafeMutableRawBufferPointer(
            start: pieces[bytes / LineMemory.pieceBytes] + offset, count: LineMemory.pieceBytes - offset)
    }
}
