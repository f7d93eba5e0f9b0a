internal import EntropyCoding

extension IntegerTree {
    /// Codes samples, some of them abreast: a variable of all of these before the next variable.
    ///
    /// Side by side they share the look at each table, which is what a walk waits for: through 784 variables of 64
    /// states, 32 abreast go three times as fast as one after the other.
    ///
    /// - Parameters:
    ///   - samples: `[sample][variable]`, values less than the alphabet's size.
    ///   - abreast: how many are walked at once, at least 1. Decode with the same number.
    /// - Returns: as many bytes as the tree's own probabilities ask for, and at most five more. Their number does not
    ///   tell the number of samples.
    /// - Throws: ``CircuitError/sampleCount(found:variables:)``,
    ///   ``CircuitError/valueOutsideAlphabet(variable:value:alphabet:)``.
    /// - Complexity: per sample O(variables · states²), each edge twice; the decoder O(variables · states · log
    ///   alphabet) more. A walk takes depth · states (rounded up to 16) · `abreast` memory.
    public func encode(_ samples: [UInt8], abreast: Int = 1) throws(CircuitError) -> [UInt8] {
        try shape.check(samples)
        var encoder = RangeEncoder()
        forEachGroup(of: samples.count / shape.variableCount, abreast) { walker, start in
            walker.encode(samples, at: start, into: &encoder)
        }
        return encoder.finish()
    }

    /// The inverse of ``encode(_:abreast:)``. Any bytes decode to some samples.
    ///
    /// - Parameter count: how many samples; the memory taken is theirs, whatever the bytes are.
    public func decode(_ bytes: [UInt8], count: Int, abreast: Int = 1) -> [UInt8] {
        var decoder = RangeDecoder(bytes)
        var samples = [UInt8](repeating: 0, count: count * shape.variableCount)
        forEachGroup(of: count, abreast) { walker, start in
            walker.decode(into: &samples, at: start, from: &decoder)
        }
        return samples
    }

    /// Groups of samples and where they begin; the last may have fewer.
    private func forEachGroup(of count: Int, _ abreast: Int, _ body: (inout TreeWalker, Int) -> Void) {
        var walker = TreeWalker(self, abreast: max(1, min(abreast, count)))
        for first in stride(from: 0, to: count, by: walker.abreast) {
            if count - first < walker.abreast { walker = TreeWalker(self, abreast: count - first) }
            body(&walker, first * shape.variableCount)
        }
    }
}

extension TreeWalker {
    /// Codes the samples from `samples[start]` on that go abreast.
    mutating func encode(_ samples: [UInt8], at start: Int, into encoder: inout RangeEncoder) {
        var next = 0
        for variable in tree.shape.order {
            for place in stride(from: start &+ variable, to: start &+ variableCount, by: tree.shape.variableCount) {
                begin(variable: next)
                next &+= 1
                let symbol = Int32(samples[place])
                CircuitCoder.encode(symbol, of: &self, last: next == variableCount, into: &encoder)
            }
        }
    }

    /// Decodes as many samples as go abreast into `samples[start...]`.
    mutating func decode(into samples: inout [UInt8], at start: Int, from decoder: inout RangeDecoder) {
        var next = 0
        for variable in tree.shape.order {
            for place in stride(from: start &+ variable, to: start &+ variableCount, by: tree.shape.variableCount) {
                begin(variable: next)
                next &+= 1
                let symbol = CircuitCoder.decode(of: &self, last: next == variableCount, from: &decoder)
                samples[place] = UInt8(truncatingIfNeeded: symbol)
            }
        }
    }
}
