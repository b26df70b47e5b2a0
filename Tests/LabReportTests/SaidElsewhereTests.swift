import HL7
import StrictJSON
import Testing

@testable import LabReport

/// What a format says in another place than where it is looked for first: that nothing was found, that the patient objects, that a unit
/// is none.
@Suite("Values of no result, objections in notes and of twins, units that mean another")
struct SaidElsewhereTests {
    private static let value =
        #""valueCodeableConcept":{"coding":[{"system":"http://snomed.info/sct","code":"10828004"}]}"#

    private static func bundle(_ observation: String, _ further: String = "") throws -> ReadOutcome {
        let patient =
            #""identifier":[{"system":"urn:oid:1.2.3.4","value":"L1"}],"name":[{"family":"TEST"}],"birthDate":"1955-08-01""#
        let code = #"{"coding":[{"system":"http://loinc.org","code":"94500-6"}]}"#
        let text = """
            {"resourceType":"Bundle","type":"collection","entry":[
            {"resource":{"resourceType":"Patient","id":"p",\(patient)}},
            {"resource":{"resourceType":"Patient","id":"p2",\(patient),"gender":"female"}},
            {"resource":{"resourceType":"Patient","id":"p3","identifier":[{"system":"urn:oid:1.2.3.4","value":"L2"}]}},
            {"resource":{"resourceType":"DiagnosticReport","id":"r","status":"final","subject":{"reference":"Patient/p"},
            "identifier":[{"value":"F-1"}],"code":\(code),"result":[{"reference":"Observation/o"}]}},
            {"resource":{"resourceType":"Observation","id":"o","subject":{"reference":"Patient/p"},"code":\(code),\(observation)}}
            \(further)]}
            """
        return try #require(FHIRReportReader().read(bytes: Array(text.utf8)).first)
    }

    private static func consent(_ patient: String, _ members: String) -> String {
        #",{"resource":{"resourceType":"Consent","id":"c","status":"active","patient":{"reference":"Patient/\#(patient)"},\#(members)}}"#
    }

    @Test(
        "A value of what could not be obtained is no finding in any format, goes along no route for positives, and is told"
    )
    func unobtained() throws {
        let routes = try RoutingFixture.table(
            #"{"id":"r","to":"cnam","anyCode":true,"results":["positive"],"profile":"all"}"#)
        let hprim = """
            H|~^\\&|A||LABO~~L||ORU|||||P|H2.2~C|202611231000
            P|1|D1|||TEST~ANNE||19550801|F
            OBR|1|P1~|F1|94500-6~PCR~LN|||202611220745
            OBX|1|CE|94500-6~PCR~LN||10828004~Positif~SCT||||||X|||202611220745
            L|1||1|5

            """
        let read = [
            try IntakeFixture.judged([Self.bundle(#""status":"cancelled",\#(Self.value)"#)]),
            try IntakeFixture.table(["result_status": "X"]), try IntakeFixture.table(["result_status": "N"]),
            try IntakeFixture.judged(HPRIMReportReader().read(bytes: Array(hprim.utf8))),
        ]
        for (findings, reports) in read {
            let report = try #require(reports.first, "\(findings)")
            #expect(report.results.first?.value == nil && findings.contains { $0.hasPrefix("detail-dropped @ ") })
            #expect(routes.destinations(for: report).destinations.isEmpty)
        }
        // What stands goes.
        let (_, standing) = try IntakeFixture.table([:])
        #expect(try routes.destinations(for: #require(standing.first)).destinations.count == 1)
    }

    @Test("What interprets a result that was not obtained goes with its value, and an order's own words are no finding")
    func interpreted() throws {
        var fixture = IntakeFixture()
        let routes = try RoutingFixture.table(
            #"{"id":"r","to":"cnam","anyCode":true,"results":["positive"],"profile":"all"}"#)
        fixture.orders = """
            OBR|1||F1|94500-6^^LN|||20261122
            OBX|1|ST|94500-6^^LN|||||POS|||X|||20261122
            """
        let (findings, reports) = try fixture.judgedHL7()
        #expect(findings.contains("detail-dropped @ OBX[1]-8"), "\(findings)")
        #expect(reports.first?.results.first?.interpretation == [])
        fixture.orders = """
            OBR|1||F1|94500-6^^LN|||20261122
            OBX|1|ST|94500-6^^LN||POSITIF||||||O|||20261122
            """
        let asked = try #require(try fixture.judgedHL7().reports.first)
        #expect(routes.destinations(for: asked).destinations.isEmpty)
    }

    @Test("An objection of a Patient that has the person's number is that person's, one of another's is told")
    func twin() throws {
        let result = #""status":"final",\#(Self.value)"#
        let deny = #""provision":{"type":"deny"}"#
        #expect(try Self.bundle(result, Self.consent("p", deny)).report?.consent == .objected)
        #expect(try Self.bundle(result, Self.consent("p2", deny)).report?.consent == .objected)
        let other = try Self.bundle(result, Self.consent("p3", deny))
        #expect(other.report?.consent == nil && other.findings.contains { $0.rule == "fhir-consent" })
    }

    @Test(
        "The basis of a Consent of R5 that is an opt-out is an objection",
        arguments: [
            #""regulatoryBasis":[{"coding":[{"code":"OPTOUT"}]}]"#,
            #""policyBasis":{"url":"http://example.org/opt-out"}"#,
        ])
    func basis(members: String) throws {
        let outcome = try Self.bundle(#""status":"final",\#(Self.value)"#, Self.consent("p", members))
        #expect(outcome.report?.consent == .objected)
        let other = Self.consent("p", members.replacing("OPTOUT", with: "OPTIN").replacing("opt-out", with: "in"))
        #expect(try Self.bundle(#""status":"final",\#(Self.value)"#, other).report?.consent == nil)
    }

    @Test(
        "The words of an objection in a note on the patient are one in HL7, too, and words like them hold the message")
    func note() throws {
        func judged(_ note: String) throws -> (findings: [String], reports: [Report]) {
            var fixture = IntakeFixture()
            fixture.orders = "NTE|1||\(note)\n" + fixture.orders
            return try fixture.judgedHL7()
        }
        let said = try judged("Patient opposé à la transmission")
        #expect(said.reports.first?.consent == .objected)
        #expect(said.reports.first?.notes.map(\.text) == ["Patient opposé à la transmission"])
        let unclear = try judged("S'oppose à toute transmission")
        #expect(unclear.findings.contains("!note-consent @ NTE[1]-3"), "\(unclear.findings)")
        let plain = try judged("PATIENT CONSENT A LA TRANSMISSION")
        #expect(plain.reports.first?.consent == nil && !plain.findings.contains { $0.contains("note-consent") })
    }

    @Test(
        "Notes that speak of other refusals and transmissions are notes",
        arguments: [
            "Refus de tubage. Résultat transmis au Dr X.", "Refus de tubage~Résultat transmis par téléphone",
            "Patient opposé à la ponction~résultat transmis le 12/11", "Transfusion refusée. Transmis au service",
            "Résultat trop positif pour dilution, à transmettre au CNR", "Prélèvement per-op positif, à transmettre",
            "bilan post-op positif~transmission au bloc", "Stop possible du traitement, transmission au service",
            "IST (infection sexuellement transmissible), refus du partenaire",
            "Transmission verticale. Refus césarienne",
            "Télétransmission refusée par la CPAM", "Ne pas transmettre au patient avant consultation",
            "NE PAS TRANSMETTRE PAR TELEPHONE", "Refusion au bloc, transmission de garde",
            "Le patient a été informé de son droit d'opposition",
            "Patient informé, n'a pas exercé son droit d'opposition",
            "Vos données sont transmises. Vous disposez d'un droit d'accès, de rectification et d'opposition.",
            "Pas d'opposition à la transmission", "Sans opposition à la transmission de ses résultats",
            "Aucune opposition à la transmission", "Pas de transmission materno-fœtale", "Aucune transmission sexuelle",
            "Vous pouvez exercer votre droit d’opposition à la transmission auprès du laboratoire",
        ])
    func otherRefusals(note: String) throws {
        var fixture = IntakeFixture()
        fixture.orders = "NTE|1||" + note + "\n" + fixture.orders
        let judged = try fixture.judgedHL7()
        #expect(!judged.findings.contains { $0.contains("note-consent") }, "\(judged.findings)")
        #expect(judged.reports.first?.consent == nil)
        let table = try IntakeFixture.table(["report_notes": note.replacing("~", with: "|")]).findings
        #expect(!table.contains { $0.contains("note-consent") }, "\(table)")
    }

    @Test(
        "What may object all the same is held",
        arguments: [
            "Refuse que ses résultats soient transmis au Dr X", "Refus : résultat non transmis au Dr X",
            "Refus, transmis au médecin traitant uniquement", "Patient opposé. Résultat transmis au Dr X",
            "Refuse la télétransmission de ses résultats", "Ne pas transmettre au patient ni à l'ARS",
            "Ne pas transmettre au service de santé", "S'oppose à ce que ses résultats soient~transmis au service",
            "Refuse toute transmission. Transmis au Dr X", "OPPO~SITION A TRANSMISSION",
            "Informé de son droit d'opposition, l'a exercé", "Informé de son droit d'opposition. S'oppose à l'envoi",
            "Patient informé, droit d'opposition : opposition à la transmission", "Fait valoir son droit d'opposition",
            "Non consentant, résultat transmis au Dr X", "Pas de transmission à l'assurance maladie",
            "Aucune transmission de ses résultats", "Pas d'opposition au DMP, s'oppose à la transmission",
            "Pas d'opposition, mais refuse la transmission",
        ])
    func objections(note: String) throws {
        var fixture = IntakeFixture()
        fixture.orders = "NTE|1||" + note + "\n" + fixture.orders
        let findings = try fixture.judgedHL7().findings
        #expect(findings.contains("!note-consent @ NTE[1]-3"), "\(findings)")
    }

    @Test(
        "A note as long as a message, of nothing but the words that are looked for, is read through a few times at most"
    )
    func manyWords() throws {
        for word in [
            "TRANSMIS ", "TRANSMIS AU DR X ", "REFUSION ", "OPPOSITIF ", "NE PAS TRANSMETTRE AU PATIENT SANS ",
        ] {
            var fixture = IntakeFixture()
            let note = String(repeating: word, count: 1_000_000 / word.utf8.count)
            fixture.orders = "NTE|1||" + note + "\nNTE|2||REFUS DE TRANSMISSION\n" + fixture.orders
            #expect(try fixture.judgedHL7().findings.contains("!note-consent @ NTE[2]-3"))
        }
    }

    @Test("The words of an objection may go over lines, stand one bar short, or in a table")
    func lines() throws {
        func judged(_ notes: String) throws -> (findings: [String], reports: [Report]) {
            var fixture = IntakeFixture()
            fixture.orders = notes + "\n" + fixture.orders
            return try fixture.judgedHL7()
        }
        for notes in [
            "NTE|1||PATIENT OPPOSE~A LA TRANSMISSION", "NTE|1||PATIENT OPPOSE\nNTE|2||A LA TRANSMISSION",
            "NTE|1||vu ce matin\nNTE|2||Patient~opposé à~la transmission\nNTE|3||suite",
        ] {
            #expect(try judged(notes).reports.first?.consent == .objected, "\(notes)")
        }
        for notes in [
            "NTE|1||S'oppose à~toute transmission", "NTE|1||REFUS DE TRANSMISSION", "NTE|1||Ne pas transmettre",
            "NTE|1||Droit d'opposition exercé", "NTE|1||Non consentant à la transmission",
        ] {
            #expect(try judged(notes).findings.contains("!note-consent @ NTE[1]-3"), "\(notes)")
        }
        #expect(try judged("NTE|1|PATIENT OPPOSE A LA TRANSMISSION").findings.contains("!note-consent @ NTE[1]-2"))
        #expect(try judged("NTE|Refus de transmission").findings.contains("!note-consent @ NTE[1]-1"))
        #expect(try judged("NTE|1|vu ce matin").findings.contains("note-dropped @ NTE[1]-2"))
        for notes in [
            "NTE|1|L|vu ce matin", "NTE|1|L", "NTE|1||Prélèvement refusé~résultat à transmettre demain~voir le dossier",
            "NTE|1||S'oppose au jeûne~à jeun~revu~transmission du tube",
        ] {
            let found = try judged(notes).findings.filter { $0.contains("note-") }
            #expect(found.isEmpty == !notes.contains("refusé"), "\(notes) \(found)")
        }
        let (_, said) = try IntakeFixture.table(["report_notes": "Patient opposé à la transmission"])
        #expect(said.first?.consent == .objected)
        let (held, _) = try IntakeFixture.table(["report_notes": "Refuse la transmission"])
        #expect(held.contains { $0.contains("note-consent") }, "\(held)")
        let (agreed, _) = try IntakeFixture.table(["report_notes": "Refuse la transmission", "report_consent": "given"])
        #expect(!agreed.contains { $0.contains("note-consent") }, "\(agreed)")
    }

    @Test(
        "Giga and tera per litre as laboratories write them are not gauss and tesla",
        arguments: ["G/L", "T/L", "MG/L", "PG/mL", "U/ML"])
    func mistaken(unit: String) {
        #expect(Coded(code: unit, system: "UCUM").isMisnamedUnit)
        #expect(!Coded(code: unit, system: "L").isMisnamedUnit)
        for right in ["10*9/L", "g/L", "mg/L", "pg/mL", "U/mL", "G.s"] {
            #expect(!Coded(code: right, system: "UCUM").isMisnamedUnit)
        }
    }
}
