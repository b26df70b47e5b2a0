/// What shows that a message whose last segment has no end was cut there, and not only written without one.
package enum CutMessage {
    /// More than a missing line end says so: the batch around it has no end either, its last result has fewer fields than each of
    /// the others, or its last specimen stops within its type. `oddities` are those of the message and of what stood around it.
    package static func isCut(_ message: Message, _ wire: Wire, _ oddities: Message.Oddities) -> Bool {
        guard oddities.contains(.unterminated) else { return false }
        if oddities.contains(.unfinishedBatch) || !specimen(of: message, wire, oddities).isEmpty { return true }
        guard let last = message.ranges.last, wire.name(of: last) == .obx else { return false }
        let width = separators(in: last, wire)
        let others = message.ranges.dropLast().filter { wire.name(of: $0) == .obx }
        return !others.isEmpty && others.allSatisfy { separators(in: $0, wire) > width }
    }

    /// The last segment, where it is a specimen that stops within its type, and no system behind the code says that this is whole.
    package static func specimen(of message: Message, _ wire: Wire, _ oddities: Message.Oddities) -> PartRange {
        guard oddities.contains(.unterminated), let last = message.ranges.last, wire.name(of: last) == .spm else {
            return .nothing
        }
        let fields = FieldRanges()
        fields.fill(last, .spm, in: wire)
        let type = fields[4]
        let isCut = wire.hasValue(type) && type.end == last.end && !wire.hasValue(wire.component(type, 3))
        return isCut ? last : .nothing
    }

    private static func separators(in segment: PartRange, _ wire: Wire) -> Int {
        let separator = wire.dialect.delimiters.field
        return wire.bytes(of: segment).count { $0 == separator }
    }
}
