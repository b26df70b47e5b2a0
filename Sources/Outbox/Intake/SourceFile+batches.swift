import LabReport

extension SourceFile {
    /// Hands out the messages of the file in batches, behind those that are known to be taken; throws before the first where the
    /// file as a whole is nothing to take. Gives how many batch envelopes disagree with what they hold.
    func batches(
        _ format: ReportFormat?, after known: FileProgress?, _ limits: IntakeLimits, _ body: (PieceBatch) throws -> Void
    ) throws -> Int {
        var done = known?.pieces ?? 0
        var collector = PieceCollector(taken: done, end: known?.offset ?? 0, limits: limits)
        var splitter = SourceSplitter(format)
        var document = DocumentFile()
        try pieces(from: 0) { bytes, isLast in
            try Task.checkCancellation()
            if format != nil || !document.takes(bytes) {
                var pieces: [SourcePiece] = []
                splitter.push(bytes, into: &pieces)
                if isLast { splitter.finish(into: &pieces) }
                collector.add(pieces)
            } else if isLast {
                collector.add(document: document.bytes, fileBytes: size)
            }
            if isLast, done == 0, let failure = collector.failureOfWhole { throw failure }
            while let batch = collector.next(isLast: isLast) {
                try body(batch)
                done += batch.pieces.count
            }
        }
        return collector.notices
    }
}
