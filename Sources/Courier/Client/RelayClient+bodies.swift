import Durable
package import Exchange
import NIOCore
import NIOHTTP1

extension RelayClient {
    /// Gets a parcel to the relay and returns when it is accepted: durable there, and the relay's to deliver.
    ///
    /// Goes on where an earlier attempt was, of this process or another. `progress` is told how many bytes of the body
    /// have been handed to the connection. A refusal that will not change by waiting is thrown as such; the id with
    /// another manifest is `ProblemType.conflict`. `failed` is told of every request with bytes of the body that failed, and whether it
    /// was to complete an upload: the relay may have taken them, where its answer was lost.
    package func upload(
        _ manifest: Signed<Manifest>, bodyPath: String, progress: @escaping @Sendable (Int64) -> Void = { _ in },
        failed: @escaping @Sendable (CourierFailure, _ asLastPiece: Bool) -> Void = { _, _ in }
    ) async throws(CourierFailure) {
        let size = manifest.value.size
        let file = try onDisk { () throws(DurableFailure) in try ReadableFile(path: bodyPath, disk: disk) }
        guard file.size == size else {
            throw .usage("the spooled body has \(file.size) bytes, its manifest says \(size)")
        }
        var plan = UploadPlan(size: size)
        while true {
            let request: RelayRequest
            var piece: FilePieces?
            switch plan.step {
            case .accepted:
                progress(size)
                return
            case .giveUp(let failure):
                throw failure
            case .create:
                let isSmall = size <= RelayRequest.creationBytesMax
                request = .createUpload(of: manifest, withBody: isSmall)
                if isSmall { piece = FilePieces(file: file, offset: 0, count: size, progress: progress) }
            case .askOffset:
                request = .uploadOffset(of: manifest.value.id)
            case .send(let offset, let count):
                request = .uploadPiece(of: manifest.value.id, from: offset, count: count)
                piece = FilePieces(file: file, offset: offset, count: count, progress: progress)
            }
            let answer = await event(of: request, piece: piece, size: size)
            if piece != nil, case .failed(let failure) = answer { failed(failure, plan.step.isLastPiece(of: size)) }
            plan.take(answer)
        }
    }

    private func event(of request: RelayRequest, piece: FilePieces?, size: Int64) async -> UploadPlan.Event {
        do throws(CourierFailure) {
            let answer: RelayAnswer
            if let piece {
                answer = try await transport.send(request, piece: piece)
            } else {
                answer = try await transport.send(request)
            }
            guard answer.isTaken else { return .failed(answer.headFailure(of: request)) }
            guard let offset = answer.uploadOffset else {
                return .failed(.unexpectedAnswer("an upload without Upload-Offset"))
            }
            if let length = answer.uploadLength, length != size {
                return .failed(.unexpectedAnswer("an upload of \(length) bytes for a body of \(size)"))
            }
            return .offset(offset)
        } catch {
            return .failed(error)
        }
    }

    /// Fetches a sealed body into the file at `path`, from where an earlier attempt ended. Whether it is the right one
    /// is for `SealedBodyReader` to find out; a file there that is longer than `size` is begun anew.
    package func fetch(
        from: ParticipantID, id: ParcelID, size: Int64, to path: String
    ) async throws(CourierFailure) {
        let file = try onDisk { () throws(DurableFailure) in
            guard let have = try disk.size(of: path) else { return try AppendFile.create(path, disk: disk) }
            return try AppendFile.open(path, keeping: have <= size ? have : 0, disk: disk)
        }
        defer { file.close() }
        var failures = 0
        while file.length < size {
            let start = file.length
            do throws(CourierFailure) {
                try await fetchRest(of: file, from: from, id: id, size: size)
                guard file.length == size else { throw CourierFailure.unreachable("the body ended early") }
            } catch {
                failures = file.length > start ? 1 : failures + 1
                guard case .unreachable = error, failures < UploadPlan.failuresInARow else { throw error }
            }
        }
    }

    private func fetchRest(
        of file: AppendFile, from: ParticipantID, id: ParcelID, size: Int64
    ) async throws(CourierFailure) {
        let start = file.length
        try await transport.receive(.parcel(from: from, id: id, offset: start, size: size)) {
            answer throws(CourierFailure) in
            if answer.status == 206 {
                guard let range = answer.range, range.start == start, range.size == size else {
                    throw .unexpectedAnswer("another range of the body than was asked for")
                }
            } else {
                // All of it, though a part was asked for: allowed, so what is here is dropped.
                try onDisk { () throws(DurableFailure) in try file.truncate(to: 0) }
            }
        } take: { buffer throws(CourierFailure) in
            guard file.length + Int64(buffer.readableBytes) <= size else {
                throw .unexpectedAnswer("more bytes than the body has")
            }
            _ = try onDisk { () throws(DurableFailure) in try file.append(buffer.readableBytesView) }
        }
    }
}

extension RelayAnswer {
    /// An answer to HEAD has no body, so its status alone says why not.
    func headFailure(of request: RelayRequest) -> CourierFailure {
        guard request.method == .HEAD, body.isEmpty else { return failure }
        switch status {
        case ProblemType.notFound.status:
            return .refused(Problem(.notFound, detail: "the relay does not have this upload"))
        case ProblemType.unauthorized.status:
            return clock.map { .clock($0) }
                ?? .refused(Problem(.unauthorized, detail: "the relay did not take the request token"))
        case ProblemType.full.status:
            return .relayFull(detail: nil)
        case ProblemType.tooMany.status:
            return .refused(Problem(.tooMany, detail: "the relay wants to be asked again later"))
        case ProblemType.unavailable.status:
            return .refused(Problem(.unavailable, detail: "the relay takes nothing now"))
        default:
            return .unreachable("something answered with status \(status)")
        }
    }
}
