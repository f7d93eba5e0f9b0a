/// The parts of a circuit's file: whole numbers in groups of 7 bits, low ones first, and doubles as 8 bytes, low ones
/// first.
enum CircuitBytes {
    static let signature: [UInt8] = Array("PCIR".utf8)
    static let version: UInt8 = 1

    enum NodeKind: UInt8 { case literal, categorical, gaussian, logistic, product, sum }
}

struct CircuitByteWriter {
    private(set) var bytes: [UInt8] = CircuitBytes.signature + [CircuitBytes.version]

    mutating func write(_ kind: CircuitBytes.NodeKind) {
        bytes.append(kind.rawValue)
    }

    mutating func write(_ number: Int) {
        var left = number
        while left >= 128 {
            bytes.append(UInt8(truncatingIfNeeded: left) | 128)
            left >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: left))
    }

    mutating func write(_ number: Double) {
        for shift: UInt64 in stride(from: 0, to: 64, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: number.bitPattern >> shift))
        }
    }
}

struct CircuitByteReader {
    let bytes: [UInt8]
    private(set) var offset = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// - Throws: ``CircuitFormatError/notACircuit``, ``CircuitFormatError/unsupportedVersion(found:supported:)``.
    mutating func readSignature() throws(CircuitFormatError) {
        guard bytes.starts(with: CircuitBytes.signature) else { throw .notACircuit }
        offset = CircuitBytes.signature.count
        let version = try readByte()
        guard version == CircuitBytes.version else {
            throw .unsupportedVersion(found: version, supported: CircuitBytes.version)
        }
    }

    mutating func readByte() throws(CircuitFormatError) -> UInt8 {
        guard offset < bytes.count else { throw .truncated(offset: offset) }
        offset += 1
        return bytes[offset - 1]
    }

    mutating func readNumber() throws(CircuitFormatError) -> Int {
        let start = offset
        var number = 0
        for shift in stride(from: 0, to: 35, by: 7) {
            guard offset < bytes.count else { throw .truncated(offset: start) }
            let byte = try readByte()
            number |= Int(byte & 127) << shift
            if byte < 128 {
                guard number <= Int(Int32.max) else { throw .numberTooLarge(offset: start) }
                return number
            }
        }
        throw .numberTooLarge(offset: start)
    }

    mutating func readDouble() throws(CircuitFormatError) -> Double {
        guard bytes.count - offset >= 8 else { throw .truncated(offset: offset) }
        var pattern: UInt64 = 0
        for shift: UInt64 in stride(from: 0, to: 64, by: 8) { pattern |= UInt64(try readByte()) << shift }
        return Double(bitPattern: pattern)
    }

    /// - Throws: ``CircuitFormatError/truncated(offset:)`` before memory is taken for numbers that are not there.
    mutating func readDoubles(_ count: Int) throws(CircuitFormatError) -> [Double] {
        guard (bytes.count - offset) / 8 >= count else { throw .truncated(offset: offset) }
        var numbers: [Double] = []
        numbers.reserveCapacity(count)
        for _ in 0..<count { numbers.append(try readDouble()) }
        return numbers
    }

    func expectEnd() throws(CircuitFormatError) {
        guard offset == bytes.count else { throw .trailingBytes(offset: offset) }
    }
}
