import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL
import TransparencyLog

/// A relay's log over TLS 1.3. The log is open: nothing is sent that would tell who reads it.
struct RelayLog: TileSource {
    private static let answerSeconds: Int64 = 30
    /// How often one file waits for a relay that is asked too often.
    private static let pauses = 5

    private let http: HTTPClient
    private let prefix: String

    /// `address` is the relay's (`https://relay.example`), or that of a log's prefix.
    init(address: String, caPath: String?) throws {
        guard let url = URLComponents(string: address), url.scheme == "https", let host = url.host, !host.isEmpty,
            url.user == nil, url.query == nil, url.fragment == nil
        else {
            throw CommandFailure.usage(
                "l'adresse du registre doit être un dossier ou https://…",
                "the log's address must be a folder or https://…")
        }
        let trimmed = address.hasSuffix("/") ? String(address.dropLast()) : address
        prefix = ["", "/"].contains(url.path) ? trimmed + "/v1/log/" : trimmed + "/"
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv13
        if let caPath {
            guard let roots = try? NIOSSLCertificate.fromPEMFile(caPath), !roots.isEmpty else {
                throw CommandFailure.usage(
                    "le fichier de --ca ne contient pas de certificat", "the file of --ca holds no certificate")
            }
            tls.trustRoots = .certificates(roots)
        }
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: tls, redirectConfiguration: .disallow,
            timeout: .init(connect: .seconds(10), read: .seconds(Self.answerSeconds)), decompression: .disabled)
        configuration.httpVersion = .http1Only
        http = HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
    }

    /// Gives the connections back.
    func close() async {
        do {
            try await http.shutdown()
        } catch {
            // It was shut down before: nothing is left to close.
        }
    }

    func file(at path: String, limit: Int) async throws -> [UInt8]? {
        do {
            var answer = try await whole(path, limit: limit)
            for _ in 0..<Self.pauses {
                guard answer.status == .tooManyRequests else { break }
                try await Task.sleep(for: .seconds(answer.waitSeconds))
                answer = try await whole(path, limit: limit)
            }
            switch answer.status {
            case .ok: return answer.body
            // 410: pruned; to whoever verifies it is not there.
            case .notFound, .gone: return nil
            default:
                throw CommandFailure.refused(
                    "le relais répond \(answer.status.code) pour \(path)",
                    "the relay answers \(answer.status.code) for \(path)")
            }
        } catch let failure as CommandFailure {
            throw failure
        } catch is NIOTooManyBytesError {
            throw LogFailure.badFile(path: path, rule: "larger than its limit of \(limit) bytes")
        } catch is CancellationError {
            throw CommandFailure.refused("interrompu", "interrupted")
        } catch {
            // Errors below may carry the address; they are told apart no further.
            throw CommandFailure.unreachable(
                "le relais est injoignable ou son certificat n'est pas reconnu",
                "the relay cannot be reached, or its certificate is not trusted",
                hint: .init(
                    french: "vérifiez l'adresse, et --ca pour un certificat de votre autorité",
                    english: "check the address, and --ca for a certificate of your own authority"))
        }
    }

    private struct Answer: Sendable {
        let status: HTTPResponseStatus
        var body: [UInt8] = []
        /// How long to wait where it asks for that.
        var waitSeconds = 0
    }

    /// Head and body within a time: the client's own deadline ends with the head, and a relay could drip the rest.
    private func whole(_ path: String, limit: Int) async throws -> Answer {
        try await withThrowingTaskGroup(of: Answer.self) { group in
            group.addTask {
                let response = try await http.execute(
                    HTTPClientRequest(url: prefix + path), timeout: .seconds(Self.answerSeconds))
                guard response.status == .ok else {
                    let wait = response.headers.first(name: "Retry-After").flatMap { Int($0) } ?? 1
                    return Answer(status: response.status, waitSeconds: min(max(wait, 1), 60))
                }
                return Answer(status: .ok, body: Array(buffer: try await response.body.collect(upTo: limit)))
            }
            group.addTask {
                try await Task.sleep(for: .seconds(Self.answerSeconds))
                throw HTTPClientError.readTimeout
            }
            defer { group.cancelAll() }
            guard let answer = try await group.next() else { throw CancellationError() }
            return answer
        }
    }
}
