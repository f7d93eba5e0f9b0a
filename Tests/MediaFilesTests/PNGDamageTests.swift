import Media
import MediaFiles
import TestSupport
import Testing

@Suite struct PNGDamageTests {
    /// A small file with every kind of chunk.
    private let bytes: [UInt8]

    init() throws {
        let image = randomImage(
            width: 6, height: 5, format: PixelFormat(.rgb, .sixteen), significantBits: 12, seed: 1)
        bytes = try PNGWriter().write(image, metadata: .complete)
    }

    @Test func truncationAtEveryByteNamesItsOffset() {
        for length in 1..<bytes.count {
            #expect {
                try PNGReader().read(Array(bytes.prefix(length)))
            } throws: { error in
                guard
                    case .truncated(_, let offset, let needed, let available) =
                        error as? MediaFileError
                else { return false }
                return offset + available == length && needed > available
                    && offset + needed <= bytes.count
            }
        }
    }

    @Test func everyFlippedBitIsNoticed() {
        for bit in 0..<8 * bytes.count {
            var damaged = bytes
            damaged[bit / 8] ^= 1 << (bit % 8)
            #expect(throws: MediaFileError.self) { try PNGReader().read(damaged) }
        }
    }

    /// Damage that checksums do not show reaches libpng and the metadata parser.
    @Test(arguments: StoredPicture.Kind.all)
    func damageUnderAGoodChecksumNeverCrashes(_ kind: StoredPicture.Kind) throws {
        var generator = SeededGenerator(seed: 2)
        let original = PNGContainer.takeApart(bytes)
        for seed in 0..<300 {
            let picture = StoredPicture(
                width: 9, height: 7, kind: kind, isInterlaced: seed.isMultiple(of: 2),
                seed: UInt64(seed))
            var chunks = picture.chunks(
                ancillary: original.filter { $0.name.first!.isLowercase })
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                damage(&chunks, &generator)
            }
            try readOrRefuse(PNGContainer.compose(chunks))
        }
    }

    private func damage(
        _ chunks: inout [PNGContainer.Chunk], _ generator: inout SeededGenerator
    ) {
        let chunk = Int.random(in: 0..<chunks.count, using: &generator)
        guard !chunks[chunk].payload.isEmpty else { return }
        let position = Int.random(in: 0..<chunks[chunk].payload.count, using: &generator)
        switch Int.random(in: 0..<8, using: &generator) {
        case 0: chunks[chunk].payload.removeSubrange(position...)
        case 1: chunks.swapAt(chunk, Int.random(in: 0..<chunks.count, using: &generator))
        case 2: chunks.insert(chunks[chunk], at: chunk)
        case 3: chunks.remove(at: chunk)
        default:
            chunks[chunk].payload[position] = UInt8.random(in: 0...255, using: &generator)
        }
    }

    /// Any other error, or a trap, fails the test.
    private func readOrRefuse(_ bytes: [UInt8]) throws {
        do throws(MediaFileError) {
            let image = try PNGReader().read(bytes).image
            #expect(image.samples.count == image.pixelCount * image.format.channels.count)
        } catch {
            #expect(!error.description.isEmpty)
        }
    }
}
