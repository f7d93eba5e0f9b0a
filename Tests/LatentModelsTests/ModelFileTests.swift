import BitstreamFormat
import Foundation
import LatentModels
import Testing

/// The sections of the default model's file, to be damaged one at a time (SPEC §7).
private struct Sections {
    var identity: [UInt8]
    /// Notes, decoder, analysis.
    var contents: [[UInt8]]

    static let ofDefaultModel = Sections(DefaultModel.bytes)

    private init(_ file: [UInt8]) {
        identity = Array(file[5..<13])
        contents = []
        var offset = 13
        while offset < file.count {
            let length = file[offset..<offset + 4].reversed().reduce(0) { $0 << 8 | Int($1) }
            contents.append(Array(file[offset + 4..<offset + 4 + length]))
            offset += 4 + length
        }
    }

    var file: [UInt8] {
        [0x8E, 0x76, 0x63, 0x6D, 2] + identity + contents.flatMap { section in
            (0..<4).map { UInt8(truncatingIfNeeded: section.count >> (8 * $0)) } + section
        }
    }

    /// With the identity that the changed decoder section has.
    func identified() -> [UInt8] {
        var copy = self
        copy.identity = ModelIdentity(ofDecoderSection: contents[1][...]).bytes
        return copy.file
    }
}

private enum DefaultModel {
    static let bytes: [UInt8] = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        return try! Array(Data(contentsOf: folder.appending(path: "../../Models/default.vcm")))
    }()
}

@Suite struct ModelFileTests {
    private let sections = Sections.ofDefaultModel

    /// What the program trusts at run time: its own model is sound and has the identity that it states.
    @Test func theDefaultModelIsSound() throws {
        let model = try ModelFile(DefaultModel.bytes)
        #expect(model.identity == ModelIdentity(ofDecoderSection: sections.contents[1][...]))
        #expect(model.decoder.configuration.channels.count == 4)
        #expect(try ModelFile(trusted: DefaultModel.bytes).identity == model.identity)
    }

    @Test func filesOfAnotherKindAreRefused() {
        #expect(throws: ModelError.notAModel) { try ModelFile([]) }
        #expect(throws: ModelError.notAModel) { try ModelFile(Array("a text".utf8)) }
    }

    @Test(arguments: [0, 1, 3] as [UInt8])
    func otherVersionsAreRefusedByName(version: UInt8) {
        var bytes = DefaultModel.bytes
        bytes[4] = version
        #expect(throws: ModelError.unsupportedVersion(found: version, supported: 2)) { try ModelFile(bytes) }
    }

    @Test func anotherIdentityThanTheDecodersIsRefused() {
        var damaged = sections
        damaged.contents[1][damaged.contents[1].count - 1] ^= 1
        let found = ModelIdentity(ofDecoderSection: damaged.contents[1][...]).description
        let stated = ModelIdentity(bytes: damaged.identity).description
        #expect(throws: ModelError.damaged(stated: stated, found: found)) { try ModelFile(damaged.file) }
    }

    @Test(arguments: [4, 5, 12, 13, 16, 20, 100, 1000, 200_000, 6_100_000, -1])
    func filesThatEndEarlyAreRefused(length: Int) {
        let length = length < 0 ? DefaultModel.bytes.count + length : length
        #expect { try ModelFile(Array(DefaultModel.bytes[..<length])) } throws: { error in
            guard case ModelError.truncated(let offset, _, let available) = error else { return false }
            return offset + available == length
        }
    }

    @Test(arguments: 0..<3)
    func bytesThatAreLeftOverAreRefused(section: Int) throws {
        var longer = sections
        longer.contents[section].append(0)
        if section == 0 {
            #expect(try ModelFile(longer.file).notes.hasSuffix("\0"))
        } else {
            #expect(throws: ModelError.self) { try ModelFile(longer.identified()) }
        }
        #expect(throws: ModelError.trailingBytes(offset: DefaultModel.bytes.count, count: 1)) {
            try ModelFile(DefaultModel.bytes + [0])
        }
    }

    /// The first weights after the tables belong to a depthwise convolution, the last bytes of the section to a product.
    @Test func weightsThatCouldOverflowAreRefused() {
        var wide = sections
        let end = wide.contents[1].count - 192 * 4 * 2
        for i in stride(from: end - 128 * 2, to: end, by: 2) { wide.contents[1].replaceSubrange(i..<i + 2, with: [0xFF, 0x7F]) }
        #expect { try ModelFile(wide.identified()) } throws: { error in
            guard case ModelError.accumulatorMayOverflow(_, let bound) = error else { return false }
            return bound >= 1 << 31
        }
    }
}
