internal import CVCodec
internal import VCodec

/// Why a function of the C interface fails, before it is told to the caller.
struct CallFailure: Error {
    let status: vcodec_status
    let message: String
    /// Where in the file; nil where it is not about a place of a file.
    let offset: Int?

    /// An argument that cannot be meant so.
    init(argument message: String) {
        status = vcodec_status(VCODEC_BAD_ARGUMENT)
        self.message = message
        offset = nil
    }

    init(_ error: CodecError) {
        message = error.description
        offset = error.offset
        status =
            switch error {
            case _ where error.asksForOtherModel: vcodec_status(VCODEC_OTHER_MODEL)
            case .bitstream: vcodec_status(VCODEC_BAD_DATA)
            case .model: vcodec_status(VCODEC_OTHER_MODEL)
            case .invalidOption, .bufferTooSmall: vcodec_status(VCODEC_BAD_ARGUMENT)
            case .tooFewBytes, .unreachableQuality, .cancelled: vcodec_status(VCODEC_UNREACHABLE)
            }
    }
}

/// Runs the body of a function of the C interface and turns what it throws into a status and a message.
func call(_ error: UnsafeMutablePointer<vcodec_error>?, _ body: () throws(CallFailure) -> Void) -> vcodec_status {
    do {
        try body()
        return vcodec_status(VCODEC_OK)
    } catch let failure {
        if let error = unsafe error { unsafe write(failure, to: error) }
        return failure.status
    }
}

/// The same for what the codec throws.
func coding<Result>(_ body: () throws(CodecError) -> Result) throws(CallFailure) -> Result {
    do {
        return try body()
    } catch { throw CallFailure(error) }
}

/// The offset, and as much of the message as there is room for, cut between characters.
private func write(_ failure: CallFailure, to error: UnsafeMutablePointer<vcodec_error>) {
    var text = failure.message
    while text.utf8.count >= MemoryLayout.size(ofValue: unsafe error.pointee.message) { text.removeLast() }
    unsafe error.pointee.offset = Int64(failure.offset ?? -1)
    unsafe withUnsafeMutableBytes(of: &error.pointee.message) { buffer in
        unsafe buffer.initializeMemory(as: UInt8.self, repeating: 0)
        unsafe buffer.copyBytes(from: text.utf8)
    }
}
