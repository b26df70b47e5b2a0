/// HL7 result statuses (tables 0085 and 0123) and FHIR's, both ways.
///
/// FHIR's status is what a recipient that knows nothing of Pli acts upon: what is withdrawn reads `entered-in-error`
/// whatever else was said of it. Where the way back would not give the laboratory's own code, that stands beside it.
enum FHIRStatus {
    /// The Observation's status.
    static func observation(_ status: String, _ action: Report.Action) -> String {
        if action == .cancel, !status.isEmpty { return "entered-in-error" }
        switch status {
        case "F", "U": return "final"
        case "C": return "corrected"
        case "D", "W": return "entered-in-error"
        case "P", "R", "S": return "preliminary"
        case "I", "O": return "registered"
        case "X", "N": return "cancelled"
        default: return "unknown"
        }
    }

    /// The code that `observation(_:_:)` makes of this without further word.
    static func code(ofObservation status: String, _ action: Report.Action) -> String {
        switch status {
        case "final": "F"
        case "corrected": "C"
        case "entered-in-error": "D"
        case "preliminary": "P"
        case "registered": "I"
        case "cancelled": "X"
        default: ""
        }
    }

    /// The DiagnosticReport's status.
    static func report(_ status: String?, _ action: Report.Action) -> String {
        switch action {
        case .cancel: return "entered-in-error"
        case .replace where status == nil || status == "F" || status == "C": return "corrected"
        case .new, .replace: break
        }
        switch status {
        case "F": return "final"
        case "C": return "corrected"
        case "A": return "partial"
        case "P", "R": return "preliminary"
        case "I", "O", "S": return "registered"
        case "X": return "cancelled"
        default: return "unknown"
        }
    }

    /// The code that `report(_:_:)` makes of this without further word.
    static func code(ofReport status: String, _ action: Report.Action) -> String? {
        switch status {
        case "final": "F"
        case "corrected": action == .replace ? nil : "C"
        case "partial": "A"
        case "preliminary": "P"
        case "registered": "I"
        case "cancelled": "X"
        default: nil
        }
    }
}
