import Crypto
import Durable
import Exchange

/// Does something on disk and tells its failure as ours.
func onDisk<Value>(_ body: () throws(DurableFailure) -> Value) throws(CourierFailure) -> Value {
    do {
        return try body()
    } catch {
        throw .disk(error)
    }
}

/// Makes or reads something that is exchanged and tells its failure as ours.
func exchanged<Value>(_ body: () throws(ExchangeFailure) -> Value) throws(CourierFailure) -> Value {
    do {
        return try body()
    } catch {
        throw .exchange(error)
    }
}

extension SHA256Hex {
    /// The hash of all that `hash` was fed.
    init(finished hash: SHA256) throws(CourierFailure) {
        let bytes = Array(hash.finalize())
        self = try exchanged { () throws(ExchangeFailure) in try SHA256Hex(digestBytes: bytes) }
    }
}
