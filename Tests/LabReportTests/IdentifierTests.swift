import LabReport
import Testing

@Suite("French identifiers and LOINC")
struct IdentifierTests {
    static let nirs = [
        "255081416802538", "295109912611193", "186022A21532523", "253072B07300470", "276037510669326",
        "279035121518989",
    ]

    @Test("Right NIRs are taken, Corsica and the ANS test patient too", arguments: nirs)
    func rightNIR(text: String) throws {
        let nir = try #require(NIR(text))
        #expect(nir.text == text)
        let body = Array(text.utf8.prefix(13))
        #expect(NIR.withKey(body) == text)
        #expect(NIR.key(of: body) == Int(text.suffix(2)))
    }

    @Test("Wrong keys are told from wrong forms")
    func wrongNIR() {
        for text in ["255081416802539", "295109912611199", "276037510669380"] {
            #expect(NIR(text) == nil)
            #expect(NIR.fault(in: Array(text.utf8)) == .key)
        }
        let forms = [
            "", "2550814168025", "25508141680253", "2550814168025388", "955081416802538", "055081416802538",
            "255131416802538",
            "255001416802538", "255191416802538", "186022a21532523", "1860A2A21532523", "186022C21532523",
            "25508141680253é",
            "2A5081416802538", " 55081416802538",
        ]
        for text in forms {
            #expect(NIR(text) == nil)
            #expect(NIR.fault(in: Array(text.utf8)) == .form)
        }
    }

    @Test("Incomplete months and temporary numbers are NIRs")
    func unusualNIR() throws {
        for month in ["20", "30", "42", "50", "99"] {
            #expect(NIR.withKey(Array("255\(month)14168025".utf8)).flatMap { NIR($0) } != nil)
        }
        let temporary = try #require(NIR.withKey(Array("7550814168025".utf8)).flatMap { NIR($0) })
        #expect(temporary.isTemporary)
        #expect(NIR(Self.nirs[0])?.isTemporary == false)
        #expect(NIR.withKey(Array("255081416802".utf8)) == nil)
    }

    @Test("A single wrong digit is always noticed")
    func oneDigit() {
        for text in Self.nirs {
            var bytes = Array(text.utf8)
            for position in bytes.indices where (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) {
                let right = bytes[position]
                for digit in UInt8(ascii: "0")...UInt8(ascii: "9") where digit != right {
                    bytes[position] = digit
                    #expect(NIR.fault(in: bytes) != nil)
                }
                bytes[position] = right
            }
        }
    }

    @Test("An INS needs an OID that assigns one; test OIDs are known as such")
    func ins() {
        #expect(INS(matricule: Self.nirs[0], oid: "1.2.250.1.213.1.4.8") != nil)
        #expect(INS(matricule: Self.nirs[0], oid: "1.2.250.1.213.1.4.9")?.authority == .nia)
        #expect(INS(matricule: Self.nirs[0], oid: "1.2.250.1.213.1.4.2") == nil)
        #expect(INS(matricule: Self.nirs[0], oid: "1.2.3") == nil)
        #expect(INS(matricule: "276037510669380", oid: "1.2.250.1.213.1.4.8") == nil)
        #expect(
            INSAuthority.allCases.filter(\.isFictitious).map(\.oid).sorted() == [
                "1.2.250.1.213.1.4.10", "1.2.250.1.213.1.4.11", "1.2.250.1.213.1.4.6", "1.2.250.1.213.1.4.7",
            ])
    }

    @Test("RPPS: eleven digits with a Luhn key, alone or behind an 8")
    func rpps() {
        for text in ["01234567897", "10003879623", "07655473259"] {
            #expect(RPPS(text)?.text == text)
            #expect(RPPS(idnps: "8" + text)?.text == text)
            #expect(RPPS.withKey(text.utf8.prefix(10)) == text)
        }
        for text in ["10003461033", "10100123456"] { #expect(RPPS.fault(in: Array(text.utf8)) == .key) }
        for text in ["", "1000387962", "100038796230", "1000387962A"] {
            #expect(RPPS.fault(in: Array(text.utf8)) == .form)
        }
        #expect(RPPS(idnps: "001234567897") == nil)
        #expect(RPPS.withKey(Array("123".utf8)) == nil)
    }

    @Test("ADELI: only the shape can be checked")
    func adeli() {
        for text in ["751012344", "2A1012344", "9D1012344"] { #expect(ADELI(text)?.text == text) }
        for text in ["", "75101234", "7510123444", "A51012344", "7Z1012344", "75101234A"] {
            #expect(ADELI(text) == nil)
        }
    }

    @Test("FINESS: Luhn, Corsica with A as 1 and B as 2, or behind a 1")
    func finess() {
        let right = [
            "750100125", "750712184", "010005239", "010008407", "010786259", "2B0000020", "2B0005342", "2B0004246",
            "2A0000154",
            "2A0000204",
        ]
        for text in right {
            #expect(FINESS(text)?.text == text)
            #expect(FINESS("1" + text)?.text == text)
            #expect(FINESS.withKey(text.utf8.prefix(8)) == text)
        }
        #expect(FINESS.fault(in: Array("120456789".utf8)) == .key)
        for text in ["", "75010012", "2C0000020", "2b0000020", "A50100125", "27501001250", "2750100125"] {
            #expect(FINESS.fault(in: Array(text.utf8)) == .form)
        }
    }

    @Test("LOINC: form and check digit")
    func loinc() {
        for text in ["94500-6", "94558-4", "94531-1", "11502-2", "625-4", "80382-5", "10368-9", "8251-1"] {
            #expect(LOINC(text)?.text == text)
        }
        for text in ["94500-5", "94558-3", "625-5"] { #expect(LOINC.fault(in: Array(text.utf8)) == .key) }
        for text in ["", "-6", "94500", "945006", "9450O-6", "94500-", "12345678-1", "LP6464-4"] {
            #expect(LOINC.fault(in: Array(text.utf8)) == .form)
        }
    }

    @Test("What identifies a person is never described")
    func redaction() throws {
        let nir = try #require(NIR(Self.nirs[0]))
        let ins = try #require(INS(matricule: Self.nirs[0], oid: "1.2.250.1.213.1.4.8"))
        let rpps = try #require(RPPS("01234567897"))
        #expect("\(nir) \(ins) \(rpps)" == "‹NIR› ‹INS› ‹RPPS›")
        let adeli = try #require(ADELI("751012344"))
        #expect(!"\(adeli)".contains("751"))
    }
}
