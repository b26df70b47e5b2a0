import Crypto
package import Notes
import StrictJSON

/// A request token (JWS compact form) read strictly, before and apart from its verification.
///
/// Read here and not by JWTKit, which tries a default key when `kid` is unknown, never compares `alg` with the key's, and
/// takes duplicate members and padded base64. Here there is one algorithm and one key, and both are fixed before the
/// signature is looked at.
package struct CompactToken: Sendable {
    /// Bytes of the longest token that is read.
    package static let bytesMax = 2_048

    /// `kid`: the id of the Ed25519 key that is said to have signed.
    package let keyID: String
    /// What is claimed; true only once `isSigned(by:)`.
    package let claims: RequestToken.Claims
    /// Header and claims as they were sent, with the dot between them: what is signed.
    let signedPart: [UInt8]
    let signature: [UInt8]

    /// Reads the field's value, or gives nil: a caller without a token is told no more than that.
    package init?(field: String?) {
        let prefix = RequestToken.scheme + " "
        guard let field, field.utf8.count <= Self.bytesMax, Self.begins(field, with: prefix) else { return nil }
        let token = Array(field.utf8.dropFirst(prefix.utf8.count))
        let parts = token.split(separator: UInt8(ascii: "."), maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 3, let head = Base64URL.decode(parts[0]), let body = Base64URL.decode(parts[1]),
            let signature = Base64URL.decode(parts[2]), signature.count == 64,
            let header = try? JSON(parsing: head), let claims = try? JSON(parsing: body),
            let keyID = Self.keyID(in: header), let read = Self.claims(in: claims)
        else { return nil }
        self.keyID = keyID
        self.claims = read
        self.signature = signature
        signedPart = Array(token[..<parts[2].startIndex].dropLast())
    }

    /// A scheme's letters may be of either case (RFC 9110, 11.1).
    private static func begins(_ field: String, with prefix: String) -> Bool {
        func isSame(_ a: UInt8, _ b: UInt8) -> Bool {
            a == b || (a ^ b == 0x20 && (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(a | 0x20))
        }
        return field.utf8.count > prefix.utf8.count && zip(field.utf8, prefix.utf8).allSatisfy(isSame)
    }

    /// Whether this very key, the one that `kid` names, signed header and claims.
    package func isSigned(by pair: VerifyingPair) -> Bool {
        guard keyID == pair.ed25519KeyID,
            let key = try? Curve25519.Signing.PublicKey(rawRepresentation: pair.ed25519PublicKey)
        else { return false }
        SignatureWatch.current?.seesToken()
        return key.isValidSignature(signature, for: signedPart)
    }

    /// One algorithm; `crit` would name extensions that have to be understood, and none is.
    private static func keyID(in header: JSON) -> String? {
        guard header["alg"]?.string == RequestToken.algorithm, header["crit"] == nil, header["b64"] == nil else {
            return nil
        }
        return header["kid"]?.string
    }

    private static func claims(in json: JSON) -> RequestToken.Claims? {
        guard let subject = json["sub"]?.string, let id = try? ParticipantID(subject),
            let audience = json["aud"].flatMap(audience), let issuedAt = json["iat"].flatMap(time),
            let expiresAt = json["exp"].flatMap(time)
        else { return nil }
        // RFC 7519: a token that says from when it holds does not hold before; one that says it in no form we read, never.
        guard let notBefore = json["nbf"] else {
            return RequestToken.Claims(subject: id, audience: audience, issuedAt: issuedAt, expiresAt: expiresAt)
        }
        return time(notBefore).map { notBefore in
            RequestToken.Claims(
                subject: id, audience: audience, issuedAt: issuedAt, expiresAt: expiresAt, notBefore: notBefore)
        }
    }

    /// RFC 7519 lets one audience stand alone or in a list.
    private static func audience(_ json: JSON) -> String? {
        if let list = json.array { return list.count == 1 ? list[0].string : nil }
        return json.string
    }

    /// Seconds since 1970; RFC 7519 lets a fraction follow, which is cut off.
    private static func time(_ json: JSON) -> UTCTime? {
        guard let text = json.numberText else { return nil }
        let parts = text.utf8.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        let isPlain = parts.allSatisfy { part in part.allSatisfy { (0x30...0x39).contains($0) } && !part.isEmpty }
        guard isPlain, parts[0].count <= 12, let seconds = Int64(String(decoding: parts[0], as: UTF8.self)) else {
            return nil
        }
        return UTCTime(secondsSinceEpoch: seconds)
    }
}

/// Base64 with the URL alphabet and without padding, in its one form.
package enum Base64URL {
    private static let alphabet = [UInt8]("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// The text of `bytes`.
    package static func encode(_ bytes: some Collection<UInt8>) -> String {
        var text: [UInt8] = []
        var bits: UInt32 = 0
        var count: UInt32 = 0
        for byte in bytes {
            bits = (bits << 8 | UInt32(byte)) & 0x3FFF
            count += 8
            while count >= 6 {
                count -= 6
                text.append(alphabet[Int(bits >> count & 63)])
            }
        }
        if count > 0 { text.append(alphabet[Int(bits << (6 - count) & 63)]) }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes of `text`; nil where it is not the one text of any bytes.
    package static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count * 3 / 4)
        var bits: UInt32 = 0
        var count = 0
        for character in text {
            guard let digit = digit(character) else { return nil }
            bits = bits << 6 | UInt32(digit)
            count += 6
            guard count >= 8 else { continue }
            count -= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            bits &= (1 << UInt32(count)) - 1
        }
        // What is left over is zero, and never a whole digit.
        return count < 6 && bits == 0 ? bytes : nil
    }

    private static func digit(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
        case UInt8(ascii: "-"): 62
        case UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
