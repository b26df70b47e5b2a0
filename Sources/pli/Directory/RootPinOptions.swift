import ArgumentParser
import Exchange

/// The root holders that a command goes by, as its caller pins them.
struct RootPinOptions: ParsableArguments {
    @Option(
        name: .long,
        help: .both(
            "Empreinte d'une racine que vous épinglez (à répéter).", "Fingerprint of a root that you pin (repeat)."))
    var root: [String]
    @Option(name: .long, help: .both("Combien d'entre eux doivent avoir signé.", "How many of them must have signed."))
    var threshold = 2

    func pins() throws -> RootPins {
        do {
            return try RootPins(threshold: threshold, fingerprints: root.map { try SHA256Hex($0) })
        } catch {
            throw CommandFailure.usage(
                "les empreintes données ne peuvent pas servir", "the fingerprints given cannot serve",
                hint: .init(
                    french: "64 chiffres hexadécimaux chacune, et --threshold au plus leur nombre",
                    english: "64 hexadecimal digits each, and --threshold no more than there are"))
        }
    }
}
