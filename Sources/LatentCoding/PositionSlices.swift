/// The channels of one position in a row `[width][channels]`.
extension UnsafeBufferPointer {
    func position(_ x: Int, of channels: Int) -> UnsafeBufferPointer {
        unsafe UnsafeBufferPointer(rebasing: self[x * channels..<(x + 1) * channels])
    }
}

extension UnsafeMutableBufferPointer {
    func position(_ x: Int, of channels: Int) -> UnsafeMutableBufferPointer {
        unsafe UnsafeMutableBufferPointer(rebasing: self[x * channels..<(x + 1) * channels])
    }
}
