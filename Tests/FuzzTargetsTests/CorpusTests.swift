import Foundation
import FuzzTargets
import Testing

/// What the fuzzer has found worth keeping, without its instrumentation: bytes are accepted, or refused with a sentence.
@Suite struct CorpusTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Fuzzing/Corpus")

    private static func files(of target: FuzzTarget) throws -> [URL] {
        try FileManager.default
            .contentsOfDirectory(at: folder.appending(path: target.rawValue), includingPropertiesForKeys: nil)
            .sorted { $0.path < $1.path }
    }

    @Test(arguments: FuzzTarget.allCases)
    func everyFileIsAcceptedOrRefused(target: FuzzTarget) throws {
        var outcomes = (accepted: 0, refused: 0)
        for file in try Self.files(of: target) {
            switch target.run(Array(try Data(contentsOf: file))) {
            case .accepted: outcomes.accepted += 1
            case .refused(let sentence):
                #expect(!sentence.isEmpty, "\(file.lastPathComponent)")
                outcomes.refused += 1
            }
        }
        #expect(outcomes.accepted > 0 && outcomes.refused > 0, "a corpus has both: \(outcomes)")
    }

    @Test(arguments: FuzzTarget.allCases)
    func noBytesAreRefused(target: FuzzTarget) {
        guard case .refused = target.run([]) else {
            Issue.record("accepted")
            return
        }
    }
}
