import AsyncHTTPClient
import Exchange
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL
import Notes

/// Requests to a relay over TLS 1.3, with as many connections as are asked for.
struct Client: Sendable {
    let http: HTTPClient
    private let town: Town

    init(town: Town, connections: Int) throws {
        self.town = town
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .file(town.folder.appending(path: "tls/ca.pem").path)
        tls.minimumTLSVersion = .tlsv13
        var configuration = HTTPClient.Configuration(tlsConfiguration: tls)
        configuration.httpVersion = .http1Only
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = connections
        // A thousand handshakes beside a thousand uploads take their time.
        configuration.timeout.connect = .seconds(120)
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Publishes everyone's keys notes.
    func introduce() async throws {
        for pair in [town.authority] + town.senders {
            let note = try town.keysNote(of: pair)
            try await ask(
                "POST", RelayPath.keys(note.value.by), token: town.token(of: pair),
                fields: [("Content-Type", "text/plain; charset=utf-8")], body: note.noteBytes)
        }
    }

    /// Creation with upload: one request a parcel.
    func upload(_ parcel: Parcel, token: String) async throws {
        try await ask(
            "POST", RelayPath.uploads, token: token,
            fields: [
                ("Tus-Resumable", "1.0.0"), ("Upload-Length", String(parcel.body.count)),
                ("Upload-Metadata", parcel.metadata), ("Content-Type", "application/offset+octet-stream"),
            ], body: parcel.body)
    }

    @discardableResult
    func ask(
        _ method: String, _ path: String, token: String? = nil, fields: [(String, String)] = [], body: [UInt8]? = nil,
        limit: Int = 1 << 27
    ) async throws -> ByteBuffer {
        var request = HTTPClientRequest(url: town.origin + path)
        request.method = .RAW(value: method)
        if let token { request.headers.add(name: "Authorization", value: "Bearer " + token) }
        for (name, value) in fields { request.headers.add(name: name, value: value) }
        request.body = body.map { .bytes(ByteBuffer(bytes: $0)) }
        let response = try await http.execute(request, timeout: .seconds(120))
        let answer = try await response.body.collect(upTo: limit)
        guard (200..<300).contains(response.status.code) else {
            throw Refused(status: Int(response.status.code), text: String(buffer: answer))
        }
        return answer
    }

    struct Refused: Error {
        let status: Int
        let text: String
    }
}
