/// A file of recipients as `age -R` reads it: comment lines, empty lines, one recipient a line.
public struct RecipientFile: Sendable, Equatable {
    /// The recipients in the order of the file; at least one.
    public let recipients: [AgeRecipient]

    /// Reads a file. Any line that is neither empty, a comment nor a recipient is an error.
    public init(parsing text: [UInt8]) throws(AgeFailure) {
        guard let lines = KeyLines.of(text) else { throw .identityFile(line: 0, .noRecipient) }
        var recipients: [AgeRecipient] = []
        for line in lines {
            do throws(AgeFailure) {
                recipients.append(try AgeRecipient(String(decoding: line.text, as: UTF8.self)))
            } catch {
                guard case .recipient(let fault) = error else { throw error }
                throw .identityFile(line: line.number, fault)
            }
        }
        guard !recipients.isEmpty else { throw .identityFile(line: 0, .noRecipient) }
        self.recipients = recipients
    }
}
