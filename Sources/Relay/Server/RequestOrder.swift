/// Which request of a connection an answer belongs to: clients may send requests behind each other, and answers come in their
/// order.
struct RequestOrder {
    private var heads = 0
    private var answers = 0

    /// A request's head came.
    mutating func head() { heads += 1 }

    /// An answer ended. Whether it was the newest request's: what comes of a body from here on is of that one.
    mutating func answer() -> Bool {
        answers += 1
        return answers >= heads
    }

    /// Requests whose answers have not ended.
    var unanswered: Int { heads - answers }

    /// Whether another head came behind that of the request which is to be answered next.
    var hasNext: Bool { heads > answers + 1 }
}
