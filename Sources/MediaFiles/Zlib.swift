import CMediaShims

/// Deflate, gzip and CRC-32, from zlib through the C shim.
enum Zlib {
    /// Why there is no output.
    enum Failure: Error {
        case corrupt
        case limitExceeded
        case outOfMemory
    }

    /// Inflates a zlib stream into at most `limit` bytes; ignores what follows it.
    static func inflate(_ bytes: ArraySlice<UInt8>, limit: Int) throws(Failure) -> [UInt8] {
        var output = unsafe media_bytes()
        let status = unsafe bytes.withUnsafeBufferPointer { input in
            unsafe media_inflate(input.baseAddress, input.count, limit, &output)
        }
        try check(status)
        return unsafe output.takeAll()
    }

    /// Decompresses a gzip file, all members of it, into at most `limit` bytes.
    ///
    /// - Throws: ``IDXError/corruptGzip(detail:offset:)``, ``IDXError/tooLarge(requested:allowed:offset:)`` or
    ///   ``IDXError/outOfMemory``.
    static func gunzip(_ bytes: [UInt8], limit: Int) throws(IDXError) -> [UInt8] {
        var output = unsafe media_bytes()
        var report = media_report()
        let status = unsafe bytes.withUnsafeBufferPointer { input in
            unsafe media_gunzip(input.baseAddress, input.count, limit, &output, &report)
        }
        switch status {
        case MEDIA_OK: return unsafe output.takeAll()
        case MEDIA_OUT_OF_MEMORY: throw .outOfMemory
        case MEDIA_LIMIT_EXCEEDED: throw .tooLarge(requested: limit + 1, allowed: limit, offset: report.offset)
        default: throw .corruptGzip(detail: report.text, offset: report.offset)
        }
    }

    /// Deflates at the best level. The inverse of `inflate(_:limit:)`.
    static func deflate(_ bytes: [UInt8]) throws(Failure) -> [UInt8] {
        var output = unsafe media_bytes()
        let status = unsafe bytes.withUnsafeBufferPointer { input in
            unsafe media_deflate(input.baseAddress, input.count, &output)
        }
        try check(status)
        return unsafe output.takeAll()
    }

    /// CRC-32 as PNG uses it.
    static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        unsafe bytes.withUnsafeBufferPointer { input in
            unsafe media_crc32(input.baseAddress, input.count)
        }
    }

    private static func check(_ status: media_status) throws(Failure) {
        switch status {
        case MEDIA_OK: return
        case MEDIA_LIMIT_EXCEEDED: throw .limitExceeded
        case MEDIA_OUT_OF_MEMORY: throw .outOfMemory
        default: throw .corrupt
        }
    }
}

extension media_bytes {
    /// Moves the bytes to Swift and frees C's copy.
    mutating func takeAll() -> [UInt8] {
        let bytes = unsafe [UInt8](UnsafeBufferPointer(start: start, count: count))
        unsafe media_bytes_free(&self)
        return bytes
    }
}

extension media_report {
    /// The library's message, up to its terminating zero.
    var text: String {
        unsafe withUnsafeBytes(of: message) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
