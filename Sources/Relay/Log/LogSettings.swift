import TransparencyLog

/// Where the log's files are, and how it is called.
package struct LogSettings: Sendable, Equatable {
    /// The key that signs checkpoints; made at the first start where it is missing.
    package var keyPath: String
    /// The copy of the last checkpoint: on another disk than the data folder's where there is one.
    package var copyPath: String
    /// The log's name, for a key that is made; nil for a random one. A key that is there has its name already.
    package var origin: String?
    /// How many days a leaf is served at the least: the policy's, or more.
    package var servedDays = LogPruning.servedDays

    /// What is used where the configuration says nothing.
    package init(dataFolder: String) {
        keyPath = dataFolder + "/tls/log.key"
        copyPath = dataFolder + "/log-checkpoint"
    }
}
