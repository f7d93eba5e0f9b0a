#if canImport(Glibc)
    internal import Glibc
#else
    internal import Foundation
#endif

extension HiddenChowLiuTree {
    /// The natural logarithm of the probability of each sample: negative infinity for impossible ones.
    ///
    /// What a sample costs to code, in nats, before anything is rounded.
    ///
    /// - Parameter samples: `[sample][variable]`, values less than the alphabet's size.
    /// - Returns: `[sample]`.
    /// - Throws: as ``IntegerTree/encode(_:abreast:)``.
    /// - Complexity: O(variables · states²) a sample; memory for 16 samples' messages at all variables.
    public func logLikelihoods(of samples: [UInt8]) throws(CircuitError) -> [Double] {
        try shape.check(samples)
        let block = shape.variableCount * 16
        var result: [Double] = []
        result.reserveCapacity(samples.count / shape.variableCount)
        for start in stride(from: 0, to: samples.count, by: block) {
            result += likelihoods(of: samples[start..<min(start + block, samples.count)])
        }
        return result
    }

    /// From the leaves to the root, all samples at each variable, so that its tables are in the cache.
    private func likelihoods(of samples: ArraySlice<UInt8>) -> [Double] {
        let (variables, states) = (shape.variableCount, shape.states)
        let count = samples.count / variables
        var logarithms = [Double](repeating: 0, count: count)
        // [variable][sample][state]: what is seen at the variable and below, in proportion.
        var beliefs = [Double](repeating: 1, count: variables * count * states)
        var message = [Double](repeating: 0, count: states)
        for variable in shape.order.reversed() {
            for sample in 0..<count {
                let value = Int(samples[samples.startIndex + sample * variables + variable])
                let own = (variable * count + sample) * states
                for state in 0..<states {
                    message[state] = emissions[(variable * states + state) * shape.alphabet + value]
                }
                logarithms[sample] += Self.multiply(&beliefs, own, by: message)
                if let parent = shape.parents[variable] {
                    for state in 0..<states {
                        let row = (variable * states + state) * states
                        message[state] = Self.dot(transitions, row, beliefs, own, count: states)
                    }
                    logarithms[sample] += Self.multiply(&beliefs, (parent * count + sample) * states, by: message)
                } else {
                    logarithms[sample] += log(Self.dot(initial, 0, beliefs, own, count: states))
                }
            }
        }
        return logarithms
    }

    /// Multiplies a row and divides it by its sum.
    ///
    /// - Returns: the logarithm of the sum; of a sum of 0, which leaves the row 0, negative infinity.
    private static func multiply(_ rows: inout [Double], _ start: Int, by message: [Double]) -> Double {
        var sum = 0.0
        for state in message.indices {
            rows[start + state] *= message[state]
            sum += rows[start + state]
        }
        guard sum > 0 else { return -.infinity }
        for state in message.indices { rows[start + state] /= sum }
        return log(sum)
    }

    private static func dot(_ a: [Double], _ aStart: Int, _ b: [Double], _ bStart: Int, count: Int) -> Double {
        let (a, b) = (a.span, b.span)
        var sums = SIMD8<Double>(repeating: 0)
        var position = 0
        while position + 8 <= count {
            var (x, y) = (SIMD8<Double>(), SIMD8<Double>())
            for lane in 0..<8 {
                x[lane] = a[aStart + position + lane]
                y[lane] = b[bStart + position + lane]
            }
            sums += x * y
            position += 8
        }
        var rest = 0.0
        while position < count {
            rest += a[aStart + position] * b[bStart + position]
            position += 1
        }
        return sums.sum() + rest
    }
}
