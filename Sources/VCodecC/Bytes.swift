public import CVCodec
internal import Media
internal import VCodec

// Bytes across the boundary: what comes in is copied, what goes out is the caller's.

extension vcodec_bytes {
    /// A copy that `vcodec_free_bytes` frees.
    init(copying bytes: [UInt8]) {
        guard !bytes.isEmpty else {
            unsafe self.init(data: nil, count: 0)
            return
        }
        let data = UnsafeMutablePointer<UInt8>.allocate(capacity: bytes.count)
        unsafe data.initialize(from: bytes, count: bytes.count)
        unsafe self.init(data: data, count: bytes.count)
    }
}

@c @implementation
public func vcodec_free_bytes(_ bytes: UnsafeMutablePointer<vcodec_bytes>?) {
    guard let bytes = unsafe bytes else { return }
    unsafe bytes.pointee.data?.deallocate()
    unsafe bytes.pointee = vcodec_bytes()
}

/// Sets what a function gives back, if the caller wants it.
func give(_ bytes: [UInt8], to result: UnsafeMutablePointer<vcodec_bytes>?) {
    if let result = unsafe result { unsafe result.pointee = vcodec_bytes(copying: bytes) }
}

/// The same for sound: frame after frame, a frame's channels side by side, in the machine's byte order.
func give(_ buffer: AudioBuffer?, to result: UnsafeMutablePointer<vcodec_bytes>?) throws(CallFailure) {
    guard let buffer, buffer.frameCount > 0, let result = unsafe result else {
        unsafe give([], to: result)
        return
    }
    let count = buffer.interleavedByteCount
    let memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: count)
    unsafe memory.initialize(repeating: 0)
    var bytes = unsafe UnsafeMutableRawBufferPointer(memory).mutableBytes
    try coding { () throws(CodecError) in _ = try buffer.copy(to: &bytes) }
    unsafe result.pointee = vcodec_bytes(data: memory.baseAddress, count: count)
}

/// The caller's bytes; none for a count of 0.
func bytes(_ start: UnsafePointer<UInt8>?, _ count: Int, _ name: String) throws(CallFailure) -> [UInt8] {
    guard count > 0 else { return [] }
    guard let start = unsafe start else { throw CallFailure(argument: "\(name) is NULL") }
    return unsafe Array(UnsafeBufferPointer(start: start, count: count))
}

/// What a pointer must point at.
func required<Value>(_ pointer: UnsafePointer<Value>?, _ name: String) throws(CallFailure) -> Value {
    guard let pointer = unsafe pointer else { throw CallFailure(argument: "\(name) is NULL") }
    return unsafe pointer.pointee
}

private let version: StaticString = "0.1.0"

@c @implementation
public func vcodec_version() -> UnsafePointer<CChar>! {
    unsafe UnsafeRawPointer(version.utf8Start).assumingMemoryBound(to: CChar.self)
}
