import HL7
import LabReport
import Testing

@Suite("The legal time of a site")
struct SiteZoneTests {
    static func offset(_ zone: SiteZone, _ year: Int, _ month: Int, _ day: Int, _ hour: Int, _ minute: Int = 0) throws
        -> SiteZone.Reading
    {
        let date = try #require(CalendarDate(year: year, month: month, day: day))
        return zone.reading(of: date, secondOfDay: hour * 3600 + minute * 60)
    }

    @Test("Paris changes on the last Sundays of March and October")
    func paris() throws {
        #expect(try Self.offset(.paris, 2021, 1, 15, 12) == .offset(60))
        #expect(try Self.offset(.paris, 2021, 7, 15, 12) == .offset(120))
        #expect(try Self.offset(.paris, 2021, 3, 28, 1, 59) == .offset(60))
        #expect(try Self.offset(.paris, 2021, 3, 28, 2, 30) == .never(60))
        #expect(try Self.offset(.paris, 2021, 3, 28, 3) == .offset(120))
        #expect(try Self.offset(.paris, 2021, 10, 31, 1, 59) == .offset(120))
        #expect(try Self.offset(.paris, 2021, 10, 31, 2, 30) == .twice(120))
        #expect(try Self.offset(.paris, 2021, 10, 31, 3) == .offset(60))
        #expect(try Self.offset(.paris, 2024, 3, 31, 2, 30) == .never(60))
        #expect(try Self.offset(.paris, 2026, 10, 25, 2, 30) == .twice(120))
    }

    @Test("Overseas time is known, and Saint-Pierre changes with its neighbours")
    func overseas() throws {
        let noons: [(String, Int)] = [
            ("971", -240), ("972", -240), ("973", -180), ("974", 240), ("976", 180), ("977", -240), ("978", -240),
            ("986", 720), ("987", -600), ("988", 660), ("75", 120), ("2A", 120), ("975", -120),
        ]
        for (department, minutes) in noons {
            #expect(
                try Self.offset(SiteZone(department: department), 2026, 7, 14, 12).minutes == minutes, "\(department)")
        }
        #expect(try Self.offset(.miquelon, 2026, 3, 8, 2, 30) == .never(-180))
        #expect(try Self.offset(.miquelon, 2026, 11, 1, 1, 30) == .twice(-120))
        #expect(try Self.offset(.miquelon, 2026, 11, 2, 1) == .offset(-180))
    }

    @Test("A time without offset takes the site's; the message's own offset wins where it is another")
    func completing() throws {
        func sampled(
            _ msh7: String, _ zone: SiteZone?, observed: String = "202603290230"
        ) throws -> (iso: String?, rules: [String]) {
            let text = """
                MSH|^~\\&|A|LABO|||\(msh7)||ORU^R01|1|P|2.5
                PID|1||1^^^L^PI||X
                OBR|1||F1|94500-6^^LN|||202607140930
                OBX|1|ST|94500-6^^LN||x||||||F|||\(observed)
                """
            let outcome = HL7ReportReader(settings: ReaderSettings(zone: zone)).read(
                bytes: HL7ReaderTests.message(text))[0]
            return (outcome.report?.orders.first?.collectedAt?.iso, outcome.findings.map(\.rule))
        }
        #expect(try sampled("20261123", .paris).iso == "2026-07-14T09:30:00+02:00")
        #expect(try sampled("20261123101500+0100", .paris).iso == "2026-07-14T09:30:00+02:00")
        #expect(try sampled("20261123101500-0500", .paris).iso == "2026-07-14T09:30:00-05:00")
        #expect(try sampled("20261123", .reunion).iso == "2026-07-14T09:30:00+04:00")
        #expect(try sampled("20261123", nil).iso == "2026-07-14")
        #expect(try sampled("20261123", .paris).rules == ["time-gap"])
        // A system that says UTC of its messages may yet write legal time in their fields.
        #expect(try sampled("20261123101500+0000", .paris).rules == ["time-gap"])
        #expect(try sampled("20261123101500+0000", .reunion).rules == [])
        #expect(try sampled("20261123", .reunion).rules == [])
        for sent in ["20261123", "20261123101500+0100", "20261123101500+0000", "20261123101500+0200"] {
            #expect(try sampled(sent, .paris, observed: "202610250230").rules == ["time-unsure"], "\(sent)")
            #expect(try sampled(sent, .paris, observed: "202610250330").rules == [], "\(sent)")
            #expect(try sampled(sent, .paris, observed: "202610250230+0000").rules == [], "\(sent)")
            #expect(try sampled(sent, .reunion, observed: "202610250230").rules == [], "\(sent)")
        }
    }

    @Test("A time that comes twice, and one that never was, are told in tables and FHIR as in a message")
    func otherFormats() throws {
        let settings = ReaderSettings(zone: .paris)
        let head =
            "numero_dossier;nom_naissance;numero_patient;laboratoire_finess;preleve_le;analyse_code;resultat;statut\n"
        func table(_ time: String) -> [String] {
            var rules: [String] = []
            var stream = ReportStream(.csv, settings: settings)
            stream.push(Array((head + "F1;BRUVELAN;D1;750100125;\(time);94500-6;POSITIF;F\n").utf8)[...]) {
                rules += $0.outcomes.flatMap { $0.findings.map(\.rule) }
            }
            stream.finish { rules += $0.outcomes.flatMap { $0.findings.map(\.rule) } }
            return rules.filter { $0.hasPrefix("time-") }
        }
        #expect(table("25/10/2026 02:30") == ["time-unsure"])
        #expect(table("29/03/2026 02:30") == ["time-gap"])
        #expect(table("25/10/2026 03:30") == [])
        #expect(table("2026-10-25T02:30:00+01:00") == [])
        let fhir = """
            {"resourceType":"Observation","status":"final","code":{"text":"Ct"},"valueString":"x",\
            "effectiveDateTime":"2026-10-25T02:30:00"}
            """
        let findings = FHIRReportReader(settings: settings).read(bytes: Array(fhir.utf8)).flatMap(\.findings)
        let told = try #require(findings.first { $0.rule == "time-unsure" })
        #expect(told.french.contains("2026-10-25T02:30:00+01:00"), "in the form that FHIR has")
    }
}
