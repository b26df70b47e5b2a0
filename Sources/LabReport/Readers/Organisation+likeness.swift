/// What two mentions of a structure say of each other.
extension Organisation {
    /// Whether both are one structure, as far as can be told: by FINESS, by a number of one authority, or by name.
    func isSame(as other: Organisation) -> Bool {
        if owner === other.owner, finess != nil { return true }
        if let finess, let otherFINESS = other.finess { return finess == otherFINESS }
        if let identifier = identifiers.first, let otherIdentifier = other.identifiers.first {
            return identifier == otherIdentifier
        }
        return name != nil && name == other.name
    }

    /// Whether it is `other`, and nothing is lost where `other` alone is kept.
    func saysNoMore(than other: Organisation) -> Bool {
        if owner === other.owner { return finess != nil || name != nil || !identifiers.isEmpty }
        return isSame(as: other) && (name == nil || name == other.name) && (finess == nil || finess == other.finess)
            && (address == nil || address == other.address) && identifiers.allSatisfy { other.identifiers.contains($0) }
            && phones.allSatisfy { other.phones.contains($0) }
    }
}
