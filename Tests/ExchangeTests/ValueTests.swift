import Testing

@testable import Exchange

@Suite("Small values")
struct ValueTests {
    @Test("a participant id is 1 to 63 of a-z, 0-9 and inner hyphens")
    func participantIDs() throws {
        for text in ["a", "9", "lab-rive-gauche", "ars-11", "a--b", String(repeating: "a", count: 63)] {
            #expect(try ParticipantID(text).text == text)
        }
        let bad = [
            "", "-", "-a", "a-", "A", "a_b", "a.b", "a/b", "..", "é", "a b", "a\n", "a\0", "\u{212A}",
            String(repeating: "a", count: 64),
        ]
        for text in bad {
            let failure = #expect(throws: ExchangeFailure.self) { try ParticipantID(text) }
            #expect(failure?.description == "participant id: 1 to 63 of a-z, 0-9 and inner hyphens")
        }
    }

    @Test("a parcel id is a lower-case UUID of version 7 and of the RFC's variant")
    func parcelIDs() throws {
        let good = "019ab1c2-d3e4-7f56-8a9b-0c1d2e3f4a5b"
        #expect(try ParcelID(good).text == good)
        let bad = [
            "", good.uppercased(), good + "0", String(good.dropLast()), "{\(good)}",
            "019ab1c2-d3e4-4f56-8a9b-0c1d2e3f4a5b", "019ab1c2-d3e4-7f56-7a9b-0c1d2e3f4a5b",
            "019ab1c2-d3e4-7f56-ca9b-0c1d2e3f4a5b", "019ab1c2dd3e4-7f56-8a9b-0c1d2e3f4a5b",
            "019ab1c2-d3e4-7f56-8a9b-0c1d2e3f4a5g",
        ]
        for text in bad {
            #expect(throws: ExchangeFailure.self) { try ParcelID(text) }
        }
    }

    @Test("a parcel id made from a time and random bytes is one, begins with the time and uses 74 of the random bits")
    func madeParcelIDs() throws {
        let zeros = try ParcelID(millisecondsSinceEpoch: 0x017F_22E2_79B0, random: [UInt8](repeating: 0, count: 10))
        #expect(zeros.text == "017f22e2-79b0-7000-8000-000000000000")
        let ones = try ParcelID(millisecondsSinceEpoch: 0xFFFF_FFFF_FFFF, random: [UInt8](repeating: 255, count: 10))
        #expect(ones.text == "ffffffff-ffff-7fff-bfff-ffffffffffff")
        #expect(try ParcelID(zeros.text) == zeros)
        #expect(zeros < ones)
        #expect(throws: ExchangeFailure.self) {
            try ParcelID(millisecondsSinceEpoch: 1 << 48, random: [UInt8](repeating: 0, count: 10))
        }
        #expect(throws: ExchangeFailure.self) { try ParcelID(millisecondsSinceEpoch: 0, random: [1, 2, 3]) }
        #expect(throws: ExchangeFailure.self) {
            try ParcelID(millisecondsSinceEpoch: -1, random: [UInt8](repeating: 0, count: 10))
        }
        let timed = try ParcelID(time: UTCTime("2022-02-22T19:22:22Z"), random: [UInt8](repeating: 0, count: 10))
        #expect(timed.text.hasPrefix("017f22e2-7"))
    }

    @Test(
        "a time has one text",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2026-11-23T10:00:00Z", 1_795_428_000), ("2000-02-29T23:59:59Z", 951_868_799),
            ("2038-01-19T03:14:08Z", 2_147_483_648), ("9999-12-31T23:59:59Z", 253_402_300_799),
            ("2100-03-01T00:00:00Z", 4_107_542_400),
        ])
    func times(text: String, seconds: Int64) throws {
        #expect(try UTCTime(text).secondsSinceEpoch == seconds)
        #expect(UTCTime(secondsSinceEpoch: seconds).text == text)
    }

    @Test(
        "other forms of a time are refused",
        arguments: [
            "", "2026-11-23", "2026-11-23T10:00:00", "2026-11-23T10:00:00+00:00", "2026-11-23T10:00:00.0Z",
            "2026-11-23t10:00:00z", "2026-11-23 10:00:00Z", "2026-02-29T00:00:00Z", "2100-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-04-31T00:00:00Z", "2026-01-00T00:00:00Z",
            "2026-01-01T24:00:00Z", "2026-12-31T23:59:60Z", "2026-01-01T00:60:00Z", "1969-12-31T23:59:59Z",
            "+026-01-01T00:00:00Z", "2026-1a-01T00:00:00Z", "٢026-01-01T00:00:00",
        ])
    func badTimes(text: String) {
        #expect(throws: ExchangeFailure.self) { try UTCTime(text) }
    }

    @Test("every day from 1970 to 2400 has a text that reads back")
    func days() throws {
        for day in 0..<157_000 as Range<Int64> {
            let time = UTCTime(secondsSinceEpoch: day * 86_400 + 86_399)
            #expect(try UTCTime(time.text) == time)
        }
    }

    @Test("adding seconds stays within the years that have a text")
    func adding() {
        let time = UTCTime(secondsSinceEpoch: 100)
        #expect(time.adding(seconds: -50).secondsSinceEpoch == 50)
        #expect(time.adding(seconds: -200).secondsSinceEpoch == 0)
        #expect(time.adding(seconds: .min).secondsSinceEpoch == 0)
        #expect(time.adding(seconds: .max) == UTCTime(secondsSinceEpoch: UTCTime.last))
        var outside = time
        outside.secondsSinceEpoch = .max
        #expect(outside.text == "9999-12-31T23:59:59Z")
        #expect(outside.adding(seconds: 1).secondsSinceEpoch == UTCTime.last)
    }

    @Test("a hash is 64 lower-case digits and that of bytes is SHA-256")
    func hashes() throws {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        #expect(SHA256Hex(of: []).text == empty)
        #expect(try SHA256Hex(empty) == SHA256Hex(of: []))
        let digest = [UInt8](repeating: 0xA0, count: 32)
        #expect(try SHA256Hex(digestBytes: digest).text == String(repeating: "a0", count: 32))
        for text in ["", empty.uppercased(), empty + "0", String(empty.dropLast()), String(empty.dropLast()) + "g"] {
            #expect(throws: ExchangeFailure.self) { try SHA256Hex(text) }
        }
        #expect(throws: ExchangeFailure.self) { try SHA256Hex(digestBytes: [UInt8](repeating: 0, count: 31)) }
    }

    @Test("a log position holds 32 bytes in canonical base64")
    func positions() throws {
        let root = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
        #expect(try LogPosition(size: 0, root: root).root == root)
        let notCanonical = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV="
        for bad in ["", String(root.dropLast()), notCanonical, root + "=", "_" + root.dropFirst()] {
            #expect(throws: ExchangeFailure.self) { try LogPosition(size: 1, root: bad) }
        }
        #expect(throws: ExchangeFailure.self) { try LogPosition(size: -1, root: root) }
        #expect(try LogPosition(size: Limits.integer, root: root).size == Limits.integer)
        #expect(throws: ExchangeFailure.self) { try LogPosition(size: Limits.integer + 1, root: root) }
    }

    @Test(
        "sizes are padded to their Padmé class",
        arguments: [
            (0, 0), (1, 1), (2, 2), (7, 7), (8, 8), (9, 10), (100, 104), (255, 256), (1_000, 1_024), (4_097, 4_352),
            (1_000_000, 1_015_808), (5_368_709_120, 5_368_709_120),
        ])
    func padme(size: Int64, padded: Int64) {
        #expect(PadmeSize.padded(size) == padded)
    }

    @Test("a padded size is its own class, is not smaller, and costs at most 12 %")
    func padmeBounds() {
        var size: Int64 = 1
        while size < Limits.parcelBytes {
            let padded = PadmeSize.padded(size)
            #expect(padded >= size && PadmeSize.padded(padded) == padded)
            #expect(padded - size <= size / 8)
            size += max(1, size / 97)
        }
        #expect(PadmeSize.padded(.max) >= .max - 1)
        #expect(PadmeSize.padded(-5) == 0)
    }

    @Test("a token's claims hold for this origin, at most 300 s long, with 60 s between the clocks")
    func tokens() throws {
        let origin = "https://relay.example:8443"
        let now = try UTCTime("2026-11-23T10:00:00Z")
        func claims(
            _ issued: Int64, _ expires: Int64, audience: String = origin, notBefore: Int64? = nil
        ) throws -> Bool {
            RequestToken.Claims(
                subject: try ParticipantID("cnam"), audience: audience, issuedAt: now.adding(seconds: issued),
                expiresAt: now.adding(seconds: expires), notBefore: notBefore.map { now.adding(seconds: $0) }
            ).hold(origin: origin, now: now)
        }
        #expect(try claims(0, 300, notBefore: 60))
        #expect(try !claims(0, 300, notBefore: 61))
        #expect(try claims(0, 300, notBefore: -9_000))
        #expect(try claims(0, 300))
        #expect(try !claims(0, 301))
        #expect(try claims(60, 300))
        #expect(try !claims(61, 300))
        #expect(try claims(-300, -59))
        #expect(try !claims(-300, -60))
        #expect(try !claims(10, 10))
        #expect(try !claims(0, 300, audience: origin + "/"))
        #expect(try !claims(0, 300, audience: "https://relay.example:8444"))
    }
}
