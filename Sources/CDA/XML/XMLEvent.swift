/// The name of an element or attribute: its namespace, empty where there is none, and the local part.
package struct XMLName: Hashable, Sendable {
    /// The namespace's URI.
    package let namespace: String
    /// The name without prefix.
    package let local: String

    /// A name.
    package init(_ local: String, in namespace: String = "") {
        self.namespace = namespace
        self.local = local
    }
}

/// An attribute other than a namespace declaration.
package struct XMLAttribute: Hashable, Sendable {
    /// Its name; without prefix it is in no namespace.
    package let name: XMLName
    /// Its value in UTF-8, references resolved, white space normalised.
    package let value: [UInt8]
}

/// What `XMLReader` hands out, one after the other. Comments and processing instructions are passed over.
package enum XMLEvent: Equatable, Sendable {
    /// An element begins at the byte `offset`.
    case start(XMLName, [XMLAttribute], offset: Int)
    /// The element that began last and is open ends.
    case end
    /// Text in UTF-8, references resolved. Text beside comments and CDATA sections may come in several pieces.
    case text([UInt8])
}
