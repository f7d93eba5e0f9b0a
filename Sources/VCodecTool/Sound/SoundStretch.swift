import ArgumentParser
import Media

/// A part of a sound.
struct SoundStretch {
    /// Seconds from the beginning.
    var from: Double = 0
    /// In seconds; nil for up to the end.
    var duration: Double?

    /// In frames; the end is beyond any sound if no duration is given.
    func frames(_ format: AudioFormat) -> Range<Int> {
        let rate = Double(format.sampleRate)
        let start = Int((from * rate).rounded())
        return start..<(duration.map { start + Int(($0 * rate).rounded()) } ?? Int.max)
    }
}

/// `--from` and `--duration`.
struct SoundStretchOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Sound: start here instead of at the beginning.", valueName: "seconds"))
    var from: Double?

    @Option(help: ArgumentHelp("Sound: stop after so much.", valueName: "seconds"))
    var duration: Double?

    func validate() throws {
        for (name, value) in [("--from", from), ("--duration", duration)] {
            if let value, !(0...1e9 ~= value) { throw ValidationError("\(name) is \(value); allowed is 0 to 1e9") }
        }
    }

    var stretch: SoundStretch { SoundStretch(from: from ?? 0, duration: duration) }

    var isGiven: Bool { from != nil || duration != nil }
}
