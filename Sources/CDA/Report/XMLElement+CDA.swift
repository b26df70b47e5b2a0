/// The names of CDA, and its data types' common parts.
extension XMLElement {
    static let cda = "urn:hl7-org:v3"
    private static let schemaInstance = "http://www.w3.org/2001/XMLSchema-instance"

    /// An element of CDA of that name.
    func isNamed(_ local: String) -> Bool { name.local == local && name.namespace == XMLElement.cda }

    /// The first element of CDA of that name directly inside.
    func first(_ local: String) -> XMLElement? {
        for element in elements where element.isNamed(local) { return element }
        return nil
    }

    /// The first element of that name directly inside, whatever its namespace: extensions of CDA repeat its names in their own.
    func any(_ local: String) -> XMLElement? {
        for element in elements where element.name.local == local { return element }
        return nil
    }

    /// The elements of CDA of that name directly inside.
    func all(_ local: String) -> [XMLElement] { elements.filter { $0.isNamed(local) } }

    /// The first element at the end of `path`, each step the first of its name.
    func first(_ path: String...) -> XMLElement? {
        var element: XMLElement? = self
        for name in path { element = element?.first(name) }
        return element
    }

    /// The data type that an instance says it has (`xsi:type`), without prefix.
    var dataType: String? {
        guard let type = attribute("type", in: XMLElement.schemaInstance) else { return nil }
        return type.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false).last
            .map { String(decoding: $0, as: UTF8.self) }
    }

    /// There is no value here, and the document says why.
    var isNull: Bool { attribute("nullFlavor") != nil }

    /// The text directly inside, blanks and line ends at its ends removed and each run of them within made one blank.
    var line: String? { XMLElement.collapsed(ownText.utf8) }

    /// An attribute without any blanks; nil where it is absent or empty.
    func compact(_ local: String) -> String? {
        guard let text = attribute(local) else { return nil }
        let bytes = text.utf8.filter { !XMLCharacter.isSpace($0) }
        return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }

    /// An attribute's text; nil where it is absent or blank.
    func words(_ local: String) -> String? { attribute(local).flatMap { XMLElement.collapsed($0.utf8) } }

    /// Whether it declares conformity to one of `templates`.
    func conforms(to templates: Set<String>) -> Bool {
        for template in elements where template.isNamed("templateId") {
            if let root = template.attribute("root"), templates.contains(root) { return true }
        }
        return false
    }

    /// Runs of white space made one blank; nil where there is nothing else.
    static func collapsed(_ bytes: some Sequence<UInt8>) -> String? {
        var result: [UInt8] = []
        var isPending = false
        for byte in bytes {
            if XMLCharacter.isSpace(byte) {
                isPending = !result.isEmpty
            } else {
                if isPending { result.append(0x20) }
                isPending = false
                result.append(byte)
            }
        }
        return result.isEmpty ? nil : String(decoding: result, as: UTF8.self)
    }
}
