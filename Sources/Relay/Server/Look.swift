import HTTPTypes

/// A request that only looked, and was answered what it asked for: so many of them come, of everybody who waits for something, that
/// they are told together once a minute. Whatever changes anything, hands a parcel out or is refused has a line of its own.
enum Look: String, CaseIterable, Sendable {
    case inbox, outbox, log, directory, health
    /// The status page and the description of the interface.
    case pages

    /// - Parameter route: the path as the router knows it.
    init?(_ method: HTTPRequest.Method, route: String?, status: Int) {
        guard method == .get || method == .head, (200..<400).contains(status), let route else { return nil }
        switch route {
        case "/v1/inbox": self = .inbox
        case "/v1/outbox": self = .outbox
        case "/health", "/metrics": self = .health
        case "/", "/openapi.yaml": self = .pages
        case _ where route.hasPrefix("/v1/log/"): self = .log
        case _ where route.hasPrefix("/v1/directory"): self = .directory
        default: return nil
        }
    }
}
