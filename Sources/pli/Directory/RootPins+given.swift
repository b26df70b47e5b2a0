import Exchange

extension RootPins {
    /// The fingerprints of root holders as a command line gives them.
    static func given(_ fingerprints: [String], threshold: Int) throws -> RootPins {
        do {
            return try RootPins(threshold: threshold, fingerprints: fingerprints.map { try SHA256Hex($0) })
        } catch {
            throw CommandFailure.usage(
                "les empreintes données ne peuvent pas servir", "the fingerprints given cannot serve",
                hint: .init(
                    french: "64 chiffres hexadécimaux chacune, et --threshold au plus leur nombre",
                    english: "64 hexadecimal digits each, and --threshold no more than there are"))
        }
    }
}
