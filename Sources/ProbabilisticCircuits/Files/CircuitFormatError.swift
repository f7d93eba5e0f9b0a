/// Why bytes are no circuit.
public enum CircuitFormatError: Error, Hashable, Sendable {
    /// They do not begin as the file of a circuit does.
    case notACircuit
    case unsupportedVersion(found: UInt8, supported: UInt8)
    /// They end within the number at this byte.
    case truncated(offset: Int)
    /// A number of more than 31 bits.
    case numberTooLarge(offset: Int)
    case unknownNodeKind(found: UInt8, offset: Int)
    /// A node's child is not one of the nodes before it.
    case childNotBefore(node: Int, offset: Int)
    case noNodes(offset: Int)
    /// There is more after the last node.
    case trailingBytes(offset: Int)
    /// The nodes can be read and are no circuit; the byte is where the node begins, or the end for the whole structure.
    case invalid(CircuitError, offset: Int)
}
