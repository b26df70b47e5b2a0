import Crypto
import Durable
import Exchange
import Foundation
import Logging
import NIOSSL
import SwiftASN1
import Synchronization
import X509

/// The certificate and key that the relay answers with, read again when their files change.
///
/// What cannot be used is reported and changes nothing: connections go on with the pair before.
final class CertificateKeeper: Sendable {
    /// Bytes of a chain or key in PEM.
    private static let fileBytes = 1 << 20
    /// Bytes of the files on certificates of clients: a list of a hundred thousand fits.
    private static let clientFileBytes = 8 << 20

    private let paths: Paths
    private let disk: Disk
    private let logger: Logger
    /// Whether only this machine can reach the relay.
    private let isLocal: Bool
    /// The host that it should name.
    private let origin: String
    private let now: @Sendable () -> Exchange.UTCTime
    private let state: Mutex<State>

    /// What clients are to trust, where the certificate was made here.
    let authorityPath: String?

    /// Certificate and key, and for certificates of clients their authorities and what was revoked.
    private struct Paths {
        var certificate: String
        var key: String
        var clientAuthorities: String?
        var clientRevocations: String?

        init(_ configuration: RelayConfiguration) {
            certificate = configuration.certificatePath
            key = configuration.keyPath
            clientAuthorities = configuration.clientAuthoritiesPath
            clientRevocations = configuration.clientRevocationsPath
        }
    }

    private struct State {
        var pair: Pair
        /// What was told of the list of revoked certificates, and of the authorities of clients' certificates.
        var revocations = Trouble<ClientWord>()
        var authorities = Trouble<ClientWord>()
        /// What was told of the certificate's end.
        var end = Trouble<EndWord>()
        /// The files that it is from.
        var taken: [[UInt8]]
        /// The files when they were last looked at, if they could not be taken.
        var refused: [[UInt8]] = []
        /// Why they were not taken.
        var refusal = Trouble<String>()
    }

    private enum EndWord { case soon, over, early }

    private enum ClientWord { case listIsBehind, noneHolds }

    /// What is answered with.
    private struct Pair {
        var context: NIOSSLContext
        var term: CertificateTerm
        /// Nil where clients need no certificate.
        var clients: ClientTrust?
    }

    /// Reads the configured files; makes them where both are missing and only this machine can reach the relay, and again where
    /// their end is near. Blocks.
    init(
        _ configuration: RelayConfiguration, disk: Disk, logger: Logger,
        now: @escaping @Sendable () -> Exchange.UTCTime = SystemClock.now
    ) throws {
        paths = Paths(configuration)
        self.disk = disk
        self.logger = logger
        self.now = now
        isLocal = configuration.isLoopback
        origin = configuration.origin(port: configuration.port)
        let authority = Self.authority(configuration)
        if try !disk.exists(configuration.certificatePath) {
            try Self.make(configuration, authority: authority, disk: disk, now: now())
        }
        var files = try Self.read(paths, disk)
        var pair = try Self.pair(files)
        // By a clock that is years ahead, or behind at all, none is made: the ends would trust it as little as that clock, and the
        // former one is good.
        let isClockDoubtful = try pair.term.endedLongAgo(at: now()) && Self.isOursToRenew(files[0], configuration, disk)
        let isEarly = pair.term.isAhead(of: now())
        if !isClockDoubtful, !isEarly, pair.term.endsSoon(at: now()),
            try Self.isOursToRenew(files[0], configuration, disk)
        {
            try Self.make(configuration, authority: authority, disk: disk, now: now())
            logger.warning(
                "the certificate for this machine was made anew: restart the ends, which trust the former one")
            files = try Self.read(paths, disk)
            pair = try Self.pair(files)
        }
        guard isClockDoubtful || !pair.term.isOver(at: now()) else { throw Self.expired }
        // A chain of somebody else's may lie beside a file of the same name.
        let isOurs = try Self.isOurs(files[0])
        guard isOurs || !isEarly else { throw Self.tooEarly }
        state = Mutex(State(pair: pair, end: Trouble(isEarly ? .early : nil), taken: files))
        guard isLocal || !isOurs else { throw Self.onlyForThisMachine }
        authorityPath = try isOurs && disk.exists(authority) ? authority : nil
        if isLocal, isOurs, try Self.isDamaged(authority, disk: disk) {
            // It serves all the same: ends that run have trusted it before.
            logger.error(
                "ca.pem beside tls.certificate is blank or damaged: move both and tls.key away, restart relay and ends")
        }
        if isEarly {
            logger.error(
                "the certificate made for this machine is not valid yet, the ends refuse it: set this machine's clock right",
                metadata: ["reason": "if it is right, remove tls.certificate and tls.key, restart relay and ends"])
        }
        tellNames(pair.term)
    }

    /// What the next connection is answered with: TLS 1.3 and nothing older.
    var context: NIOSSLContext { state.withLock { $0.pair.context } }

    /// Whose certificates clients must come with; nil where they need none.
    var clients: ClientTrust? { state.withLock { $0.pair.clients } }

    /// When the certificate ends.
    var expiresAt: Exchange.UTCTime { state.withLock { $0.pair.term.expiresAt } }

    /// Why newer files are not taken, if that is so.
    var trouble: String? { state.withLock { $0.refusal.kind } }

    /// Looks at the files again, and takes them if they changed and belong together. Blocks.
    func refresh() {
        var files: [[UInt8]] = []
        do {
            files = try Self.read(paths, disk)
            let isNews = state.withLock { state in
                if files == state.taken { state.refusal.turn(to: nil) }
                return files != state.taken && files != state.refused
            }
            guard isNews else { return }
            let pair = try Self.pair(files)
            guard try isLocal || !Self.isOurs(files[0]) else { throw Self.onlyForThisMachine }
            guard !pair.term.isOver(at: now()) else { throw Self.expired }
            guard !pair.term.isAhead(of: now()) else {
                // Looked at again the next time: it is the clock that changes.
                return report(RelayFailure.text(of: Self.notYetValid), [])
            }
            state.withLock { $0 = State(pair: pair, taken: files) }
            logger.info("certificate taken", metadata: ["until": "\(pair.term.expiresAt)"])
            tellNames(pair.term)
        } catch {
            report(RelayFailure.text(of: error), files)
        }
    }

    /// Tells, once each, that the certificate ends within two weeks, that it has ended, and that it does not hold yet.
    func watchEnd(at now: Exchange.UTCTime) {
        let turn = state.withLock { state in
            let term = state.pair.term
            return state.end.turn(
                to: term.isOver(at: now)
                    ? .over : term.isAhead(of: now) ? .early : term.endsSoon(at: now) ? .soon : nil)
        }
        switch (turn, authorityPath == nil) {
        case (.began(.soon)?, true): logger.error("the certificate ends within two weeks: bring a renewed one")
        case (.began(.soon)?, false):
            logger.error(
                "the certificate ends within two weeks: restart the relay, which makes another, and then the ends")
        case (.began(.over)?, true): logger.error("the certificate has expired: bring a renewed one")
        case (.began(.over)?, false):
            logger.error("the certificate has expired: restart the relay, which makes another, and then the ends")
        case (.began(.early)?, _):
            logger.error("the certificate is not valid yet, the ends refuse it: set this machine's clock right")
        case (.ended?, _), (nil, _): break
        }
    }

    /// Whoever stands before the relay may have another.
    private func tellNames(_ term: CertificateTerm) {
        guard !term.names(hostOf: origin) else { return }
        logger.warning(
            "the certificate does not name the host of origin: the ends refuse it, unless a proxy stands before the relay"
        )
    }

    /// Tells, once, when the list of revoked certificates is older than its issuer promised: it stays in force.
    func watchRevocations(at now: Exchange.UTCTime) {
        let turn = state.withLock { state in
            let isBehind = state.pair.clients?.isBehind(at: now) ?? false
            return state.revocations.turn(to: isBehind ? .listIsBehind : nil)
        }
        if case .began? = turn {
            logger.error("the list of revoked certificates is past its time: bring the newer one")
        }
    }

    /// Tells, once, when none of the authorities holds whose certificates clients may come with: nobody gets in.
    func watchAuthorities(at now: Exchange.UTCTime) {
        let turn = state.withLock { state in
            let isOver = state.pair.clients?.hasNoAuthority(at: now) ?? false
            return state.authorities.turn(to: isOver ? .noneHolds : nil)
        }
        if case .began? = turn {
            logger.error(
                "no authority of tls.clientAuthorities is valid now, no client's certificate is taken: bring a renewed file"
            )
        }
    }

    /// Whether the list of revoked certificates is past its time.
    var isRevocationBehind: Bool { state.withLock { $0.revocations.kind } != nil }

    private func report(_ trouble: String, _ files: [[UInt8]]) {
        let turn = state.withLock { state in
            state.refused = files
            return state.refusal.turn(to: trouble)
        }
        if turn != nil {
            logger.error(
                "the changed certificate was not taken: the one before is answered with",
                metadata: ["reason": "\(trouble)"])
        }
    }

    // MARK: - Files

    /// Throws where the files, all of which are there, cannot serve.
    static func check(
        _ configuration: RelayConfiguration, disk: Disk, now: Exchange.UTCTime = SystemClock.now()
    ) throws {
        let files = try read(Paths(configuration), disk)
        let term = try pair(files).term
        guard try !term.isOver(at: now) || isOursToRenew(files[0], configuration, disk) else { throw expired }
        guard try !term.isAhead(of: now) || isOurs(files[0]) else { throw tooEarly }
        guard try configuration.isLoopback || !isOurs(files[0]) else { throw onlyForThisMachine }
    }

    /// The contents of all files that are configured, in their order.
    private static func read(_ paths: Paths, _ disk: Disk) throws -> [[UInt8]] {
        guard let mode = try disk.mode(of: paths.key) else {
            throw RelayFailure.certificate("tls.key does not exist: bring it back")
        }
        // As for every key file of Pli; but where a system gives a group of daemons its keys, that is its way.
        guard mode & 0o037 == 0 else {
            throw RelayFailure.certificate(
                "tls.key can be read by everybody on this machine, or written by others than its owner: chmod 600 "
                    + "(or 640 for a group of daemons), and think about who has read it")
        }
        var files: [[UInt8]] = []
        do {
            files = [try disk.read(paths.certificate, limit: fileBytes), try disk.read(paths.key, limit: fileBytes)]
        } catch {
            throw RelayFailure.certificate("tls.certificate or tls.key cannot be read: \(error)")
        }
        do {
            for path in [paths.clientAuthorities, paths.clientRevocations].compactMap({ $0 }) {
                files.append(try disk.read(path, limit: clientFileBytes))
            }
        } catch {
            throw RelayFailure.certificate("tls.clientAuthorities or tls.clientRevocations cannot be read: \(error)")
        }
        return files
    }

    private static func pair(_ files: [[UInt8]]) throws -> Pair {
        do {
            let chain = try NIOSSLCertificate.fromPEMBytes(files[0])
            guard let first = chain.first else {
                throw RelayFailure.certificate("tls.certificate holds none: put its whole chain there")
            }
            let key = try NIOSSLPrivateKey(bytes: files[1], format: .pem)
            var tls = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
            tls.minimumTLSVersion = .tlsv13
            tls.applicationProtocols = ["http/1.1"]
            // Named, so that no update of the library takes the post-quantum one away unnoticed.
            tls.curves = [.x25519_MLKEM768, .x25519, .secp256r1, .secp384r1]
            let clients =
                try files.count > 2 ? ClientTrust(authorities: files[2], revocations: files.dropFirst(3).first) : nil
            if let clients {
                tls.trustRoots = try clients.trustRoots
                tls.certificateVerification = .optionalVerification
            }
            // A new context has new keys for its session tickets: none made before a change resumes after it.
            return Pair(
                context: try NIOSSLContext(configuration: tls),
                term: CertificateTerm(first), clients: clients)
        } catch let failure as RelayFailure {
            throw failure
        } catch {
            throw RelayFailure.certificate(
                "tls.certificate or tls.key cannot be read as PEM, or they do not belong together")
        }
    }

    /// Whether a chain's certificate was made here, for this machine only.
    private static func isOurs(_ chain: [UInt8]) throws -> Bool {
        let issuer = try? Certificate(pemEncoded: leaf(chain)).issuer
        return try issuer == DevelopmentCertificate.authorityName
    }

    /// Whether a chain was made here and may be made again: both beside their authority, where only this machine reaches the relay.
    private static func isOursToRenew(_ chain: [UInt8], _ configuration: RelayConfiguration, _ disk: Disk) throws
        -> Bool
    {
        let authority = authority(configuration)
        return try configuration.isLoopback && isOurs(chain) && disk.exists(authority)
            && isAbsentOrOurs(authority, disk: disk)
    }

    private static func authority(_ configuration: RelayConfiguration) -> String {
        FilePlace.folder(of: configuration.certificatePath) + "/ca.pem"
    }

    private static var expired: RelayFailure {
        .certificate("tls.certificate has expired: put a renewed one there, or set this machine's clock right")
    }

    private static var notYetValid: RelayFailure {
        .certificate("tls.certificate is not valid yet: it is taken once it is, or set this machine's clock right")
    }

    private static var tooEarly: RelayFailure {
        .certificate("tls.certificate is not valid yet: set this machine's clock right, or put one there that is")
    }

    private static var onlyForThisMachine: RelayFailure {
        .certificate(
            "tls.certificate was made here for this machine only: where others reach the relay, name one of your "
                + "authority's")
    }

    /// The first certificate of a chain, as PEM.
    private static func leaf(_ chain: [UInt8]) -> String {
        let text = String(decoding: chain, as: UTF8.self)
        let end = "-----END CERTIFICATE-----"
        guard let start = text.range(of: "-----BEGIN CERTIFICATE-----"), let last = text.range(of: end) else {
            return ""
        }
        return start.lowerBound < last.upperBound ? String(text[start.lowerBound..<last.upperBound]) : ""
    }

    /// The certificate comes last: files that are all there are all whole. A crash before it leaves an authority by our name
    /// and maybe a key, which the next start goes on with.
    private static func make(
        _ configuration: RelayConfiguration, authority: String, disk: Disk, now: Exchange.UTCTime
    ) throws {
        guard try !configuration.isLoopback || !isDamaged(authority, disk: disk) else {
            throw RelayFailure.certificate(
                "ca.pem beside tls.certificate is blank or damaged: move both and tls.key away, restart relay and ends")
        }
        // Beside somebody's authority the name of a certificate is mistaken: none is made, and that file is not written over.
        guard try configuration.isLoopback && isAbsentOrOurs(authority, disk: disk) else {
            throw RelayFailure.certificate(
                "tls.certificate does not exist: put it there, or leave out tls where only this machine reaches the relay"
            )
        }
        let former = try formerKey(configuration, authority: authority, disk: disk)
        let made = try DevelopmentCertificate(
            host: configuration.host, now: Date(timeIntervalSince1970: Double(now.secondsSinceEpoch)), key: former)
        for path in [authority, configuration.keyPath] {
            try disk.createFolder(FilePlace.folder(of: path))
        }
        try disk.writeDurably(Array(made.authority.utf8), to: authority)
        if former == nil { try disk.writeDurably(Array(made.key.utf8), to: configuration.keyPath) }
        try disk.writeDurably(Array(made.certificate.utf8), to: configuration.certificatePath)
    }

    /// One without a certificate in it is nobody's authority, but a file that a power cut or the disk damaged: no end could trust this
    /// relay by it, and none would be made in its place.
    private static func isDamaged(_ authority: String, disk: Disk) throws -> Bool {
        guard try disk.exists(authority) else { return false }
        let found = try? NIOSSLCertificate.fromPEMBytes(disk.read(authority, limit: fileBytes))
        return found?.isEmpty ?? true
    }

    private static func isAbsentOrOurs(_ authority: String, disk: Disk) throws -> Bool {
        guard try disk.exists(authority) else { return true }
        return try isOurs(disk.read(authority, limit: fileBytes))
    }

    /// The key that a start which was cut short has left. One beside which no authority of ours lies is somebody's: it is
    /// neither used nor written over.
    private static func formerKey(
        _ configuration: RelayConfiguration, authority: String, disk: Disk
    ) throws -> String? {
        guard try disk.exists(configuration.keyPath) else { return nil }
        let text = String(decoding: try disk.read(configuration.keyPath, limit: fileBytes), as: UTF8.self)
        guard try disk.exists(authority), try isAbsentOrOurs(authority, disk: disk),
            (try? P256.Signing.PrivateKey(pemRepresentation: text)) != nil
        else {
            throw RelayFailure.certificate("tls.key exists without tls.certificate: provide that, or remove the key")
        }
        return text
    }
}
