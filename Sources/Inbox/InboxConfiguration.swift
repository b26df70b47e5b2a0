import Configuration
package import Courier
import Exchange

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What an inbox is told by its configuration file.
///
/// ```yaml
/// inbox:
///   sink:
///     folder: out         # where parcels are delivered to
///     retentionDays: 10   # when delivered files are removed; 0: never; absent: as the routes propose
///   pollSeconds: 30       # how long one question to the relay may wait; 1 to 60
/// ```
package struct InboxConfiguration: Sendable, Equatable {
    /// What both kinds of agent have.
    package let agent: AgentConfiguration
    /// Where parcels are delivered to.
    package let sinkFolder: String
    /// How long what was delivered stays there.
    package let retention: SinkRetention
    /// How long one question for waiting parcels may stay open.
    package let pollSeconds: Int

    /// A configuration that is at hand.
    package init(
        agent: AgentConfiguration, sinkFolder: String, retention: SinkRetention = .routes, pollSeconds: Int = 30
    ) {
        self.agent = agent
        self.sinkFolder = sinkFolder
        self.retention = retention
        self.pollSeconds = min(max(pollSeconds, 1), Limits.waitSeconds)
    }

    /// Reads a configuration file. A variable `PLI_INBOX_SINK_FOLDER` goes before `inbox: sink: folder:`, and so on.
    package static func load(
        path: String, environment: [String: String] = ProcessInfo.processInfo.environment
    ) async throws(CourierFailure) -> InboxConfiguration {
        let reading = try await AgentConfiguration.begin(path: path, environment: environment)
        let (agent, reader) = (reading.agent, reading.reader)
        var settings = reading.settings
        let sink = await settings.requiredPath("inbox.sink.folder")
        var pollSeconds = 30
        do {
            pollSeconds = try await reader.fetchInt(forKey: "inbox.pollSeconds") ?? pollSeconds
        } catch {
            settings.report("inbox.pollSeconds: a whole number is expected")
        }
        if !(1...Limits.waitSeconds).contains(pollSeconds) {
            settings.report("inbox.pollSeconds: 1 to \(Limits.waitSeconds) is expected")
        }
        var retention: SinkRetention?
        do {
            retention = SinkRetention(setting: try await reader.fetchInt(forKey: "inbox.sink.retentionDays"))
            if retention == nil {
                settings.report(
                    "inbox.sink.retentionDays: a whole number from 0 to \(SinkRetention.daysMax) is expected")
            }
        } catch {
            settings.report("inbox.sink.retentionDays: a whole number is expected")
        }
        if let sink, !agent.dataFolder.isEmpty, FolderOfFiles(path: sink).lies(in: agent.dataFolder) {
            settings.report("inbox.sink.folder: a folder outside the data folder is expected")
        }
        try settings.requireNoMistakes(in: path)
        guard let sink, let retention else { throw .usage("inbox.sink.folder: missing") }
        return InboxConfiguration(agent: agent, sinkFolder: sink, retention: retention, pollSeconds: pollSeconds)
    }
}
