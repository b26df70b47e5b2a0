/// The disk as Durable uses it: real, or one that fails where a test says.
///
/// `before` is called ahead of each step (throwing means the step failed and did not happen), `after` behind it
/// (throwing means that the step failed although it happened).
package struct Disk: Sendable {
    /// A place where a test can make the disk fail.
    package typealias FailurePoint = @Sendable (DiskStep, String) throws(DurableFailure) -> Void

    /// The disk of this machine.
    package static let real = Disk()

    private let before: FailurePoint?
    private let after: FailurePoint?
    private let uncached: (@Sendable (Int) -> Void)?

    /// A disk that calls `before` and `after` around each durable step with the step and the path concerned, and tells `uncached`
    /// how many bytes each piece wrote past the system's cache.
    package init(
        before: FailurePoint? = nil, after: FailurePoint? = nil, uncached: (@Sendable (Int) -> Void)? = nil
    ) {
        self.before = before
        self.after = after
        self.uncached = uncached
    }

    /// So many bytes went past the system's cache.
    func passed(_ count: Int) {
        if count > 0 { uncached?(count) }
    }

    /// Makes one step with its failure points around it. `call` gives 0 or an errno.
    func perform(_ step: DiskStep, _ path: String, _ call: () -> Int32) throws(DurableFailure) {
        if let before { try before(step, path) }
        let code = call()
        guard code == 0 else { throw DurableFailure(step, code: code, path: path) }
        if let after { try after(step, path) }
    }

    /// Opens a file as one step.
    func open(
        _ step: DiskStep, _ path: String, _ flags: Int32, mode: UInt32 = 0
    ) throws(DurableFailure) -> Int32 {
        var descriptor: Int32 = -1
        do throws(DurableFailure) {
            try perform(step, path) {
                let (opened, code) = SystemCalls.open(path, flags, mode: mode)
                descriptor = opened
                return code
            }
        } catch {
            if descriptor >= 0 { SystemCalls.close(descriptor) }
            throw error
        }
        return descriptor
    }

    /// The folder that holds `path`.
    static func folder(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
