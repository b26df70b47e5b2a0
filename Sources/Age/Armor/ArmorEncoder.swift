/// Writes armor around bytes pushed in pieces. Lines end in LF, the last one too.
struct ArmorEncoder: Sendable {
    private var pending: [UInt8] = []
    private var isBegun = false

    /// Appends what became ready: whole lines.
    mutating func push(_ bytes: UnsafeRawBufferPointer, into text: inout [UInt8]) {
        begin(&text)
        var rest = bytes
        if !pending.isEmpty {
            let missing = min(Armor.lineBytes - pending.count, rest.count)
            pending.append(contentsOf: rest[..<missing])
            rest = UnsafeRawBufferPointer(rebasing: rest[missing...])
            guard pending.count == Armor.lineBytes else { return }
            pending.withUnsafeBytes { ArmorEncoder.line($0, into: &text) }
            pending.removeAll(keepingCapacity: true)
        }
        let needed = text.count + (rest.count / Armor.lineBytes + 1) * (Armor.columns + 1)
        // Doubled at least: the caller's text may be whole files, gathered chunk by chunk.
        if needed > text.capacity { text.reserveCapacity(max(needed, 2 * text.capacity)) }
        var start = 0
        while start + Armor.lineBytes <= rest.count {
            let line = UnsafeRawBufferPointer(rebasing: rest[start..<(start + Armor.lineBytes)])
            ArmorEncoder.line(line, into: &text)
            start += Armor.lineBytes
        }
        pending.append(contentsOf: rest[start...])
    }

    /// Appends the last line and the `END` line.
    mutating func finish(into text: inout [UInt8]) {
        begin(&text)
        if !pending.isEmpty {
            let padding = (3 - pending.count % 3) % 3
            pending.withUnsafeBytes { StrictBase64.encode($0, into: &text) }
            for _ in 0..<padding { text.append(UInt8(ascii: "=")) }
            text.append(UInt8(ascii: "\n"))
            pending = []
        }
        text += Armor.end
        text.append(UInt8(ascii: "\n"))
    }

    /// Characters of the armor around `bytes` bytes.
    static func size(of bytes: Int64) -> Int64 {
        let full = bytes / Int64(Armor.lineBytes)
        let rest = bytes % Int64(Armor.lineBytes)
        let lines = full * Int64(Armor.columns + 1) + (rest == 0 ? 0 : (rest + 2) / 3 * 4 + 1)
        return Int64(Armor.begin.count + 1) + lines + Int64(Armor.end.count + 1)
    }

    private mutating func begin(_ text: inout [UInt8]) {
        guard !isBegun else { return }
        isBegun = true
        text += Armor.begin
        text.append(UInt8(ascii: "\n"))
    }

    private static func line(_ bytes: UnsafeRawBufferPointer, into text: inout [UInt8]) {
        StrictBase64.encode(bytes, into: &text)
        text.append(UInt8(ascii: "\n"))
    }
}
