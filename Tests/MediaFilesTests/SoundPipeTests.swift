import Foundation
import Media
import MediaFiles
import TestSupport
import Testing

@Suite struct SoundPipeTests {
    @Test(arguments: everySample, [1, 3, 8])
    func pipesCarryWAVOfUnknownLength(_ sample: SampleFormat, channels: Int) throws {
        for frames in [0, 1, 333] {
            let sound = randomSound(sample, channels: channels, frames: frames, seed: 1)
            let bytes = try writePiped(sound, .wav)
            for read in [try ReadSound(.bytes(bytes)), try readPiped(bytes)] {
                #expect(read.sound == sound, "\(frames)")
                #expect(read.reader.declaredFrames == nil && read.reader.warnings.isEmpty)
            }
        }
    }

    @Test func anAnnouncedLengthMakesThePipesFileTheFile() throws {
        let sound = randomSound(.integer(bits: 24), channels: 1, frames: 1_001, seed: 2)
        let file = try soundFile(sound, .wav)
        #expect(try writePiped(sound, .wav, frameCount: 1_001) == file)
        #expect(try soundFile(sound, .wav, frameCount: 1_001) == file)
    }

    @Test func longerPipesThanTheirBufferAreRead() throws {
        let sound = randomSound(.float32, channels: 2, frames: 200_000, seed: 3)
        let read = try readPiped(soundFile(sound, .wav))
        #expect(read.sound == sound && read.reader.warnings.isEmpty)
    }

    @Test func rawSamplesArePiped() throws {
        let sound = randomSound(.integer(bits: 24), channels: 2, frames: 321, seed: 4)
        let read = try readPiped(writePiped(sound, .raw), raw: sound.format)
        #expect(read.sound == sound && read.reader.declaredFrames == nil)
    }

    /// These need to be sought, and are copied first.
    @Test(arguments: [SoundFileKind.flac, .aiff, .w64, .caf, .au])
    func otherKindsAreReadFromPipesToo(_ kind: SoundFileKind) throws {
        let sound = randomSound(.integer(bits: 16), channels: 2, frames: 100_000, seed: 5)
        #expect(try readPiped(soundFile(sound, kind)).sound == sound)
    }

    @Test(arguments: [SoundFileKind.flac, .aiff, .w64, .caf, .au])
    func otherKindsAreNotWrittenToPipes(_ kind: SoundFileKind) throws {
        let sound = randomSound(.integer(bits: 16), frames: 1, seed: 6)
        #expect(throws: MediaFileError.needsSeeking(kind)) { try writePiped(sound, kind) }
    }

    @Test func whatFollowsTheSamplesIsReadFromAPipe() throws {
        let sound = randomSound(.integer(bits: 8), frames: 5, seed: 7)
        var bytes = try soundFile(sound, .wav)
        bytes += Array("bext".utf8) + [3, 0, 0, 0, 1, 2, 3, 0]
        let expected = [AudioChunk(id: "bext", bytes: [1, 2, 3])]
        let piped = try readPiped(bytes)
        #expect(piped.sound == sound)
        #expect(piped.reader.metadata.chunks == expected && piped.reader.warnings.isEmpty)
        #expect(try SoundFileReader(.bytes(bytes)).metadata.chunks == expected)
    }

    /// A descriptor is used from where it stands and left where the file ends.
    @Test func filesInsideFilesAreReadAndWritten() throws {
        let file = TemporaryFile()
        try Data([1, 2, 3]).write(to: URL(filePath: file.path))
        let handle = try #require(FileHandle(forUpdatingAtPath: file.path))
        let sound = randomSound(.integer(bits: 16), frames: 50, seed: 8)
        for kind in [SoundFileKind.flac, .wav] {
            try handle.truncate(atOffset: 3)
            try handle.seek(toOffset: 3)
            try write(sound, to: .descriptor(handle.fileDescriptor), kind)
            #expect(try Int(handle.offset()) == file.bytes.count)
            #expect(try file.bytes.starts(with: [1, 2, 3]))
            try handle.seek(toOffset: 3)
            #expect(try ReadSound(.descriptor(handle.fileDescriptor)).sound == sound)
        }
    }

    @Test func aReaderThatWentAwayIsAnError() throws {
        signal(SIGPIPE, SIG_IGN)
        let pipe = Pipe()
        try pipe.fileHandleForReading.close()
        let sound = randomSound(.integer(bits: 16), frames: 1, seed: 9)
        #expect(throws: MediaFileError.system(.writing, code: EPIPE)) {
            try write(sound, to: .descriptor(pipe.fileHandleForWriting.fileDescriptor), .wav)
        }
    }
}
