import Durable
import Exchange
import Foundation
import NIOCore
import NIOHTTP1

@testable import Courier

/// One request on its way from an end to its relay.
struct Question: Sendable {
    /// What is asked, as far as those in between care.
    enum Subject: Equatable, Sendable {
        /// A version, or the newest.
        case directory(Int64?)
        case keys(String)
        case publishedKeys
        case createdUpload
        case uploadOffset
        case uploadPiece
        case inboxPage
        case outboxPage
        case body(String)
        case postedReceipt
        case receipt(String)
        case proof(String)
        case logKey
        case checkpoint
        case tile
        case other
    }

    let caller: String
    var method: HTTPMethod
    var path: String
    /// The token included.
    var fields: HTTPHeaders
    var body: [UInt8]

    var subject: Subject {
        let parts = path.split(separator: "?")[0].split(separator: "/").map(String.init)
        guard parts.count > 1 else { return .other }
        switch (method, parts[1], parts.count) {
        case (.GET, "directory", 2): return .directory(nil)
        case (.GET, "directory", 3): return .directory(Int64(parts[2]))
        case (.GET, "participants", 4): return .keys(parts[2])
        case (.POST, "participants", 4): return .publishedKeys
        case (.POST, "uploads", 2): return .createdUpload
        case (.HEAD, "uploads", 3): return .uploadOffset
        case (.PATCH, "uploads", 3): return .uploadPiece
        case (.GET, "inbox", 2): return .inboxPage
        case (.GET, "outbox", 2): return .outboxPage
        case (.GET, "parcels", 4): return .body(parts[3])
        case (.POST, "parcels", 5): return .postedReceipt
        case (.GET, "parcels", 5):
            switch parts[4] {
            case "proof": return .proof(parts[3])
            case "receipt": return .receipt(parts[3])
            default: return .other
            }
        case (.GET, "log", 3): return parts[2] == "key" ? .logKey : parts[2] == "checkpoint" ? .checkpoint : .other
        case (.GET, "log", 4...): return .tile
        default: return .other
        }
    }

    /// What a page is asked for after.
    var cursor: Int64 {
        path.split(separator: "?").last?.split(separator: "&").first { $0.hasPrefix("after=") }
            .flatMap { Int64($0.dropFirst(6)) } ?? 0
    }
}

/// Brings questions to a relay and answers back; what it throws, the network did.
protocol Carrier: Sendable {
    func carry(_ question: Question) async throws(CourierFailure) -> RelayAnswer
}

extension RelayAnswer {
    static func ok(_ body: [UInt8], status: Int = 200, fields: HTTPHeaders = [:]) -> RelayAnswer {
        RelayAnswer(status: status, fields: fields, body: body)
    }

    static func problem(_ type: ProblemType) -> RelayAnswer {
        let problem = Problem(type, detail: "says the relay")
        return RelayAnswer(
            status: problem.status, fields: ["Content-Type": Problem.mediaType], body: problem.text)
    }

    /// The same with another body.
    func with(body: [UInt8]) -> RelayAnswer {
        RelayAnswer(status: status, fields: fields, body: body)
    }

    var isSuccess: Bool { (200..<300).contains(status) }
}

/// The real client's wire, with a carrier in the place of sockets. Tokens are the real ones.
struct LocalWire: RelayWire {
    let caller: ParticipantID
    let carrier: any Carrier
    let tokens: TokenSource

    func send(_ request: RelayRequest) async throws(CourierFailure) -> RelayAnswer {
        let answer = try await ask(request, body: request.body)
        let bound = answer.isSuccess ? request.answerBytes : Exchange.Limits.problemBytes
        guard answer.body.count <= bound else { throw .unexpectedAnswer("an answer longer than its limit") }
        return answer
    }

    func send(_ request: RelayRequest, piece: FilePieces) async throws(CourierFailure) -> RelayAnswer {
        var bytes: [UInt8] = []
        while Int64(bytes.count) < piece.count {
            let more = try onDisk {
                () throws(DurableFailure) in
                try piece.file.read(at: piece.offset + Int64(bytes.count), count: Int(piece.count) - bytes.count)
            }
            guard !more.isEmpty else { throw .usage("a spooled body became shorter while it was sent") }
            bytes += more
        }
        piece.progress(piece.offset + piece.count)
        return try await ask(request, body: bytes)
    }

    func receive(
        _ request: RelayRequest, head: @escaping @Sendable (RelayAnswer) throws(CourierFailure) -> Void,
        take: @escaping @Sendable (ByteBuffer) throws(CourierFailure) -> Void
    ) async throws(CourierFailure) {
        let answer = try await ask(request, body: [])
        guard answer.isSuccess else { throw answer.failure }
        try head(answer.with(body: []))
        try take(ByteBuffer(bytes: answer.body))
    }

    func shutdown() async {}

    /// Nothing here waits for a clock: a question that would stay open is answered at once.
    private func ask(_ request: RelayRequest, body: [UInt8]) async throws(CourierFailure) -> RelayAnswer {
        var fields = request.fields
        fields.add(name: RequestToken.fieldName, value: "\(RequestToken.scheme) \(try await tokens.token())")
        var path = request.path
        if let wait = path.range(of: "&wait=") { path = path[..<wait.lowerBound] + "&wait=0" }
        return try await carrier.carry(
            Question(caller: caller.text, method: request.method, path: path, fields: fields, body: body))
    }
}
