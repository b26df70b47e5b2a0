/// What a result code of SQLite means for whoever has to mend it. Its low byte is the primary code; no library is needed to read it.
package enum StoreFault: Sendable, Equatable, CaseIterable {
    /// This user may not open or write the file, or the folder that it lies in.
    case rights
    /// The file is no database, or a page of it is not what SQLite wrote.
    case damaged
    /// No room on the disk.
    case full
    /// The disk did not read or write.
    case disk
    /// Another process has it.
    case inUse
    /// A table or a column is not there: the file is of another version, or another program's.
    case version
    /// Anything else.
    case other

    /// The meaning of a primary or an extended result code.
    package init(code: Int32) {
        switch code & 0xFF {
        case 3, 8, 14, 23: self = .rights  // PERM, READONLY, CANTOPEN, AUTH
        case 11, 26: self = .damaged  // CORRUPT, NOTADB
        case 13: self = .full  // FULL
        case 10: self = .disk  // IOERR
        case 5, 6: self = .inUse  // BUSY, LOCKED
        case 1, 17: self = .version  // ERROR, SCHEMA
        default: self = .other
        }
    }

    /// What it is and what to do, for an agent's database.
    package var words: String {
        switch self {
        case .rights:
            "this user may not use it; chown the data folder and all that lies in it to the user that runs pli, and see that its disk is "
                + "not mounted read-only"
        case .damaged:
            "it is damaged; stop, keep the data folder as it is, and put back the newest copy of the whole folder"
        case .full: "no room is left on its disk; free some space"
        case .disk: "its disk failed to read or write; read the system's log (dmesg), mend the disk, then start again"
        case .inUse: "another process holds it; stop that one, or try again"
        case .version:
            "it has not the tables of this version; use the version of Pli that wrote it, or put back the newest copy of the whole folder"
        case .other: "keep the data folder as it is, and ask for support with this number"
        }
    }
}
