/// Whether a file holds what laboratories send of people, told by how it is marked and not by whether a report can be made of it: a
/// message without results, of another kind or that no reader takes has names in it all the same.
///
/// It is looked for at any line of text, also in UTF-16 (zero bytes do not count): HL7 v2 (`MSH`), HPRIM (`H`), FHIR JSON (`resourceType` of
/// a resource about a person, or a bundle); and in XML by the element or the name space of clinical documents and messages. A table without its line of names cannot be told from any other.
struct MessageMarks {
    /// What of the bytes so far the next ones may belong to.
    private var carried: [UInt8] = []
    private var isAtBeginning = true
    /// Its first visible byte opens an element.
    private var isXML = false

    private static let longest = 96
    /// CDA and other documents of HL7 v3, HL7 v2, FHIR and HPRIM as XML. Each begins with `<`, `:`, or a quote.
    private static let ofXML: [[UInt8]] = [
        "<ClinicalDocument", ":ClinicalDocument", "\"urn:hl7-org:v", "'urn:hl7-org:v", "\"http://hl7.org/fhir\"",
        "'http://hl7.org/fhir'", "\"http://www.hprim.org/", "'http://www.hprim.org/",
    ].map { Array($0.utf8) }
    private static let type = Array(#""resourceType""#.utf8)
    private static let resources: [[UInt8]] = [
        "Bundle", "Composition", "Condition", "DiagnosticReport", "DocumentReference", "Encounter", "Immunization",
        "Observation",
        "Patient", "Person", "QuestionnaireResponse", "RelatedPerson", "ServiceRequest", "Specimen",
    ].map { Array("\"\($0)\"".utf8) }

    /// Looks at the next bytes of the file.
    mutating func areFound(in piece: ArraySlice<UInt8>) -> Bool {
        var bytes = carried
        bytes.reserveCapacity(carried.count + piece.count)
        for byte in piece where byte != 0 { bytes.append(byte) }
        guard !bytes.isEmpty else { return false }
        if isAtBeginning { isXML = bytes.first { $0 > 0x20 && $0 < 0x80 } == UInt8(ascii: "<") }
        let isFound =
            isAtBeginning && MessageMarks.begins(bytes) || MessageMarks.stand(in: bytes)
            || isXML && MessageMarks.isClinicalXML(bytes)
        isAtBeginning = false
        carried = bytes.suffix(MessageMarks.longest)
        return isFound
    }

    /// The file's first visible bytes are HL7's or HPRIM's, with whatever delimiters.
    private static func begins(_ bytes: [UInt8]) -> Bool {
        let visible = bytes.drop { $0 <= 0x20 || $0 >= 0x80 }
        return declares(visible, "MSH", isStrict: false) || declares(visible, "H", isStrict: false)
    }

    private static func isClinicalXML(_ bytes: [UInt8]) -> Bool {
        bytes.indices.contains { index in
            switch bytes[index] {
            case UInt8(ascii: "<"), UInt8(ascii: ":"), UInt8(ascii: "\""), UInt8(ascii: "'"):
                ofXML.contains { bytes[index...].starts(with: $0) }
            default: false
            }
        }
    }

    private static func stand(in bytes: [UInt8]) -> Bool {
        for index in bytes.indices {
            switch bytes[index] {
            case UInt8(ascii: "M"), UInt8(ascii: "H"):
                guard index > 0, bytes[index - 1] <= 0x20 || bytes[index - 1] >= 0x80 else { continue }
                let rest = bytes[index...]
                if declares(rest, "MSH", isStrict: false) || declares(rest, "H", isStrict: true) { return true }
            case UInt8(ascii: "\""):
                if namesResource(bytes[index...]) { return true }
            default: continue
            }
        }
        return false
    }

    /// `name`, a separator, two to five other delimiters, the separator again. Strictly, with the usual ones: one letter is soon
    /// found among bytes that are no text.
    private static func declares(_ bytes: ArraySlice<UInt8>, _ name: StaticString, isStrict: Bool) -> Bool {
        let count = name.utf8CodeUnitCount
        guard bytes.count > count,
            name.withUTF8Buffer({ letters in zip(bytes, letters).allSatisfy { $0 == $1 } })
        else { return false }
        let rest = bytes.dropFirst(count)
        guard let separator = rest.first, isDelimiter(separator),
            !isStrict || separator == UInt8(ascii: "|")
        else { return false }
        for (place, byte) in rest.dropFirst().prefix(6).enumerated() {
            if byte == separator { return place >= 2 }
            guard isDelimiter(byte) else { return false }
            if isStrict, place == 0, byte != UInt8(ascii: "^"), byte != UInt8(ascii: "~") { return false }
        }
        return false
    }

    private static func isDelimiter(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
        default: false
        }
    }

    /// `"resourceType": "Patient"` and the like, with white space or none.
    private static func namesResource(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard bytes.starts(with: type) else { return false }
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
        let colon = bytes.dropFirst(type.count).drop(while: isSpace)
        guard colon.first == UInt8(ascii: ":") else { return false }
        let value = colon.dropFirst().drop(while: isSpace)
        return resources.contains { value.starts(with: $0) }
    }
}
