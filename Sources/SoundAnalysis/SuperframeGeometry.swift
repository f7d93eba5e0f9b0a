internal import BitstreamFormat

/// Lengths that follow from the sample rate.
struct SuperframeGeometry: Sendable {
    /// S, samples of a superframe: 256 … 16384 (SPEC §19.1).
    let length: Int
    /// How many samples of a superframe are known when its split is decided.
    ///
    /// A superframe's first samples out of a decoder lie S/2 before its start, so that 100 ms of delay in all leave `rate/10 − S/2` samples from its
    /// start on to code it. The overlap with the next superframe needs the next one's split, of which `rate/10 − 3S/2` samples are known
    /// then: S/2 … 2.5 S. More than 1.5 S have no use. Below 5120 Hz, where superframes cannot get shorter, it is S/2 nevertheless, and the delay 2S.
    let lookahead: Int

    /// - Parameter sampleRate: at least 1.
    init(sampleRate: Int) {
        precondition(sampleRate > 0, "a rate")
        length = SoundHeader.superframe(sampleRate: sampleRate)
        lookahead = min(max(sampleRate / 10 - 3 * length / 2, length / 2), 3 * length / 2)
    }

    /// Bins of the grid that are coded: M of split 0.
    var codedBins: Int { min(length, 2048) }

    /// What there is to be known of a superframe and what it overlaps with: S/2 before it, S/2 behind it.
    var window: Int { 2 * length }
}
