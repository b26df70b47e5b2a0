import Courier
import Durable
import Exchange
import Foundation
import LabReport
import TestSupport
import Testing

@testable import Outbox

@Suite("Why nothing goes out, for whoever looks from outside")
struct UploadNoteTests {
    @Test("What the relay answers an outbox is written down with since when, until something goes out")
    func rounds() async throws {
        let world = try World()
        let agent = try world.agent()
        let note = UploadNote(dataFolder: world.data)
        await agent.noteUploads(nil)
        #expect(note.read() == nil)
        let began = world.clock.now
        let refused = CourierFailure.unexpectedAnswer("status 413")
        await agent.noteUploads(refused)
        world.clock.advance(300)
        await agent.noteUploads(refused)
        let word = try #require(note.read())
        #expect(word == UploadNote.Word(since: began, isAway: false, text: "\(refused)"))
        await agent.noteUploads(CourierFailure.unreachable("no connection"))
        #expect(note.read()?.isAway == true && note.read()?.since == began)
        for entry in DataFolder.entries { #expect(try entry.trouble(in: world.data, disk: .real) == nil) }
        try await agent.close()
        // The next process finds it, and forgets it once something goes out.
        let next = try world.agent()
        #expect(note.read()?.since == began)
        try await next.sendRound()
        #expect(note.read() == nil)
        try await next.close()
    }

    @Test("A note that is damaged is none")
    func damaged() throws {
        let folder = try TemporaryFolder()
        for text in ["", "x\ny\nz\n", "2026-11-23T10:00:00Z\naway\n", String(repeating: "a", count: 9_000)] {
            try folder.write(Array(text.utf8), to: UploadNote.fileName)
            #expect(UploadNote(dataFolder: folder.path).read() == nil)
        }
    }
}
