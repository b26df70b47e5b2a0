/// A segment's three characters.
public struct SegmentName: Hashable, Sendable, CustomStringConvertible {
    private let packed: UInt32

    private init(packed: UInt32) {
        self.packed = packed
    }

    /// A name known when the program is written.
    private init(_ first: Unicode.Scalar, _ second: Unicode.Scalar, _ third: Unicode.Scalar) {
        packed = first.value << 16 | second.value << 8 | third.value
    }

    /// Nil unless `bytes` are an upper-case letter and two more letters or digits.
    public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == 3 else { return nil }
        var packed: UInt32 = 0
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): break
            case UInt8(ascii: "0")...UInt8(ascii: "9"): if packed == 0 { return nil }
            default: return nil
            }
            packed = packed << 8 | UInt32(byte)
        }
        self.packed = packed
    }

    /// The three characters.
    public var description: String {
        String(decoding: [UInt8(packed >> 16), UInt8(packed >> 8 & 0xFF), UInt8(packed & 0xFF)], as: UTF8.self)
    }

    /// Starts with Z: agreed between two parties, unknown to everyone else.
    public var isLocal: Bool { packed >> 16 == 0x5A }

    /// The segments whose fields 1 and 2 are the delimiters.
    var isHeader: Bool { self == .msh || self == .fhs || self == .bhs }

    /// Message header.
    public static var msh: SegmentName { SegmentName("M", "S", "H") }
    /// File header.
    public static var fhs: SegmentName { SegmentName("F", "H", "S") }
    /// Batch header.
    public static var bhs: SegmentName { SegmentName("B", "H", "S") }
    /// Batch trailer.
    public static var bts: SegmentName { SegmentName("B", "T", "S") }
    /// File trailer.
    public static var fts: SegmentName { SegmentName("F", "T", "S") }
    /// Patient.
    public static var pid: SegmentName { SegmentName("P", "I", "D") }
    /// Visit.
    public static var pv1: SegmentName { SegmentName("P", "V", "1") }
    /// Common order.
    public static var orc: SegmentName { SegmentName("O", "R", "C") }
    /// Observation request.
    public static var obr: SegmentName { SegmentName("O", "B", "R") }
    /// Observation.
    public static var obx: SegmentName { SegmentName("O", "B", "X") }
    /// Specimen.
    public static var spm: SegmentName { SegmentName("S", "P", "M") }
    /// Note.
    public static var nte: SegmentName { SegmentName("N", "T", "E") }
    /// Participation.
    public static var prt: SegmentName { SegmentName("P", "R", "T") }
    /// Consent.
    public static var con: SegmentName { SegmentName("C", "O", "N") }
    /// Continuation pointer.
    public static var dsc: SegmentName { SegmentName("D", "S", "C") }
}
