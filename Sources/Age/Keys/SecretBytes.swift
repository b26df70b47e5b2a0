#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Bytes that nobody else may know: held once, overwritten when the last holder lets go, shown nowhere.
final class SecretBytes: Sendable, CustomStringConvertible, CustomReflectable {
    // The memory is written in `init` and in `deinit` only, when nobody else has the object.
    nonisolated(unsafe) private let memory: UnsafeMutableRawBufferPointer

    /// Moves `bytes` here: the array is overwritten, and is empty afterwards.
    init(taking bytes: inout [UInt8]) {
        memory = .allocate(byteCount: bytes.count, alignment: 16)
        memory.copyBytes(from: bytes)
        bytes.wipe()
    }

    deinit {
        memory.wipe()
        memory.deallocate()
    }

    var count: Int { memory.count }

    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try body(UnsafeRawBufferPointer(memory))
    }

    var description: String { "secret bytes" }

    var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension UnsafeMutableRawBufferPointer {
    /// Overwrites the memory in a way that the optimiser keeps.
    func wipe() {
        guard let baseAddress, !isEmpty else { return }
        #if canImport(Darwin)
        _ = memset_s(baseAddress, count, 0, count)
        #else
        explicit_bzero(baseAddress, count)
        #endif
    }
}

extension [UInt8] {
    /// Overwrites the array's memory, if nobody else holds it, and empties it. Copies that were made before are not found:
    /// an array that holds a secret has its room reserved before it is filled.
    package mutating func wipe() {
        withUnsafeMutableBytes { $0.wipe() }
        removeAll()
    }
}

extension Data {
    /// The same for data.
    mutating func wipe() {
        withUnsafeMutableBytes { $0.wipe() }
        removeAll()
    }
}
