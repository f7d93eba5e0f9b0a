internal import CLibFuzzer
internal import FuzzTargets

/// One change to an input; libFuzzer makes those of plain bytes, which know what the code compares with.
struct Mutation {
    private var state: UInt64
    private let capacity: Int

    init(seed: UInt32, capacity: Int) {
        state = UInt64(seed)
        self.capacity = capacity
    }

    mutating func apply(to input: [UInt8], of target: FuzzTarget) -> [UInt8] {
        if target == .model, random(8) > 0 { return MendedModel.bytes(of: changed(input, room: capacity)) }
        guard let framing = Framing(of: target, input) else { return changed(input, room: capacity) }
        switch random(8) {
        case 0: return changed(input, room: capacity)
        case 1, 2: return ChunkedFile(changed(input, room: capacity), framing).bytes
        case 3:
            var file = ChunkedFile(input, framing)
            moveChunk(of: &file)
            return file.bytes
        default:
            var file = ChunkedFile(input, framing)
            guard !file.chunks.isEmpty else { return changed(input, room: capacity) }
            let index = random(file.chunks.count)
            let room = max(0, capacity - input.count - 4)
            file.chunks[index].payload = changed(file.chunks[index].payload, room: file.chunks[index].payload.count + room)
            return file.bytes
        }
    }

    /// Doubles a chunk, leaves it out, puts it elsewhere or gives it another's name.
    private mutating func moveChunk(of file: inout ChunkedFile) {
        guard !file.chunks.isEmpty else { return }
        let (from, to) = (random(file.chunks.count), random(file.chunks.count))
        switch random(4) {
        case 0: file.chunks.insert(file.chunks[from], at: to)
        case 1: file.chunks.remove(at: from)
        case 2: file.chunks.swapAt(from, to)
        default: file.chunks[from].name = file.chunks[to].name
        }
    }

    private func changed(_ bytes: [UInt8], room: Int) -> [UInt8] {
        guard room > 0 else { return bytes }
        var buffer = bytes + [UInt8](repeating: 0, count: max(0, room - bytes.count))
        let count = unsafe buffer.withUnsafeMutableBufferPointer {
            unsafe LLVMFuzzerMutate($0.baseAddress, bytes.count, room)
        }
        return Array(buffer.prefix(count))
    }

    /// SplitMix64 (Steele, Lea, Flood 2014).
    private mutating func random(_ count: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
        return Int((bits ^ bits >> 31) % UInt64(count))
    }
}
