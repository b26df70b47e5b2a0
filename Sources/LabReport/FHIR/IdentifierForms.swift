import StrictJSON

/// What FHIR writes around an identifier's value: the same for all of one authority, and a laboratory has a handful of these.
final class IdentifierForms {
    /// What it is made of.
    struct Kind: Equatable {
        var system: String?
        var namespace: String?
        var type: String?
        /// The standard's name for its type.
        var standard: String?
        var use: FHIRIdentifierUse?
    }

    /// The bytes before the value, and behind it.
    struct Form {
        var opening: [UInt8]
        var closing: [UInt8]
    }

    private static let most = 16
    private static let longest = 1_024

    // Unchecked at run time: no call leaves this file while they are accessed.
    @exclusivity(unchecked) private var kinds: [Kind] = []
    @exclusivity(unchecked) private var forms: [Form] = []
    @exclusivity(unchecked) private var oldest = 0

    /// None yet.
    init() {}

    /// The form of this kind, where it is remembered.
    func form(_ kind: Kind) -> Form? {
        for place in kinds.indices where kinds[place] == kind { return forms[place] }
        return nil
    }

    /// Remembers a form; the oldest one makes room.
    func keep(_ form: Form, of kind: Kind) {
        guard form.opening.count + form.closing.count <= IdentifierForms.longest else { return }
        if kinds.count < IdentifierForms.most {
            kinds.append(kind)
            forms.append(form)
        } else {
            kinds[oldest] = kind
            forms[oldest] = form
            oldest = (oldest + 1) % IdentifierForms.most
        }
    }
}

/// FHIR's `Identifier.use`, as far as it is written.
enum FHIRIdentifierUse: UInt8 {
    case official, secondary, usual

    var word: StaticString {
        switch self {
        case .official: "official"
        case .secondary: "secondary"
        case .usual: "usual"
        }
    }
}
