import LabReport
import Testing

@testable import CDA

@Suite("Specimens of a clinical document")
struct SpecimenTests {
    private static func procedure(_ number: String, _ kind: String, _ minute: String) -> String {
        """
        <entryRelationship typeCode="COMP"><procedure classCode="PROC" moodCode="EVN">\
        <effectiveTime value="2026112007\(minute)+0100"/><participant typeCode="PRD">\
        <participantRole classCode="SPEC"><id root="1.2.9" extension="\(number)"/><playingEntity>\
        <code code="\(kind)" displayName="\(kind)" codeSystem="1.2.3.7"/></playingEntity></participantRole>\
        </participant></procedure></entryRelationship>
        """
    }

    private static func reference(_ number: String, _ entity: String = "") -> String {
        """
        <specimen typeCode="SPC"><specimenRole classCode="SPEC"><id root="1.2.9" extension="\(number)"/>\(entity)\
        </specimenRole></specimen>
        """
    }

    /// Result number `code`, perhaps of a specimen that it names.
    private static func result(_ code: String, of number: String? = nil) -> String {
        """
        <entryRelationship typeCode="COMP"><observation classCode="OBS" moodCode="EVN">\
        <code code="\(code)" displayName="Analyse" codeSystem="2.16.840.1.113883.6.1"/><statusCode code="completed"/>\
        <effectiveTime value="202611201500+0100"/><value xsi:type="ST">négatif</value>\
        \(number.map { reference($0) } ?? "")</observation></entryRelationship>
        """
    }

    private static func battery(_ code: String, _ inside: String) -> String {
        """
        <entryRelationship typeCode="COMP"><organizer classCode="BATTERY" moodCode="EVN">\
        <code code="\(code)" displayName="Groupe" codeSystem="2.16.840.1.113883.6.1"/><statusCode code="completed"/>\
        \(inside)</organizer></entryRelationship>
        """
    }

    private static func read(_ parts: String) throws -> (report: Report, rules: [String]) {
        var document = SyntheticDocument()
        document.parts = parts
        let reading = Reading(document)
        return (try reading.report(), reading.rules)
    }

    /// The number of the specimen of each result, and when it was taken.
    private static func specimens(_ report: Report) -> [String] {
        report.results.map { result in
            let order = report.orders[result.orderIndex]
            let number = order.specimenIndex.flatMap { report.specimens[$0].identifier?.text } ?? "-"
            return number + " " + (order.collectedAt?.iso.dropFirst(11).prefix(5).description ?? "-")
        }
    }

    private static let two = procedure("A", "NPS", "30") + procedure("B", "SER", "45")

    @Test("Of several specimens each result has the one that it names, in whatever order they come")
    func named() throws {
        let parts =
            Self.two + Self.result("94500-6", of: "A") + Self.result("94563-4", of: "B")
            + Self.result("94558-4", of: "A")
        let (report, _) = try Self.read(parts)
        #expect(Self.specimens(report) == ["A 07:30", "B 07:45", "A 07:30"])
        #expect(report.orders.count == 2)
        #expect(report.specimens.count == 2)
    }

    @Test("Where specimens differ and nothing names one, none is said to be the results', and that is told")
    func unnamed() throws {
        let (report, rules) = try Self.read(
            Self.two + Self.result("94500-6") + Self.result("94563-4", of: "B") + Self.result("94558-4"))
        #expect(report.results.map { report.orders[$0.orderIndex].specimenIndex } == [nil, 1, nil])
        #expect(rules.contains("specimen-several"))
    }

    @Test("A result that names a specimen of its own gives it to no other result")
    func ownSpecimen() throws {
        let (report, _) = try Self.read(Self.result("94500-6", of: "Z") + Self.result("94563-4"))
        #expect(report.results.map { report.orders[$0.orderIndex].specimenIndex } == [0, nil])
    }

    @Test(
        "A battery names the specimen that was taken in its act: one specimen, with kind and times",
        arguments: ["", "<specimenPlayingEntity><code code=\"NPS\" codeSystem=\"1.2.3.7\"/></specimenPlayingEntity>"])
    func batteries(entity: String) throws {
        let parts =
            Self.two + Self.battery("94531-1", Self.reference("A", entity) + Self.component(Self.result("94500-6")))
            + Self.battery("94532-9", Self.reference("B") + Self.component(Self.result("94563-4")))
        let (report, rules) = try Self.read(parts)
        #expect(Self.specimens(report) == ["A 07:30", "B 07:45"])
        #expect(report.specimens.map { $0.type?.code } == ["NPS", "SER"])
        #expect(report.orders.map { $0.panel?.code } == ["94531-1", "94532-9"])
        #expect(rules == [], "each result's is known")
    }

    @Test("One specimen that is named once more is one, and nothing is told")
    func one() throws {
        let parts =
            Self.procedure("A", "NPS", "30")
            + Self.battery("94531-1", Self.reference("A") + Self.component(Self.result("94500-6", of: "A")))
        let (report, rules) = try Self.read(parts)
        #expect(Self.specimens(report) == ["A 07:30"])
        #expect(report.specimens.count == 1)
        #expect(rules == [])
    }

    @Test("A number that is given to two specimens, taken at two times, makes one of neither")
    func sameNumber() throws {
        let (report, _) = try Self.read(
            Self.procedure("A", "NPS", "30") + Self.procedure("A", "NPS", "45") + Self.result("94500-6"))
        #expect(report.specimens.count == 2)
        #expect(report.results.map { report.orders[$0.orderIndex].specimenIndex } == [nil])
    }

    private static func entity(_ kind: String) -> String {
        "<specimenPlayingEntity><code code=\"\(kind)\" codeSystem=\"1.2.3.7\"/></specimenPlayingEntity>"
    }

    @Test(
        "A tube that is named with another kind than it was taken as is one tube, with its time, and the kind is told")
    func otherKind() throws {
        let parts =
            Self.procedure("A", "BLD", "30")
            + Self.battery("94531-1", Self.reference("A", Self.entity("SER")) + Self.component(Self.result("94500-6")))
            + Self.battery("94532-9", Self.reference("A", Self.entity("SER")) + Self.component(Self.result("94563-4")))
        let (report, rules) = try Self.read(parts)
        #expect(Self.specimens(report) == ["A 07:30", "A 07:30"])
        #expect(report.specimens.map { $0.type?.code } == ["BLD"])
        #expect(rules == ["repetition-dropped"])
    }

    @Test(
        "One moment that is written otherwise is one specimen, and what says more of it is kept",
        arguments: ["202611200630+0000", "20261120", "20261120073000+0100"])
    func sameMoment(time: String) throws {
        let other = Self.procedure("A", "NPS", "30").replacing("202611200730+0100", with: time)
        for parts in [Self.procedure("A", "NPS", "30") + other, other + Self.procedure("A", "NPS", "30")] {
            let (report, rules) = try Self.read(parts + Self.result("94500-6", of: "A"))
            #expect(report.specimens.count == 1)
            #expect(report.specimens[0].collectedAt?.secondOfDay != nil)
            #expect(report.orders.map(\.collectedAt) == report.specimens.map(\.collectedAt))
            #expect(rules == [])
        }
    }

    @Test("A specimen that is taken further down in the document gives its time to the results above, too")
    func takenLater() throws {
        let parts =
            Self.battery("94531-1", Self.reference("A") + Self.component(Self.result("94500-6")))
            + Self.battery(
                "94532-9", Self.component(Self.procedure("A", "NPS", "30")) + Self.component(Self.result("94563-4")))
        #expect(try Self.specimens(Self.read(parts).report) == ["A 07:30", "A 07:30"])
    }

    @Test("An isolate and its susceptibilities have the specimen that their group names beside it")
    func isolate() throws {
        let microbe = """
            <specimen typeCode="SPC"><specimenRole classCode="SPEC"><specimenPlayingEntity classCode="MIC">\
            <code code="112283007" displayName="E. coli" codeSystem="2.16.840.1.113883.6.96"/></specimenPlayingEntity>\
            </specimenRole></specimen>
            """
        let parts =
            Self.two + Self.battery("29576-6", microbe + Self.reference("B") + Self.component(Self.result("18906-8")))
        let (report, _) = try Self.read(parts)
        #expect(Self.specimens(report) == ["B 07:45", "B 07:45"])
        #expect(Set(report.results.map(\.orderIndex)).count == 1)
    }

    @Test("A group without a code keeps its specimen for its own results")
    func groupWithoutCode() throws {
        let group = Self.battery("x", Self.reference("A") + Self.component(Self.result("94500-6")))
            .replacing("<code code=\"x\" displayName=\"Groupe\" codeSystem=\"2.16.840.1.113883.6.1\"/>", with: "")
        let (report, _) = try Self.read(group + Self.result("94563-4"))
        #expect(report.results.map { report.orders[$0.orderIndex].specimenIndex } == [0, nil])
    }

    @Test("Of one act of taking without a number each tube has its time; acts without numbers are told apart by kind")
    func withoutNumbers() throws {
        let act = Self.procedure("A", "BLD", "30").replacing("<id root=\"1.2.9\" extension=\"A\"/>", with: "")
        let tubes = try Self.read(act + Self.result("94500-6", of: "B") + Self.result("94563-4", of: "C")).report
        #expect(Self.specimens(tubes) == ["B 07:30", "C 07:30"])
        let urine = act.replacing("BLD", with: "UR").replacing("0730", with: "0745")
        let kind = Self.reference("A", Self.entity("UR")).replacing("<id root=\"1.2.9\" extension=\"A\"/>", with: "")
        let (report, _) = try Self.read(
            act + urine + Self.battery("94531-1", kind + Self.component(Self.result("94500-6"))))
        #expect(Self.specimens(report) == ["- 07:45"])
        #expect(report.specimens.count == 2)
        #expect(try Self.read(act + act + Self.result("94500-6")).report.specimens.count == 1)
    }

    @Test("A kind alone tells a specimen among a few of its group, and among more than that none", arguments: [16, 17])
    func kindAmongMany(count: Int) throws {
        let taken = (0..<count).map { Self.procedure("N\($0)", $0 == 3 ? "UR" : "BLD", String(10 + $0)) }.joined()
        let kind = Self.reference("A", Self.entity("UR")).replacing("<id root=\"1.2.9\" extension=\"A\"/>", with: "")
        let (report, _) = try Self.read(
            taken + Self.battery("94531-1", kind + Self.component(Self.result("94500-6"))))
        let isTold = count <= Limits.specimensToldByKind
        #expect(Self.specimens(report)[0].hasPrefix(isTold ? "N3 07:13" : "- "))
    }

    @Test("Two specimens of one kind of which nothing else is known are two")
    func unknownTwice() throws {
        let kind = Self.reference("A", Self.entity("SER")).replacing("<id root=\"1.2.9\" extension=\"A\"/>", with: "")
        let batteries = ["94531-1", "94532-9"].map {
            Self.battery($0, kind + Self.component(Self.result("94500-6")))
        }
        #expect(try Self.read(batteries.joined()).report.specimens.count == 2)
    }

    private static func component(_ part: String) -> String {
        part.replacing("entryRelationship", with: "component")
    }
}
