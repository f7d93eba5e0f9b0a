import Foundation
import Synchronization
import Testing

@testable import Benchmarking

@Suite(.timeLimit(.minutes(2))) struct BenchmarkTests {
    private let fake = try! FakePeers()

    @Test func everySettingOfEveryCodecIsRunOnEveryFile() throws {
        let files = [try fake.picture("a.png", seed: 1), try fake.picture("b.png", seed: 2)]
        let peers = [fake.peer("x", ["500", "2000"]), fake.peer("y", ["4000"])]
        let outcome = try fake.benchmark(peers).run(files)
        #expect(outcome.files.map(\.path) == files && outcome.isWhole && outcome.unreadable.isEmpty)
        #expect(outcome.runs.map { "\($0.codec) \($0.setting)" } == ["x 500", "x 2000", "y 4000", "x 500", "x 2000", "y 4000"])
        for run in outcome.runs {
            #expect(run.isComplete && run.bytes == Int(run.setting))
            #expect(run.rate == Double(run.setting)! * 8 / (48 * 32))
            let usages = [try #require(run.encode), try #require(run.decode)]
            #expect(usages.allSatisfy { $0.seconds > 0 && $0.peakBytes > 0 })
        }
        let quality = outcome.runs.prefix(3).compactMap { $0.metrics?["psnr"] }
        #expect(quality.count == 3 && quality == quality.sorted() && quality[0] < quality[2])
    }

    @Test func memoryIsTheProgramsAndNotOurs() throws {
        // Held while the child begins, which on Linux would count as the child's.
        let held = [UInt8](repeating: 1, count: 200 << 20)
        let (status, usage) = try ChildProcess.run("/bin/sh", ["-c", "exit 7"], log: "\(fake.folder)/log")
        #expect(status == 7 && held.last == 1)
        #expect((1...50 << 20).contains(usage.peakBytes), "\(usage.peakBytes)")
    }

    @Test func manyShortProgramsSideBySideAreAllWaitedFor() {
        let failures = Mutex(0)
        DispatchQueue.concurrentPerform(iterations: 60) { [folder = fake.folder] index in
            let result = try? ChildProcess.run("/bin/sh", ["-c", "exit \(index)"], log: "\(folder)/log\(index)")
            if result?.0 != Int32(index) { failures.withLock { $0 += 1 } }
        }
        #expect(failures.withLock { $0 } == 0)
    }

    @Test func aFailureIsARowAndStopsNothing() throws {
        let file = try fake.picture("a.png", seed: 1)
        let outcome = try fake.benchmark([fake.peer("x", ["boom", "nothing", "garbage", "3000"])]).run([file])
        let program = "\(fake.folder)/fake-encode"
        #expect(outcome.runs.map(\.isComplete) == [false, false, false, true])
        #expect(outcome.runs[0].error == "\(program) ended with status 3: it broke")
        #expect(outcome.runs[1].error == "\(program) made no file")
        #expect(outcome.runs[2].error?.contains("decoded.ppm: ") == true)
        #expect(outcome.runs[0].bytes == nil && outcome.runs[0].encode == nil)
    }

    @Test func aProgramThatIsKilledIsAFailure() throws {
        try fake.script("killed", "kill -9 $$")
        let outcome = try fake.benchmark([fake.peer("x", ["1"], program: "killed")]).run([try fake.picture("a.png", seed: 1)])
        #expect(outcome.runs[0].error == "\(fake.folder)/killed ended with status 137")
    }

    @Test func aFileThatIsNoPictureStopsNothing() throws {
        let bad = "\(fake.folder)/bad.png"
        try Data("no picture".utf8).write(to: URL(fileURLWithPath: bad))
        let good = try fake.picture("a.png", seed: 1)
        let outcome = try fake.benchmark([fake.peer("x", ["3000"])]).run([bad, good])
        #expect(outcome.files.map(\.path) == [good] && Array(outcome.unreadable.keys) == [bad] && outcome.runs.count == 1)
    }

    @Test func whatIsDoneIsNotDoneAgain() throws {
        let (file, journal) = (try fake.picture("a.png", seed: 1), "\(fake.folder)/out.runs")
        let first = try fake.benchmark([fake.peer("x", ["500", "boom", "2000"])], journal: journal).run([file])
        #expect(fake.takeCalls() == ["500", "boom", "2000"])
        // What failed is tried again, what is new is done.
        let second = try fake.benchmark([fake.peer("x", ["500", "boom", "1000", "2000"])], journal: journal).run([file])
        #expect(fake.takeCalls() == ["boom", "1000"])
        #expect(second.runs[0] == first.runs[0] && second.runs[3] == first.runs[2])
    }

    @Test func otherBytesMetricsOrProgramsAreDoneAgain() throws {
        let (file, journal) = (try fake.picture("a.png", seed: 1), "\(fake.folder)/out.runs")
        let peers = [fake.peer("x", ["500"])]
        _ = try fake.benchmark(peers, metrics: ["psnr"], journal: journal).run([file])
        _ = try fake.benchmark(peers, journal: journal).run([file])
        #expect(fake.takeCalls() == ["500", "500"])
        _ = try fake.picture("a.png", seed: 2)
        _ = try fake.benchmark(peers, journal: journal).run([file])
        #expect(fake.takeCalls() == ["500"])
        try fake.script("fake-decode", "cp \"$1\" \"$2\" # another one")
        _ = try fake.benchmark(peers, journal: journal).run([file])
        #expect(fake.takeCalls() == ["500"])
    }

    @Test func aJournalThatWasCutShortKeepsItsWholeLines() throws {
        let (file, journal) = (try fake.picture("a.png", seed: 1), "\(fake.folder)/out.runs")
        let peers = [fake.peer("x", ["500", "2000"])]
        _ = try fake.benchmark(peers, journal: journal).run([file])
        let bytes = try Data(contentsOf: URL(fileURLWithPath: journal))
        try bytes.dropLast(40).write(to: URL(fileURLWithPath: journal))
        _ = fake.takeCalls()
        _ = try fake.benchmark(peers, journal: journal).run([file])
        #expect(fake.takeCalls() == ["2000"])
        _ = try fake.benchmark(peers, journal: journal).run([file])
        #expect(fake.takeCalls() == [])
    }

    @Test func aStopIsObeyedBetweenRunsAndLeavesNothingBehind() throws {
        let files = try (1...3).map { try fake.picture("\($0).png", seed: $0) }
        let done = Atomic(0)
        let outcome = try fake.benchmark([fake.peer("x", ["500", "1000", "2000"])]).run(
            files, jobs: 1, isStopped: { done.load(ordering: .relaxed) >= 2 }, progress: { now, all, _ in
                #expect(all == 9)
                done.store(now, ordering: .relaxed)
            })
        #expect(!outcome.isWhole && outcome.runs.count == 2)
        #expect(try FileManager.default.contentsOfDirectory(atPath: fake.folder).allSatisfy { !$0.hasPrefix("vcodec-bench-") })
    }

    @Test func missingProgramsAreNamedWithTheirPackage() {
        var other = fake.peer("z", ["1"], program: "gone", package: nil)
        other.decode.programs = ["lost", "gone"]
        let (found, missing) = fake.search.installed([fake.peer("x", ["1"]), fake.peer("y", ["1"], program: "absent"), other])
        #expect(found.map(\.peer.name) == ["x"] && missing.map(\.programs) == [["absent"], ["gone", "lost"]])
        #expect(missing[0].words == "y: absent is not installed (install fake)")
        #expect(missing[1].words == "z: gone or lost is not installed (no Debian package has it)")
    }

    @Test func aMetricOfAnotherProgramIsAskedOfIt() throws {
        try fake.script("butteraugli_main", "echo 4.5; cmp -s \"$1\" \"$2\" && echo '3-norm: 0' || echo '3-norm: 1.75'")
        let file = try fake.picture("a.png", seed: 1)
        let outcome = try fake.benchmark([fake.peer("x", ["500", "9000"])], metrics: ["butteraugli"]).run([file])
        #expect(outcome.runs.map(\.metrics) == [["butteraugli": 1.75], ["butteraugli": 0]])
    }

    @Test func aMetricThatPrintsNoNumberIsAFailure() throws {
        try fake.script("butteraugli", "echo 'no idea'")
        let outcome = try fake.benchmark([fake.peer("x", ["500"])], metrics: ["butteraugli"]).run([try fake.picture("a.png", seed: 1)])
        #expect(outcome.runs[0].error == "\(fake.folder)/butteraugli printed no score: no idea")
    }

    @Test func foldersStandForTheirFiles() throws {
        let files = [try fake.picture("b.png", seed: 1), try fake.picture("a.PNG", seed: 2)]
        #expect(try Files.expand([files[0], fake.folder, files[0]], extensions: ["png"]) == files)
        #expect(throws: BenchmarkError.file("/no/such", reason: "no such file")) { try Files.expand(["/no/such"], extensions: ["png"]) }
    }

    @Test func knownCodecsGoFromSmallFilesToLargeOnesAndSayWhereTheyAre() {
        for peer in Peer.all(.image) + Peer.all(.audio) {
            #expect(peer.package != nil && peer.settings.count >= 5 && Set(peer.settings).count == peer.settings.count, "\(peer.name)")
            #expect(peer.encode.arguments.contains { $0.contains("{setting}") }, "\(peer.name)")
        }
    }
}
