import CDA
import LabReport

extension ReportFile.Kind {
    /// As what an agent, which tells documents by itself, is to read a file that is said to be of this kind. Throws where a file is said
    /// to be a document and is none.
    func format(of file: String) throws -> ReportFormat? {
        guard case .messages(let format) = self else {
            try Self.requireDocument(file)
            return nil
        }
        return format
    }

    private static func requireDocument(_ file: String) throws {
        let input = try InputFile(file)
        var head: [UInt8] = []
        while head.count < ReportFormat.detectionBytes {
            let piece = try input.read(upTo: ReportFormat.detectionBytes - head.count)
            guard !piece.isEmpty else { break }
            head += piece
        }
        guard CDAReportReader.isXML(head: head, isEnd: true) == true else {
            throw CommandFailure.refused(
                "le fichier n'est pas un document clinique (CDA, XML)", "the file is no clinical document (CDA, XML)",
                hint: .init(
                    french: "sans --format, ses premiers octets disent ce qu'il est",
                    english: "without --format its first bytes say what it is"))
        }
    }
}
