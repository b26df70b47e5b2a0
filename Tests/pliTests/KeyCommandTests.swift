import Foundation
import StrictJSON
import Testing

/// A sealing key's life: offered, changed, kept for as long as something is sealed to it, destroyed.
@Suite("pli key", .serialized)
struct KeyCommandTests {
    private func needs(_ house: Installation, _ end: String) throws -> [(name: String, need: String)] {
        let listed = try house.program.pli("key", "list", "--config", "\(end).yaml", "--json")
        #expect(listed.status == 0, "\(listed.errors)")
        return try listed.lines.map { line in
            let value = try JSON(parsing: Array(line.utf8))
            return (try #require(value["key"]?.string), try #require(value["need"]?.string))
        }
    }

    @Test(
        "An authority changes its key: the next parcel is sealed to the new one, and the old one still opens and stays")
    func rotate() throws {
        let house = try Installation()
        defer { house.stop() }
        let program = house.program
        try house.startRelay()
        try house.enrolAuthority()
        try program.pli("synth", "--reports", "4", "--seed", "1", "-o", "1.hl7")
        #expect(try program.pli("send", "1.hl7", "--config", "lab.yaml").status == 0)
        let rotated = try program.pli("key", "rotate", "--config", "authority.yaml")
        #expect(rotated.status == 0 && rotated.text.hasPrefix("age1pq1"), "\(rotated.errors)")
        #expect(try needs(house, "authority").map(\.need) == ["offered", "newest"])
        // What is under way to the old key is delivered.
        try house.enrolAuthority()
        #expect(try house.receive().status == 0)
        try program.pli("synth", "--reports", "3", "--seed", "2", "-o", "2.hl7")
        #expect(try program.pli("send", "2.hl7", "--config", "lab.yaml").status == 0)
        #expect(try house.receive().status == 0)
        #expect(try house.deliveredLines().count == 7)
        // It is needed for as long as a parcel sealed to it may come.
        let old = try #require(try needs(house, "authority").first?.name)
        let kept = try program.pli("key", "destroy", old, "--config", "authority.yaml")
        #expect(kept.status == 1 && kept.errors.contains("nécessaire jusqu'au"), "\(kept.errors)")
        let none = try program.pli("key", "destroy", "--config", "authority.yaml")
        #expect(none.status == 0 && none.text.isEmpty, "\(none.text)")
        #expect(
            none.errors.contains("no key is destroyed\n") && none.errors.contains(": needed until 20"), "\(none.errors)"
        )
        #expect(try program.pli("key", "destroy", "--json", "--config", "authority.yaml").text.isEmpty)
        let gone = try program.pli("key", "destroy", old, "--anyway", "--json", "--config", "authority.yaml")
        #expect(gone.status == 0, "\(gone.errors)")
        #expect(gone.text == #"{"key":"\#(old)","file":"authority.sealing"}"# + "\n", "\(gone.text)")
        #expect(try needs(house, "authority").map(\.need) == ["newest"])
        #expect(try house.receive().status == 0)
    }

    @Test("A laboratory's old key goes when no segment is sealed to it, and never its newest nor beside its daemon")
    func destroy() throws {
        let house = try Installation()
        defer { house.stop() }
        let program = house.program
        try house.startRelay()
        try program.pli("synth", "--reports", "4", "--seed", "1", "-o", "1.hl7")
        // The authority has no keys yet: what is taken waits in the journal.
        _ = try program.pli("send", "1.hl7", "--config", "lab.yaml")
        #expect(try program.pli("key", "rotate", "--config", "lab.yaml").status == 0)
        let names = try needs(house, "lab")
        #expect(names.map(\.need) == ["segments", "newest"])
        #expect(try program.pli("key", "destroy", names[0].name, "--config", "lab.yaml").status == 1)
        let newest = try program.pli("key", "destroy", names[1].name, "--anyway", "--config", "lab.yaml")
        #expect(newest.status == 1 && newest.errors.contains("pli key rotate"), "\(newest.errors)")
        try house.startOutbox()
        let running = try program.pli("key", "destroy", "--config", "lab.yaml")
        #expect(running.status == 1 && running.errors.contains("est en marche"), "\(running.errors)")
        try house.enrolAuthority()
        house.stopOutbox()
        #expect(try program.pli("send", "1.hl7", "--config", "lab.yaml").status == 0)
        #expect(try house.receive().status == 0)
        #expect(try program.pli("send", "1.hl7", "--config", "lab.yaml").status == 0)
        #expect(try needs(house, "lab").map(\.need) == ["idle", "newest"])
        // Whether this is the folder of always a person knows: by itself nothing goes.
        #expect(try program.pli("key", "destroy", "--config", "lab.yaml").text.isEmpty)
        let destroyed = try program.pli("key", "destroy", names[0].name, "--config", "lab.yaml")
        #expect(destroyed.status == 0 && destroyed.text == "\(names[0].name)\n", "\(destroyed.errors)")
        try program.pli("synth", "--reports", "2", "--seed", "2", "-o", "2.hl7")
        #expect(try program.pli("send", "2.hl7", "--config", "lab.yaml").status == 0)
    }

    @Test("Where the directory requires post-quantum keys a classical one is not made nor published; doctor says why")
    func classicalWhereNot() throws {
        let house = try Installation(classicKeys: true, requirePostQuantum: true)
        defer { house.stop() }
        let program = house.program
        try house.startRelay()
        let published = try program.pli("inbox", "--config", "authority.yaml", "--publish-keys")
        #expect(published.status == 1, "\(published.errors)")
        #expect(published.errors.contains("the directory requires a post-quantum key"), "\(published.errors)")
        #expect(published.errors.contains("pli: hint: pli key rotate, then restart pli inbox"))
        let ill = try program.pli("doctor", "--offline", "--config", "authority.yaml")
        #expect(ill.status == 1 && ill.text.contains("the directory requires a post-quantum key"), "\(ill.text)")
        let classic = try program.pli("key", "rotate", "--classic", "--config", "authority.yaml")
        #expect(classic.status == 1 && classic.text.isEmpty, "\(classic.errors)")
        #expect(try needs(house, "authority").count == 1)
        // Nobody seals to a laboratory.
        #expect(try program.pli("key", "rotate", "--classic", "--config", "lab.yaml").status == 0)
        #expect(try program.pli("key", "rotate", "--config", "authority.yaml").status == 0)
        try house.enrolAuthority()
        let well = try program.pli("doctor", "--config", "authority.yaml")
        #expect(well.status == 0, "\(well.text)")
    }

    @Test("A name that no key has, and --anyway without a name, are told")
    func usage() throws {
        let house = try Installation()
        defer { house.stop() }
        let unknown = try house.program.pli("key", "destroy", "0123456789abcdef", "--config", "lab.yaml")
        #expect(unknown.status == 1 && unknown.errors.contains("pli key list"), "\(unknown.errors)")
        #expect(try house.program.pli("key", "destroy", "--anyway", "--config", "lab.yaml").status == 2)
    }
}
