public import Foundation

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

extension AgeStream {
    /// Seals what is left of `input` and appends it to `output`. Neither is closed.
    public static func seal(
        from input: FileHandle, to output: FileHandle, with sealer: consuming AgeSealer, workers: Int = defaultWorkers
    ) throws {
        try seal(with: sealer, workers: workers, read: reading(input), write: writing(output))
    }

    /// Opens what is left of `input` and appends it to `output`. Neither is closed.
    public static func open(
        from input: FileHandle, to output: FileHandle, with unlocker: AgeUnlocker,
        encoding: AgeEncoding = .detected, workers: Int = defaultWorkers
    ) throws {
        try open(
            with: unlocker, encoding: encoding, workers: workers, read: reading(input), write: writing(output))
    }

    /// Seals what is left of `input` and appends it to `output`, off the threads that tasks share. Neither is closed. A
    /// task that is cancelled ends with `CancellationError` before the next read.
    public static func seal(
        from input: FileHandle, to output: FileHandle, recipients: [AgeRecipient], armored: Bool = false,
        workers: Int = defaultWorkers
    ) async throws {
        try await OwnThread.run { isCancelled in
            try seal(
                with: AgeSealer(recipients: recipients, armored: armored), workers: workers,
                read: reading(input, until: isCancelled), write: writing(output))
        }
    }

    /// Opens what is left of `input` and appends it to `output`, off the threads that tasks share. Neither is closed. A
    /// task that is cancelled ends with `CancellationError` before the next read.
    public static func open(
        from input: FileHandle, to output: FileHandle, unlocker: AgeUnlocker, encoding: AgeEncoding = .detected,
        workers: Int = defaultWorkers
    ) async throws {
        try await OwnThread.run { isCancelled in
            try open(
                with: unlocker, encoding: encoding, workers: workers,
                read: reading(input, until: isCancelled), write: writing(output))
        }
    }

    private static func reading(
        _ file: FileHandle, until isCancelled: @escaping @Sendable () -> Bool = { false }
    ) -> Read {
        { buffer in
            if isCancelled() { throw CancellationError() }
            return try FileBytes.read(file.fileDescriptor, into: buffer)
        }
    }

    private static func writing(_ file: FileHandle) -> Write {
        { try FileBytes.write($0, to: file.fileDescriptor) }
    }
}

/// A system call on a file that failed. The file is not named.
public struct AgeFileFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// `read` or `write`.
    public let call: String
    /// The system's number of the error.
    public let errorNumber: Int32

    /// What failed and why.
    public var description: String { "cannot \(call): \(String(cString: strerror(errorNumber)))" }
}

/// The system calls, begun again when a signal interrupts them.
enum FileBytes {
    static func read(_ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        try retried("read") { systemRead(descriptor, buffer.baseAddress, buffer.count) }
    }

    static func read(_ descriptor: Int32, at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        try retried("read") { pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset)) }
    }

    static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) throws {
        var rest = bytes
        while !rest.isEmpty {
            let written = try retried("write") { systemWrite(descriptor, rest.baseAddress, rest.count) }
            rest = UnsafeRawBufferPointer(rebasing: rest[written...])
        }
    }

    static func size(_ descriptor: Int32) throws -> Int64 {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw AgeFileFailure(call: "read", errorNumber: errno) }
        return Int64(status.st_size)
    }

    private static func retried(_ call: String, _ body: () -> Int) throws -> Int {
        while true {
            let result = body()
            if result >= 0 { return result }
            guard errno == EINTR else { throw AgeFileFailure(call: call, errorNumber: errno) }
        }
    }
}

// Within a type that has methods of these names the system's are out of reach.
private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(descriptor, buffer, count)
}

private func systemWrite(_ descriptor: Int32, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, buffer, count)
}
