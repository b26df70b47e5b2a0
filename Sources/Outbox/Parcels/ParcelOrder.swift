import LabReport

/// Reports that go into parcels next, read and waiting to be put beside others like them.
///
/// A requester stands whole in each of his reports; compression finds him again only within 32 KiB. So reports are put
/// into parcels by laboratory, requester and panel, a thousand at a time. Corrections and cancellations go behind all
/// else: a version never comes before one that it corrects.
struct ParcelOrder {
    /// Where a report is to go.
    typealias Delivery = (delivery: WaitingDelivery, recipient: BatchRecipient)

    /// A report that was read, and where it is to go.
    struct Item {
        let report: Report
        let deliveries: [Delivery]
        fileprivate let key: Key
    }

    /// As many reports as are held in clear at once, unless they are long.
    private static let reports = 1_000
    private static let messageBytes: Int64 = 4 * 1024 * 1024

    private var items: [Item] = []
    private var bytes: Int64 = 0

    /// There are enough of them.
    var isFull: Bool { items.count >= ParcelOrder.reports || bytes >= ParcelOrder.messageBytes }

    mutating func add(_ report: Report, _ deliveries: [Delivery]) {
        items.append(Item(report: report, deliveries: deliveries, key: Key(report, place: items.count)))
        bytes += deliveries.first?.delivery.place.length ?? 0
    }

    /// All of them, the like beside the like; none is left.
    mutating func takeAll() -> [Item] {
        let sorted = items.sorted { $0.key < $1.key }
        items.removeAll(keepingCapacity: true)
        bytes = 0
        return sorted
    }

    fileprivate struct Key: Comparable {
        private let isLater: Bool
        private let texts: [String]
        private let place: Int

        init(_ report: Report, place: Int) {
            isLater = report.action != .new
            let requester = report.requester
            texts = [
                report.laboratory?.finess ?? "", requester?.identifiers.first?.value.text ?? "",
                requester?.familyName?.text ?? "", report.orders.first?.panel?.code ?? "",
            ]
            self.place = place
        }

        static func < (one: Key, other: Key) -> Bool {
            if one.isLater != other.isLater { return other.isLater }
            // Among versions the order in which they came is the order in which they hold.
            if !one.isLater {
                for (text, otherText) in zip(one.texts, other.texts) where text != otherText { return text < otherText }
            }
            return one.place < other.place
        }

        static func == (one: Key, other: Key) -> Bool { one.place == other.place }
    }
}
