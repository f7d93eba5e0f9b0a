import EntropyCoding
import Foundation
@testable import ProbabilisticCircuits
import TestSupport
import Testing

@Suite struct IntegerTreeTests {
    @Test(arguments: RandomTree.all)
    func decodesWhatItEncoded(random: RandomTree) throws {
        let tree = try random.make()
        let integers = try tree.integers()
        let likely = RandomTree.samples(tree, count: 20, seed: 7)
        var generator = SeededGenerator(seed: random.seed)
        let unlikely = likely.map { _ in UInt8.random(in: 0..<UInt8(random.alphabet - 1), using: &generator) }
        for samples in [likely, unlikely, []] {
            let bytes = try integers.encode(samples)
            #expect(integers.decode(bytes, count: samples.count / random.variables) == samples)
        }
    }

    /// The order of coding is another; what is coded for each sample is not.
    @Test(arguments: RandomTree.all)
    func samplesAbreastKnowNothingOfEachOther(random: RandomTree) throws {
        let tree = try random.make()
        let integers = try tree.integers()
        let samples = RandomTree.samples(tree, count: 21, seed: 9)
        let apart = try integers.encode(samples).count
        for abreast in [2, 3, 5, 8, 21, 100] {
            let bytes = try integers.encode(samples, abreast: abreast)
            #expect(integers.decode(bytes, count: 21, abreast: abreast) == samples)
            #expect(abs(bytes.count - apart) <= 1)
        }
        let first = Array(samples.prefix(random.variables))
        #expect(try integers.encode(first, abreast: 8) == integers.encode(first))
        #expect(try integers.encode([], abreast: 8) == [])
    }

    /// Samples cost what the float model says: within 0.5 % of it and five bytes for the stream's end.
    @Test(arguments: RandomTree.all)
    func codedLengthIsTheLogLikelihood(random: RandomTree) throws {
        let tree = try random.make()
        let circuit = try tree.circuit()
        let samples = RandomTree.samples(tree, count: 40, seed: 8)
        var information = 0.0
        for start in stride(from: 0, to: samples.count, by: random.variables) {
            let values = samples[start..<start + random.variables].map { Int($0) }
            information -= try circuit.logLikelihood(of: Evidence(values: values)) / log(2)
        }
        let bits = Double(8 * (try tree.integers().encode(samples)).count)
        #expect(bits <= information * 1.005 + 40)
        #expect(bits >= information * 0.995 - 8)
    }

    /// The arithmetic is part of the format: the same tables and values are the same bytes everywhere.
    @Test func bytesOfAGivenTreeNeverChange() throws {
        var generator = SeededGenerator(seed: 5)
        func row(_ length: Int) -> [UInt16] {
            let cuts = (1..<length).map { _ in UInt16.random(in: 0...65535, using: &generator) }.sorted()
            return zip(cuts + [65535], [0] + cuts).map { $0 - $1 }
        }
        let shape = try TreeShape(parents: [1, nil, 1, 0, 0, 2, 5, 5, 7], states: 20, alphabet: 11)
        let tree = try IntegerTree(
            shape: shape, initial: row(20), transitions: (0..<9 * 20).flatMap { _ in row(20) },
            emissions: (0..<9 * 20).flatMap { _ in row(11) })
        let samples = (0..<9 * 6).map { _ in UInt8.random(in: 0..<11, using: &generator) }
        let bytes: [UInt8] = [
            127, 28, 162, 110, 70, 223, 80, 73, 249, 106, 89, 82, 175, 62, 58, 113, 193, 250, 168, 161, 126,
            220, 150,
        ]
        #expect(try tree.encode(samples) == bytes)
    }

    /// Values that the model thinks impossible, one after the other, through the deepest tree.
    @Test(arguments: [1, 16, 64])
    func impossibleValuesAreCodedAllTheSame(states: Int) throws {
        let shape = try TreeShape(parents: [nil] + (0..<2000).map { $0 }, states: states, alphabet: 256)
        let row = [1] + [Double](repeating: 0, count: states - 1)
        let tree = try HiddenChowLiuTree(
            shape: shape, initial: row, transitions: (0..<2001 * states).flatMap { _ in row },
            emissions: (0..<2001 * states).flatMap { _ in [1] + [Double](repeating: 0, count: 255) })
        let integers = try tree.integers()
        let samples = (0..<2001).map { UInt8(255 - $0 % 2) }
        let bytes = try integers.encode(samples)
        #expect(integers.decode(bytes, count: 1) == samples)
        #expect(bytes.count < 2001 * 3)
    }

    @Test(arguments: RandomTree.all)
    func anyBytesDecodeToValuesOfTheAlphabet(random: RandomTree) throws {
        let integers = try random.make().integers()
        var generator = SeededGenerator(seed: random.seed)
        for length in [0, 1, 5, 100, 1000] {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let samples = integers.decode(bytes, count: 10)
            #expect(samples.count == 10 * random.variables)
            #expect(samples.allSatisfy { Int($0) < random.alphabet })
        }
        let ones = integers.decode([UInt8](repeating: 255, count: 500), count: 10)
        #expect(ones.allSatisfy { Int($0) < random.alphabet })
    }

    /// Frequencies are a partition of 65 536 without an empty part, whatever came before.
    @Test(arguments: RandomTree.all)
    func everyValueHasAFrequencyAtEveryStep(random: RandomTree) throws {
        let integers = try random.make().integers()
        var walker = TreeWalker(integers)
        var generator = SeededGenerator(seed: random.seed)
        for position in 0..<random.variables {
            walker.begin(variable: position)
            let boundaries = (0...random.alphabet).map { walker.cumulative(below: $0) }
            #expect(boundaries.first == 0 && boundaries.last == 65536)
            #expect(zip(boundaries, boundaries.dropFirst()).allSatisfy { $0 < $1 })
            let target = UInt32.random(in: 0..<65536, using: &generator)
            let (symbol, interval) = walker.symbol(at: target)
            #expect(interval.low <= target && target < interval.low + interval.frequency)
            #expect(interval.low == boundaries[Int(symbol)] && interval == walker.interval(of: symbol))
            walker.condition(on: Int32.random(in: 0..<Int32(random.alphabet), using: &generator))
        }
    }

    /// At most two products of a table with a message per edge, and per variable three rows for the messages and
    /// 1.5·log2(16) for the search.
    @Test(arguments: RandomTree.Form.allCases, [16, 32, 64])
    func multiplicationsAreLinearInTheSizeOfTheTree(form: RandomTree.Form, states: Int) throws {
        for variables in [10, 100, 400] {
            let random = RandomTree(form: form, variables: variables, states: states, alphabet: 16, seed: 1)
            var walker = TreeWalker(try random.make().integers())
            var decoder = RangeDecoder([1, 2, 3])
            var sample = [UInt8](repeating: 0, count: variables)
            walker.decode(into: &sample, at: 0, from: &decoder)
            let edges = variables - 1
            let exact =
                switch form {
                // Nothing follows a subtree of a chain: no message goes up.
                case .chain: edges * states * states + edges * states + variables * 6 * states
                // All but the last leaf inform their siblings.
                case .star: (2 * edges - 1) * states * states + states + (edges - 1) * states + variables * 6 * states
                case .random: walker.multiplications
                }
            #expect(walker.multiplications == exact)
            #expect(walker.multiplications <= 2 * edges * states * states + variables * (3 + 6) * states)
        }
    }

    @Test func tablesThatAreNoneAreErrors() throws {
        let shape = try TreeShape(parents: [nil, 0], states: 2, alphabet: 2)
        let row: [UInt16] = [65535, 0]
        let root: [UInt16] = [0, 0, 0, 0]
        #expect(throws: CircuitError.tableSize(found: 1, expected: 2)) {
            try IntegerTree(shape: shape, initial: [65535], transitions: [], emissions: [])
        }
        #expect(throws: CircuitError.tableSize(found: 0, expected: 8)) {
            try IntegerTree(shape: shape, initial: row, transitions: [], emissions: [])
        }
        #expect(throws: CircuitError.rowSum(found: 65534)) {
            try IntegerTree(
                shape: shape, initial: row, transitions: root + row + [65534, 0], emissions: row + row + row + row)
        }
        #expect(throws: CircuitError.rowSum(found: 0)) {
            try IntegerTree(shape: shape, initial: row, transitions: root + row + row, emissions: row + row + row + [0, 0])
        }
        let tree = try IntegerTree(
            shape: shape, initial: row, transitions: root + row + row, emissions: row + row + row + row)
        #expect(throws: CircuitError.sampleCount(found: 3, variables: 2)) { try tree.encode([0, 0, 0]) }
        #expect(throws: CircuitError.valueOutsideAlphabet(variable: 1, value: 2, alphabet: 2)) {
            try tree.encode([0, 0, 0, 2])
        }
    }
}
