extension JSON {
    /// What a reader accepts at most; one past any of them is a failure.
    public struct Limits: Equatable, Sendable {
        /// Nesting whatever the limits say, so that no document can exhaust the stack.
        public static let deepest = 256
        /// Depth 32, 16 MiB, 65,536 members.
        public static let `default` = Limits()

        /// Arrays and objects open at once.
        public var maxDepth: Int
        /// Length of the document.
        public var maxBytes: Int
        /// Members of one object, elements of one array.
        public var maxMembers: Int
        /// Members of one object, where that is less: each look at one goes through them.
        public var maxObjectMembers: Int
        /// Arrays and objects of the whole document: what it takes in memory is many times its length.
        public var maxContainers: Int

        /// Values of the whole document, whatever they are: each takes room, however short it is.
        public var maxValues: Int

        /// Limits; a depth above `deepest` is taken as `deepest`.
        public init(
            maxDepth: Int = 32, maxBytes: Int = 16 << 20, maxMembers: Int = 65_536, maxContainers: Int = .max,
            maxObjectMembers: Int = .max, maxValues: Int = .max
        ) {
            self.maxDepth = min(maxDepth, Limits.deepest)
            self.maxBytes = maxBytes
            self.maxMembers = maxMembers
            self.maxObjectMembers = min(maxObjectMembers, maxMembers)
            self.maxContainers = maxContainers
            self.maxValues = maxValues
        }
    }
}
