/// The taps of a depthwise convolution (SPEC §7, block).
package struct DepthwiseWeights: Sendable {
    /// Side of the window: 3 or 5.
    package let kernel: Int
    /// A multiple of 16.
    package let channels: Int
    /// `[kernel · kernel][channels]`
    package let taps: [Int16]

    /// - Parameter taps: `[kernel · kernel][channels]`; `32 768 · Σ|tap| < 2^27` for every channel, so that sums leave
    ///   room for an offset in 32 bits.
    package init(kernel: Int, channels: Int, taps: [Int16]) {
        precondition(kernel == 3 || kernel == 5)
        precondition(channels > 0 && channels % 16 == 0 && taps.count == kernel * kernel * channels)
        self.kernel = kernel
        self.channels = channels
        self.taps = taps
    }
}
