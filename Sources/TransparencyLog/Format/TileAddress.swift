/// Which tile or entry bundle: pure arithmetic and the one path for each (C2SP tlog-tiles, "Merkle Tree").
package struct TileAddress: Hashable, Sendable {
    /// What the file holds.
    package enum Kind: Hashable, Sendable {
        /// Hashes of a level: leaf hashes at level 0, roots of the full tiles below from level 1 on.
        case hashes(level: Int)
        /// The entries themselves, each after its 16-bit length.
        case entries
    }

    /// Hashes or entries.
    package let kind: Kind
    /// Which of its level, from 0.
    package let index: Int64
    /// Hashes or entries in it, 1 to 256; below 256 it is partial.
    package let width: Int

    /// A tile that a log can have; nil outside the limits.
    package init?(_ kind: Kind, index: Int64, width: Int = LogLimits.tileWidth) {
        guard index >= 0, index <= LogLimits.size, (1...LogLimits.tileWidth).contains(width) else { return nil }
        if case .hashes(let level) = kind, !(0...LogLimits.tileLevel).contains(level) { return nil }
        self.kind = kind
        self.index = index
        self.width = width
    }

    /// The level; that of the leaves for a bundle.
    package var level: Int {
        if case .hashes(let level) = kind { level } else { 0 }
    }

    /// Whether it is not full yet.
    package var isPartial: Bool { width < LogLimits.tileWidth }

    /// The full tile in the same place.
    package var full: TileAddress {
        TileAddress(kind, index: index) ?? self
    }

    /// Bytes that the file may have at most.
    package var maxBytes: Int {
        switch kind {
        case .hashes: width * LogHash.byteCount
        case .entries: width * (2 + LogLimits.entryBytes)
        }
    }

    /// Index of the first leaf under the full tile's end: `(index + 1) * 256^(level + 1)`; nil past any log's size.
    package var endIndex: Int64? {
        var end = index + 1
        for _ in 0...level {
            let (product, overflow) = end.multipliedReportingOverflow(by: Int64(LogLimits.tileWidth))
            guard !overflow else { return nil }
            end = product
        }
        return end
    }
}

// MARK: - Paths

extension TileAddress {
    /// The path below the log's prefix: `tile/0/x001/x234/067.p/8`, `tile/entries/000`.
    package var path: String {
        isPartial ? "\(partialFolder)/\(width)" : stem
    }

    /// The folder of all partial tiles in this place: `tile/0/x001/x234/067.p`.
    package var partialFolder: String { stem + ".p" }

    private var stem: String {
        let number = String(index)
        let groups = (number.utf8.count + 2) / 3
        let digits = Array(String(repeating: "0", count: groups * 3 - number.utf8.count) + number)
        var path = "tile/"
        switch kind {
        case .hashes(let level): path += "\(level)"
        case .entries: path += "entries"
        }
        for group in 0..<groups {
            path += group < groups - 1 ? "/x" : "/"
            path += String(digits[(group * 3)..<(group * 3 + 3)])
        }
        return path
    }

    /// Reads exactly what `path` writes; nil for every other text.
    package init?(path: some StringProtocol) {
        guard path.utf8.count <= 64 else { return nil }
        var parts = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }[...]
        guard parts.popFirst() == "tile", let level = parts.popFirst() else { return nil }
        var width = LogLimits.tileWidth
        if parts.count >= 2, parts[parts.endIndex - 2].hasSuffix(".p") {
            guard let last = parts.popLast(), let partial = Int(last), partial < width,
                let stem = parts.popLast()
            else { return nil }
            width = partial
            parts.append(String(stem.dropLast(2)))
        }
        var number = ""
        for (place, part) in parts.enumerated() {
            let isLast = place == parts.count - 1
            guard isLast || part.hasPrefix("x") else { return nil }
            number += isLast ? part : String(part.dropFirst())
        }
        let kind: Kind
        if level == "entries" {
            kind = .entries
        } else {
            guard let level = Int(level) else { return nil }
            kind = .hashes(level: level)
        }
        guard let index = Int64(number), let address = TileAddress(kind, index: index, width: width) else { return nil }
        // One text for one tile: signs, spare zeros and other digits are refused by writing it again.
        guard address.path.utf8.elementsEqual(path.utf8) else { return nil }
        self = address
    }
}
