import ArgumentParser
import Relay

#if canImport(Glibc)
import Glibc
#else
import Musl
#endif

/// What the program says to people, in French and English.
enum Console {
    @Sendable static func say(_ french: String, _ english: String) {
        write("pli-relay : \(french)\npli-relay: \(english)\n", to: STDERR_FILENO)
    }

    /// Writes a result to standard output: one that is cut must not pass for a whole one.
    static func output(_ text: String) throws {
        guard !write(text, to: STDOUT_FILENO) else { return }
        say(
            "le résultat n'a pas pu être écrit sur la sortie standard",
            "the result could not be written to standard output")
        throw ExitCode(1)
    }

    /// Writes all of `text`; false where that cannot be.
    @discardableResult
    static func write(_ text: String, to descriptor: Int32) -> Bool {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard written >= 0 || errno == EINTR else { return false }
            rest = rest.dropFirst(max(written, 0))
        }
        return true
    }

    /// Runs what may fail, and tells a failure with its exit code.
    static func telling(_ work: () async throws -> Void) async throws {
        do {
            try await work()
        } catch RelayFailure.configuration(let mistakes) {
            let reason = RelayFailure.configuration(mistakes).description
            say(RelayFrench.of(reason), reason)
            throw ExitCode(2)
        } catch let failure as RelayFailure {
            say(RelayFrench.of(failure.description), failure.description)
            throw ExitCode(1)
        } catch let failure as ExitCode {
            throw failure
        } catch {
            let reason = RelayFailure.text(of: error)
            say("arrêté : \(RelayFrench.of(reason))", "stopped: \(reason)")
            throw ExitCode(1)
        }
    }
}
