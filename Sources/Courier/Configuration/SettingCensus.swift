package import Configuration
import Synchronization

/// Which settings a file holds, and which were asked for: the difference is what somebody misspelt.
package final class SettingCensus: AccessReporter {
    private let state = Mutex<(found: Set<String>, asked: Set<String>)>(([], []))

    /// A setting of the file. The parser asks of each whether it is a secret, and so names all of them; none is.
    func find(_ key: String) -> Bool {
        state.withLock { _ = $0.found.insert(key) }
        return false
    }

    package func report(_ event: AccessEvent) {
        let key = event.metadata.key.components.joined(separator: ".")
        state.withLock { _ = $0.asked.insert(key) }
    }

    var found: Set<String> { state.withLock { $0.found } }
    var asked: Set<String> { state.withLock { $0.asked } }
}
