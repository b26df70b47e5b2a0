/// The waiting deliveries of one recipient in the order of reports, a page at a time.
struct DeliveryStream {
    private let store: OutboxStore
    private let recipient: Int64
    private let origin: Int64?
    private var remaining: Int
    private var page: [WaitingDelivery] = []
    private var place = 0
    private var after: Int64 = 0

    /// Each recipient's stream holds a page.
    private static let pageLength = 128

    /// With an `origin`, those that are sent again after having been in that parcel first.
    init(store: OutboxStore, recipient: Int64, count: Int, origin: Int64? = nil) throws {
        self.store = store
        self.recipient = recipient
        self.origin = origin
        remaining = count
        try fill()
    }

    /// The next delivery, nil at the end.
    var head: WaitingDelivery? { place < page.count ? page[place] : nil }

    mutating func advance() throws {
        place += 1
        if place >= page.count { try fill() }
    }

    private mutating func fill() throws {
        page = []
        place = 0
        guard remaining > 0 else { return }
        page = try store.waitingDeliveries(
            of: recipient, origin: origin, after: after, limit: min(remaining, DeliveryStream.pageLength))
        remaining -= page.count
        after = page.last?.report ?? after
    }
}
