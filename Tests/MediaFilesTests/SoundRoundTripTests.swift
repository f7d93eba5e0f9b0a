import Media
import MediaFiles
import TestSupport
import Testing

@Suite struct SoundRoundTripTests {
    struct Case: CustomTestStringConvertible {
        let kind: SoundFileKind
        let sample: SampleFormat
        var testDescription: String { "\(kind), \(sample)" }

        /// Whatever the library writes; FLAC has integers of up to 24 bits there.
        static let all = SoundFileKind.allCases.filter { $0.isWritable && $0 != .raw }.flatMap { kind in
            everySample.filter { kind != .flac || [8, 16, 24].map(SampleFormat.integer).contains($0) }
                .map { Case(kind: kind, sample: $0) }
        }
    }

    @Test(arguments: Case.all, 1...8)
    func everySampleComesBack(_ test: Case, channels: Int) throws {
        for frames in [0, 1, 2, 7, 4_999] {
            let sound = randomSound(test.sample, channels: channels, frames: frames, seed: UInt64(frames))
            let bytes = try soundFile(sound, test.kind)
            let read = try ReadSound(.bytes(bytes))
            #expect(read.sound == sound, "\(frames) frames")
            #expect(read.reader.kind == test.kind)
            // In FLAC, 0 frames means that their number is not known.
            let declared = test.kind == .flac && frames == 0 ? nil : frames
            #expect(read.reader.declaredFrames == declared && read.reader.framesRead == frames)
            #expect(read.reader.warnings.isEmpty)
        }
    }

    @Test(arguments: Case.all)
    func blocksOfAnyLengthJoin(_ test: Case) throws {
        let frames = SoundFileReader.longestBlock + 4_321
        let sound = randomSound(test.sample, channels: 2, frames: frames, sampleRate: 96_000, seed: 3)
        let file = TemporaryFile()
        try write(sound, to: .path(file.path), test.kind)
        let whole = try ReadSound(SoundFileReader(.path(file.path)), frames: .max)
        #expect(whole.sound == sound)
        #expect(whole.blocks == [SoundFileReader.longestBlock, 4_321])
        #expect(try ReadSound(SoundFileReader(.path(file.path)), frames: 777).sound == sound)
    }

    @Test(arguments: Case.all)
    func theSameSoundMakesTheSameFile(_ test: Case) throws {
        let sound = randomSound(test.sample, channels: 2, frames: 500, seed: 4)
        #expect(try soundFile(sound, test.kind) == soundFile(sound, test.kind))
    }

    @Test(arguments: RawLayout.ByteOrder.allCases, [false, true])
    func rawSamplesComeBack(_ order: RawLayout.ByteOrder, isUnsigned: Bool) throws {
        let layout = RawLayout(byteOrder: order, isUnsigned: isUnsigned)
        for sample in everySample {
            let sound = randomSound(sample, channels: 3, frames: 501, seed: 5)
            let bytes = try soundFile(sound, .raw, layout: layout)
            #expect(bytes.count == 501 * 3 * sample.bits / 8)
            let read = try ReadSound(SoundFileReader(.bytes(bytes), raw: sound.format, layout: layout))
            #expect(read.sound == sound)
            #expect(read.reader.declaredFrames == 501 && read.reader.warnings.isEmpty)
        }
    }

    @Test func rawBytesAreWhatTheLayoutSays() throws {
        let format = AudioFormat(sampleRate: 8_000, channels: 2, sample: .integer(bits: 24))
        let sound = AudioBuffer(format: format, samples: .integer([[1, -2], [0x123456, -0x800000]]))
        let little: [UInt8] = [1, 0, 0, 0x56, 0x34, 0x12, 0xFE, 0xFF, 0xFF, 0, 0, 0x80]
        #expect(try soundFile(sound, .raw) == little)
        let big: [UInt8] = [0x80, 0, 1, 0x92, 0x34, 0x56, 0x7F, 0xFF, 0xFE, 0, 0, 0]
        #expect(try soundFile(sound, .raw, layout: RawLayout(byteOrder: .bigEndian, isUnsigned: true)) == big)
    }

    /// Depths between whole bytes are written with zeros below.
    @Test(arguments: 1...32, [SoundFileKind.wav, .aiff, .raw])
    func oddDepthsAreWidened(bits: Int, kind: SoundFileKind) throws {
        let sound = randomSound(.integer(bits: bits), channels: 2, frames: 99, seed: 6)
        let width = (bits + 7) / 8 * 8
        guard case .integer(let channels) = sound.samples else { return }
        let wide = AudioBuffer(
            format: AudioFormat(sampleRate: 44_100, channels: 2, sample: .integer(bits: width)),
            samples: .integer(channels.map { $0.map { $0 << Int32(width - bits) } }))
        let bytes = try soundFile(sound, kind)
        let reader = try kind == .raw ? SoundFileReader(.bytes(bytes), raw: wide.format) : SoundFileReader(.bytes(bytes))
        #expect(try ReadSound(reader).sound == wide)
    }

    @Test(arguments: [1, 7, 8_000, 44_100, 655_350, 768_000, 1_048_575], [SoundFileKind.wav, .rf64, .w64, .caf, .au])
    func everySampleRateComesBack(rate: Int, kind: SoundFileKind) throws {
        let sound = randomSound(.integer(bits: 16), frames: 5, sampleRate: rate, seed: 7)
        #expect(try ReadSound(.bytes(soundFile(sound, kind))).sound == sound)
    }

    @Test(arguments: [SampleFormat.float32, .float64, .integer(bits: 32)])
    func whatAKindCannotHoldIsRefused(_ sample: SampleFormat) throws {
        let format = AudioFormat(sampleRate: 44_100, channels: 1, sample: sample)
        #expect(throws: MediaFileError.unsupportedSound(format, kind: .flac)) {
            try SoundFileWriter(.path(TemporaryFile().path), kind: .flac, format: format)
        }
    }

    @Test(arguments: [SoundFileKind.ogg, .mp3])
    func lossyKindsAreNotWritten(_ kind: SoundFileKind) {
        #expect(throws: MediaFileError.onlyReadable(kind)) {
            try SoundFileWriter(
                .path(TemporaryFile().path), kind: kind,
                format: AudioFormat(sampleRate: 48_000, channels: 1, sample: .integer(bits: 16)))
        }
    }

    /// μ-law: what libsndfile decodes is given with 16 bits.
    @Test func lossySamplesAreSixteenBits() throws {
        let format: [UInt8] = [7, 0, 1, 0, 0x40, 0x1F, 0, 0, 0x40, 0x1F, 0, 0, 1, 0, 8, 0]
        let bytes = Array("RIFF".utf8) + [40, 0, 0, 0] + Array("WAVEfmt ".utf8) + [16, 0, 0, 0] + format
            + Array("data".utf8) + [4, 0, 0, 0, 0x00, 0x80, 0xFF, 0x8F]
        let read = try ReadSound(.bytes(bytes))
        #expect(read.sound.format == AudioFormat(sampleRate: 8_000, channels: 1, sample: .integer(bits: 16)))
        #expect(read.sound.samples == .integer([[-32_124, 32_124, 0, 16_764]]))
        #expect(throws: MediaFileError.needsSeeking(.wav)) { try readPiped(bytes) }
    }

    @Test func theNumberOfFramesMustBeTheOneAnnounced() throws {
        let sound = randomSound(.integer(bits: 16), frames: 10, seed: 8)
        #expect(throws: MediaFileError.wrongFrameCount(announced: 11, written: 10)) {
            try soundFile(sound, .wav, frameCount: 11)
        }
    }

    @Test func unreadablePathsSaySo() {
        #expect(throws: MediaFileError.system(.opening, code: 2)) {
            try SoundFileReader(.path("/nowhere/sound.wav"))
        }
        #expect(throws: MediaFileError.system(.opening, code: 2)) {
            try SoundFileWriter(
                .path("/nowhere/sound.wav"), kind: .wav,
                format: AudioFormat(sampleRate: 48_000, channels: 1, sample: .integer(bits: 16)))
        }
        #expect(throws: MediaFileError.system(.reading, code: 21)) { try SoundFileReader(.path("/")) }
    }
}
