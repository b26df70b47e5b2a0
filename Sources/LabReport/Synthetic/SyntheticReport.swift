/// One synthetic message and what is known of it. Its description shows nothing of the person.
public struct SyntheticReport: Sendable, CustomStringConvertible {
    /// What is deliberately wrong with a message.
    public enum Fault: String, Sendable, CaseIterable {
        /// The key of the NIR.
        case nirKey
        /// The person is born a month from now.
        case futureBirth
        /// No result is given.
        case noResult
        /// Sent as training, not production.
        case training
        /// The laboratory's own number is missing.
        case noFiller
        /// The patient has no identifier at all.
        case noIdentifier

        /// The rule that intake must hold the message by.
        public var rule: String {
            switch self {
            case .nirKey: "ins-key"
            case .futureBirth: "birth-in-future"
            case .noResult: "results-missing"
            case .training: "not-production"
            case .noFiller: "filler-missing"
            case .noIdentifier: "patient-unidentified"
            }
        }
    }

    /// The message: ORU^R01, HL7 2.5.1, UTF-8, segments ended by carriage returns.
    public let hl7: [UInt8]
    /// Every text of it that identifies someone or must stay with those entitled: numbers, names, address line, phones
    /// and mails of the person, the same of the professionals, the canaries. Each is unlikely anywhere else.
    public let personal: [String]
    /// The text that stands in the comment observation: `CANARI-` and 16 hexadecimal digits.
    public let canary: String
    /// MSH-10.
    public let messageID: String
    /// OBR-3, which only the fault `noFiller` leaves out; a correction has that of the message it corrects.
    public let fillerNumber: String
    /// The department where the person lives.
    public let department: String
    /// The region where the person lives.
    public let region: String
    /// One of the results is positive.
    public let isPositive: Bool
    /// LOINC codes of the detections, in order; cycle thresholds and the comment are left out.
    public let tests: [String]
    /// The number of the message that this one corrects.
    public let corrects: Int?
    /// The number of the message of which this one is a copy, byte for byte.
    public internal(set) var duplicates: Int?
    /// What is wrong; nil for a message that must be taken.
    public let fault: Fault?

    /// The rule that intake must hold this message by in production; nil when it must take it.
    public var expectedRule: String? { fault?.rule ?? (duplicates == nil ? nil : "duplicate") }

    /// Intake must hold this message in production.
    public var expectedHeld: Bool { expectedRule != nil }

    /// Only what a log may show.
    public var description: String { "synthetic report (\(tests.count) results, \(fault?.rawValue ?? "sound"))" }
}
