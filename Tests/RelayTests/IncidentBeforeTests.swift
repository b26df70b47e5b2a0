import Durable
import Exchange
import Foundation
import GRDB
import Notes
import Testing
import TransparencyLog

@testable import Relay

/// What is said of an incident by the log from before a restore, and by signatures that were verified when the log took a parcel in.
@Suite("pli-relay incident, by what was accepted")
struct IncidentBeforeTests {
    private func configuration(_ data: String, _ folder: CheckedFolder) throws -> RelayConfiguration {
        RelayConfiguration(
            port: 0, origin: "https://relay.example:8443", dataFolder: data,
            directoryPath: folder.scratch.path + "/directory.note", pins: try Cast.one.pins)
    }

    private func report(
        _ data: String, _ folder: CheckedFolder, from: Int64 = -3_600, to: Int64 = 3_600
    ) async throws -> (report: IncidentReport, stays: [ParcelID: ParcelStay]) {
        let now = folder.clock.now
        let window = try #require(
            IncidentWindow(from: now.adding(seconds: from), to: now.adding(seconds: to)))
        var stays: [ParcelID: ParcelStay] = [:]
        let report = try await IncidentSurvey(configuration(data, folder)).run(window) { stays[$0.parcel] = $0 }
        return (report, stays)
    }

    /// The folder restored from its backup an hour later, with the beginning of one that waited sent again.
    private func restored(_ folder: CheckedFolder) async throws -> Scratch {
        let path = folder.scratch.path + "/backup"
        _ = try await RelayBackup(configuration(folder.data, folder), disk: .real, now: folder.clock.now).make(at: path)
        let scratch = try Scratch()
        _ = try await RelayRestore(configuration(scratch.data, folder), disk: .real).run(from: path)
        folder.clock.move(seconds: 3_600)
        let half = folder.waiting[1]
        try await TestRelay.run(clock: folder.clock, scratch: scratch, keys: false) { relay in
            _ = try await relay.create(half)
            _ = try await relay.deliver(Sealed(size: 3_000))
        }
        return scratch
    }

    @Test("what the log before a restore has counts up to the restore; what is sent again, from the first time on")
    func before() async throws {
        let folder = try await CheckedFolder()
        let scratch = try await restored(folder)
        let (all, stays) = try await report(scratch.data, folder, from: -7_200)
        #expect(all.logProblem == nil && all.hasLogBefore && !all.boundsPersons)
        #expect(all.contradictions.isEmpty, "\(all.contradictions)")
        #expect(all.forgotten == 2, "two waited there that nobody sent again")
        let half = try #require(stays[folder.waiting[1].value.id])
        #expect(half.state == .uploading && half.began <= folder.clock.now.adding(seconds: -3_000))
        #expect(try #require(stays[folder.ended.value.id]).state == .delivered)
        // Behind the restore nothing of it is there.
        #expect(try await report(scratch.data, folder, from: 120).report.forgotten == 0)
        #expect(try await report(scratch.data, folder, from: 120).report.parcels == 2)
    }

    @Test("a log before that is missing, or that the present one does not name, is told and believed nothing")
    func otherBefore() async throws {
        let folder = try await CheckedFolder()
        let scratch = try await restored(folder)
        let before = scratch.data + "/log-before"
        let stranger = try await CheckedFolder()
        for name in ["checkpoint", "key"] {
            let own = try Disk.real.read(before + "/" + name, limit: 16_384)
            try Disk.real.remove(before + "/" + name)
            let missing = try await report(scratch.data, folder, from: -7_200).report
            #expect(missing.logProblem?.contains("log-before: it is missing") == true)
            #expect(!missing.isSound && missing.forgotten == 0)
            try Disk.real.writeDurably(own, to: before + "/" + name)
        }
        let key = try #require(try LogKey.read(LogSettings(dataFolder: stranger.data), disk: .real)).verifying
        try Disk.real.writeDurably(Array((key.line + "\n").utf8), to: before + "/key")
        try Disk.real.writeDurably(
            Disk.real.read(stranger.data + "/log/checkpoint", limit: 16_384), to: before + "/checkpoint")
        let other = try await report(scratch.data, folder, from: -7_200).report
        #expect(other.logProblem?.contains("not the log that the present one succeeds") == true)
        #expect(!other.isSound && other.forgotten == 0)
    }

    /// Another letter in one signature of a manifest: 0 is Ed25519, 1 is ML-DSA-65.
    private func flip(_ signature: Int, of manifest: Signed<Manifest>, in folder: CheckedFolder) throws {
        var bytes = manifest.noteBytes
        let ends = bytes.indices.filter { bytes[$0] == 0x0A }.suffix(2)
        let place = ends[ends.startIndex + signature] - 40
        bytes[place] = bytes[place] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
        #expect(try Signed<Manifest>.kept(bytes).value == manifest.value)
        try folder.change(
            "UPDATE parcels SET manifest = ? WHERE id = ?", [Data(bytes), manifest.value.id.text])
    }

    @Test("a text that the log has as accepted was verified then; one that it has not is verified now")
    func verifiedThen() async throws {
        let folder = try await CheckedFolder()
        try flip(1, of: folder.waiting[0], in: folder)
        #expect(try await report(folder.data, folder).report.unread == 0)
        try flip(1, of: folder.unfinished, in: folder)
        #expect(try await report(folder.data, folder).report.unread == 1)
        // The cheap signature is looked at in any case.
        try flip(0, of: folder.waiting[1], in: folder)
        #expect(try await report(folder.data, folder).report.unread == 2)
    }

    @Test("a check of a folder finds rows under whatever number somebody gave them")
    func numbers() async throws {
        let folder = try await CheckedFolder()
        try folder.change("UPDATE parcels SET rowid = -5 WHERE state = 'ended'")
        #expect(try await folder.check().parcels == 5)
    }
}
