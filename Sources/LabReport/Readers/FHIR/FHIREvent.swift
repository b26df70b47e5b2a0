import HL7
import StrictJSON

/// What a MessageHeader says that happened, as far as it says so in the words of HL7 v2: an order, a stay or a vaccination is no
/// report, whatever results stand in it. HL7's own reader judges MSH-9 alike.
struct FHIREvent {
    /// `ORU` of `ORU^R01`.
    private(set) var type: String?
    /// `R01`.
    private(set) var event: String?

    /// A code, a system or a URI that is longer says nothing of the kind.
    private static let longestBytes = 256

    /// `R01`, `ORU^R01^ORU_R01`, `ORU_R01`, `ORU`.
    private init(_ words: Substring.UTF8View) {
        for word in words.split(whereSeparator: { $0 == UInt8(ascii: "^") || $0 == UInt8(ascii: "_") }) {
            if event == nil, FHIREvent.isEvent(word) { event = String(Substring(word)) }
            if type == nil, FHIREvent.isType(word) { type = String(Substring(word)) }
        }
    }

    /// The event of a Coding; nil where no table of HL7 v2 has it. Without a system three letters may be anything: they are a message
    /// with an event beside them, or where they are one of HL7's.
    init?(system: String?, code: String) {
        guard code.utf8.count <= FHIREvent.longestBytes else { return nil }
        if let system, !FHIREvent.isTable(system) { return nil }
        self.init(Substring(code.unpadded.inCapitals).utf8)
        guard system == nil, event == nil, let type else { return }
        guard FHIREvent.messages.contains(type) else { return nil }
    }

    /// Messages that are no reports, and the one that is.
    private static let messages: Set<String> = [
        "ACK", "ADT", "BAR", "DFT", "MDM", "OMG", "OMI", "OML", "ORL", "ORM", "ORR", "ORU", "OUL", "QBP", "RDE", "RDS",
        "RSP", "SIU", "VXU",
    ]

    /// The event that a URI ends with: message and event, or the event alone where the URI speaks of HL7 or of v2.
    init?(uri: String) {
        guard uri.utf8.count <= FHIREvent.longestBytes else { return nil }
        let ends = "/#|:=".utf8
        guard let last = uri.unpadded.utf8.split(whereSeparator: { ends.contains($0) }).last else { return nil }
        self.init(last)
        guard event != nil, type != nil || FHIREvent.speaksOfHL7(uri) else { return nil }
    }

    /// The rule that it breaks.
    var rule: Rule? {
        if let type, type != "ORU" { return .messageType }
        guard let event, event != "R01" else { return nil }
        return type == nil && event.utf8.first != UInt8(ascii: "R") ? .messageType : .messageEvent
    }

    /// Tables 0003 (events), 0076 (messages) and 0354 (structures), under their names of FHIR, STU3 and v2.
    private static func isTable(_ system: String) -> Bool {
        guard system.utf8.count <= longestBytes else { return false }
        let bare = system.split(separator: "|", maxSplits: 1).first.map { String($0).unpadded } ?? ""
        let name = bare.split(separator: "/").last ?? ""
        switch name {
        case "v2-0003", "v2-0076", "v2-0354", "HL70003", "HL70076", "HL70354": return true
        case "0003", "0076", "0354": return bare.utf8.elementsEqual("http://hl7.org/fhir/v2/\(name)".utf8)
        default: break
        }
        switch CodeSystem.name(forURI: bare) {
        case "2.16.840.1.113883.12.3", "2.16.840.1.113883.12.76", "2.16.840.1.113883.12.354": return true
        default: return false
        }
    }

    private static func speaksOfHL7(_ uri: String) -> Bool {
        let words = uri.inCapitals.utf8.split { !$0.isAlphanumeric }
        return words.contains { $0.elementsEqual("HL7".utf8) || $0.elementsEqual("V2".utf8) }
    }

    private static func isEvent(_ word: Substring.UTF8View) -> Bool {
        guard word.count == 3 else { return false }
        let bytes = Array(word)
        return isCapital(bytes[0]) && bytes.dropFirst().allSatisfy { ASCIIDigit.isDigit($0) }
    }

    private static func isType(_ word: Substring.UTF8View) -> Bool {
        word.count == 3 && word.allSatisfy { isCapital($0) }
    }

    private static func isCapital(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "A") < 26 }
}

extension FHIRElements {
    /// Whether the messages of a document are reports, by what their headers say that happened.
    mutating func judgeEvents(of resources: FHIRResources) {
        for index in resources.indices(of: "MessageHeader") {
            let json = resources.all[index].json
            // STU3 calls it `event`.
            for name in ["eventCoding", "event"] {
                let place = "MessageHeader." + name
                guard let coding = json[name] else { continue }
                guard coding.members != nil else {
                    log.add(.fhirElement, at: place)
                    continue
                }
                guard let code = string(coding, "code", place) else { continue }
                let event = FHIREvent(system: string(coding, "system", place), code: code)
                if let rule = event?.rule { log.add(rule, at: place) }
            }
            for name in ["eventUri", "eventCanonical"] {
                guard let uri = string(json, name, "MessageHeader") else { continue }
                if let rule = FHIREvent(uri: uri)?.rule { log.add(rule, at: "MessageHeader." + name) }
            }
        }
    }
}
