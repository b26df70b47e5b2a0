import Foundation
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// A pipe, a folder or a device where a file belongs: nobody waits for it, and it is told as what it is.
@Suite("What is no file", .serialized)
struct NoFileTests {
    private static let settings = [
        "configuration", "keys.signing", "keys.sealing", "relay.ca", "directory.file", "outbox.codes",
    ]

    /// Puts `path` under the setting, in the place of what was there.
    private static func put(_ place: String, under setting: String, of house: Installation) throws -> String {
        let program = house.program
        var text = String(decoding: try program.read("lab.yaml"), as: UTF8.self)
        switch setting {
        case "configuration": return place
        case "keys.signing": text = text.replacingOccurrences(of: "signing: lab.signing", with: "signing: \(place)")
        case "keys.sealing": text = text.replacingOccurrences(of: "[lab.sealing]", with: "[\(place)]")
        case "relay.ca": text = text.replacingOccurrences(of: "tls/ca.pem", with: place)
        case "directory.file": text = text.replacingOccurrences(of: "file: directory.note", with: "file: \(place)")
        default: text = text.replacingOccurrences(of: "outbox:\n", with: "outbox:\n  codes: \(place)\n")
        }
        try program.write("changed.yaml", text)
        return "changed.yaml"
    }

    @Test("Where only a file serves, standard input and output (-) are refused in words")
    func streams() throws {
        let program = try Program()
        defer { program.remove() }
        let seal = ["parcel", "seal", "--to", "authority", "--config", "lab.yaml"]
        for (arguments, french, english) in [
            (["send", "day.hl7", "-", "--config", "lab.yaml"], "donnez un fichier :", "give a file:"),
            (seal + ["-"], "donnez un fichier :", "give a file:"),
            (seal + ["day.hl7", "-o", "-"], "-o : le nom de deux fichiers", "-o: the name of two files"),
            (["log", "verify", "log", "--key", "k", "--state", "-"], "--state : un fichier", "--state: a file"),
        ] {
            let refused = try program.run(Program.built("pli"), arguments, input: [])
            #expect(refused.status == 2, "\(arguments)")
            #expect(refused.errors.contains(french) && refused.errors.contains(english), "\(refused.errors)")
        }
    }

    @Test(
        "Pipes, folders and devices are told by every setting that names a file, with exit code 2", arguments: settings)
    func told(setting: String) throws {
        let house = try Installation()
        defer { house.stop() }
        try house.startRelay()
        defer { house.stopRelay() }
        let pipe = house.program.path("pipe.yaml")
        #expect(mkfifo(pipe, 0o600) == 0)
        try FileManager.default.createDirectory(
            at: house.program.folder.appending(path: "folder.yaml"), withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        var places = ["pipe.yaml", "folder.yaml"]
        // A key may be read by its owner only, which nobody can say of a device.
        if ["relay.ca", "outbox.codes", "directory.file"].contains(setting) { places.append("/dev/zero") }
        for place in places {
            let config = try Self.put(place, under: setting, of: house)
            for command in ["doctor", "outbox"] where command == "doctor" || setting != "directory.file" {
                // Of a table nothing is asked of the relay, which does not know this laboratory yet.
                let further = command == "doctor" && setting == "outbox.codes" ? ["--offline"] : []
                let told = try house.program.run(
                    Program.built("pli"), [command, "--config", config] + further)
                let said = told.errors + told.text
                #expect(told.status == 2, "\(command) \(place): \(said)")
                #expect(
                    said.contains("not a file") || said.contains("not a regular file") || said.contains("a folder,"),
                    "\(command) \(place): \(said)")
            }
        }
    }

    @Test("doctor tells what is wrong in the data folder by its name")
    func dataFolder() throws {
        let house = try Installation()
        defer { house.stop() }
        try house.startRelay()
        try house.enrolAuthority()
        try house.program.pli("synth", "--reports", "2", "--seed", "1", "-o", "day.hl7")
        #expect(try house.program.pli("send", "day.hl7", "--config", "lab.yaml").status == 0)
        let data = house.program.path("lab-data")
        let files = FileManager.default
        func found() throws -> String {
            let outcome = try house.program.pli("doctor", "--config", "lab.yaml", "--offline")
            #expect(outcome.status == 1, "\(outcome.text)\(outcome.errors)")
            return outcome.text
        }
        for (name, words) in [
            ("identifier.key", "identifier.key is damaged"),
            ("journal", "something else than expected stands under the name journal"),
            ("lock", "something else than expected stands under the name lock"),
            ("outbox.sqlite", "outbox.sqlite is a link that leads nowhere"),
        ] {
            let path = data + "/" + name
            try files.moveItem(atPath: path, toPath: data + ".kept")
            switch name {
            case "lock": try files.createDirectory(atPath: path, withIntermediateDirectories: false)
            case "outbox.sqlite": try files.createSymbolicLink(atPath: path, withDestinationPath: "/nowhere/\(name)")
            default: try Data("cut".utf8).write(to: URL(filePath: path))
            }
            let text = try found()
            #expect(text.contains(words), "\(name): \(text)")
            try files.removeItem(atPath: path)
            try files.moveItem(atPath: data + ".kept", toPath: path)
        }
        #expect(try house.program.pli("doctor", "--config", "lab.yaml").status == 0)
    }
}
