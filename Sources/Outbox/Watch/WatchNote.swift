package import Durable
import Exchange

/// That a file was ever taken from a watched folder, kept in the data folder. One that is missing then may lie on a disk that is not
/// mounted; before, and where people only ever named files to `pli send`, it is new.
package struct WatchNote: Sendable {
    static let fileName = "watched"

    private let path: String
    private let disk: Disk

    package init(dataFolder: String, disk: Disk = .real) {
        path = dataFolder + "/" + WatchNote.fileName
        self.disk = disk
    }

    /// One that cannot be looked at is taken to be there.
    package var exists: Bool { (try? disk.exists(path)) ?? true }

    /// To be said before the file leaves the folder: a crash in between finds it there, and says it again.
    func keep(at time: UTCTime) throws {
        if try !disk.exists(path) { try disk.writeDurably(Array("\(time.text)\n".utf8), to: path) }
    }
}
