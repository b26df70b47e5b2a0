import Durable

/// Looks at the files and folders that a configuration names, before anything is opened or made: what is missing, cannot serve, or
/// is open to everybody, is told with all other mistakes.
struct PlaceCheck {
    private let configuration: RelayConfiguration
    /// Whether `directory.roots` and `directory.threshold` are well said: else no directory can be judged.
    private let hasPins: Bool
    private let disk: Disk

    init(_ configuration: RelayConfiguration, hasPins: Bool, disk: Disk = .real) {
        self.configuration = configuration
        self.hasPins = hasPins
        self.disk = disk
    }

    /// One a line.
    var mistakes: [String] {
        let missing = missingFiles
        return missing + unusableFiles(hasCertificates: !missing.contains { $0.hasPrefix("tls.") }) + folder + contents
            + sockets + taken
    }

    /// Those that are there and cannot serve, in the words in which a start would end.
    private func unusableFiles(hasCertificates: Bool) -> [String] {
        var checks: [() throws -> Void] = [{ _ = try LogKey.read(configuration.log, disk: disk) }]
        if configuration.socketPath == nil, hasCertificates, isThere(configuration.certificatePath) {
            checks.append { try CertificateKeeper.check(configuration, disk: disk) }
        }
        if hasPins, !knowsDirectory, isThere(configuration.directoryPath) {
            checks.append {
                try DirectoryKeeper.check(configuration.directoryPath, pins: configuration.pins, disk: disk)
            }
        }
        return checks.compactMap { check in
            do {
                try check()
                return nil
            } catch {
                return RelayFailure.text(of: error)
            }
        }
    }

    /// A relay that has a directory goes on by it.
    private var knowsDirectory: Bool { isThere(BlobFolders(data: configuration.dataFolder).database) }

    private var missingFiles: [String] {
        var named: [(key: String, path: String?)] = [
            ("tls.clientAuthorities", configuration.clientAuthoritiesPath),
            ("tls.clientRevocations", configuration.clientRevocationsPath),
        ]
        // On this machine alone both are made where they are missing.
        if !configuration.isLoopback {
            named += [("tls.certificate", configuration.certificatePath), ("tls.key", configuration.keyPath)]
        }
        if !knowsDirectory { named.append(("directory.file", configuration.directoryPath)) }
        return named.compactMap { key, path in
            guard let path, isNamed(path), !isThere(path) else { return nil }
            return "\(key): there is no such file"
        }
    }

    /// Whoever may write there can put other files in the place of ours.
    private var folder: [String] {
        guard isOpenToAll(configuration.dataFolder) else { return [] }
        return ["data: everybody on this machine can write there: chmod 700 that folder, and think about who has"]
    }

    /// What lies in the data folder.
    private var contents: [String] {
        guard isNamed(configuration.dataFolder) else { return [] }
        return FolderCheck(
            folders: BlobFolders(data: configuration.dataFolder), log: configuration.log, disk: disk
        ).mistakes
    }

    /// Places at which another program listens, or which are none of this machine's. That they are free is found out once more when
    /// they are taken.
    private var taken: [String] {
        [configuration.place, configuration.adminPlace].compactMap { place -> String? in
            guard let place, !place.isAnyPort else { return nil }
            do {
                try place.requireFree()
                return nil
            } catch {
                return RelayFailure.text(of: error)
            }
        }
    }

    private var sockets: [String] {
        [("listen.socket", configuration.socketPath), ("admin.socket", configuration.adminPlace?.socketPath)].compactMap
        {
            key, path in path.flatMap { mistake(ofSocket: $0) }.map { "\(key): \($0)" }
        }
    }

    private func mistake(ofSocket path: String) -> String? {
        let folder = FilePlace.folder(of: path)
        guard let isFolder = try? disk.isFolder(folder), isFolder else { return "its folder does not exist: make it" }
        // With the sticky bit nobody can take away what is another's.
        guard !isOpenToAll(folder, unlessSticky: true) else {
            return "everybody on this machine can put another socket in its place: chmod o-w its folder"
        }
        guard (try? disk.isSocket(path)) == false else { return nil }
        return "something else has its name: remove that, or take another name"
    }

    private func isOpenToAll(_ folder: String, unlessSticky: Bool = false) -> Bool {
        guard isNamed(folder), let mode = try? disk.mode(of: folder) else { return false }
        return mode & 0o002 != 0 && !(unlessSticky && mode & 0o1000 != 0)
    }

    /// A path that is not said is a mistake of its own.
    private func isNamed(_ path: String) -> Bool { !path.isEmpty }

    private func isThere(_ path: String) -> Bool { (try? disk.exists(path)) ?? true }
}
