package import Durable

/// A file that a configuration names, with what is said where it is not there.
package struct NamedFile: Sendable {
    let path: String
    let absence: String

    /// The file of a setting.
    package init(_ setting: String, at path: String) {
        self.path = path
        absence = "\(setting): \(FileName.last(of: path)) does not exist"
    }

    /// A file of keys, as whoever reads it says that it is not there.
    package init(keysAt path: String) {
        self.path = path
        absence = KeyFile.absence(of: path)
    }
}

extension AgentConfiguration {
    /// Asks that each file that an agent needs to start be there, `others` being those of its own section: a person is told of
    /// all that are missing at once, and not of one at each start. What is wrong with one that is there is its reader's to say.
    package func requireFiles(_ others: [NamedFile] = [], disk: Disk = .real) throws(CourierFailure) {
        var said: [String] = []
        for file in named(disk) + others where !said.contains(file.absence) {
            if (try? disk.exists(file.path)) == false { said.append(file.absence) }
        }
        guard let first = said.first else { return }
        throw .usage(said.count == 1 ? first : "\(said.count) files are missing: " + said.joined(separator: "; "))
    }

    private func named(_ disk: Disk) -> [NamedFile] {
        var files = [NamedFile(keysAt: signingKeyPath)] + sealingKeyPaths.map { NamedFile(keysAt: $0) }
        if let caPath { files.append(NamedFile("relay.ca", at: caPath)) }
        if let clientCertificate {
            files.append(NamedFile("relay.certificate", at: clientCertificate.chainPath))
            files.append(NamedFile("relay.certificateKey", at: clientCertificate.keyPath))
        }
        // An agent that has run goes by the directories that it keeps.
        if let directoryPath, (try? disk.exists(dataFolder + "/trust")) == false {
            files.append(NamedFile("directory.file", at: directoryPath))
        }
        return files
    }
}
