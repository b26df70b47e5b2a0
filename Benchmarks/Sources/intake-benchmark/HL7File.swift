import Foundation
import HL7

/// A file of messages, read in blocks.
struct HL7File {
    /// A stretch of a file that begins where a message does.
    struct Part {
        let path: String
        let range: Range<Int>

        /// Hands out the bytes in blocks as large as those of the outbox.
        func blocks(_ take: (ArraySlice<UInt8>) -> Void) {
            let descriptor = open(path, O_RDONLY)
            defer { close(descriptor) }
            var block = [UInt8](repeating: 0, count: 256 * 1024)
            var offset = range.lowerBound
            while offset < range.upperBound {
                let wanted = min(block.count, range.upperBound - offset)
                let got = pread(descriptor, &block, wanted, off_t(offset))
                guard got > 0 else { break }
                take(block[..<got])
                offset += got
            }
        }

        /// Hands out the messages.
        func messages(_ take: (MessagePiece) -> Void) {
            var splitter = MessageSplitter()
            var pieces: [Piece] = []
            func handOut() {
                for case .message(let message) in pieces { take(message) }
                pieces.removeAll(keepingCapacity: true)
            }
            blocks { block in
                splitter.push(block, into: &pieces)
                handOut()
            }
            splitter.finish(into: &pieces)
            handOut()
        }
    }

    let path: String
    let size: Int

    init(_ path: String) throws {
        self.path = path
        size = Int(try FileHandle(forReadingFrom: URL(filePath: path)).seekToEnd())
    }

    var whole: Part { Part(path: path, range: 0..<size) }

    /// The file in so many parts, cut before a message.
    func parts(_ count: Int) throws -> [Part] {
        var starts = [0]
        for number in 1..<max(count, 1) { starts.append(try messageStart(after: size / count * number)) }
        return zip(starts, starts.dropFirst() + [size]).map { Part(path: path, range: $0..<$1) }
    }

    private func messageStart(after offset: Int) throws -> Int {
        let file = try FileHandle(forReadingFrom: URL(filePath: path))
        try file.seek(toOffset: UInt64(offset))
        let bytes = [UInt8](try file.read(upToCount: 1 << 16) ?? Data())
        let wanted = Array("\rMSH|".utf8)
        for place in bytes.indices where bytes[place...].starts(with: wanted) { return offset + place + 1 }
        return size
    }
}
