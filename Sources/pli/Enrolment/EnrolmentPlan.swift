import Courier
import Exchange
import Foundation
import Notes

/// What a new installation is to be: judged as a whole before anything of it is made.
struct EnrolmentPlan {
    /// Which of the two ends.
    enum End: String, CaseIterable {
        case sender
        case authority

        var role: Directory.Role {
            switch self {
            case .sender: .sender
            case .authority: .authority
            }
        }

        /// Its configuration's name in the folder.
        var configurationName: String {
            switch self {
            case .sender: "outbox.yaml"
            case .authority: "inbox.yaml"
            }
        }

        /// The folder that files come in by, or go out by.
        var exchangeFolder: String {
            switch self {
            case .sender: "in"
            case .authority: "out"
            }
        }

        /// What `pli directory add` asks of this end besides: what a laboratory may speak for, whom to call at an authority.
        var ownOptions: String {
            switch self {
            case .sender: "--finess …"
            case .authority: "--contact …"
            }
        }

        /// The daemon that runs it.
        var command: String {
            switch self {
            case .sender: "pli outbox"
            case .authority: "pli inbox"
            }
        }
    }

    /// What the directory says of the participant and its key.
    enum Entry: Equatable {
        /// No directory was given.
        case unknown
        /// It is not there yet.
        case missing
        /// It is there with another signing key, or as something else.
        case other
        /// It is there with this key.
        case listed

        var word: String {
            switch self {
            case .unknown: "unknown"
            case .missing: "missing"
            case .other: "other"
            case .listed: "listed"
            }
        }
    }

    let participant: ParticipantID
    let end: End
    let origin: String
    /// Where the PEM of the relay's authority lies, from the root of the file system.
    let caPath: String?
    let pins: RootPins
    let logKey: VerifierKey?
    /// The verified directory and the note's bytes.
    let directory: (verified: Directory, bytes: [UInt8])?
    let folder: URL

    /// Reads the note and holds it to the pins, so that a wrong fingerprint is told here and not by a daemon later.
    static func directory(at path: String, pins: RootPins) throws -> (verified: Directory, bytes: [UInt8]) {
        let bytes = try DirectoryNote.read(URL(filePath: path))
        let note = try DirectoryNote(parsing: bytes, name: URL(filePath: path).lastPathComponent).note
        let verified = try DirectoryVerifier.first(note, pins: pins).directory
        try DirectoryVerifier.requireCurrent(verified, now: .now)
        return (verified, bytes)
    }

    /// Where the PEM lies that `--ca` names, from the root of the file system: the agent reads it at each start.
    static func caPath(of ca: String) throws -> String {
        guard ca != "-" else {
            throw CommandFailure.usage(
                "--ca attend un fichier, que l'agent relira", "--ca wants a file, which the agent will read again")
        }
        guard String(decoding: try PublicFile.read(ca), as: UTF8.self).contains("-----BEGIN CERTIFICATE-----") else {
            throw CommandFailure.usage("--ca ne nomme pas un certificat PEM", "--ca names no PEM certificate")
        }
        let path = URL(filePath: ca).absoluteURL.standardizedFileURL.path
        guard canStandInYAML(path) else {
            throw CommandFailure.usage(
                "le chemin de --ca contient un caractère de contrôle", "the path of --ca holds a control character",
                hint: .init(french: "donnez un autre nom au fichier", english: "give the file another name"))
        }
        return path
    }

    /// Only what every reader of the configuration takes.
    private static func canStandInYAML(_ path: String) -> Bool {
        path.unicodeScalars.allSatisfy { scalar in
            switch scalar.value {
            case 0..<0x20, 0x7F...0x9F, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF: false
            default: true
            }
        }
    }

    /// What the directory says of a signing key of this fingerprint.
    func entry(of fingerprint: String) -> Entry {
        guard let directory = directory?.verified else { return .unknown }
        guard let listed = directory.participants.first(where: { $0.id == participant }) else { return .missing }
        return listed.fingerprint.text == fingerprint && listed.role == end.role ? .listed : .other
    }
}
