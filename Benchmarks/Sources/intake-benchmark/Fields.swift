import HL7

/// What PyPI `hl7` is compared with: messages found, parsed, and 26 of their fields taken; no model, no rule.
struct Fields {
    struct Counts {
        var messages = 0
        /// Bytes of the fields taken, so that nobody can leave the work out.
        var bytes = 0
    }

    private static let wanted: [(name: SegmentName, fields: [Int])] = [
        (.msh, [3, 4, 7, 9, 10, 11, 12, 18]), (.pid, [3, 5, 7, 8, 11, 13, 32]), (.obr, [2, 3, 4, 7, 16, 22, 25]),
        (.obx, [3, 5, 11, 14]),
    ]

    static func read(_ part: HL7File.Part) -> Counts {
        var counts = Counts()
        let fields = FieldRanges()
        part.messages { piece in
            guard let message = try? Message(piece.bytes) else { return }
            counts.messages += 1
            message.withWire { wire in
                var next = 0
                for segment in message.ranges where next < wanted.count {
                    guard wire.name(of: segment) == wanted[next].name else { continue }
                    fields.fill(segment, wanted[next].name, in: wire)
                    for number in wanted[next].fields { counts.bytes += wire.bytes(of: fields[number]).count }
                    next += 1
                }
            }
        }
        return counts
    }
}
