import Media
import MediaFiles
import TestSupport
import Testing

@Suite struct SoundDamageTests {
    private static let kinds = SoundFileKind.allCases.filter { $0.isWritable && $0 != .raw }

    private func small(_ kind: SoundFileKind) throws -> (sound: AudioBuffer, bytes: [UInt8]) {
        let sound = randomSound(.integer(bits: 16), channels: 2, frames: 40, seed: 1)
        var metadata = AudioMetadata()
        metadata.tags = [AudioTag("TITLE", "A title"), AudioTag("ARTIST", "An artist")]
        return (sound, try soundFile(sound, kind, metadata: metadata))
    }

    /// Either an error, or as many frames as there are, with a word about it.
    @Test(arguments: kinds)
    func truncationAtEveryByteGivesThePrefix(_ kind: SoundFileKind) throws {
        let (sound, bytes) = try small(kind)
        var prefixes: Set<Int> = []
        for length in 0..<bytes.count {
            do {
                let read = try ReadSound(.bytes(Array(bytes.prefix(length))))
                let frames = read.sound.frameCount
                prefixes.insert(frames)
                #expect(frames <= sound.frameCount && read.sound == sound.frames(0..<frames), "\(length)")
                if frames < sound.frameCount {
                    #expect(
                        read.reader.warnings.last == .cutShort(declaredFrames: sound.frameCount, readFrames: frames),
                        "\(length) bytes")
                }
            } catch let error as MediaFileError {
                #expect(!error.description.isEmpty)
            }
        }
        if kind != .flac { #expect(prefixes.count > 30) }
    }

    @Test func truncationOfAWAVHeaderNamesItsOffset() throws {
        let (_, bytes) = try small(.wav)
        let header = bytes.count - 160
        for length in 12..<header {
            #expect {
                try SoundFileReader(.bytes(Array(bytes.prefix(length))))
            } throws: { error in
                switch error as? MediaFileError {
                case .truncated(.chunk, let offset, let needed, let available): offset + available == length && needed > available
                case .missingChunk(_, let offset): offset == length
                default: false
                }
            }
        }
    }

    @Test(arguments: kinds)
    func damageNeverCrashes(_ kind: SoundFileKind) throws {
        let (_, bytes) = try small(kind)
        var generator = SeededGenerator(seed: 2)
        for _ in 0..<2_000 {
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let place = Int.random(in: 0..<damaged.count, using: &generator)
                damaged[place] = [0, 0xFF, 0x80, UInt8.random(in: 0...255, using: &generator)].randomElement(using: &generator)!
            }
            do throws(MediaFileError) {
                let reader = try SoundFileReader(.bytes(damaged))
                var frames = 0
                while let block = try reader.read(frames: 1_000) { frames += block.frameCount }
                #expect(frames == reader.framesRead && frames <= 1 << 20)
            } catch {
                #expect(!error.description.isEmpty)
            }
        }
    }

    @Test func damagedFLACSamplesAreNoticed() throws {
        let sound = randomSound(.integer(bits: 16), channels: 1, frames: 20_000, seed: 3)
        var bytes = try soundFile(sound, .flac)
        bytes[bytes.count / 2] ^= 0x10
        #expect {
            _ = try ReadSound(.bytes(bytes))
        } throws: { error in
            guard case .corruptSound(_, let frame) = error as? MediaFileError else { return false }
            return frame < sound.frameCount
        }
    }

    /// `fmt ` with these numbers, and samples as long as `dataLength` claims to be.
    private func wav(
        code: UInt16 = 1, channels: UInt16 = 1, rate: UInt32 = 8_000, frame: UInt16 = 2, bits: UInt16 = 16,
        riffLength: UInt32 = 44, dataLength: UInt32 = 8, data: [UInt8] = [1, 0, 2, 0, 3, 0, 4, 0]
    ) -> [UInt8] {
        func bytes<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
            (0..<Value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        }
        return Array("RIFF".utf8) + bytes(riffLength) + Array("WAVEfmt ".utf8) + bytes(UInt32(16)) + bytes(code)
            + bytes(channels) + bytes(rate) + bytes(UInt32(0)) + bytes(frame) + bytes(bits)
            + Array("data".utf8) + bytes(dataLength) + data
    }

    @Test func lyingWAVHeadersAreRefused() {
        func expect(_ error: MediaFileError, _ bytes: [UInt8]) {
            #expect(throws: error) { try SoundFileReader(.bytes(bytes)) }
        }
        expect(.valueOutOfRange(.channels, found: 0, allowed: 1...8, offset: 22), wav(channels: 0))
        expect(.valueOutOfRange(.channels, found: 65_535, allowed: 1...8, offset: 22), wav(channels: 65_535))
        expect(.valueOutOfRange(.sampleRate, found: 0, allowed: 1...1_048_575, offset: 24), wav(rate: 0))
        expect(
            .valueOutOfRange(.sampleRate, found: 4_294_967_295, allowed: 1...1_048_575, offset: 24), wav(rate: .max))
        expect(.valueOutOfRange(.frameLength, found: 0, allowed: 1...4, offset: 32), wav(frame: 0))
        expect(.valueOutOfRange(.frameLength, found: 9, allowed: 2...8, offset: 32), wav(channels: 2, frame: 9))
        expect(.valueOutOfRange(.frameLength, found: 6, allowed: 4...8, offset: 32), wav(code: 3, frame: 6))
        expect(.missingChunk("fmt ", offset: 12), Array("RIFF0000WAVEdata0000".utf8))
        expect(.missingChunk("fmt ", offset: 12), Array("RIFF0000WAVE".utf8))
        expect(.unrecognizedSound(found: Array("RIFF".utf8)), Array("RIFF".utf8))
    }

    @Test func lyingAIFFHeadersAreRefused() throws {
        let sound = randomSound(.integer(bits: 16), channels: 2, frames: 3, seed: 4)
        let bytes = try soundFile(sound, .aiff)
        func changed(_ place: Int, _ new: [UInt8]) -> SoundInput {
            var changed = bytes
            changed.replaceSubrange(place..<place + new.count, with: new)
            return .bytes(changed)
        }
        // FORM, length, AIFF; COMM, length; channels at 20, frames at 22, bits at 26, rate at 28.
        #expect(throws: MediaFileError.valueOutOfRange(.channels, found: 65_535, allowed: 1...8, offset: 20)) {
            try SoundFileReader(changed(20, [0xFF, 0xFF]))
        }
        #expect(throws: MediaFileError.valueOutOfRange(.bits, found: 33, allowed: 1...32, offset: 26)) {
            try SoundFileReader(changed(26, [0, 33]))
        }
        #expect(throws: MediaFileError.valueOutOfRange(.sampleRate, found: 0, allowed: 1...1_048_575, offset: 28)) {
            try SoundFileReader(changed(28, [0x7F, 0xFF]))
        }
        let claim = try ReadSound(changed(22, [0xFF, 0xFF, 0xFF, 0xFF]))
        #expect(claim.sound == sound)
        #expect(claim.reader.warnings == [.cutShort(declaredFrames: Int(UInt32.max), readFrames: 3)])
    }

    @Test func claimsOfHoursAreFoundOutAsWhatTheyAre() throws {
        let expected: AudioSamples = .integer([[1, 2, 3, 4]])
        for claim in [UInt32(9), 1 << 20, 1 << 30, 0x7000_0000] {
            let bytes = wav(dataLength: claim)
            for read in [try ReadSound(.bytes(bytes)), try readPiped(bytes)] {
                #expect(read.sound.samples == expected)
                let warnings: [MediaFileError] =
                    claim == 9 ? [] : [.cutShort(declaredFrames: Int(claim) / 2, readFrames: 4)]
                #expect(read.reader.warnings == warnings)
            }
        }
    }

    /// What programs leave that could not go back to the header.
    @Test(arguments: [(UInt32.max, UInt32.max), (0, 0), (.max, 0), (0x7FFF_F024, 0x7FFF_F000), (44, .max)])
    func unknownLengthsReachToTheEnd(riffLength: UInt32, dataLength: UInt32) throws {
        let read = try ReadSound(.bytes(wav(riffLength: riffLength, dataLength: dataLength)))
        #expect(read.sound.samples == .integer([[1, 2, 3, 4]]))
        #expect(read.reader.declaredFrames == nil && read.reader.warnings.isEmpty)
    }

    @Test func anEmptyFileIsNoUnknownLength() throws {
        let read = try ReadSound(.bytes(wav(riffLength: 36, dataLength: 0)))
        #expect(read.sound.frameCount == 0 && read.reader.declaredFrames == 0)
    }

    @Test func partsOfAFrameAreNamed() throws {
        let bytes = wav(channels: 2, frame: 4, dataLength: 7)
        let read = try ReadSound(.bytes(bytes))
        #expect(read.sound.samples == .integer([[1], [2]]))
        #expect(read.reader.warnings == [.partialFrame(count: 3, frameLength: 4, offset: 48)])
    }

    @Test func damagedMetadataAreLeftOutWithAWarning() throws {
        let bytes = wav() + Array("bext".utf8) + [200, 0, 0, 0, 1, 2]
        let read = try ReadSound(.bytes(bytes))
        #expect(read.sound.frameCount == 4 && read.reader.metadata.isEmpty)
        #expect(read.reader.warnings == [.truncated(.chunk, offset: 52, needed: 208, available: 10)])
        var limits = ReadingLimits()
        limits.maximumMetadataBytes = 100
        let limited = try SoundFileReader(.bytes(bytes), limits: limits)
        #expect(limited.warnings == [.limitExceeded(.metadataBytes, requested: 200, allowed: 100, offset: 52)])
    }
}
