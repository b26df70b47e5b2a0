import Exchange

extension Directory.Status {
    /// What the directory says of a participant, in French.
    var french: String {
        switch self {
        case .active: "actif"
        case .suspended: "suspendu"
        case .retired: "parti"
        case .revoked: "révoqué"
        }
    }
}
