/// A segment's three characters.
public struct SegmentName: Hashable, Sendable, CustomStringConvertible {
    @usableFromInline let packed: UInt32

    /// A name known when the program is written.
    @inlinable
    init(_ first: Unicode.Scalar, _ second: Unicode.Scalar, _ third: Unicode.Scalar) {
        packed = first.value << 16 | second.value << 8 | third.value
    }

    /// Nil unless `bytes` are an upper-case letter and two more letters or digits.
    public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == 3 else { return nil }
        var iterator = bytes.makeIterator()
        guard let first = iterator.next(), let second = iterator.next(), let third = iterator.next() else { return nil }
        self.init(first, second, third)
    }

    /// The same of three bytes.
    @inline(__always)
    init?(_ first: UInt8, _ second: UInt8, _ third: UInt8) {
        guard SegmentName.isLetter(first), SegmentName.isLetter(second) || SegmentName.isDigit(second),
            SegmentName.isLetter(third) || SegmentName.isDigit(third)
        else { return nil }
        packed = UInt32(first) << 16 | UInt32(second) << 8 | UInt32(third)
    }

    @inline(__always)
    private static func isLetter(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "A") < 26 }

    @inline(__always)
    private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    /// The same three characters.
    @inlinable
    public static func == (left: SegmentName, right: SegmentName) -> Bool { left.packed == right.packed }

    /// The three characters.
    public var description: String {
        String(decoding: [UInt8(packed >> 16), UInt8(packed >> 8 & 0xFF), UInt8(packed & 0xFF)], as: UTF8.self)
    }

    /// Starts with Z: agreed between two parties, unknown to everyone else.
    public var isLocal: Bool { packed >> 16 == 0x5A }

    /// Stands behind a header only: behind a patient it is that of another message, whose header was lost.
    package var followsHeader: Bool { self == SegmentName("S", "F", "T") }

    /// The segments whose fields 1 and 2 are the delimiters.
    var isHeader: Bool { self == .msh || self == .fhs || self == .bhs }

    /// Message header.
    @inlinable public static var msh: SegmentName { SegmentName("M", "S", "H") }
    /// File header.
    @inlinable public static var fhs: SegmentName { SegmentName("F", "H", "S") }
    /// Batch header.
    @inlinable public static var bhs: SegmentName { SegmentName("B", "H", "S") }
    /// Batch trailer.
    @inlinable public static var bts: SegmentName { SegmentName("B", "T", "S") }
    /// File trailer.
    @inlinable public static var fts: SegmentName { SegmentName("F", "T", "S") }
    /// Patient.
    @inlinable public static var pid: SegmentName { SegmentName("P", "I", "D") }
    /// Visit.
    @inlinable public static var pv1: SegmentName { SegmentName("P", "V", "1") }
    /// Common order.
    @inlinable public static var orc: SegmentName { SegmentName("O", "R", "C") }
    /// Observation request.
    @inlinable public static var obr: SegmentName { SegmentName("O", "B", "R") }
    /// Observation.
    @inlinable public static var obx: SegmentName { SegmentName("O", "B", "X") }
    /// Specimen.
    @inlinable public static var spm: SegmentName { SegmentName("S", "P", "M") }
    /// Note.
    @inlinable public static var nte: SegmentName { SegmentName("N", "T", "E") }
    /// Participation.
    @inlinable public static var prt: SegmentName { SegmentName("P", "R", "T") }
    /// Consent.
    @inlinable public static var con: SegmentName { SegmentName("C", "O", "N") }
    /// Contact data.
    @inlinable public static var ctd: SegmentName { SegmentName("C", "T", "D") }
    /// Pli's own: a structure or a person, where the standard has no place for all that is known of them.
    @inlinable public static var zor: SegmentName { SegmentName("Z", "O", "R") }
    /// Pli's own: what a profile made of a patient.
    @inlinable public static var zpa: SegmentName { SegmentName("Z", "P", "A") }
    /// Continuation pointer.
    @inlinable public static var dsc: SegmentName { SegmentName("D", "S", "C") }
}
