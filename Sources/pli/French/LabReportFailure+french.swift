import LabReport

extension LabReportFailure {
    /// Where, what, and what to do, in French.
    var french: String {
        switch self {
        case .route(let place, let problem): "route \(place) : \(problem.french)"
        case .profile(let place, let problem): "profil \(place) : \(problem.french)"
        case .bundle(let path, let problem): "Bundle, \(path) : \(problem.french)"
        }
    }
}

extension LabReportFailure.Problem {
    /// What is wrong, in French.
    var french: String {
        switch self {
        case .notAnObject: "ce n'est pas un objet JSON"
        case .unknownMember(let name): "membre \"\(name)\" inconnu ; l'enlever ou corriger son nom"
        case .missing(let name): "le membre \"\(name)\" manque"
        case .wrongType(let name): "le membre \"\(name)\" n'est pas du bon type"
        case .notAllowed(let name, let allowed): "\"\(name)\" doit être \(French.of(allowed))"
        case .duplicateID: "cet id sert deux fois"
        case .unknownProfile(let id): "il n'y a pas de profil \"\(id)\""
        case .contradiction(let words): French.of(words)
        case .notJSON(let offset): "pas du JSON strict à l'octet \(offset)"
        case .unknownElement: "un élément que cette version ne connaît pas"
        case .badForm: "la valeur n'a pas la forme demandée"
        }
    }
}
