/// Where a sealed record lies: enough to read it without a look at those before it.
struct RecordPlace: Hashable, Sendable {
    /// Number of the segment; journal and quarantine count together.
    var segment: Int64
    /// Index of the record in its segment: its nonce.
    var index: Int64
    /// Byte at which its frame begins.
    var offset: Int64
    /// Bytes of the frame with its length.
    var length: Int64
}

/// How a segment stands after an append: what the transaction that names its records writes down.
struct SegmentExtent: Hashable, Sendable {
    var number: Int64
    var kind: SegmentKind
    /// Records in it, all durable.
    var records: Int64
    /// Bytes in it, all durable; what lies behind them counts for nothing.
    var bytes: Int64
    /// Nothing more is to be appended.
    var isClosed: Bool
}
