import Crypto

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What a segment file keeps.
enum SegmentKind: UInt8, Sendable, CaseIterable {
    /// Taken reports, until every delivery of theirs is over.
    case journal = 1
    /// Held messages, until a person decided.
    case quarantine = 2

    /// The folder of its files, and the word for it in the database.
    var folder: String { self == .journal ? "journal" : "quarantine" }
}

/// The layout of a segment file: a header that holds the segment's key sealed to the sender itself, then framed records.
///
///     "PLISEG1\n"  kind u8  number u64  length u32  sealed key
///     { length u32  ciphertext and tag }…                           all integers big-endian
///
/// A record is ChaCha20-Poly1305 under the segment's key; its nonce is its index, its associated data names segment and
/// index, so that no record can be moved, repeated or swapped. No key ever sees two texts under one index: a segment is
/// written by one process only, and that process never reuses an index.
enum SegmentFormat {
    static let magic = Array("PLISEG1\n".utf8)
    static let keyBytes = 32
    static let tagBytes = 16
    static let frameBytes = 4
    /// A sealed key is an age file of a few hundred bytes; a post-quantum one has about two thousand.
    static let sealedKeyLimit = 8 * 1024
    /// The largest message and what a reader's settings may add to it.
    static let recordLimit = 16 * 1024 * 1024 + 64

    static let fixedHeaderBytes = magic.count + 1 + 8 + 4

    static func header(kind: SegmentKind, number: Int64, sealedKey: [UInt8]) -> [UInt8] {
        var bytes = magic
        bytes.append(kind.rawValue)
        append(UInt64(bitPattern: number), to: &bytes)
        append(UInt32(sealedKey.count), to: &bytes)
        bytes += sealedKey
        return bytes
    }

    /// The length of the sealed key that follows a fixed header, nil when it is not the header of that segment.
    static func sealedKeyLength(in fixed: [UInt8], kind: SegmentKind, number: Int64) -> Int? {
        guard fixed.count == fixedHeaderBytes, Array(fixed[..<magic.count]) == magic,
            fixed[magic.count] == kind.rawValue,
            unsigned(fixed[(magic.count + 1)..<(magic.count + 9)]) == UInt64(bitPattern: number)
        else { return nil }
        let length = unsigned(fixed[(magic.count + 9)...])
        return length <= UInt64(sealedKeyLimit) ? Int(length) : nil
    }

    /// Seals `text` as record `index` and appends it, framed, to `bytes`.
    static func append(
        record index: Int64, of number: Int64, kind: SegmentKind, text: some Collection<UInt8>, key: SymmetricKey,
        to bytes: inout [UInt8]
    ) throws {
        let box = try ChaChaPoly.seal(
            Data(text), using: key, nonce: nonce(index), authenticating: associatedData(index, number, kind))
        append(UInt32(box.ciphertext.count + tagBytes), to: &bytes)
        bytes.append(contentsOf: box.ciphertext)
        bytes.append(contentsOf: box.tag)
    }

    /// Opens a framed record; nil when it is not record `index` of that segment.
    static func open(
        record index: Int64, of number: Int64, kind: SegmentKind, framed: ArraySlice<UInt8>, key: SymmetricKey
    ) -> [UInt8]? {
        let body = framed.dropFirst(frameBytes)
        guard body.count >= tagBytes, unsigned(framed.prefix(frameBytes)) == UInt64(body.count),
            let nonce = try? nonce(index),
            let box = try? ChaChaPoly.SealedBox(
                nonce: nonce, ciphertext: body.dropLast(tagBytes), tag: body.suffix(tagBytes)),
            let text = try? ChaChaPoly.open(box, using: key, authenticating: associatedData(index, number, kind))
        else { return nil }
        return Array(text)
    }

    private static func nonce(_ index: Int64) throws -> ChaChaPoly.Nonce {
        var bytes: [UInt8] = [0, 0, 0, 0]
        append(UInt64(bitPattern: index), to: &bytes)
        return try ChaChaPoly.Nonce(data: bytes)
    }

    private static func associatedData(_ index: Int64, _ number: Int64, _ kind: SegmentKind) -> [UInt8] {
        var bytes = magic
        bytes.append(kind.rawValue)
        append(UInt64(bitPattern: number), to: &bytes)
        append(UInt64(bitPattern: index), to: &bytes)
        return bytes
    }

    private static func append(_ value: some FixedWidthInteger & UnsignedInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }

    private static func unsigned(_ bytes: some Collection<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
