/// The rules for the name of a key, as the signed-note specification has them, with a cap.
enum KeyName {
    static let maxBytes = 256

    static func isValid(_ name: String) -> Bool {
        guard !name.isEmpty, name.utf8.count <= maxBytes else { return false }
        return name.unicodeScalars.allSatisfy { scalar in
            scalar != "+" && !scalar.properties.isWhitespace && scalar.properties.generalCategory != .control
        }
    }

    /// Byte for byte: Swift's own `==` takes Unicode equivalents for equal.
    static func same(_ left: String, _ right: String) -> Bool {
        left.utf8.elementsEqual(right.utf8)
    }
}
