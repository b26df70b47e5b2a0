import Foundation

#if canImport(Glibc)
import Glibc
#endif

/// A command's input on its way through a stream: draws the progress, and remembers how it begins.
///
/// Unchecked: streams read on one thread at a time, and what is remembered is asked for when they are done.
final class CountedInput: @unchecked Sendable {
    /// Below this nobody waits long enough to look.
    private static let worthShowingBytes: Int64 = 32 << 20

    private let descriptor: Int32
    private var progress: ProgressBar?
    private var done: Int64 = 0
    /// The first bytes, for hints on what the file is instead.
    private(set) var beginning: [UInt8] = []

    /// `isShown` says whether there is room for a bar: none where the result goes to the same terminal.
    init(_ file: borrowing InputFile, french: String, english: String, isShown: Bool) {
        descriptor = file.descriptor
        let size = file.size
        if isShown, size.map({ $0 >= CountedInput.worthShowingBytes }) ?? true {
            progress = ProgressBar(french, english, total: size)
        }
    }

    @Sendable func read(_ buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        while true {
            let got = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else {
                throw CommandFailure.refused("lecture impossible (errno \(errno))", "cannot read (errno \(errno))")
            }
            if beginning.count < 64 { beginning += buffer.prefix(min(got, 64 - beginning.count)) }
            done += Int64(got)
            if done >= CountedInput.worthShowingBytes { progress?.show(done) }
            return got
        }
    }

    func end() { progress?.end() }
}
