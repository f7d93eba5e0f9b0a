extension Circuit {
    /// The circuit as a file:
    ///
    ///     "PCIR", version byte
    ///     variables, their alphabets − 1
    ///     nodes; each: a byte for its kind, then
    ///       input            variable, and a value, or masses, or location and spread
    ///       product, sum     children, each as its distance to the node, followed by its weight in a sum
    ///
    /// The last node is the root. The inverse of ``init(bytes:)``.
    public var bytes: [UInt8] {
        var writer = CircuitByteWriter()
        writer.write(variableCount)
        for alphabet in alphabets { writer.write(alphabet - 1) }
        writer.write(nodeCount)
        for input in 0..<inputs.count { write(input: input, into: &writer) }
        for layer in layers {
            for node in layer.nodes { write(inner: node, layer.kind, into: &writer) }
        }
        return writer.bytes
    }

    private func write(input: Int, into writer: inout CircuitByteWriter) {
        func head(_ kind: CircuitBytes.NodeKind) {
            writer.write(kind)
            writer.write(inputs.variable(input))
        }
        switch inputs.distribution(input) {
        case .literal(let value):
            head(.literal)
            writer.write(value)
        case .categorical(let masses):
            head(.categorical)
            for mass in masses { writer.write(mass) }
        case .gaussian(let location, let spread):
            head(.gaussian)
            for number in [location, spread] { writer.write(number) }
        case .logistic(let location, let spread):
            head(.logistic)
            for number in [location, spread] { writer.write(number) }
        }
    }

    private func write(inner node: Int, _ kind: CircuitLayer.Kind, into writer: inout CircuitByteWriter) {
        let edges = edges(of: node)
        writer.write(kind == .sum ? .sum : .product)
        writer.write(edges.count)
        for edge in edges {
            writer.write(node - Int(children[edge]))
            if kind == .sum { writer.write(weights[edge]) }
        }
    }

    /// Reads a circuit from its file and checks its structure as ``CircuitBuilder/build(root:)`` does.
    ///
    /// - Throws: ``CircuitFormatError`` for any bytes that are none; memory is taken in proportion to what they hold.
    public init(bytes: [UInt8]) throws(CircuitFormatError) {
        var reader = CircuitByteReader(bytes)
        try reader.readSignature()
        var builder = try Self.readVariables(from: &reader)
        let count = try reader.readNumber()
        var root: CircuitNode?
        for _ in 0..<count { root = try Self.readNode(into: &builder, from: &reader) }
        guard let root else { throw .noNodes(offset: reader.offset) }
        try reader.expectEnd()
        self = try Self.validated(at: reader.offset) { () throws(CircuitError) in try builder.build(root: root) }
    }

    private static func readVariables(from reader: inout CircuitByteReader) throws(CircuitFormatError) -> CircuitBuilder {
        let start = reader.offset
        let count = try reader.readNumber()
        var alphabets: [Int] = []
        for _ in 0..<count { alphabets.append(try reader.readNumber() + 1) }
        return try validated(at: start) { () throws(CircuitError) in try CircuitBuilder(alphabets: alphabets) }
    }

    private static func readNode(
        into builder: inout CircuitBuilder, from reader: inout CircuitByteReader
    ) throws(CircuitFormatError) -> CircuitNode {
        let start = reader.offset
        let byte = try reader.readByte()
        guard let kind = CircuitBytes.NodeKind(rawValue: byte) else {
            throw .unknownNodeKind(found: byte, offset: start)
        }
        switch kind {
        case .product, .sum:
            let (children, weights) = try readChildren(
                of: builder.nodes.count, weighted: kind == .sum, from: &reader)
            return try validated(at: start) { () throws(CircuitError) in
                try kind == .sum ? builder.sum(children, weights: weights) : builder.product(children)
            }
        case .literal, .categorical, .gaussian, .logistic:
            let variable = try reader.readNumber()
            guard builder.alphabets.indices.contains(variable) else {
                throw .invalid(.unknownVariable(variable, count: builder.alphabets.count), offset: start)
            }
            let distribution = try readDistribution(kind, alphabet: builder.alphabets[variable], from: &reader)
            return try validated(at: start) { () throws(CircuitError) in try builder.input(distribution, of: variable) }
        }
    }

    private static func readDistribution(
        _ kind: CircuitBytes.NodeKind, alphabet: Int, from reader: inout CircuitByteReader
    ) throws(CircuitFormatError) -> InputDistribution {
        switch kind {
        case .categorical: .categorical(try reader.readDoubles(alphabet))
        case .gaussian: .gaussian(mean: try reader.readDouble(), deviation: try reader.readDouble())
        case .logistic: .logistic(mean: try reader.readDouble(), scale: try reader.readDouble())
        case .literal, .product, .sum: .literal(try reader.readNumber())
        }
    }

    private static func readChildren(
        of node: Int, weighted: Bool, from reader: inout CircuitByteReader
    ) throws(CircuitFormatError) -> ([CircuitNode], [Double]) {
        var children: [CircuitNode] = []
        var weights: [Double] = []
        for _ in 0..<(try reader.readNumber()) {
            let start = reader.offset
            let distance = try reader.readNumber()
            guard distance >= 1, distance <= node else {
                throw .childNotBefore(node: node, offset: start)
            }
            children.append(CircuitNode(index: node - distance))
            if weighted { weights.append(try reader.readDouble()) }
        }
        return (children, weights)
    }

    private static func validated<T>(
        at offset: Int, _ body: () throws(CircuitError) -> T
    ) throws(CircuitFormatError) -> T {
        do { return try body() } catch { throw .invalid(error, offset: offset) }
    }
}
