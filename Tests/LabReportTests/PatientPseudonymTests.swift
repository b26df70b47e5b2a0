import Testing

@testable import LabReport

@Suite("Keyed pseudonyms")
struct PatientPseudonymTests {
    static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    @Test("SHA-256 gives the standard's values")
    func sha256() {
        #expect(
            Self.hex(SHA256Digest.hash([])) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(
            Self.hex(SHA256Digest.hash(Array("abc".utf8)))
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(
            Self.hex(SHA256Digest.hash(Array("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8)))
                == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
        #expect(
            Self.hex(SHA256Digest.hash([UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)))
                == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    @Test("HMAC gives the values of RFC 4231")
    func hmac() {
        #expect(
            Self.hex(SHA256Digest.authenticate(Array("Hi There".utf8), key: [UInt8](repeating: 0x0b, count: 20)))
                == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
        #expect(
            Self.hex(SHA256Digest.authenticate(Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8)))
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        let long = Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8)
        #expect(
            Self.hex(SHA256Digest.authenticate(long, key: [UInt8](repeating: 0xaa, count: 131)))
                == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
    }

    static func report(_ birth: String?, _ given: String?, day: Int? = 1, ins: String? = nil) -> Report {
        var report = Report()
        report.patient.birthName = birth.map { Personal($0) }
        report.patient.givenNames = given.map { [Personal($0)] } ?? []
        report.patient.birthDate = CalendarDate(year: 1955, month: 8, day: day)
        report.patient.ins = ins.map { Identifier(value: Personal($0)) }
        report.patient.localIDs = [Identifier(value: Personal("42"))]
        report.sendingFacility = "750100125"
        return report
    }

    static func text(_ report: Report, key: UInt8 = 1, to recipient: String = "spf") -> String? {
        PatientPseudonym(key: [UInt8](repeating: key, count: 32), recipient: recipient)?.identifier(for: report)?.value
            .text
    }

    /// Fixed for ever: another algorithm is another version.
    @Test("Version 1 gives these values")
    func vectors() {
        #expect(Self.text(Self.report("LEFÈVRE", "ZOÉ")) == "p1n-a43c342f8133cc55cc88e1fdd1f52ee6")
        #expect(
            Self.text(Self.report("LEFÈVRE", nil, ins: "255081416802538")) == "p1i-05fe15b5830b6767cf8c59a4cda04f0b")
        #expect(Self.text(Self.report(nil, nil)) == "p1l-592cad79aaca1ff15bf5c153e08bfff8")
    }

    @Test("The same person has the same one however the name is written, another person or recipient another")
    func sameness() {
        var entity = Self.report(nil, nil)
        entity.sendingFacility = "1750100125"
        #expect(Self.text(entity) == Self.text(Self.report(nil, nil)), "an IDNST is its FINESS")
        let one = Self.text(Self.report("LEFÈVRE", "ZOÉ"))
        #expect(one == Self.text(Self.report("Lefevre", "Zoe", ins: "255081416802538")))
        #expect(one != Self.text(Self.report("LEFEVRE", "ZOEL")))
        #expect(one != Self.text(Self.report("LEFEVREZ", "OE")))
        #expect(one != Self.text(Self.report("LEFEVRE", "ZOE", day: 2)))
        #expect(one != Self.text(Self.report("LEFÈVRE", "ZOÉ"), to: "cnam"))
        #expect(one != Self.text(Self.report("LEFÈVRE", "ZOÉ"), key: 2))
        #expect(Self.text(Self.report("LEFÈVRE", "ZOÉ", day: nil))?.hasPrefix("p1l-") == true)
    }

    /// The mother's NIR of billing, and twins.
    static func newborn(_ given: String?, local: String, nir: String? = "285037511122203") -> Report {
        var report = report("DUBOIS", given)
        report.patient.birthDate = CalendarDate(year: 2026, month: 11, day: 28)
        report.patient.nir = nir.map { Identifier(value: Personal($0)) }
        report.patient.localIDs = [Identifier(value: Personal(local))]
        return report
    }

    @Test(
        "Whom a name that is none, or the word that they are anonymous, has alike are told apart by the laboratory's number"
    )
    func anonymous() {
        for (birth, given) in [
            ("ANONYME", "ANONYME"), ("Inconnu", "x"), ("X", "XX"), ("XXX", "Marie"), ("MARTIN", "Sans prénom"),
        ] {
            var (one, other) = (Self.report(birth, given), Self.report(birth, given))
            other.patient.localIDs = [Identifier(value: Personal("43"))]
            #expect(Self.text(one)?.hasPrefix("p1l-") == true, "\(birth)")
            #expect(Self.text(one) != Self.text(other), "\(birth)")
            one.patient.localIDs = []
            #expect(Self.text(one) == nil, "\(birth)")
        }
        var one = Self.report("LEFÈVRE", "ZOÉ")
        one.patient.identityStatus = ["PROV", "ANOM"]
        #expect(Self.text(one) == "p1l-592cad79aaca1ff15bf5c153e08bfff8")
        one.patient.nir = Identifier(value: Personal("255081416802538"))
        #expect(Self.text(one) == "p1l-592cad79aaca1ff15bf5c153e08bfff8")
        one.patient.localIDs = []
        #expect(Self.text(one) == nil)
        // Who has no usable name and a national number of their own is told by that.
        let named = Self.report("INCONNU", nil, ins: "255081416802538")
        #expect(Self.text(named) == "p1i-05fe15b5830b6767cf8c59a4cda04f0b")
        #expect(Self.text(Self.report("ANONYMEAU", "XAVIER"))?.hasPrefix("p1n-") == true)
    }

    @Test("Twins without given names whose NIR is their mother's are two, and their own NIR is theirs")
    func twins() {
        let (one, other) = (Self.newborn(nil, local: "J1"), Self.newborn(nil, local: "J2"))
        #expect(Self.text(one)?.hasPrefix("p1l-") == true && Self.text(one) != Self.text(other))
        #expect(Self.text(Self.newborn("X", local: "J1")) == Self.text(one))
        var nobody = one
        nobody.patient.localIDs = []
        #expect(Self.text(nobody) == nil)
        // Without a family name, newborns of the year by the message's date.
        var first = Self.newborn("ANNE", local: "J1")
        first.patient.birthName = nil
        #expect(Self.text(first)?.hasPrefix("p1i-") == true)
        first.sentAt = CalendarDate(year: 2026, month: 11, day: 29).flatMap { ReportTime(date: $0) }
        #expect(Self.text(first)?.hasPrefix("p1l-") == true)
        // The numbers of one's own birth stay what they were.
        let own = Self.newborn(nil, local: "J1", nir: "226117511122279")
        #expect(Self.text(own)?.hasPrefix("p1i-") == true)
        #expect(Self.text(Self.newborn("JUMEAU A", local: "J1"))?.hasPrefix("p1n-") == true)
        var adult = Self.report("LEFÈVRE", nil)
        adult.patient.nir = Identifier(value: Personal("255081416802538"))
        #expect(Self.text(adult) == "p1i-05fe15b5830b6767cf8c59a4cda04f0b")
    }

    @Test("A short key makes none, nobody has none, and a profile without a key sends none")
    func none() throws {
        #expect(PatientPseudonym(key: [UInt8](repeating: 1, count: 31), recipient: "spf") == nil)
        #expect(Self.text(Report()) == nil)
        let day = try #require(CalendarDate(year: 2026, month: 11, day: 23))
        let profile = Profile(id: "p", fields: [.patientPseudonym])
        let report = Self.report("LEFÈVRE", "ZOÉ")
        #expect(profile.project(report, results: [], reference: day).patient == Patient())
        let maker = PatientPseudonym(key: [UInt8](repeating: 1, count: 32), recipient: "spf")
        let ids = profile.project(report, results: [], reference: day, pseudonym: maker).patient.localIDs
        #expect(ids.map(\.value.text) == [Self.text(report)] && ids.map(\.type) == ["ANON"])
    }
}
