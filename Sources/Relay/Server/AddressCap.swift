import NIOCore
import Synchronization

/// Counts connections by the address they come from, so that one machine cannot take all that there are.
///
/// The machine's own connections are not counted: there a proxy stands for all. Addresses are only counted, never told.
final class AddressCap: Sendable {
    /// Whoever has one IPv6 address usually has all those with the same first 64 bits.
    private static let prefixBytes = 8

    private let most: Int
    private let counts = Mutex<[[UInt8]: Int]>([:])

    init(most: Int) {
        self.most = most
    }

    /// Counts a connection; false, and nothing counted, where its address has as many as it may.
    func admit(_ key: [UInt8]) -> Bool {
        counts.withLock { counts in
            guard counts[key, default: 0] < most else { return false }
            counts[key, default: 0] += 1
            return true
        }
    }

    /// A counted connection has ended.
    func release(_ key: [UInt8]) {
        counts.withLock { counts in
            guard let count = counts[key] else { return }
            counts[key] = count > 1 ? count - 1 : nil
        }
    }

    /// How many connections an address has.
    func count(of key: [UInt8]?) -> Int { counts.withLock { counts in key.flatMap { counts[$0] } ?? 0 } }

    /// How many addresses have connections.
    var addresses: Int { counts.withLock { $0.count } }

    /// What an address is counted under; nil for this machine, and for sockets that have none.
    static func key(of address: SocketAddress?) -> [UInt8]? {
        switch address {
        case .v4(let address):
            // Family and port, then the address; in version 6 the flow stands between (RFC 3493, and every system's header).
            return key(ofV4: withUnsafeBytes(of: address.address) { Array($0[4..<8]) })
        case .v6(let address):
            let bytes = withUnsafeBytes(of: address.address) { Array($0[8..<24]) }
            if bytes.dropLast() == [UInt8](repeating: 0, count: 15)[...], bytes.last == 1 { return nil }
            // An IPv4 address in the clothes of an IPv6 one, as a socket for both shows it.
            if bytes[..<10].allSatisfy({ $0 == 0 }), bytes[10] == 0xff, bytes[11] == 0xff {
                return key(ofV4: Array(bytes[12...]))
            }
            return Array(bytes[..<prefixBytes])
        case .unixDomainSocket, nil: return nil
        }
    }

    private static func key(ofV4 bytes: [UInt8]) -> [UInt8]? {
        bytes.first == 127 ? nil : bytes
    }
}

/// Closes a connection at once whose address has too many, before anything is done for it.
final class AddressGate: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = Any
    typealias InboundOut = Any

    private let cap: AddressCap
    private var counted: [UInt8]?
    private var isJudged = false

    init(_ cap: AddressCap) {
        self.cap = cap
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { judge(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        judge(context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        release()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        release()
    }

    private func judge(_ context: ChannelHandlerContext) {
        guard !isJudged, let key = AddressCap.key(of: context.remoteAddress) else { return }
        isJudged = true
        if cap.admit(key) {
            counted = key
        } else {
            context.close(promise: nil)
        }
    }

    private func release() {
        if let counted { cap.release(counted) }
        counted = nil
    }
}
