import Durable

/// Names of files, as text.
enum FileName {
    /// The folder that holds `path`.
    static func folder(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The name of `path` in its folder.
    static func last(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
        return String(path[path.index(after: slash)...])
    }

    /// A name beside `path` that `Disk.sweepTemporaries` removes.
    static func temporary(of path: String) -> String {
        folder(of: path) + "/." + last(of: path) + Disk.temporarySuffix
    }

    /// `path` as seen from `folder`; one that begins at the root stays as it is.
    static func resolved(_ path: String, in folder: String) -> String {
        path.hasPrefix("/") ? path : folder + "/" + path
    }
}
