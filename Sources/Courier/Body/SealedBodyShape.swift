import Crypto
package import Durable
package import Exchange

/// Whether a fetched body begins as the relay asks of each: the relay is not trusted with it.
package enum SealedBodyShape {
    private static let pieceBytes = 256 * 1024

    /// Throws what is wrong with the header of the body at `path`: no age file, past the limits of a header, sealed with a password, or
    /// to a classical key where `postQuantum` says that it must not be.
    ///
    /// It is judged only of the body that `manifest` describes: what the way here spoilt is for opening to tell, and to be fetched again.
    package static func require(
        of path: String, manifest: Manifest, postQuantum: Bool, disk: Disk = .real
    ) throws(CourierFailure) {
        let file = try onDisk { () throws(DurableFailure) in try ReadableFile(path: path, disk: disk) }
        do {
            try judge(file, postQuantum: postQuantum)
        } catch CourierFailure.disk(let failure) {
            throw .disk(failure)
        } catch {
            guard try isBody(file, of: manifest) else { return }
            throw error
        }
    }

    private static func judge(_ file: ReadableFile, postQuantum: Bool) throws(CourierFailure) {
        let header = try onDisk { () throws(DurableFailure) in
            try file.read(at: 0, count: Int(min(file.size, Int64(Limits.sealedHeaderBytes) + 1)))
        }
        var shape = SealedShape()
        do throws(ExchangeFailure) {
            _ = try shape.push(header)
        } catch .notSealed {
            throw .cannotOpen("it does not begin as an age file")
        } catch {
            throw .invalid("the header of the sealed body is past its limits")
        }
        guard shape.isComplete else { throw .cannotOpen("it ends in its age header") }
        guard !shape.hasPassword else {
            throw .invalid("the body is sealed with a password, and not to a key")
        }
        guard !postQuantum || shape.isPostQuantum else {
            throw .invalid("the directory requires post-quantum keys, and the body is sealed to another")
        }
    }

    private static func isBody(_ file: ReadableFile, of manifest: Manifest) throws(CourierFailure) -> Bool {
        guard file.size == manifest.size else { return false }
        var hash = SHA256()
        var offset: Int64 = 0
        while offset < file.size {
            let piece = try onDisk { () throws(DurableFailure) in try file.read(at: offset, count: pieceBytes) }
            guard !piece.isEmpty else { return false }
            piece.withUnsafeBytes { hash.update(bufferPointer: $0) }
            offset += Int64(piece.count)
        }
        return try SHA256Hex(finished: hash) == manifest.sha256
    }
}
