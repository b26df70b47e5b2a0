// `withUnsafeBytes` of the standard library forgets which error a closure throws; these keep it.

extension Array where Element == UInt8 {
    func withBytes<Result>(
        _ body: (UnsafeRawBufferPointer) throws(AgeFailure) -> Result
    ) throws(AgeFailure) -> Result {
        try self[...].withBytes(body)
    }
}

extension ArraySlice where Element == UInt8 {
    func withBytes<Output>(
        _ body: (UnsafeRawBufferPointer) throws(AgeFailure) -> Output
    ) throws(AgeFailure) -> Output {
        let result: Result<Output, AgeFailure> = withUnsafeBytes { raw in
            do throws(AgeFailure) { return .success(try body(raw)) } catch { return .failure(error) }
        }
        return try result.get()
    }
}
