import Exchange

/// How small a raw file gets, seen before it is taken: one that no parcel can hold, or that no recipient would unpack, is refused
/// then, and not once it waits.
///
/// Looks at no more of the file than it takes to know.
package struct FileForecast: ~Copyable {
    private let fileBytes: Int64
    private let gzip: GzipCompressor
    private var payloadBytes: Int64 = 0

    package init(fileBytes: Int64, compression: Compression = .dense) throws(CourierFailure) {
        self.fileBytes = fileBytes
        gzip = try GzipCompressor(compression)
    }

    /// Whether nothing more can keep it from being sent.
    package var isSettled: Bool {
        fileBytes <= Limits.parcelBytes / 2 && fileBytes <= UnpackLimits().total(sealed: payloadBytes)
    }

    /// Compresses the next bytes of the file as a body has them.
    package mutating func add(_ bytes: [UInt8]) throws(CourierFailure) {
        var length = 0
        let gzip = gzip
        let made = bytes.withUnsafeBytes { bytes in
            Result { () throws(CourierFailure) in
                try gzip.withMember(of: bytes) { (member) throws(CourierFailure) in length = member.count }
            }
        }
        try made.get()
        payloadBytes += Int64(length)
    }

    /// At the end of the file.
    package consuming func finish() throws(CourierFailure) {
        let size = PadmeSize.padded(BodyPadding.sealedBytes(payload: payloadBytes, header: 0))
        guard size <= Limits.parcelBytes else {
            throw .exchange(.pastLimit(what: "parcel", limit: Limits.parcelBytes))
        }
        guard fileBytes <= UnpackLimits().total(sealed: size) else { throw FileForecast.shrinksTooMuch }
    }

    static var shrinksTooMuch: CourierFailure {
        .usage("the file shrinks so much that no recipient would unpack it: compress it first, and send that")
    }
}
