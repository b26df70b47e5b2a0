/// Bounds of this target. Past one: a failure or a held piece that says so, nothing lost in silence.
public enum Limits {
    /// Bytes of one message, in a file or in an MLLP frame: 16 MiB.
    public static let messageBytes = 16 * 1024 * 1024
    /// Segments of one message. A report of a thousand results has about three thousand.
    public static let segments = 100_000
    /// Bytes kept of a piece that cannot be a message, to show a person what it was.
    public static let heldBytes = 64 * 1024
    /// Blank bytes after a message before it is taken as ended.
    public static let blankBytes = 64 * 1024
    /// Bytes of MSH-10 that an answer echoes.
    public static let controlIDBytes = 199
    /// Bytes of one field path.
    public static let pathBytes = 64
}
