/// What LabReport refuses: a directory's routes or profiles, or a line that is no report of ours.
///
/// Places and names of the directory are public; nothing that a report holds is ever part of a failure.
public enum LabReportFailure: Error, Equatable, Sendable {
    /// A route, by its id, or by its place (`routes[3]`) where the id itself is at fault.
    case route(String, Problem)
    /// A profile, by its id or its place.
    case profile(String, Problem)
    /// A bundle, by the path of the element: `entry[4].Observation.status`.
    case bundle(path: String, Problem)

    /// What is wrong.
    public enum Problem: Equatable, Sendable {
        /// The value is no JSON object.
        case notAnObject
        /// A member that the language does not have; only a directory's are named.
        case unknownMember(String)
        /// A member that must be there.
        case missing(String)
        /// A member of another type.
        case wrongType(String)
        /// A member whose value is none of those allowed, which are listed.
        case notAllowed(String, allowed: String)
        /// The id was used before.
        case duplicateID
        /// The route names a profile that the directory does not hold.
        case unknownProfile(String)
        /// Members that do not go together, or one that needs another: said in words.
        case contradiction(String)
        /// The bytes are not strict JSON; the offset is where.
        case notJSON(offset: Int)
        /// An element that this version does not write and so cannot read without losing something.
        case unknownElement
        /// An element whose value has not the form it must have.
        case badForm
    }
}

extension LabReportFailure: CustomStringConvertible {
    /// Where, what, and what to do, in English.
    public var description: String {
        switch self {
        case .route(let place, let problem): "route \(place): \(problem.description)"
        case .profile(let place, let problem): "profile \(place): \(problem.description)"
        case .bundle(let path, let problem): "bundle, \(path): \(problem.description)"
        }
    }
}

extension LabReportFailure.Problem: CustomStringConvertible {
    /// In English.
    public var description: String {
        switch self {
        case .notAnObject: "not a JSON object"
        case .unknownMember(let name): "unknown member \"\(name)\"; remove it or correct its name"
        case .missing(let name): "member \"\(name)\" is missing"
        case .wrongType(let name): "member \"\(name)\" has the wrong type"
        case .notAllowed(let name, let allowed): "\"\(name)\" must be \(allowed)"
        case .duplicateID: "this id is used twice"
        case .unknownProfile(let id): "there is no profile \"\(id)\""
        case .contradiction(let words): words
        case .notJSON(let offset): "not strict JSON at byte \(offset)"
        case .unknownElement: "an element that this version does not know"
        case .badForm: "the value has not the form required"
        }
    }
}
