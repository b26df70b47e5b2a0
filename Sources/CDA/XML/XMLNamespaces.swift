/// A name as it is written, before its prefix means anything.
struct QualifiedName: Sendable {
    /// In UTF-8, with prefix and colon.
    let written: [UInt8]
    /// Where the colon stands in `written`.
    let colon: Int?
    /// Where the name stands in the document.
    let offset: Int

    /// Empty where there is none.
    var prefix: ArraySlice<UInt8> { written[..<(colon ?? 0)] }
    var local: ArraySlice<UInt8> { colon.map { written[($0 + 1)...] } ?? written[...] }
}

/// An attribute, or a namespace declaration, as it is written.
struct RawAttribute: Sendable {
    let name: QualifiedName
    let value: [UInt8]

    /// The prefix that this declares (empty for the default namespace); nil for an ordinary attribute.
    var declaredPrefix: ArraySlice<UInt8>? {
        let xmlns = "xmlns".utf8
        if name.colon == nil { return name.written.elementsEqual(xmlns) ? [] : nil }
        return name.prefix.elementsEqual(xmlns) ? name.local : nil
    }
}

/// The namespace declarations in force (Namespaces in XML 1.0).
struct XMLNamespaces: Sendable {
    private static let xml = "http://www.w3.org/XML/1998/namespace"
    private static let xmlns = "http://www.w3.org/2000/xmlns/"

    private var bindings: [(prefix: [UInt8], uri: String)] = []
    private var names: [[UInt8]: String] = [:]

    /// Puts the declarations among `attributes` in force; how many there were.
    mutating func declare(_ attributes: [RawAttribute]) throws(XMLFailure) -> Int {
        var count = 0
        for attribute in attributes {
            guard let prefix = attribute.declaredPrefix else { continue }
            let offset = attribute.name.offset
            let uri = String(decoding: attribute.value, as: UTF8.self)
            let isXML = prefix.elementsEqual("xml".utf8)
            guard !prefix.elementsEqual("xmlns".utf8), isXML == (uri == XMLNamespaces.xml), uri != XMLNamespaces.xmlns,
                prefix.isEmpty || !uri.isEmpty
            else { throw XMLFailure(.namespace, at: offset) }
            guard bindings.count < Limits.namespaces else { throw XMLFailure(.tooManyNamespaces, at: offset) }
            bindings.append((Array(prefix), uri))
            count += 1
        }
        return count
    }

    /// Takes back the last `count` declarations.
    mutating func forget(_ count: Int) { bindings.removeLast(min(count, bindings.count)) }

    /// The name of an element: without prefix it is in the default namespace.
    mutating func resolve(element name: QualifiedName) throws(XMLFailure) -> XMLName {
        XMLName(local(name.local), in: try uri(name))
    }

    /// The names and values of the attributes that are no declarations; none may stand twice.
    mutating func resolve(_ attributes: [RawAttribute]) throws(XMLFailure) -> [XMLAttribute] {
        var resolved: [XMLAttribute] = []
        resolved.reserveCapacity(attributes.count)
        for (position, attribute) in attributes.enumerated() {
            // At most `Limits.elementAttributes` of them: comparing each with each is cheap.
            for earlier in attributes[..<position] where earlier.name.written == attribute.name.written {
                throw XMLFailure(.duplicateAttribute, at: attribute.name.offset)
            }
            guard attribute.declaredPrefix == nil else { continue }
            let space = attribute.name.colon == nil ? "" : try uri(attribute.name)
            let name = XMLName(local(attribute.name.local), in: space)
            guard !resolved.contains(where: { $0.name == name }) else {
                throw XMLFailure(.duplicateAttribute, at: attribute.name.offset)
            }
            resolved.append(XMLAttribute(name: name, value: attribute.value))
        }
        return resolved
    }

    private func uri(_ name: QualifiedName) throws(XMLFailure) -> String {
        let prefix = name.prefix
        for binding in bindings.reversed() where binding.prefix.elementsEqual(prefix) { return binding.uri }
        if prefix.isEmpty { return "" }
        guard prefix.elementsEqual("xml".utf8) else { throw XMLFailure(.namespace, at: name.offset) }
        return XMLNamespaces.xml
    }

    /// The text of a local name, made once for each name.
    private mutating func local(_ bytes: ArraySlice<UInt8>) -> String {
        let key = Array(bytes)
        if let known = names[key] { return known }
        let text = String(decoding: bytes, as: UTF8.self)
        names[key] = text
        return text
    }
}
