/// A latent vector's mixture as numbers, for an encoder that works out prices and their slopes itself: of vectors of up to eight
/// channels. Lanes beyond the vector hold the narrowest Gaussian of all, about the centre.
package struct VectorMixture: Sendable {
    package typealias Lanes = SIMD8<Int32>

    package let components: Int
    /// Of the components, Q16, with sum 65 536.
    package var weights = InlineArray<4, Int32>(repeating: 0)
    /// Where a symbol of zero stands, 1/64 step.
    package var centre = Lanes()
    /// From the centre to the components' means, 1/64 step.
    package var offsets = InlineArray<4, Lanes>(repeating: Lanes())
    /// 65 536 over the components' standard deviations in steps, at most 2^21.
    package var inverseScales = InlineArray<4, Lanes>(repeating: Lanes())
    /// −1 where a standard deviation is at neither end of its range, else 0.
    package var isWithin = InlineArray<4, Lanes>(repeating: Lanes())
    /// No symbol of the vector is coded.
    package var isSkipped = false

    package init(components: Int) { self.components = components }
}

extension LatentVectorCoder {
    /// Reads the mixture of a vector at one position.
    ///
    /// - Parameters:
    ///   - parameters: the prior's output at the position, `[prior.parameterCount]`.
    ///   - result: was made for as many components, and used for this block only.
    /// - Precondition: vectors have at most eight channels.
    package mutating func describe(_ parameters: Span<Int16>, vector: Int, into result: inout VectorMixture) {
        mixture.load(parameters, vector: vector, prior: prior, gains: gains)
        precondition(mixture.group <= 8)
        result.isSkipped = mixture.isSkipped
        result.centre = centres
        let last = Int32(truncatingIfNeeded: mixture.tables.inverse.count &- 1)
        unsafe mixture.tables.inverse.withUnsafeBufferPointer { inverse in
            for k in 0..<mixture.components {
                // Leaves beyond the vector were never written: offset 0, the narrowest scale.
                let index = VectorMixture.Lanes { unsafe Int32(mixture.scaleIndex[unchecked: $0 &* 4 &+ k]) }
                result.weights[k] = Int32(truncatingIfNeeded: mixture.weights[k])
                result.offsets[k] = VectorMixture.Lanes { unsafe mixture.offset[unchecked: $0 &* 4 &+ k] }
                result.inverseScales[k] = VectorMixture.Lanes {
                    unsafe Int32(truncatingIfNeeded: min(inverse[Int(mixture.scaleIndex[unchecked: $0 &* 4 &+ k])], 1 << 21))
                }
                // Both differences are negative between the ends.
                result.isWithin[k] = ((0 &- index) & (index &- last)) &>> 31
            }
        }
    }

    /// The same of the mixture's centre alone, and whether no symbol of the vector is coded.
    package mutating func centre(
        of vector: Int, _ parameters: Span<Int16>
    ) -> (centre: VectorMixture.Lanes, isSkipped: Bool) {
        mixture.load(parameters, vector: vector, prior: prior, gains: gains)
        return (centres, mixture.isSkipped)
    }

    private var centres: VectorMixture.Lanes { VectorMixture.Lanes { unsafe mixture.centre[unchecked: $0] } }
}

extension SIMD8<Int32> {
    /// Lanes set all at once: one by one they would go through memory.
    @inline(__always)
    fileprivate init(_ lane: (Int) -> Int32) {
        self.init(lane(0), lane(1), lane(2), lane(3), lane(4), lane(5), lane(6), lane(7))
    }
}
