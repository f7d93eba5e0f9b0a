import Media

/// Takes a sound file of one kind apart, block after block.
protocol SoundDecoder: AnyObject {
    var format: AudioFormat { get }

    /// Frames that the file says it has; nil when it does not.
    var declaredFrames: Int? { get }

    var metadata: AudioMetadata { get }

    /// What was wrong so far without harm to the samples.
    var warnings: [MediaFileError] { get }

    /// The next frames, fewer only at the end; nil there, and whenever it is asked again.
    func read(frames: Int) throws(MediaFileError) -> AudioBuffer?
}

extension AudioFormat {
    /// Refuses a number of channels that a file states at `offset`.
    static func check(channels: Int, offset: Int) throws(MediaFileError) {
        guard channelCounts ~= channels else {
            throw .valueOutOfRange(.channels, found: channels, allowed: channelCounts, offset: offset)
        }
    }

    /// Refuses a sample rate that a file states at `offset`.
    static func check(sampleRate: Int, offset: Int) throws(MediaFileError) {
        guard sampleRates ~= sampleRate else {
            throw .valueOutOfRange(.sampleRate, found: sampleRate, allowed: sampleRates, offset: offset)
        }
    }
}

/// Puts a sound file of one kind together. What it is given has the format that it was made for.
protocol SoundEncoder: AnyObject {
    func write(_ buffer: AudioBuffer) throws(MediaFileError)

    /// Completes the file. Nothing may be written after that.
    func finish() throws(MediaFileError)
}
