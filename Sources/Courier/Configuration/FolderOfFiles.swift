package import Durable

/// A folder that others put files into or take them from: apart from what an agent keeps and was given.
///
/// An outbox moves every file of its folder away, and what holds no report is deleted after days: in the agent's own folder
/// that would be its database and its keys.
package struct FolderOfFiles {
    private let path: String
    private let disk: Disk

    /// The folder at `path`, which need not be there yet.
    package init(path: String, disk: Disk = .real) {
        self.path = path
        self.disk = disk
    }

    /// Whether it is `folder` or lies in it, by whatever names and links.
    package func lies(in folder: String) -> Bool {
        let (own, other) = (place(of: path), place(of: folder))
        return own == other || other == "/" || own.hasPrefix(other + "/")
    }

    /// Whether the file at `file` lies in it, not in a folder of it: there it would be taken for one of those that come.
    package func holds(_ file: String) -> Bool {
        place(of: FileName.folder(of: file)) == place(of: path)
    }

    /// It is the root of the file system, whose files are the machine's.
    package var isRoot: Bool { place(of: path) == "/" }

    /// Where a folder really is; where there is none yet, where its parent is.
    private func place(of folder: String) -> String {
        if let place = try? disk.realPath(of: folder) { return place }
        let name = FileName.last(of: folder)
        let parent = FileName.folder(of: folder)
        guard !name.isEmpty, name != ".", name != "..", let place = try? disk.realPath(of: parent) else {
            return folder
        }
        return place == "/" ? "/" + name : place + "/" + name
    }
}
