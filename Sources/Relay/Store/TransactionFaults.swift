/// Where a test can make a transaction fail: before it, or after it was committed all the same.
struct TransactionFaults: Sendable {
    /// Called ahead of each transaction with its name; throwing means that it failed and did not happen.
    let before: @Sendable (String) throws -> Void
    /// Called behind each commit; throwing means that it failed although it happened.
    let after: @Sendable (String) throws -> Void
}
