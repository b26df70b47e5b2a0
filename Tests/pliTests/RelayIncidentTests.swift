import Foundation
import StrictJSON
import Testing

/// What an operator is told of an incident by the built program, beside the relay that runs.
@Suite("pli-relay incident, as it is run", .serialized)
struct RelayIncidentTests {
    private func incident(_ house: Installation, _ arguments: String...) throws -> Program.Outcome {
        try house.program.run(
            Program.built("pli-relay"), ["incident", "--config", "relay.yaml", "--from", "2020-01-01"] + arguments)
    }

    @Test("A parcel is listed while it waits and once it is gone, and no word of what is in it, nor of whom")
    func lists() throws {
        let house = try Installation()
        defer { house.stop() }
        let program = house.program
        try house.startRelay()
        try house.enrolAuthority()
        try program.pli("synth", "--reports", "4", "--seed", "1", "-o", "1.hl7")
        #expect(try program.pli("send", "1.hl7", "--config", "lab.yaml").status == 0)
        let waiting = try incident(house, "--json")
        #expect(waiting.status == 0, "\(waiting.errors)")
        let lines = try waiting.lines.map { try JSON(parsing: Array($0.utf8)) }
        #expect(lines.count == 2 && lines[0]["state"]?.string == "waiting" && lines[0]["from"]?.string == "lab")
        #expect(lines[1]["parcels"]?.integer == 1 && lines[1]["reports"]?.integer == 4)
        #expect(lines[1]["stillThere"]?.integer == 1 && lines[1]["logWhole"]?.bool == true)
        #expect(try house.receive().status == 0)
        let gone = try incident(house, "--drafts", "drafts")
        #expect(gone.status == 0, "\(gone.errors)")
        #expect(gone.text.contains("1 pli(s)") && gone.text.contains("0 still there"))
        for name in ["cnil.md", "cert-sante.md", "participants.md", "plis.ndjson"] {
            #expect(program.exists("drafts/\(name)"))
            let mode = try FileManager.default.attributesOfItem(atPath: program.path("drafts/\(name)"))
            #expect(mode[.posixPermissions] as? Int == 0o600)
        }
        let again = try incident(house, "--drafts", "drafts")
        #expect(again.status == 2 && again.errors.contains("le dossier existe déjà"), "\(again.errors)")
    }

    @Test("Times that are none are told in both languages, with exit code 2")
    func times() throws {
        let house = try Installation()
        defer { house.stop() }
        for to in ["2019-01-01", "hier"] {
            let refused = try incident(house, "--to", to)
            #expect(refused.status == 2, "\(refused.errors)")
            #expect(refused.errors.contains("--from avant --to") && refused.errors.contains("--from before --to"))
        }
    }
}
