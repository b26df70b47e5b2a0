import Durable

/// A folder of drafts in the making: `plis.ndjson`, a line a parcel, is written while the parcels are looked at, for there may be
/// more than memory holds.
package final class IncidentListing {
    private static let bufferBytes = 64 * 1024
    static let name = "plis.ndjson"

    let folder: String
    private let file: AppendFile
    private var buffer: [UInt8] = []

    /// Makes the folder, which is not there yet, for its owner alone.
    package init(folder: String) throws {
        guard try !Disk.real.exists(folder) else {
            throw RelayFailure.configuration(["--drafts: the folder exists already: name another"])
        }
        try Disk.real.createFolder(folder)
        self.folder = folder
        do {
            file = try AppendFile.create(folder + "/" + Self.name)
        } catch {
            try? Disk.real.removeEmptyFolder(folder)
            throw error
        }
    }

    /// The next parcel.
    package func add(_ stay: ParcelStay) throws { try add(line: stay.json) }

    /// Takes the folder away again: nothing came of it.
    package func abandon() { abandon([]) }

    /// The same, with files that were written beside the listing.
    func abandon(_ names: [String]) {
        for path in names.map({ folder + "/" + $0 }) + [file.path] { try? Disk.real.remove(path) }
        try? Disk.real.removeEmptyFolder(folder)
    }

    /// Ends the file, with the sums as its last line.
    func finish(_ report: IncidentReport) throws {
        try add(line: report.json)
        try flush()
        try file.sync()
    }

    private func add(line: String) throws {
        buffer += Array(line.utf8)
        buffer.append(0x0A)
        if buffer.count >= Self.bufferBytes { try flush() }
    }

    private func flush() throws {
        try file.append(buffer)
        buffer.removeAll(keepingCapacity: true)
    }
}
