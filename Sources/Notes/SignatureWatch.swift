/// Where a test sees which kinds of signatures are verified on whose behalf: in the task that sets it and those within.
///
/// Verifying is what costs a relay most. That nothing costly is done for whoever failed a cheap check cannot be told from
/// answers; it can be from this. Nobody but tests sets it.
package final class SignatureWatch: Sendable {
    /// What watches now. A class: a task-local closure of another module crashes in `withValue` (Swift 6.3).
    @TaskLocal package static var current: SignatureWatch?

    /// Called before each verification of a note's line.
    let sees: @Sendable (KeyType) -> Void
    /// Called before each verification of a request token.
    package let seesToken: @Sendable () -> Void

    package init(_ sees: @escaping @Sendable (KeyType) -> Void, token: @escaping @Sendable () -> Void = {}) {
        self.sees = sees
        seesToken = token
    }
}
