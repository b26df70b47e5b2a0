import Crypto
import LabReport
import StrictJSON
import TestSupport
import Testing

@testable import Outbox

/// Numbers are a laboratory's own, a collector sends for several, and not every version says that it is one.
@Suite("Which version follows which")
struct FollowingTests {
    /// A message of one order.
    private struct Version {
        var id: String
        var facility = "COLLECTEUR"
        var finess = "750999906"
        var number = "1001"
        var name = "DURAND^ALICE"
        var local = "P1"
        var birth = "19800109"
        var place = "PARIS^^75011^FRA"
        var control = "NW"
        var status = "F"
        var value = "260373001^Détecté^SCT"
        var code = "94500-6^ARN SARS-CoV-2^LN"
        /// A withdrawal may list nothing of what it takes back.
        var hasResult = true
        var sentAt = "20261122114735+0100"
        var reportedAt = "20261122114735+0100"

        var text: String {
            let performer = "|||||||||LABORATOIRE^^^^^ASIP-SANTE-ST&1.2.250.1.71.4.2.2&ISO^FINEG^^^" + finess
            let segments = [
                "MSH|^~\\&|SIL|\(facility)|PLI|PLI|\(sentAt)||ORU^R01^ORU_R01|\(id)|P|2.5.1|||||FRA|UNICODE UTF-8|FR",
                "PID|1||\(local)^^^LOCAL^PI||\(name)^^^^^L||\(birth)|F|||1 rue de l'Essai^^\(place)^H",
                "ORC|\(control)|D1|\(number)",
                "OBR|1|D1|\(number)|94500-6^ARN SARS-CoV-2^LN|||20261122085947+0100|||||||||||||||\(reportedAt)|||\(status)",
                "OBX|1|CWE|\(code)||\(value)||||||\(status)|||20261122085947+0100" + performer,
            ]
            return segments.prefix(hasResult ? 5 : 4).joined(separator: "\r") + "\r"
        }
    }

    /// What each of the recipients got, of the versions one after the other.
    private static func delivered(
        _ versions: [Version], routes: [JSON] = ExampleRoutes.routes, profiles: [JSON] = ExampleRoutes.profiles,
        held: Int = 0
    ) async throws -> (of: (String) throws -> [FHIRBundleReader.Bundle], world: World) {
        let world = try World(routes: routes, profiles: profiles, finess: ["750999906", "130999998"])
        for (number, version) in versions.enumerated() {
            let agent = try world.agent()
            let summary = try await world.send(
                try world.folder.write(Array(version.text.utf8), to: "\(number).hl7"), with: agent)
            #expect(summary.taken == 1 || held > 0, "\(number): \(summary.heldByRule)")
            try await agent.close()
        }
        let relay = world.relay
        return ({ try relay.lines(of: $0).map { try FHIRBundleReader.read(Array($0.utf8)) } }, world)
    }

    @Test("A laboratory's number says nothing of another laboratory's order, though one sender sends for both")
    func laboratories() async throws {
        let (of, _) = try await Self.delivered([
            Version(id: "1"),
            Version(
                id: "2", finess: "130999998", name: "MARTIN^BOB", place: "MARSEILLE^^13001^FRA", control: "RO",
                status: "C"),
        ])
        let all = try of("cnam")
        #expect(all.count == 2 && Set(all.map(\.identifier)).count == 2)
        // Bob is no concern of Alice's agency.
        #expect(try of("ars-11").map(\.report.patient.birthName?.text) == ["DURAND"])
    }

    @Test(
        "A laboratory written otherwise is the same laboratory",
        arguments: [
            Version(id: "2", facility: "LABO^750999906^N", control: "RO", status: "C"),
            Version(id: "2", facility: "LABO RIVE GAUCHE", control: "RO", status: "C"),
            Version(id: "2", finess: "1750999906", control: "RO", status: "C"),
            Version(id: "2", number: "1001  ", control: "RO", status: "C"),
        ])
    private func sameLaboratory(_ second: Version) async throws {
        var second = second
        second.place = "MARSEILLE^^13001^FRA"
        let (of, _) = try await Self.delivered([Version(id: "1"), second])
        let versions = try of("ars-11")
        #expect(versions.count == 2 && Set(versions.map(\.identifier)).count == 1)
        #expect(versions.last?.report.action == .replace)
    }

    @Test("A legal entity's cancellation takes back no other patient's result, though two of its sites use one number")
    func sites() async throws {
        let entity = "GROUPE^755244936^M"
        let alice = Version(id: "1", facility: entity)
        let bob = Version(
            id: "2", facility: entity, finess: "130999998", name: "MARTIN^BOB", place: "MARSEILLE^^13001^FRA",
            control: "CA", status: "X", value: "")
        var back = alice
        (back.id, back.control, back.status, back.value) = ("3", "CA", "X", "")
        // Another site answers for it, or so it says: the order is the entity's.
        back.finess = "130999998"
        let (of, world) = try await Self.delivered([alice, bob, back], held: 1)
        let all = try of("cnam")
        #expect(all.map(\.report.action) == [.new, .cancel] && Set(all.map(\.identifier)).count == 1)
        #expect(all.first?.report.laboratory?.finess == "750999906")
        let agent = try world.agent()
        #expect(try await agent.status().heldByRule == ["version-other-patient": 1])
        try await agent.close()
    }

    private static let entity = "GROUPE^755244936^M"
    private static let site = "LABO^750999906^N"
    private static let bob = Version(
        id: "2", name: "MARTIN^BOB", local: "P2", birth: "19700101", place: "MARSEILLE^^13001^FRA")

    private static func held(_ world: World) async throws -> [String: Int] {
        let agent = try world.agent()
        let held = try await agent.status().heldByRule
        try await agent.close()
        return held
    }

    @Test(
        "Of two patients under one number each has reports of its own, and neither's correction or withdrawal is the other's",
        arguments: ["COLLECTEUR", entity, site], ["CA", "RO"])
    func twoPatients(facility: String, control: String) async throws {
        let alice = Version(id: "1", facility: facility)
        var bob = Self.bob
        bob.facility = facility
        var back = bob
        (back.id, back.control, back.status) = ("3", control, control == "CA" ? "X" : "C")
        if control == "CA" { back.value = "" }
        var further = alice
        (further.id, further.control, further.status) = ("4", "RO", "C")
        let (of, _) = try await Self.delivered([alice, bob, back, further])
        let all = try of("cnam")
        #expect(all.map(\.report.patient.birthName?.text) == ["DURAND", "MARTIN", "MARTIN", "DURAND"])
        #expect(all.count == 4 && all[1].identifier == all[2].identifier && all[0].identifier == all[3].identifier)
        #expect(Set(all.map(\.identifier)).count == 2)
        #expect(all.map(\.report.action) == [.new, .new, control == "CA" ? .cancel : .replace, .replace])
        #expect(try of("ars-11").map(\.report.patient.birthName?.text) == ["DURAND", "DURAND"])
    }

    @Test("What comes again of the second patient of a number is a version of that one's")
    func twoPatientsAgain() async throws {
        var bob = Self.bob
        bob.status = "P"
        var final = Self.bob
        (final.id, final.value) = ("3", "260385009^Négatif^SCT")
        let (of, _) = try await Self.delivered([Version(id: "1"), bob, final], routes: Self.positives)
        let all = try of("cnam")
        #expect(all.count == 3 && all[1].identifier == all[2].identifier && all[0].identifier != all[1].identifier)
        #expect(all.last?.report.patient.birthName?.text == "MARTIN")
    }

    @Test(
        "A correction or withdrawal of another patient than all that went out under its number is held",
        arguments: ["COLLECTEUR", entity, site], ["CA", "RO"])
    func stranger(facility: String, control: String) async throws {
        var bob = Self.bob
        (bob.facility, bob.control, bob.status) = (facility, control, control == "CA" ? "X" : "C")
        if control == "CA" { bob.value = "" }
        let (of, world) = try await Self.delivered([Version(id: "1", facility: facility), bob], held: 1)
        #expect(try of("cnam").map(\.report.patient.birthName?.text) == ["DURAND"])
        #expect(try of("ars-11").count == 1)
        #expect(try await Self.held(world) == ["version-other-patient": 1])
    }

    @Test("A name or a birth date that a laboratory corrects is followed: its own number of the patient is the same")
    func renamed() async throws {
        let corrected = Version(
            id: "2", facility: Self.site, name: "DURAND-MARTIN^ALICE", birth: "19800119", control: "RO", status: "C")
        let (of, _) = try await Self.delivered([Version(id: "1", facility: Self.site), corrected])
        let versions = try of("ars-11")
        #expect(versions.count == 2 && Set(versions.map(\.identifier)).count == 1)
    }

    @Test(
        "A withdrawal that leaves the birth date out is of the same patient, and so is one that brings it",
        arguments: [("19800109", ""), ("", "19800109")])
    func birthDate(first: String, second: String) async throws {
        let alice = Version(id: "1", facility: Self.entity, birth: first)
        let back = Version(id: "2", facility: Self.entity, birth: second, control: "CA", status: "X", value: "")
        let (of, world) = try await Self.delivered([alice, back], held: 1)
        #expect(try of("cnam").map(\.report.action) == [.new, .cancel])
        #expect(try await Self.held(world) == [:])
    }

    @Test(
        "What an entity sent of a site is corrected and taken back under the site's own name, and the other way round",
        arguments: ["GROUPE^755244936^M", "LABO^750999906^N"], ["RO", "CA"])
    func siteOrEntity(first: String, control: String) async throws {
        let both = ["GROUPE^755244936^M", "LABO^750999906^N"]
        let other = try #require(both.first { $0 != first })
        let second = Version(
            id: "2", facility: other, control: control, status: control == "CA" ? "X" : "C",
            value: control == "CA" ? "" : "260385009^Négatif^SCT")
        let (of, _) = try await Self.delivered([Version(id: "1", facility: first), second])
        let all = try of("cnam")
        #expect(all.map(\.report.action) == [.new, control == "CA" ? .cancel : .replace])
        #expect(Set(all.map(\.identifier)).count == 1)
    }

    @Test("One site's version follows nothing that its entity sent of another site, nor of another patient")
    func siteAndEntityApart() async throws {
        let alice = Version(id: "1", facility: "GROUPE^755244936^M")
        // Held or for nobody who knows it: a withdrawal of what never went out.
        let (of, _) = try await Self.delivered(
            [
                alice,
                Version(
                    id: "2", facility: "LABO^130999998^N", finess: "130999998", control: "CA", status: "X", value: ""),
                Version(
                    id: "3", facility: "LABO^750999906^N", name: "MARTIN^BOB", control: "CA", status: "X", value: ""),
            ], held: 2)
        for recipient in ["cnam", "ars-11"] {
            let all = try of(recipient)
            let versions = all.filter { $0.identifier == all.first?.identifier }.map(\.report.action)
            #expect(versions == [.new], "\(recipient): \(versions)")
        }
    }

    /// What is asked for a version of this laboratory's order, of what went out as another one.
    private static func found(_ now: Report, after sent: Report) -> VersionTrace.Earlier {
        let keys = OrderKeys(pseudonyms: Pseudonyms(key: SymmetricKey(size: .bits256)))
        let trace = keys.trace(of: sent)
        var now = now
        now.action = .cancel
        let delivery = PlannedDelivery(
            recipient: "cnam", route: "r", profile: "p", results: [], terms: .standard)
        let written = Dictionary(
            grouping: EarlierVersions.keys(of: [delivery], trace: trace), by: \.filler)
        return keys.trace(of: now).earlier { written[$0] ?? [] }
    }

    private static func report(facility: String?, finess: String?) -> Report {
        var report = Report()
        report.sendingFacility = facility
        report.laboratory = finess.map { Organisation(finess: $0) }
        var order = Order()
        order.fillerNumber = Personal("1001")
        report.orders = [order]
        return report
    }

    @Test(
        "A withdrawal that names no laboratory is of its sender's order under that number, and one laboratory's is no other's"
    )
    func unnamed() {
        let named = Self.report(facility: "COLLECTEUR", finess: "750999906")
        let other = Self.report(facility: "COLLECTEUR", finess: "130999998")
        let unnamed = Self.report(facility: "COLLECTEUR", finess: nil)
        #expect(Self.found(unnamed, after: named).sent.count == 1)
        #expect(Self.found(named, after: unnamed).sent.count == 1)
        #expect(Self.found(named, after: named).sent.count == 1)
        #expect(Self.found(other, after: named).sent.isEmpty)
        #expect(Self.found(Self.report(facility: "130999998", finess: nil), after: named).sent.isEmpty)
    }

    @Test(
        "What went out before laboratories were told apart is followed where it is the very order, and doubtful where not"
    )
    func former() throws {
        let pseudonyms = Pseudonyms(key: SymmetricKey(size: .bits256))
        let keys = OrderKeys(pseudonyms: pseudonyms)
        var named = Self.report(facility: "COLLECTEUR", finess: "750999906")
        named.action = .cancel
        let trace = keys.trace(of: named)
        let own = try #require(trace.orders.first ?? nil)
        let former = pseudonyms.filler("1001", facility: "COLLECTEUR")
        func earlier(_ root: [UInt8]) -> VersionTrace.Earlier {
            trace.earlier { key in
                key == former
                    ? [VersionKey(filler: former, root: root, recipient: "cnam", route: "r", profile: "p", codes: [])]
                    : []
            }
        }
        #expect(earlier(own.root).sent.map(\.filler) == [own.filler] && !earlier(own.root).isDoubtful)
        #expect(earlier([9]).sent.isEmpty && earlier([9]).isDoubtful)
        #expect(!trace.earlier { _ in [] }.isDoubtful)
    }

    /// The insurance is told of positive results alone.
    private static var positives: [JSON] {
        [
            .object([
                JSON.Member("id", .string("positives")), JSON.Member("to", .string("cnam")),
                JSON.Member("codeSet", .string("sars-cov-2")), JSON.Member("profile", .string("example-insurance")),
                JSON.Member("results", .array([.string("positive")])),
                JSON.Member("receiptDueMinutes", .integer(240)), JSON.Member("retentionDays", .integer(10)),
            ])
        ] + ExampleRoutes.routes.filter { $0["to"]?.string != "cnam" }
    }

    @Test(
        "Who was told of a preliminary positive is told of the final negative, though no version calls itself a correction"
    )
    func preliminary() async throws {
        let final = Version(id: "2", status: "F", value: "260385009^Négatif^SCT")
        let (of, _) = try await Self.delivered([Version(id: "1", status: "P"), final], routes: Self.positives)
        let versions = try of("cnam")
        #expect(versions.count == 2 && Set(versions.map(\.identifier)).count == 1)
        #expect(versions.last?.report.results.first.map { ResultMeaning(of: $0) } == .negative)
        #expect(versions.last?.report.results.first?.status == "F")
    }

    @Test("What was corrected does not come behind its correction as something new")
    func overtaken() async throws {
        let correction = Version(id: "1", control: "RO", status: "C", value: "260385009^Négatif^SCT")
        let late = Version(id: "2", sentAt: "20261122104735+0100")
        let further = Version(id: "3", sentAt: "20261122124735+0100")
        let (of, world) = try await Self.delivered([correction, late, further], held: 1)
        #expect(try of("cnam").map(\.report.action) == [.replace, .new])
        let agent = try world.agent()
        let held = try await agent.status().heldByRule
        #expect(held == ["taken-since": 1])
        try await agent.close()
    }

    /// Of a correction, of what comes behind it, when each was sent and reported, and whether that is held.
    private static let times: [(String, String, String, String, Bool)] = [
        ("20261123", "", "20261122", "", true), ("20261123", "", "20261123", "", true),
        ("20261122", "", "20261123", "", false), ("20261123", "", "20261122114735+0100", "", true),
        ("20261122114735+0100", "", "20261122", "", true),
        ("", "20261122120000+0100", "", "20261122110000+0100", true),
        ("", "20261122110000+0100", "", "20261122120000+0100", false),
        ("", "20261122", "", "20261122", true), ("", "", "", "", true),
        ("", "", "20261122114735+0100", "", true), ("20261122114735+0100", "", "", "", true),
    ]

    @Test("What was corrected does not overtake its correction where only days are known, or nothing", arguments: times)
    func overtakenInDoubt(
        correctionSent: String, correctionReported: String, sent: String, reported: String, isHeld: Bool
    ) async throws {
        let correction = Version(
            id: "1", control: "RO", status: "C", value: "260385009^Négatif^SCT", sentAt: correctionSent,
            reportedAt: correctionReported)
        let late = Version(id: "2", sentAt: sent, reportedAt: reported)
        let (of, world) = try await Self.delivered([correction, late], held: 1)
        #expect(try of("cnam").map(\.report.action) == (isHeld ? [.replace] : [.replace, .new]))
        let held = try await Self.held(world)
        #expect(held.values.reduce(0, +) == (isHeld ? 1 : 0), "\(held)")
        #expect(Set(held.keys).isSubset(of: ["version-order-unclear", "taken-since"]), "\(held)")
    }

    @Test("What was taken before its correction and comes again byte for byte is the repeat that it was")
    func repeated() async throws {
        let first = Version(id: "1", sentAt: "", reportedAt: "")
        let correction = Version(
            id: "2", control: "RO", status: "C", value: "260385009^Négatif^SCT", sentAt: "", reportedAt: "")
        let other = Version(id: "3", number: "1002")
        let (_, world) = try await Self.delivered([first, correction])
        let agent = try world.agent()
        let path = try world.folder.write(Array((first.text + other.text).utf8), to: "again.hl7")
        #expect(try await world.send(path, with: agent).heldByRule == ["duplicate": 1])
        try await agent.close()
    }

    @Test("A number that comes again for another patient is followed by nobody")
    func otherPatient() async throws {
        let other = Version(id: "2", name: "MARTIN^BOB", place: "MARSEILLE^^13001^FRA", value: "260385009^Négatif^SCT")
        let (of, _) = try await Self.delivered([Version(id: "1", status: "P"), other], routes: Self.positives)
        #expect(try of("cnam").map(\.report.patient.birthName?.text) == ["DURAND"])
        #expect(try of("ars-11").map(\.report.patient.birthName?.text) == ["DURAND"])
    }

    @Test("Where a number stands for hundreds of patients, a correction finds its own, and a stranger's is held")
    func crowded() async throws {
        func version(_ number: Int, id: String) -> Version {
            let birth = 19_500_000 + number / 336 * 10_000 + (number / 28 % 12 + 1) * 100 + number % 28 + 1
            return Version(id: id, facility: Self.site, local: "P\(number)", birth: "\(birth)")
        }
        let world = try World(routes: ExampleRoutes.routes, profiles: ExampleRoutes.profiles, finess: ["750999906"])
        let agent = try world.agent()
        func send(_ versions: [Version], _ name: String) async throws -> IntakeSummary {
            let text = versions.map(\.text).joined()
            return try await world.send(try world.folder.write(Array(text.utf8), to: name), with: agent)
        }
        let count = ReportDecider.mostOfNumber / 2
        #expect(try await send((0..<count).map { version($0, id: "\($0)") }, "many.hl7").taken == count)
        var own = version(7, id: "own")
        var stranger = version(count, id: "stranger")
        (own.control, own.status, stranger.control, stranger.status) = ("RO", "C", "RO", "C")
        #expect(try await send([own], "own.hl7").taken == 1)
        #expect(try await send([stranger], "stranger.hl7").heldByRule == ["version-other-patient": 1])
        try await agent.close()
        let all = try world.relay.lines(of: "cnam").map { try FHIRBundleReader.read(Array($0.utf8)) }
        let correction = try #require(all.last)
        #expect(all.count == count + 1 && correction.report.action == .replace)
        let versions = all.filter { $0.identifier == correction.identifier }
        #expect(versions.count == 2 && Set(versions.map(\.report.patient.birthDate)).count == 1)
    }

    @Test("A cancellation whose territory cannot be told goes to whoever had the result; a report is held")
    func territory() async throws {
        let nowhere = "NULLE PART^^96000^FRA"
        let (of, world) = try await Self.delivered(
            [
                Version(id: "1"), Version(id: "2", place: nowhere, control: "CA", status: "X", value: ""),
                Version(id: "3", number: "1002", place: nowhere),
                Version(id: "4", number: "1003", place: nowhere, control: "CA", status: "X", value: ""),
                // That the number went out for somebody else says nothing of where this one lives.
                Version(id: "5", name: "MARTIN^BOB", local: "P2", birth: "19700101", place: nowhere),
            ], held: 3)
        for recipient in ["cnam", "ars-11", "spf"] {
            #expect(try of(recipient).map(\.report.action) == [.new, .cancel], "\(recipient)")
        }
        let agent = try world.agent()
        let held = try await agent.status().heldByRule
        #expect(held == ["route-territory-unknown": 3])
        try await agent.close()
    }
}
