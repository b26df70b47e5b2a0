/// Memory for the lines that wait in the bodies which are filled on one thread, and for the member that they become.
///
/// Bodies take it in small pieces and give these back when their lines are compressed: all of them together need as much as
/// waits in all of them, and not as much as each once had. Kept until the last of the bodies is let go.
package final class LineMemory {
    /// Small, because each body holds one that is not full.
    static let pieceBytes = 16 * 1024
    /// Taken from the system at once: so large that it goes back there when it is let go.
    private static let slabBytes = 1024 * 1024

    /// Bytes that wait in all bodies together, packed or as they came.
    package internal(set) var heldBytes = 0
    private var slabs: [UnsafeMutableRawPointer] = []
    private var free: [UnsafeMutableRawPointer] = []
    /// Where lines are put in their order. Of what is not written to nothing becomes memory.
    private var member = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    private var packing: LinePacking?

    /// Bytes that were taken from the system, for lines that wait and for a member.
    var takenBytes: Int { slabs.count * LineMemory.slabBytes + member.count + (packing?.takenBytes ?? 0) }

    /// Nothing taken yet.
    package init() {}

    deinit {
        for slab in slabs { slab.deallocate() }
        member.deallocate()
    }

    func takePiece() -> UnsafeMutableRawPointer {
        if free.isEmpty {
            let slab = UnsafeMutableRawPointer.allocate(byteCount: LineMemory.slabBytes, alignment: 64)
            slabs.append(slab)
            // The first ones are used first: what is behind them is not touched before it is needed.
            for start in stride(from: 0, to: LineMemory.slabBytes, by: LineMemory.pieceBytes).reversed() {
                free.append(slab + start)
            }
        }
        return free.removeLast()
    }

    func giveBack(_ pieces: inout [UnsafeMutableRawPointer]) {
        // In the order in which they came, so that the same ones are used again.
        while let piece = pieces.popLast() { free.append(piece) }
    }

    func member(bytes: Int) -> UnsafeMutableRawBufferPointer {
        if member.count < bytes {
            member.deallocate()
            let slabs = (bytes + LineMemory.slabBytes - 1) / LineMemory.slabBytes
            member = .allocate(byteCount: slabs * LineMemory.slabBytes, alignment: 64)
        }
        return UnsafeMutableRawBufferPointer(rebasing: member[..<bytes])
    }

    /// What packs the lines of all bodies: none of them does so while another does.
    func linePacking() throws(CourierFailure) -> LinePacking {
        if let packing { return packing }
        let made = try LinePacking()
        packing = made
        return made
    }
}
