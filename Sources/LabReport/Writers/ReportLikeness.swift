extension Report {
    /// A number by which reports are put beside those that they resemble: those of one laboratory, requester and panel have the
    /// same one, those of one requester numbers close to each other. It says nothing of the patient.
    ///
    /// A requester stands whole in each of his reports, and compression finds him again only within 32 KiB. Corrections and
    /// cancellations have the highest number: in the order in which they came, a version never comes before one that it
    /// corrects. Others may share a number by chance, which costs a few bytes.
    package var likeness: UInt64 {
        inPlace { content in
            guard content.pointee.action == .new else { return .max }
            var hash = Likeness()
            hash.add(content.pointee.laboratory?.finess)
            if let requester = content.pointee.requester {
                hash.add(requester.identifiers.first?.value.text)
                hash.add(requester.familyName?.text)
            }
            let people = hash.value
            hash.add(content.pointee.orders.first?.panel?.code)
            // The panel decides only among those of the same people, and nobody has the highest number by chance.
            return (people & ~0xFFFF | hash.value & 0xFFFF) >> 1
        }
    }
}

/// FNV-1a over texts: the same for the same texts on every machine and every day.
private struct Likeness {
    private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ text: String?) {
        for byte in (text ?? "").utf8 { add(byte) }
        add(0xFF)
    }

    private mutating func add(_ byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
}
