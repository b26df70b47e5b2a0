import NIOCore

#if canImport(Glibc)
import Glibc
#else
import Musl
#endif

/// How many connections this process has descriptors for.
///
/// A request that finds no descriptor for its body's file fails, although the parcel is there and its recipient too. So no
/// more connections are taken than can all be served to their end; those past it wait, as they do past `limits.connections`.
package struct DescriptorBudget: Sendable {
    /// What the process needs besides: database, log, shred keys, its disk threads, administration.
    static let own = 80
    /// And of each event loop.
    static let perLoop = 3
    /// A socket, and the file of a body.
    static let perConnection = 2

    /// How many descriptors may be open.
    let most: Int
    let loops: Int

    init(most: Int, loops: Int) {
        self.most = most
        self.loops = loops
    }

    /// What this process may open now.
    static var current: DescriptorBudget {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            return DescriptorBudget(most: 1_024, loops: System.coreCount)
        }
        return DescriptorBudget(most: Int(min(limit.rlim_cur, 1 << 30)), loops: System.coreCount)
    }

    /// Raises what this process may open to what the system allows it: many start with 1,024 and may have more.
    package static func raise() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    /// Of `wanted` connections those that can be served, one at least.
    func connections(of wanted: Int) -> Int {
        min(wanted, max(1, (most - Self.own - Self.perLoop * loops) / Self.perConnection))
    }
}
