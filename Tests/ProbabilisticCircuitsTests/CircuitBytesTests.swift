import ProbabilisticCircuits
import TestSupport
import Testing

@Suite struct CircuitBytesTests {
    @Test(arguments: CircuitQueryTests.seeds)
    func readsWhatWasWritten(seed: UInt64) throws {
        let circuit = try RandomCircuit.make(seed: seed)
        #expect(try Circuit(bytes: circuit.bytes) == circuit)
    }

    @Test func truncationAtEveryByteIsAnError() throws {
        let bytes = try RandomCircuit.make(seed: 3).bytes
        for count in 0..<bytes.count {
            #expect(throws: CircuitFormatError.self) { try Circuit(bytes: Array(bytes[..<count])) }
        }
        #expect(throws: CircuitFormatError.trailingBytes(offset: bytes.count)) { try Circuit(bytes: bytes + [0]) }
    }

    /// Damaged bytes are an error or another circuit; they never trap.
    @Test(arguments: CircuitQueryTests.seeds)
    func damageIsAnErrorOrAnotherCircuit(seed: UInt64) throws {
        let bytes = try RandomCircuit.make(seed: seed).bytes
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                damaged[Int.random(in: 5..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            guard let circuit = try? Circuit(bytes: damaged) else { continue }
            #expect(try Circuit(bytes: circuit.bytes) == circuit)
        }
    }

    /// One variable of two values, then nodes.
    private func file(_ nodes: [UInt8]) -> [UInt8] { Array("PCIR".utf8) + [1, 1, 1] + nodes }

    @Test func malformedFilesSayWhatAndWhere() throws {
        func expect(_ error: CircuitFormatError, _ bytes: [UInt8]) {
            #expect(throws: error) { try Circuit(bytes: bytes) }
        }
        expect(.notACircuit, [])
        expect(.notACircuit, Array("PCIS".utf8) + [1])
        expect(.unsupportedVersion(found: 2, supported: 1), Array("PCIR".utf8) + [2])
        expect(.invalid(.noVariables, offset: 5), Array("PCIR".utf8) + [1, 0, 0])
        expect(.noNodes(offset: 8), file([0]))
        expect(.unknownNodeKind(found: 6, offset: 8), file([1, 6]))
        expect(.truncated(offset: 10), file([1, 0, 0]))
        expect(.truncated(offset: 10), file([1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]))
        expect(.numberTooLarge(offset: 9), file([1, 0, 255, 255, 255, 255, 127]))
        expect(.numberTooLarge(offset: 9), file([1, 0, 255, 255, 255, 255, 255, 0]))
        expect(.childNotBefore(node: 0, offset: 10), file([1, 4, 1, 1]))
        expect(.childNotBefore(node: 1, offset: 13), file([2, 0, 0, 1, 4, 1, 0]))
        expect(.invalid(.emptyProduct, offset: 11), file([2, 0, 0, 1, 4, 0]))
        expect(.invalid(.unknownVariable(1, count: 1), offset: 8), file([1, 0, 1, 0]))
        expect(.invalid(.valueOutsideAlphabet(variable: 0, value: 2, alphabet: 2), offset: 8), file([1, 0, 0, 2]))
        expect(.invalid(.notDecomposable(node: 1, variable: 0), offset: 15), file([2, 0, 0, 1, 4, 2, 1, 1]))
        #expect(try Circuit(bytes: file([1, 0, 0, 1])).nodeCount == 1)
    }
}
