/// A whole document in memory: elements and texts in one array, in the order of the document.
///
/// Its size is bounded by the document's: the caps of `Limits` hold while it is built.
package final class XMLTree: Sendable {
    struct Node: Sendable {
        /// Index into `names`; −1 for text.
        var name: Int32
        var parent: Int32
        var firstChild: Int32 = -1
        var nextSibling: Int32 = -1
        /// Attributes of an element.
        var attributes: Range<Int32> = 0..<0
        /// Bytes of a text.
        var text: Range<Int> = 0..<0
    }

    let nodes: [Node]
    let names: [XMLName]
    let attributes: [XMLAttribute]
    let characters: [UInt8]

    /// Reads all of `bytes`.
    package init(_ bytes: [UInt8]) throws(XMLFailure) {
        var builder = XMLTreeBuilder()
        var reader = try XMLReader(bytes)
        while let event = try reader.next() { builder.take(event) }
        nodes = builder.nodes
        names = builder.names
        attributes = builder.attributes
        characters = builder.characters
    }

    /// The root element.
    package var root: XMLElement { XMLElement(tree: self, index: 0) }
}

/// Puts the events of a document into arrays.
private struct XMLTreeBuilder {
    var nodes: [XMLTree.Node] = []
    var names: [XMLName] = []
    var attributes: [XMLAttribute] = []
    var characters: [UInt8] = []
    private var known: [XMLName: Int32] = [:]
    /// The open elements, and the last child of each so far.
    private var open: [(index: Int, lastChild: Int)] = []

    mutating func take(_ event: XMLEvent) {
        switch event {
        case .start(let name, let list, offset: _):
            let first = Int32(attributes.count)
            attributes += list
            var node = XMLTree.Node(name: index(of: name), parent: Int32(open.last?.index ?? -1))
            node.attributes = first..<Int32(attributes.count)
            open.append((append(node), -1))
        case .end: open.removeLast()
        case .text(let text):
            let start = characters.count
            characters += text
            // Pieces that only a comment or a CDATA section parts are one text.
            if let last = open.last?.lastChild, last >= 0, nodes[last].name < 0, nodes[last].text.upperBound == start {
                nodes[last].text = nodes[last].text.lowerBound..<characters.count
                return
            }
            var node = XMLTree.Node(name: -1, parent: Int32(open.last?.index ?? -1))
            node.text = start..<characters.count
            _ = append(node)
        }
    }

    private mutating func append(_ node: XMLTree.Node) -> Int {
        let index = nodes.count
        nodes.append(node)
        guard let parent = open.indices.last else { return index }
        let last = open[parent].lastChild
        if last >= 0 {
            nodes[last].nextSibling = Int32(index)
        } else {
            nodes[open[parent].index].firstChild = Int32(index)
        }
        open[parent].lastChild = index
        return index
    }

    private mutating func index(of name: XMLName) -> Int32 {
        if let index = known[name] { return index }
        let index = Int32(names.count)
        names.append(name)
        known[name] = index
        return index
    }
}
