/// Which results are of which order, for writers that write them so: found out in one pass, for a message may have thousands of
/// both.
struct ResultsByOrder {
    /// Where the results of each order begin among `places`, and behind the last one where they end.
    private var starts: [Int]
    private var places: [Int]

    /// The places of `results`, by the order that each names; one that names none of `orders` is left out.
    init(_ results: [Observation], orders: Int) {
        starts = Array(repeating: 0, count: orders + 1)
        for index in results.indices where (0..<orders).contains(results[index].orderIndex) {
            starts[results[index].orderIndex + 1] += 1
        }
        for order in 0..<orders { starts[order + 1] += starts[order] }
        places = Array(repeating: 0, count: starts[orders])
        var next = starts
        for index in results.indices where (0..<orders).contains(results[index].orderIndex) {
            let order = results[index].orderIndex
            places[next[order]] = index
            next[order] += 1
        }
    }

    /// The results of the order at `index`, in their order.
    subscript(order index: Int) -> ArraySlice<Int> { places[starts[index]..<starts[index + 1]] }
}
