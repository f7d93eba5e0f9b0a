internal import EntropyCoding

extension IntegerTree {
    /// Codes samples one after the other.
    ///
    /// - Parameter samples: `[sample][variable]`, values less than the alphabet's size.
    /// - Returns: as many bytes as the tree's own probabilities ask for, and at most five more. Their number does not
    ///   tell the number of samples.
    /// - Throws: ``CircuitError/sampleCount(found:variables:)``,
    ///   ``CircuitError/valueOutsideAlphabet(variable:value:alphabet:)``.
    /// - Complexity: per sample O(variables · states²), each edge twice; the decoder O(variables · states · log
    ///   alphabet) more. One walk's memory is allocated.
    public func encode(_ samples: [UInt8]) throws(CircuitError) -> [UInt8] {
        let variables = shape.variableCount
        guard samples.count % variables == 0 else { throw .sampleCount(found: samples.count, variables: variables) }
        for (position, value) in samples.enumerated() where Int(value) >= shape.alphabet {
            throw .valueOutsideAlphabet(variable: position % variables, value: Int(value), alphabet: shape.alphabet)
        }
        var walker = TreeWalker(self)
        var encoder = RangeEncoder()
        for start in stride(from: 0, to: samples.count, by: variables) {
            walker.encode(samples[start..<start + variables], into: &encoder)
        }
        return encoder.finish()
    }

    /// The inverse of ``encode(_:)``. Any bytes decode to some samples.
    ///
    /// - Parameter count: how many samples; the memory taken is theirs, whatever the bytes are.
    public func decode(_ bytes: [UInt8], count: Int) -> [UInt8] {
        var walker = TreeWalker(self)
        var decoder = RangeDecoder(bytes)
        var samples = [UInt8](repeating: 0, count: count * shape.variableCount)
        for start in stride(from: 0, to: samples.count, by: shape.variableCount) {
            walker.decode(into: &samples, at: start, from: &decoder)
        }
        return samples
    }
}

extension TreeWalker {
    /// Codes one sample: `[variable]`.
    mutating func encode(_ sample: ArraySlice<UInt8>, into encoder: inout RangeEncoder) {
        for (position, variable) in tree.shape.order.enumerated() {
            begin(variable: position)
            let symbol = Int32(sample[sample.startIndex &+ variable])
            CircuitCoder.encode(symbol, of: &self, last: position &+ 1 == variableCount, into: &encoder)
        }
    }

    /// Decodes one sample into `samples[start...]`.
    mutating func decode(into samples: inout [UInt8], at start: Int, from decoder: inout RangeDecoder) {
        for (position, variable) in tree.shape.order.enumerated() {
            begin(variable: position)
            let symbol = CircuitCoder.decode(of: &self, last: position &+ 1 == variableCount, from: &decoder)
            samples[start &+ variable] = UInt8(truncatingIfNeeded: symbol)
        }
    }
}
