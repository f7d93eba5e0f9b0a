extension TreeFile {
    static let signature: [UInt8] = Array("VCPT".utf8)
    static let version: UInt16 = 1
    static let rootParent: UInt16 = 0xFFFF

    /// The tree as a file (SPEC §15). The inverse of ``init(bytes:)``.
    ///
    /// - Throws: ``CircuitError/tooManyVariables(_:limit:)`` for more than 65 535.
    public func bytes() throws(CircuitError) -> [UInt8] {
        let layout = TreeFileLayout(variables: shape.variableCount, states: shape.states, alphabet: shape.alphabet)
        guard TreeFileLayout.variables.contains(layout.variables) else {
            throw .tooManyVariables(layout.variables, limit: TreeFileLayout.variables.upperBound)
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(layout.end)
        func write(_ number: some FixedWidthInteger & UnsignedInteger) {
            for shift in stride(from: 0, to: number.bitWidth, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: number >> shift))
            }
        }
        bytes += Self.signature
        for number in [Int(Self.version), layout.variables, layout.states, layout.alphabet] { write(UInt16(number)) }
        for parent in shape.parents { write(parent.map { UInt16($0) } ?? Self.rootParent) }
        for table in [initial, transitions, emissions] { bytes += table }
        write(CRC32.checksum(of: bytes[...]))
        return bytes
    }

    /// Reads a tree from its file.
    ///
    /// - Throws: ``TreeFormatError`` for any bytes that are none; memory is taken in proportion to what they hold.
    public init(bytes: [UInt8]) throws(TreeFormatError) {
        let layout = try TreeFileLayout(header: bytes)
        guard bytes.count >= layout.end else {
            throw .truncated(offset: TreeFileLayout.parents, needed: layout.end, available: bytes.count)
        }
        guard bytes.count == layout.end else {
            throw .trailingBytes(count: bytes.count - layout.end, offset: layout.end)
        }
        try Self.checkSum(of: bytes, layout)
        do throws(CircuitError) {
            try self.init(
                shape: TreeShape(
                    parents: Self.parents(bytes, layout), states: layout.states, alphabet: layout.alphabet),
                initial: Array(bytes[layout.initial..<layout.transitions]),
                transitions: Array(bytes[layout.transitions..<layout.emissions]),
                emissions: Array(bytes[layout.emissions..<layout.checksum]))
        } catch {
            throw .invalid(error, offset: layout.offset(of: error, in: bytes))
        }
    }

    private static func checkSum(of bytes: [UInt8], _ layout: TreeFileLayout) throws(TreeFormatError) {
        let low = TreeFileLayout.number(bytes, layout.checksum)
        let high = TreeFileLayout.number(bytes, layout.checksum + 2)
        let stored = UInt32(low) | UInt32(high) << 16
        let computed = CRC32.checksum(of: bytes[..<layout.checksum])
        guard stored == computed else {
            throw .checksumMismatch(stored: stored, computed: computed, offset: layout.checksum)
        }
    }

    private static func parents(_ bytes: [UInt8], _ layout: TreeFileLayout) -> [Int?] {
        (0..<layout.variables).map { variable in
            let parent = TreeFileLayout.number(bytes, TreeFileLayout.parents + 2 * variable)
            return parent == rootParent ? nil : Int(parent)
        }
    }
}

/// Where the parts of a tree's file are.
struct TreeFileLayout {
    static let variables = 1...65_535
    static let alphabets = 1...256
    static let parents = 12

    let variables: Int
    let states: Int
    let alphabet: Int

    init(variables: Int, states: Int, alphabet: Int) {
        self.variables = variables
        self.states = states
        self.alphabet = alphabet
    }

    /// Reads the numbers at the file's beginning; all that follow from them stay below 2^31.
    init(header bytes: [UInt8]) throws(TreeFormatError) {
        guard bytes.starts(with: TreeFile.signature) else { throw .notATree }
        guard bytes.count >= Self.parents else {
            throw .truncated(offset: TreeFile.signature.count, needed: Self.parents, available: bytes.count)
        }
        let version = Self.number(bytes, 4)
        guard version == TreeFile.version else {
            throw .unsupportedVersion(found: version, supported: TreeFile.version)
        }
        variables = try Self.number(bytes, 6, .variables, Self.variables)
        states = try Self.number(bytes, 8, .states, 1...TreeShape.maximumStates)
        alphabet = try Self.number(bytes, 10, .alphabet, Self.alphabets)
    }

    var initial: Int { Self.parents + 2 * variables }
    var transitions: Int { initial + states }
    var emissions: Int { transitions + variables * states * states }
    var checksum: Int { emissions + variables * states * alphabet }
    var end: Int { checksum + 4 }

    /// Where the file says what is wrong.
    func offset(of error: CircuitError, in bytes: [UInt8]) -> Int {
        switch error {
        case .unknownVariable(let parent, _):
            Self.parents + 2 * ((0..<variables).first { Self.number(bytes, Self.parents + 2 * $0) == parent } ?? 0)
        case .weightlessRow(.initial, _, _): initial
        case .weightlessRow(.transitions, let variable, let state): transitions + (variable * states + state) * states
        case .weightlessRow(.emissions, let variable, let state): emissions + (variable * states + state) * alphabet
        case .notATree(let variable): Self.parents + 2 * variable
        default: Self.parents
        }
    }

    static func number(_ bytes: [UInt8], _ offset: Int) -> UInt16 {
        UInt16(bytes[offset]) | UInt16(bytes[offset + 1]) << 8
    }

    private static func number(
        _ bytes: [UInt8], _ offset: Int, _ field: TreeFormatError.Field, _ allowed: ClosedRange<Int>
    ) throws(TreeFormatError) -> Int {
        let found = Int(number(bytes, offset))
        guard allowed.contains(found) else {
            throw .valueOutOfRange(field, found: found, allowed: allowed, offset: offset)
        }
        return found
    }
}
