import Exchange
import Testing

@testable import Courier

@Suite("How an upload goes on")
struct UploadPlanTests {
    static let piece = UploadPlan.pieceBytes
    let lost = CourierFailure.unreachable("the connection was closed")

    func plan(_ size: Int64, _ events: [UploadPlan.Event]) -> UploadPlan.Step {
        var plan = UploadPlan(size: size)
        for event in events { plan.take(event) }
        return plan.step
    }

    @Test("A body goes in pieces and is accepted when the relay has all of it")
    func plain() {
        let size = Self.piece * 2 + 5
        #expect(plan(size, []) == .create)
        #expect(plan(size, [.offset(0)]) == .send(from: 0, count: Self.piece))
        #expect(plan(size, [.offset(0), .offset(Self.piece)]) == .send(from: Self.piece, count: Self.piece))
        #expect(
            plan(size, [.offset(0), .offset(Self.piece), .offset(Self.piece * 2)])
                == .send(from: Self.piece * 2, count: 5))
        #expect(plan(size, [.offset(0), .offset(Self.piece), .offset(size)]) == .accepted)
    }

    @Test("An upload that the relay has already is accepted at once; one it has in part goes on there")
    func known() {
        #expect(plan(100, [.offset(100)]) == .accepted)
        #expect(plan(100, [.offset(40)]) == .send(from: 40, count: 60))
    }

    @Test("After a lost answer the offset is asked, never assumed")
    func lostAnswer() {
        #expect(plan(100, [.failed(lost)]) == .create)
        #expect(plan(100, [.offset(0), .failed(lost)]) == .askOffset)
        #expect(plan(100, [.offset(0), .failed(lost), .offset(30)]) == .send(from: 30, count: 70))
        #expect(plan(100, [.offset(0), .failed(lost), .offset(100)]) == .accepted, "the answer was lost, not the body")
        let differs = CourierFailure.refused(Problem(.offsetDiffers, detail: ""))
        #expect(plan(100, [.offset(50), .failed(differs)]) == .askOffset)
        #expect(plan(100, [.offset(50), .failed(differs), .offset(20)]) == .send(from: 20, count: 80))
    }

    @Test("Failures without progress are the caller's to wait for; progress starts the count anew")
    func patience() {
        #expect(plan(100, [.failed(lost), .failed(lost), .failed(lost)]) == .giveUp(lost))
        var plan = UploadPlan(size: 1_000)
        for offset in stride(from: Int64(0), to: 1_000, by: 100) {
            plan.take(.offset(offset))
            plan.take(.failed(lost))
            plan.take(.failed(lost))
            #expect(plan.step == .askOffset, "at \(offset)")
        }
        plan.take(.failed(lost))
        #expect(plan.step == .giveUp(lost))
    }

    @Test("An upload that the relay swept is made again, once")
    func swept() {
        let gone = CourierFailure.refused(Problem(.notFound, detail: ""))
        #expect(plan(100, [.offset(10), .failed(lost), .failed(gone)]) == .create)
        #expect(plan(100, [.offset(10), .failed(gone), .offset(0)]) == .send(from: 0, count: 100))
        #expect(plan(100, [.offset(10), .failed(gone), .offset(0), .failed(gone)]) == .giveUp(gone))
        #expect(plan(100, [.failed(gone)]) == .giveUp(gone))
    }

    @Test(
        "A refusal that waiting will not change, a full relay and a cancelled task end it",
        arguments: [
            CourierFailure.refused(Problem(.conflict, detail: "")), .refused(Problem(.notSealed, detail: "")),
            .relayFull(detail: nil),
            .cancelled, .refused(Problem(.keysAhead, detail: "")),
        ])
    func ends(failure: CourierFailure) {
        #expect(plan(100, [.failed(failure)]) == .giveUp(failure))
        #expect(plan(100, [.offset(0), .failed(failure)]) == .giveUp(failure))
    }

    @Test("A relay that counts wrongly is not fed for ever")
    func wrongCounts() {
        for offset in [Int64(-1), 101, .max] {
            guard case .giveUp(.unexpectedAnswer) = plan(100, [.offset(offset)]) else {
                Issue.record("offset \(offset) was taken")
                continue
            }
        }
        guard case .giveUp(.unexpectedAnswer) = plan(100, [.offset(0), .offset(0), .offset(0), .offset(0)]) else {
            Issue.record("bytes that are never counted were sent for ever")
            return
        }
    }

    @Test("Only a piece that reaches the end of a body is its last one; a creation is none")
    func lastPiece() {
        let piece = UploadPlan.pieceBytes
        #expect(UploadPlan.Step.send(from: piece, count: 5).isLastPiece(of: piece + 5))
        #expect(!UploadPlan.Step.send(from: 0, count: piece).isLastPiece(of: piece + 5))
        #expect(!UploadPlan.Step.create.isLastPiece(of: 5))
        #expect(!UploadPlan.Step.askOffset.isLastPiece(of: 5))
    }
}
