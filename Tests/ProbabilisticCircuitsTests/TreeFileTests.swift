import Foundation
@testable import ProbabilisticCircuits
import TestSupport
import Testing

@Suite struct TreeFileTests {
    @Test(arguments: RandomTree.all)
    func readsWhatWasWritten(random: RandomTree) throws {
        let file = try random.make().file()
        #expect(try TreeFile(bytes: file.bytes()) == file)
    }

    /// A code is within 2.2 % of its probability; a row's sum moves as little.
    @Test(arguments: RandomTree.all)
    func probabilitiesStayCloseToWhatTheyWere(random: RandomTree) throws {
        let tree = try random.make()
        let read = try tree.file().tree()
        func expectClose(_ found: [Double], _ exact: [Double], row: Int) {
            for place in exact.indices {
                let start = place / row * row
                let greatest = exact[start..<start + row].max() ?? 0
                #expect(abs(found[place] - exact[place]) <= 0.045 * exact[place] + greatest * 0x1p-15)
            }
        }
        expectClose(read.initial, tree.initial, row: random.states)
        expectClose(read.emissions, tree.emissions, row: random.alphabet)
    }

    @Test func weightsAreSixteenthsOfAnOctave() {
        for code in 0...254 {
            let exact = exp2(31 - Double(code % 16) / 16).rounded()
            #expect(WeightCode.weights[code] == UInt32(exact) >> UInt32(code / 16))
        }
        #expect(WeightCode.weights[255] == 0)
        #expect(zip(WeightCode.weights, WeightCode.weights.dropFirst()).allSatisfy { $0 > $1 })
    }

    @Test(arguments: [
        ([0], [65535]), ([255, 7], [0, 65535]), ([3, 3], [32768, 32767]), ([9, 9, 9, 9, 9], [13107, 13107, 13107, 13107, 13107]),
        ([16, 0, 32], [18724, 37449, 9362]), ([254, 254], [32768, 32767]), ([254, 0], [1, 65534]), ([0, 254, 0], [32768, 0, 32767]),
    ] as [([UInt8], [UInt16])])
    func partsAreRoundedDownAndTheGreatestTakesTheRest(row: [UInt8], expected: [UInt16]) {
        #expect(WeightCode.parts(row[...]) == expected)
    }

    @Test func partsAlwaysSumTo65535() {
        var generator = SeededGenerator(seed: 2)
        for length in [1, 2, 3, 17, 64, 255, 256] {
            for most in [UInt8(0), 3, 100, 254, 255] {
                var row = (0..<length).map { _ in UInt8.random(in: 0...most, using: &generator) }
                row[length / 2] = min(row[length / 2], 254)
                let parts = WeightCode.parts(row[...])
                #expect(parts?.reduce(0) { $0 + Int($1) } == 65535)
            }
        }
        #expect(WeightCode.parts([255, 255]) == nil)
    }

    /// Two variables, the second the root, two states, three values; row by row as in SPEC §15.
    private static let small: [UInt8] = {
        let body: [UInt8] =
            Array("VCPT".utf8) + [1, 0, 2, 0, 2, 0, 3, 0] + [1, 0, 255, 255]
            + [0, 16] + [0, 255, 32, 0] + [255, 255, 255, 255]
            + [0, 0, 0, 255, 8, 0] + [1, 2, 3, 0, 255, 255]
        return body + [0xB2, 0x1C, 0x3E, 0x25]
    }()

    @Test func layoutIsThatOfTheSpecification() throws {
        let file = try TreeFile(bytes: Self.small)
        #expect(file.shape.parents == [1, nil] && file.shape.states == 2 && file.shape.alphabet == 3)
        #expect(file.initial == [0, 16])
        #expect(file.transitions == [0, 255, 32, 0, 255, 255, 255, 255])
        #expect(file.emissions == [0, 0, 0, 255, 8, 0, 1, 2, 3, 0, 255, 255])
        #expect(try file.bytes() == Self.small)
        let tree = try file.integers()
        #expect(tree.initial.prefix(2) == [43690, 21845])
        let samples: [UInt8] = [0, 1, 2, 0, 1, 2]
        #expect(try tree.decode(tree.encode(samples), count: 3) == samples)
    }

    @Test func truncationAtEveryByteIsAnError() {
        for count in 0..<Self.small.count {
            let expected: TreeFormatError =
                switch count {
                case ..<4: .notATree
                case ..<12: .truncated(offset: 4, needed: 12, available: count)
                default: .truncated(offset: 12, needed: Self.small.count, available: count)
                }
            #expect(throws: expected) { try TreeFile(bytes: Array(Self.small[..<count])) }
        }
    }

    @Test func everyChangedBitIsAnError() {
        for place in Self.small.indices {
            for bit in 0..<8 {
                var damaged = Self.small
                damaged[place] ^= 1 << bit
                #expect(throws: TreeFormatError.self) { try TreeFile(bytes: damaged) }
            }
        }
    }

    /// Damage that the checksum does not show is an error or another tree; it never traps.
    @Test(arguments: [UInt64](1...4))
    func damageUnderAGoodChecksumIsAnErrorOrAnotherTree(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            var damaged = Self.small
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                damaged[Int.random(in: 4..<damaged.count - 4, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            guard let file = try? TreeFile(bytes: Self.sealed(damaged)) else { continue }
            #expect(try TreeFile(bytes: file.bytes()) == file)
            let tree = try file.integers()
            let samples = tree.decode([1, 2, 3], count: 2)
            #expect(try tree.decode(tree.encode(samples), count: 2) == samples)
        }
    }

    /// With the checksum that belongs to the rest.
    private static func sealed(_ bytes: [UInt8]) -> [UInt8] {
        let crc = CRC32.checksum(of: bytes.dropLast(4))
        return bytes.dropLast(4) + (0..<4).map { UInt8(truncatingIfNeeded: crc >> ($0 * 8)) }
    }

    @Test func malformedFilesSayWhatAndWhere() {
        func expect(_ error: TreeFormatError, _ changes: [Int: UInt8]) {
            var bytes = Self.small
            for (place, value) in changes { bytes[place] = value }
            #expect(throws: error) { try TreeFile(bytes: Self.sealed(bytes)) }
        }
        expect(.notATree, [3: 0x55])
        expect(.unsupportedVersion(found: 2, supported: 1), [4: 2])
        expect(.unsupportedVersion(found: 257, supported: 1), [5: 1])
        expect(.valueOutOfRange(.variables, found: 0, allowed: 1...65535, offset: 6), [6: 0])
        expect(.valueOutOfRange(.states, found: 0, allowed: 1...64, offset: 8), [8: 0])
        expect(.valueOutOfRange(.states, found: 65, allowed: 1...64, offset: 8), [8: 65])
        expect(.valueOutOfRange(.alphabet, found: 0, allowed: 1...256, offset: 10), [10: 0])
        expect(.valueOutOfRange(.alphabet, found: 259, allowed: 1...256, offset: 10), [11: 1])
        // As many as a header can ask for, of a file of 42 bytes.
        expect(
            .truncated(offset: 12, needed: 12 + 2 * 65535 + 64 + 65535 * 64 * (64 + 256) + 4, available: 42),
            [6: 255, 7: 255, 8: 64, 10: 0, 11: 1])
        expect(.invalid(.unknownVariable(2, count: 2), offset: 12), [12: 2])
        expect(.invalid(.notATree(variable: 1), offset: 14), [12: 255, 13: 255])
        expect(.invalid(.notATree(variable: 0), offset: 12), [14: 0, 15: 0])
        expect(.invalid(.weightlessRow(.initial, variable: 1, state: 0), offset: 16), [16: 255, 17: 255])
        expect(.invalid(.weightlessRow(.transitions, variable: 0, state: 1), offset: 20), [20: 255, 21: 255])
        expect(.invalid(.weightlessRow(.emissions, variable: 1, state: 1), offset: 35), [35: 255])
        #expect(throws: TreeFormatError.trailingBytes(count: 1, offset: 42)) { try TreeFile(bytes: Self.small + [0]) }
    }

    @Test func tablesThatAreNoneAreErrors() throws {
        let shape = try TreeShape(parents: [nil], states: 1, alphabet: 2)
        #expect(throws: CircuitError.tableSize(found: 1, expected: 2)) {
            try TreeFile(shape: shape, initial: [0], transitions: [0], emissions: [0])
        }
        #expect(throws: CircuitError.weightlessRow(.emissions, variable: 0, state: 0)) {
            try TreeFile(shape: shape, initial: [0], transitions: [255], emissions: [255, 255])
        }
        let chain = try TreeShape(parents: [nil] + (0..<65535).map { $0 }, states: 1, alphabet: 1)
        let file = try TreeFile(
            shape: chain, initial: [0], transitions: [UInt8](repeating: 0, count: 65536),
            emissions: [UInt8](repeating: 0, count: 65536))
        #expect(throws: CircuitError.tooManyVariables(65536, limit: 65535)) { try file.bytes() }
    }

    @Test func everyErrorHasASentenceWithItsOffset() {
        let errors: [TreeFormatError] = [
            .valueOutOfRange(.states, found: 0, allowed: 1...64, offset: 77),
            .truncated(offset: 77, needed: 1, available: 0), .trailingBytes(count: 1, offset: 77),
            .checksumMismatch(stored: 1, computed: 2, offset: 77), .invalid(.notATree(variable: 3), offset: 77),
            .invalid(.unknownVariable(9, count: 3), offset: 77),
            .invalid(.weightlessRow(.emissions, variable: 1, state: 2), offset: 77),
        ]
        #expect(Set(errors.map(\.description)).count == errors.count)
        #expect(errors.allSatisfy { $0.description.contains("at byte 77") })
    }
}
