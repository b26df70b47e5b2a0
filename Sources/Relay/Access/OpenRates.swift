import Exchange
import Hummingbird
import Synchronization

/// Limits what one address may ask of what is open to everybody: log, status page, `/health`. There is no token to count by.
///
/// Counted as connections are (`AddressCap`): IPv6 by its first half, this machine not at all. Addresses are only counted, never
/// told.
final class OpenRates: Sendable {
    /// Addresses counted at one time. Past it those that have rested are forgotten, and where none has, all of them: whoever
    /// has so many addresses is not kept out by counting.
    static let addressesMax = 10_000

    private let perSecond: Int
    private let milliseconds: @Sendable () -> Int64
    private let buckets = Mutex<[[UInt8]: RateBucket]>([:])

    init(perSecond: Int, milliseconds: @escaping @Sendable () -> Int64 = SystemClock.milliseconds) {
        self.perSecond = perSecond
        self.milliseconds = milliseconds
    }

    /// How many addresses are counted.
    var addresses: Int { buckets.withLock { $0.count } }

    /// Counts a request from an address, or refuses it.
    func take(from key: [UInt8]?) throws(Postponed) {
        guard let key else { return }
        let now = milliseconds()
        let wait = buckets.withLock { buckets in
            if buckets.count >= Self.addressesMax, buckets[key] == nil {
                buckets = buckets.filter { !$0.value.isRested(perSecond: perSecond, milliseconds: now) }
                if buckets.count >= Self.addressesMax { buckets.removeAll() }
            }
            return buckets[key, default: RateBucket(perSecond: perSecond, milliseconds: now)]
                .take(perSecond: perSecond, milliseconds: now)
        }
        guard let wait else { return }
        throw Postponed(
            problem: Problem(.tooMany, detail: "this address asks more than \(perSecond) times a second: wait"),
            seconds: wait)
    }
}

/// Lets a request for what is open pass where its address has not asked too much.
struct OpenMiddleware: RouterMiddleware {
    typealias Context = RelayContext

    let rates: OpenRates

    func handle(
        _ request: Request, context: RelayContext, next: (Request, RelayContext) async throws -> Response
    ) async throws -> Response {
        try rates.take(from: AddressCap.key(of: context.remoteAddress))
        return try await next(request, context)
    }
}
