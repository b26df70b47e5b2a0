import Foundation

/// An HL7 message that carries documents.
struct SyntheticMessage {
    var type = "ORU^R01^ORU_R01"
    var version = "2.5"
    var processing = "P"
    var patient = "276037510669326^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.8&ISO^INS"
    var name = "TESTELLI^ADA^ADA^^^^L"
    var birth = "19760315"
    var sex = "F"
    /// MSH-4.
    var facility = "750100125^750100125^N"
    var status = "VALI"
    var control = "NW"
    /// The OBX segments, without their number.
    var observations: [String] = []

    init() {}

    /// Carries `document` in base64.
    init(_ document: SyntheticDocument, state: String = "F") {
        observations = [SyntheticMessage.document(document.bytes, state: state)]
    }

    static func document(_ bytes: [UInt8], state: String = "F", subtype: String = "XML") -> String {
        attachment(Data(bytes).base64EncodedString(), state: state, subtype: subtype)
    }

    static func attachment(
        _ content: String, state: String = "F", subtype: String = "XML", encoding: String = "Base64"
    ) -> String {
        "ED|11502-2^CR d'examens biologiques^LN||^TEXT^\(subtype)^\(encoding)^\(content)||||||\(state)"
    }

    var text: String {
        var segments = [
            "MSH|^~\\&|SIL|\(facility)|PFI|X|202611201706+0100||\(type)|M-1|\(processing)|\(version)|||||FRA|UNICODE UTF-8",
            "PID|||\(patient)||\(name)||\(birth)|\(sex)|||1 rue A^^PARIS^^75007^FRA^H|||||||||||||||||||||\(status)",
            "PV1|1|O", "ORC|\(control)|PL-9|FI-9", "OBR|1|PL-9|FI-9|11502-2^CR d'examens biologiques^LN",
        ]
        segments += observations.enumerated().map { "OBX|\($0.offset + 1)|\($0.element)" }
        return segments.joined(separator: "\r") + "\r"
    }

    var bytes: [UInt8] { Array(text.utf8) }
}
