/// An element of a tree.
package struct XMLElement: Sendable {
    let tree: XMLTree
    let index: Int

    private var node: XMLTree.Node { tree.nodes[index] }

    /// Its name.
    package var name: XMLName { tree.names[Int(node.name)] }

    /// The element around it; nil for the root.
    package var parent: XMLElement? {
        node.parent < 0 ? nil : XMLElement(tree: tree, index: Int(node.parent))
    }

    /// The value of an attribute; nil where it is absent.
    package func attribute(_ local: String, in namespace: String = "") -> String? {
        for position in node.attributes {
            let attribute = tree.attributes[Int(position)]
            if attribute.name.local == local, attribute.name.namespace == namespace {
                return String(decoding: attribute.value, as: UTF8.self)
            }
        }
        return nil
    }

    /// The elements directly inside, in order.
    package var elements: XMLChildren { XMLChildren(tree: tree, position: node.firstChild) }

    /// The text directly inside, without that of inner elements.
    package var ownText: String {
        var bytes: [UInt8] = []
        var next = node.firstChild
        while next >= 0 {
            let child = tree.nodes[Int(next)]
            if child.name < 0 { bytes += tree.characters[child.text] }
            next = child.nextSibling
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Visits this element and all elements and texts inside it, in the order of the document, until `body` says stop.
    func visit(element: (XMLElement) -> Bool, text: (ArraySlice<UInt8>) -> Bool) {
        var position = index
        let end = endIndex
        while position < end {
            let node = tree.nodes[position]
            let goesOn =
                node.name < 0
                ? text(tree.characters[node.text]) : element(XMLElement(tree: tree, index: position))
            if !goesOn { return }
            position += 1
        }
    }

    /// Just past the last node inside: nodes lie in the order of the document.
    private var endIndex: Int {
        var current = node
        while true {
            if current.nextSibling >= 0 { return Int(current.nextSibling) }
            guard current.parent >= 0 else { return tree.nodes.count }
            current = tree.nodes[Int(current.parent)]
        }
    }

    /// Where it stands: the names from below the root on, with a number where siblings share one.
    package var path: String {
        guard let parent else { return name.local }
        let above = parent.parent == nil ? "" : parent.path + "/"
        var count = 0
        var own = 0
        for sibling in parent.elements where sibling.name == name {
            count += 1
            if sibling.index == index { own = count }
        }
        return above + name.local + (count > 1 ? "[" + String(own) + "]" : "")
    }
}

/// The elements directly inside an element.
package struct XMLChildren: Sequence, IteratorProtocol, Sendable {
    let tree: XMLTree
    var position: Int32

    /// The next one.
    package mutating func next() -> XMLElement? {
        while position >= 0 {
            let index = Int(position)
            position = tree.nodes[index].nextSibling
            if tree.nodes[index].name >= 0 { return XMLElement(tree: tree, index: index) }
        }
        return nil
    }
}
