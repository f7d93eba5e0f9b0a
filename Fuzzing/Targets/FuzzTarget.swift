/// The doors through which bytes from outside come in: what the fuzzer runs, and what the tests replay its corpus through.
///
/// Whatever the bytes, the end is one of two ``Outcome``s; a trap, a hang or an error of another type is a finding. Limits are
/// tight, so that most runs take less than a millisecond.
package enum FuzzTarget: String, CaseIterable, Sendable {
    /// Pictures (`.vci`): what their container says.
    case picture
    /// Pictures that need no model, to their samples.
    case samples
    /// Pictures coded by a model, of at most 64×64 samples, to their samples.
    case levels
    /// Sound (`.vca`): what its container says, and the index at its end.
    case sound
    /// Sound without loss to its samples: in two pieces, and from the middle on.
    case waveform
    /// The same of sound with loss.
    case spectrum
    /// PNG files.
    case png
    /// PBM, PGM, PPM and PAM files.
    case pnm
    /// Files of sound that are taken apart here, not by libsndfile: WAV, RF64 and AIFF.
    case wav
    /// Arrays in idx files, plain and packed.
    case idx
    /// Models: of pictures, of sound, and circuits.
    case model

    package enum Outcome: Hashable, Sendable {
        case accepted
        /// With a sentence of a typed error.
        case refused(String)
    }

    package func run(_ bytes: [UInt8]) -> Outcome {
        switch self {
        case .picture: PictureTarget.container(bytes)
        case .samples: PictureTarget.samples(bytes)
        case .levels: PictureTarget.levels(bytes)
        case .sound: SoundTarget.container(bytes)
        case .waveform: SoundTarget.samples(bytes, isLossless: true)
        case .spectrum: SoundTarget.samples(bytes, isLossless: false)
        case .png, .pnm: MediaTarget.picture(bytes)
        case .wav: MediaTarget.sound(bytes)
        case .idx: MediaTarget.array(bytes)
        case .model: ModelTarget.run(bytes)
        }
    }
}
