/// Something that is wrong for a while, and is told where that turns: once when it begins, once when it becomes another, once when
/// it ends; however often it is looked at meanwhile.
package struct Trouble<Kind: Equatable & Sendable>: Sendable {
    /// What there is to tell.
    package enum Turn: Equatable, Sendable {
        /// This is wrong now.
        case began(Kind)
        /// Nothing is wrong any more; this was the last.
        case ended(Kind)
    }

    /// What is wrong by the last look.
    package private(set) var kind: Kind?

    /// One of which nothing was told yet, or only that it is of this kind.
    package init(_ kind: Kind? = nil) {
        self.kind = kind
    }

    /// Notes what a look found; gives what is to be told of it, nil where it is as it was.
    @discardableResult
    package mutating func turn(to found: Kind?) -> Turn? {
        let former = kind
        kind = found
        guard found != former else { return nil }
        return found.map { .began($0) } ?? former.map { .ended($0) }
    }
}
