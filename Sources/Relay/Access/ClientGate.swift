import Exchange
import NIOCore
import NIOSSL

/// Holds requests to the certificate of their connection, where `tls.clientAuthorities` is configured.
///
/// TLS has refused what is expired, revoked, or of another authority. It lets a client in that shows none, so that log, status
/// page and `/health` stay open to everybody; here such a client is told what is missing, before its token is looked at.
struct ClientGate: Sendable {
    /// Nil where a proxy speaks TLS.
    let certificate: CertificateKeeper?
    /// Whether a certificate must name the participant whose token comes with it.
    let isBound: Bool
    let clock: RelayClock

    /// The certificate of the connection that `context` came over; nil where none is asked for. Throws where one is missing
    /// or was revoked or has expired since the connection, or the session that it resumes, was made.
    func peer(of context: RelayContext) async throws -> NIOSSLCertificate? {
        guard let trust = certificate?.clients else { return nil }
        guard let peer = try await context.peerCertificate() else {
            throw Problem(
                .clientCertificate,
                detail: "this relay asks for a certificate of its clients: relay.certificate is missing")
        }
        // Judged by what is configured now, whenever the connection was made.
        guard let chain = try await context.peerChain(), chain.holds(under: trust) else {
            throw Problem(
                .clientCertificate,
                detail: "this certificate, or one that it stands on, was revoked: ask the relay's operator for another")
        }
        // A session may be resumed for hours, and a connection stay for as long as something is asked over it.
        guard chain.end(for: peer) >= clock.now.secondsSinceEpoch else {
            throw Problem(
                .clientCertificate,
                detail: "this certificate, or one that it stands on, has expired: ask the relay's operator for another")
        }
        return peer
    }

    /// Refuses a certificate that was given to another participant than the one whose token held.
    func demand(_ peer: NIOSSLCertificate?, speaksFor id: ParticipantID) throws(Problem) {
        guard isBound, let peer else { return }
        guard ClientTrust.names(of: peer).contains(where: { $0.utf8.elementsEqual(id.text.utf8) }) else {
            throw Problem(
                .clientCertificate, detail: "this certificate does not name the participant whose token this is")
        }
    }
}
